"""A clock that tests drive: every question moves it on a little, a wait jumps."""

import asyncio
from datetime import UTC, datetime, timedelta

_START = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)


class StepClock:
    """Keeps `ports.Clock`: the same questions give the same times in every run.

    Args:
        start: the first time told, with time zone.
        step_seconds: how far each `now` moves the clock, so that no two stamps are equal.
    """

    def __init__(self, start: datetime = _START, step_seconds: float = 0.001) -> None:
        self._now = start
        self._step = timedelta(seconds=step_seconds)

    def now(self) -> datetime:
        """Tell the time, in UTC, and move on by one step."""
        self._now += self._step
        return self._now

    def advance(self, seconds: float) -> None:
        """Let that much time pass."""
        self._now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass at once, and give others on this loop a turn."""
        self.advance(max(0.0, seconds))
        await asyncio.sleep(0)
