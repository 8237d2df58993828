"""One reply of a remote, read to its end."""

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

        Raises:
            MalformedReply: the body is not of that shape.
        """
        try:
            return msgspec.json.decode(self.body, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise MalformedReply(
                f"the answer to {self.label!r} is not as its contract says: {error}"
            ) from error
