"""A remote that counts calls as Procore does, and a clock that jumps over every wait."""

import asyncio
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from turnbuckle.ports.clock import Clock
from turnbuckle.transport.budget import Budget

NOW = datetime(2026, 5, 14, 8, tzinfo=UTC)


class StepClock:
    """A clock that jumps over every wait, and remembers it."""

    def __init__(self) -> None:
        self.time = NOW
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class HandClock(StepClock):
    """A clock that stands still until a test moves it on."""

    def __init__(self) -> None:
        super().__init__()
        self._moved = asyncio.Condition()

    async def sleep(self, seconds: float) -> None:
        until = self.time + timedelta(seconds=seconds)
        self.waits.append(seconds)
        async with self._moved:
            await self._moved.wait_for(lambda: self.time >= until)

    async def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        async with self._moved:
            self._moved.notify_all()
        for _ in range(20):
            await asyncio.sleep(0)


@dataclass
class Window:
    limit: int
    seconds: int
    used: int = 0
    ends: datetime = NOW

    def open_at(self, now: datetime) -> None:
        if now >= self.ends:
            self.ends, self.used = now + timedelta(seconds=self.seconds), 0


@dataclass
class Limited:
    """Windows of so many calls and seconds, which every reply tells of: the one hit first."""

    clock: Clock
    windows: list[Window]
    refused: int = 0
    answered: int = 0
    under_way: int = 0
    most_under_way: int = 0
    order: list[str] = field(default_factory=list)

    async def call(self, budget: Budget, name: str = "") -> None:
        await budget.acquire()
        self.order.append(name)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0)
        status = self.take()
        for _ in range(3):
            await asyncio.sleep(0)
        self.under_way -= 1
        await budget.note(self.headers(), status, self.clock.now())

    def take(self) -> int:
        """Count one call; give the status."""
        for window in self.windows:
            window.open_at(self.clock.now())
        if any(window.used >= window.limit for window in self.windows):
            self.refused += 1
            return 429
        self.answered += 1
        for window in self.windows:
            window.used += 1
        return 200

    def headers(self) -> dict[str, str]:
        told = min(self.windows, key=lambda window: window.limit - window.used)
        return {
            "x-rate-limit-limit": str(told.limit),
            "x-rate-limit-remaining": str(told.limit - told.used),
            "x-rate-limit-reset": str(math.ceil(told.ends.timestamp())),
        }
