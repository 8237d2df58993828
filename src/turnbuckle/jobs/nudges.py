"""Nudges: somebody asks that links run soon. Word of a webhook, or a person who does not wait."""

import asyncio
from collections.abc import Callable, Sequence

from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.store import timings
from turnbuckle.store.timings import By


class Nudges:
    """Notes nudges, and has the schedule of this process look at once.

    Other processes notice them within a second.

    Args:
        clock: the time.
        ring: wakes the schedule; called on the event loop.
    """

    def __init__(self, clock: Clock, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._ring = ring

    async def nudge(self, links: Sequence[int], by: By, side: Side | None = None) -> int:
        """Let links run soon; see `timings.nudge`."""
        now = self._clock.now()
        count = await asyncio.to_thread(lambda: timings.nudge(links, by, now=now, side=side))
        self._ring()
        return count
