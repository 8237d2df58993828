"""An event loop whose clock jumps: a day of waits passes as quickly as what happens in it."""

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing: the time that it was to wait has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits for something that never happens")
        self.passed += max(0.0, timeout)
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return super().get_map() or {}


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs timers in their order, and nothing else: no sockets, no threads."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Give the seconds that have passed."""
        return self._jumping.passed


class VirtualClock:
    """The loop's time as a time of day."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._now, self._seconds = start, 0.0

    def now(self) -> datetime:
        """Give the time; it is asked for more often than it passes."""
        seconds = asyncio.get_running_loop().time()
        if seconds != self._seconds:
            self._now, self._seconds = self._start + timedelta(seconds=seconds), seconds
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait; nobody's life passes."""
        await asyncio.sleep(seconds)


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run to the end on a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
