"""A request's body on its way: counted, watched, and stopped when it is not what was announced."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from turnbuckle.ports.errors import MalformedReply


class Body:
    """Passes chunks on and remembers how it ended.

    An HTTP library turns an error of the source into one of its own; `failure` keeps the true one.

    Attributes:
        length: bytes announced.
        sent: bytes passed on so far.
        started: somebody reads it.
        ended: the source was read to its end, so whatever it verifies is verified.
        failure: what the source raised.
    """

    def __init__(
        self, source: AsyncIterator[bytes], length: int, patience: asyncio.Timeout
    ) -> None:
        self.sent = 0
        self.started = False
        self.ended = False
        self.failure: BaseException | None = None
        self._source = source
        self.length = length
        self._patience = patience

    async def chunks(self, idle_seconds: float) -> AsyncIterator[bytes]:
        """Give the chunks; each one taken renews the patience by `idle_seconds`."""
        loop = asyncio.get_running_loop()
        self.started = True
        try:
            async for chunk in self._source:
                self._patience.reschedule(loop.time() + idle_seconds)
                self.sent += len(chunk)
                if self.sent > self.length:
                    raise _wrong_length(self.length)
                yield chunk
            if self.sent != self.length:
                raise _wrong_length(self.length)
            self.ended = True
        except BaseException as error:
            self.failure = error
            raise

    async def close(self) -> None:
        """Let the source go."""
        close = getattr(self._source, "aclose", None)
        if close is not None:
            with contextlib.suppress(RuntimeError):  # it is being read this moment
                await close()


def _wrong_length(length: int) -> MalformedReply:
    return MalformedReply(f"the content is not {length} bytes long, as was announced")
