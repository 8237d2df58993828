"""One reply of a remote, read to its end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from turnbuckle.ports.errors import MalformedReply


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    label: str = ""  # the call's label, for errors

    def json[T](self, shape: type[T]) -> T:
        """Read the body as JSON of that shape.

        A name that is no text, such as one with half of a surrogate pair, fails no page of others:
        what cannot be read becomes U+FFFD.

        Raises:
            MalformedReply: the body is not of that shape.
        """
        try:
            try:
                return msgspec.json.decode(self.body, type=shape)
            except (msgspec.DecodeError, UnicodeDecodeError):
                return msgspec.json.decode(_mended(self.body), type=shape)
        except msgspec.DecodeError as error:
            raise MalformedReply(
                f"the answer to {self.label!r} is not as its contract says: {error}"
            ) from error


_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole pair
    r"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r"|\\."
)


def _mended(body: bytes) -> bytes:
    """Put U+FFFD for bytes that are no UTF-8, and for half of a surrogate pair."""
    text = body.decode("utf-8", "replace")
    return _ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text).encode()
