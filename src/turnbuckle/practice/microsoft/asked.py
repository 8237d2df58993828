"""What Graph is asked: a request that came over the wire, or one part of a batch.

The work reads both alike, so this says what it may read: method, address, headers and body.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web
from multidict import CIMultiDict, MultiMapping
from yarl import URL


@dataclass(frozen=True, slots=True)
class Part:
    """One request of a batch, whose bytes came with the batch."""

    method: str
    rel_url: URL  # with the API's version, as if it had been sent by itself
    headers: CIMultiDict[str]
    body: bytes
    scheme: str  # of the batch
    host: str

    @property
    def query(self) -> MultiMapping[str]:
        """The options of the address."""
        return self.rel_url.query

    @property
    def content_length(self) -> int | None:
        """How many bytes the body has."""
        return len(self.body)

    @property
    def content_type(self) -> str:
        """The media type of the body, as aiohttp gives it for a request without one, too."""
        told = self.headers.get("Content-Type", "application/octet-stream")
        return told.partition(";")[0].strip().lower()

    @property
    def content(self) -> "Part":
        """Where the body is read from."""
        return self

    async def read(self) -> bytes:
        """The whole body."""
        return self.body

    async def iter_any(self) -> AsyncIterator[bytes]:
        """The body in pieces: one."""
        yield self.body


type Asked = web.Request | Part
