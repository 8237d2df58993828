"""A multipart form whose last part is a file of any size, read as a stream.

The boundary is searched in each chunk as it comes; of the file nothing is held back but as many
bytes as a boundary could hide in.
"""

from collections.abc import AsyncIterator
from email.message import Message
from email.parser import HeaderParser
from typing import Protocol

_LONGEST_HEAD = 1 << 16


class BadForm(Exception):
    """The body is not a form of this kind."""


class ByteStream(Protocol):
    """Where bytes come from; an empty chunk is the end."""

    async def readany(self) -> bytes: ...


class FormStream:
    """Reads `fields`, then the bytes of `file`."""

    def __init__(self, stream: ByteStream, boundary: str) -> None:
        self._stream = stream
        self._delimiter = b"\r\n--" + boundary.encode()
        self._held = b"\r\n"  # so that the first boundary looks like all others

    async def fields(self) -> dict[str, str]:
        """All fields before the file; afterwards `file` can be read.

        Raises:
            BadForm: it is no form, or has no file.
        """
        fields: dict[str, str] = {}
        await self._until(self._delimiter)
        while True:
            await self._require_part()
            head = await self._until(b"\r\n\r\n")
            name = _name(head)
            if name == "file":
                return fields
            value = await self._until(self._delimiter)
            fields[name] = value.decode("utf-8", "replace")

    async def file(self) -> AsyncIterator[bytes]:
        """The file's bytes.

        Raises:
            BadForm: the body ends too soon, or something follows the file.
        """
        keep = len(self._delimiter) - 1
        while (at := self._held.find(self._delimiter)) < 0:
            if len(self._held) > keep:
                yield self._held[:-keep]
                self._held = self._held[-keep:]
            await self._more()
        if at:
            yield self._held[:at]
        self._held = self._held[at + len(self._delimiter) :]
        while len(self._held) < 2:
            await self._more()
        if not self._held.startswith(b"--"):
            raise BadForm("the file is not the last field")

    async def _require_part(self) -> None:
        while len(self._held) < 2:
            await self._more()
        if not self._held.startswith(b"\r\n"):
            raise BadForm("the form has no field named file")
        self._held = self._held[2:]

    async def _until(self, mark: bytes) -> bytes:
        while (at := self._held.find(mark)) < 0:
            if len(self._held) > _LONGEST_HEAD:
                raise BadForm("a field is too long")
            await self._more()
        found, self._held = self._held[:at], self._held[at + len(mark) :]
        return found

    async def _more(self) -> None:
        chunk = await self._stream.readany()
        if not chunk:
            raise BadForm("the body ends too soon")
        self._held += chunk


def _name(head: bytes) -> str:
    message: Message = HeaderParser().parsestr(head.decode("utf-8", "replace"))
    name = message.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise BadForm("a field has no name")
    return name
