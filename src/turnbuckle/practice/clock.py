"""Time for the simulators: the machine's own, or one that tests move by hand.

Limits by the hour, expiring addresses and rewriting "some seconds later" all ask the clock that
the simulator was given. With the simulated one a day passes in an instant, and nothing waits.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol


class PracticeClock(Protocol):
    """What time it is for a simulator, and how it waits."""

    def now(self) -> datetime:
        """The time now, in UTC, with time zone."""

    async def sleep(self, seconds: float) -> None:
        """Wait that long by this clock."""


class RealClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The time now, in UTC, with time zone."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await asyncio.sleep(seconds)


class SimulatedClock:
    """A clock that stands still until somebody sleeps or moves it; then it jumps.

    One clock may be shared by both simulators and by the program under test, when they run in
    one process.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the simulated clock needs a start with a time zone")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The time now, in UTC, with time zone."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock on; it never goes back."""
        if seconds < 0:
            raise ValueError("a clock does not go back")
        self._now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Jump over the wait at once, and let the others on this loop have a turn."""
        self.advance(max(0.0, seconds))
        await asyncio.sleep(0)


class ShiftedClock:
    """The machine's own clock, set ahead by a person who does not want to wait for an expiry.

    It never goes back, and whoever sleeps by it waits in real time.
    """

    def __init__(self) -> None:
        self.ahead_seconds = 0.0

    def now(self) -> datetime:
        """The time by which expiries are told, in UTC, with time zone."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead_seconds)

    def advance(self, seconds: float) -> None:
        """Set the clock ahead by so much more; it never goes back."""
        if seconds < 0:
            raise ValueError("a clock does not go back")
        self.ahead_seconds += seconds

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await asyncio.sleep(seconds)


class SkewedClock:
    """Another clock, read by somebody whose own is wrong by so many seconds.

    The error may change while somebody reads it: so a clock jumps.
    """

    def __init__(self, clock: PracticeClock, skew_seconds: float = 0.0) -> None:
        self.skew_seconds = skew_seconds
        self._clock = clock

    def now(self) -> datetime:
        """The wrong time, in UTC, with time zone."""
        return self._clock.now() + timedelta(seconds=self.skew_seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait that long by the other clock."""
        await self._clock.sleep(seconds)
