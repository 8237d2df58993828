"""Chunks of content, read piece by piece and let go of in time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from turnbuckle.ports.connector import Content
from turnbuckle.ports.errors import Overtaken


@asynccontextmanager
async def closing(chunks: AsyncIterator[bytes]) -> AsyncIterator[AsyncIterator[bytes]]:
    """Close the iterator when it is no longer read, and not when the collector comes round."""
    try:
        yield chunks
    finally:
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()


class Source:
    """One reading of a content, given out in fragments.

    Only what is left of one chunk is held between two fragments.

    Attributes:
        failure: what the content raised; an HTTP library on the way may raise something else.
    """

    def __init__(self, content: Content, start: int) -> None:
        self.failure: Exception | None = None
        self._chunks = content.open(start)
        self._rest = b""

    async def take(self, length: int, *, is_last: bool) -> AsyncIterator[bytes]:
        """Give the next `length` bytes.

        Of the last fragment the last chunk is given only when the content has ended without an
        objection, so that what it objects to never becomes whole at the remote.

        Raises:
            Overtaken: the content is shorter, or longer, than it was announced.
            RemoteError: whatever the content raises.
        """
        while length > 0:
            try:
                chunk = self._rest or await self._next()
                piece, self._rest = chunk[:length], chunk[length:]
                length -= len(piece)
                if is_last and length == 0:
                    await self.finish()
            except Exception as error:
                self.failure = error
                raise
            yield piece

    async def finish(self) -> None:
        """Read to the end, where the content says whether it is what was meant."""
        is_longer = bool(self._rest)
        async for chunk in self._chunks:
            is_longer = is_longer or bool(chunk)
            if is_longer:
                break
        if is_longer:
            raise Overtaken("the content is longer than it was announced")

    async def _next(self) -> bytes:
        async for chunk in self._chunks:
            if chunk:
                return chunk
        raise Overtaken("the content is shorter than it was announced")

    async def close(self) -> None:
        """Let the reading go."""
        self._rest = b""
        with suppress(RuntimeError):  # the HTTP library is letting go of it this moment
            async with closing(self._chunks):
                pass
