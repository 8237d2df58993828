"""An answer that many may ask for, and that is found out only now and then, by one at a time."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable


class TooSlow(Exception):
    """The answer takes longer than anybody waits for it."""


class Lately[T]:
    """Keeps an answer for a while; belongs to one event loop.

    Whoever asks while it is being found out waits for the same answer, so a database that hangs
    keeps one thread busy and no more.

    Args:
        find_out: gives the answer.
        kept_seconds: so old may it be; what raised is found out anew.
        patience_seconds: nobody waits longer.
    """

    def __init__(
        self, find_out: Callable[[], Awaitable[T]], *, kept_seconds: float, patience_seconds: float
    ) -> None:
        self._find_out = find_out
        self._kept_seconds = kept_seconds
        self._patience_seconds = patience_seconds
        self._task: asyncio.Task[T] | None = None
        self._until = -math.inf  # by the machine's steady clock

    async def __call__(self) -> T:
        """Give the answer.

        Raises:
            TooSlow: it is not there yet.
            Exception: whatever finding it out raises.
        """
        task = self._task
        if task is None or (task.done() and (time.monotonic() >= self._until or task.exception())):
            task = self._task = asyncio.create_task(self._found())
        await asyncio.wait({task}, timeout=self._patience_seconds)
        if not task.done():
            raise TooSlow(f"no answer within {self._patience_seconds:.0f} s")
        return task.result()

    async def close(self) -> None:
        """Wait for nobody any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _found(self) -> T:
        answer = await self._find_out()
        self._until = time.monotonic() + self._kept_seconds
        return answer
