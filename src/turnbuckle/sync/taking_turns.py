"""Let one run at a time list a feed: whoever comes later waits, and does with what that one found.

A feed takes one page set at a time, and a newer one drops the older. Two runs that do not wait for
each other would drop each other's pages for ever. So a page set is begun before its first call is
made, and while an answer is long in coming it is kept alive.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import Unreachable
from turnbuckle.store import trees
from turnbuckle.store.records import Feed

_FIRST_POLL_SECONDS, _POLL_SECONDS = 0.25, 2.0
_BEAT_SECONDS = 4.0
_PATIENCE = timedelta(seconds=10)  # with a page set that was there before us
_PATIENCE_OVERTAKEN = timedelta(seconds=60)  # with one that overtook ours; doubles each time
_MOST_TIMES_OVERTAKEN = 6
_LONGEST_WAIT = timedelta(hours=6)  # a listing of millions of items


@asynccontextmanager
async def kept_alive(batch: trees.Batch) -> AsyncIterator[None]:
    """Show others that we wait for an answer, for as long as that takes."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            await asyncio.to_thread(trees.beat, batch)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


class Turn:
    """One run's turn to list one feed."""

    def __init__(self, feed: Feed, clock: Clock) -> None:
        self._feed = feed
        self._clock = clock
        self._began = clock.now()
        self._overtaken = 0
        self._dead: int | None = None  # the generation of a page set that stands still

    def lose(self) -> None:
        """Somebody else's page set overtook ours.

        Raises:
            Unreachable: that went on happening.
        """
        self._overtaken += 1
        if self._overtaken > _MOST_TIMES_OVERTAKEN:
            raise _kept_away()

    def over(self, mine: trees.Batch | None) -> set[int]:
        """Give the generations of page sets that may be dropped for one of ours."""
        return {self._dead or 0, 0 if mine is None else mine.generation}

    async def wait(self) -> bool:
        """Wait while somebody else's page set makes progress; tell whether there was one.

        Raises:
            Unreachable: it goes on for hours.
        """
        patience = _PATIENCE
        if self._overtaken:
            patience = _PATIENCE_OVERTAKEN * 2 ** (self._overtaken - 1)
        last: trees.Listing | None = None
        pause = _FIRST_POLL_SECONDS
        moved = self._clock.now()
        while True:
            now, seen = self._clock.now(), await asyncio.to_thread(trees.listing, self._feed)
            if seen is None or seen.generation == self._dead:
                return last is not None
            if seen != last:
                last, moved = seen, now
            elif now - moved >= patience:
                self._dead = seen.generation
                return True
            self._check(now)
            await self._clock.sleep(pause)
            pause = min(2 * pause, _POLL_SECONDS)

    def _check(self, now: datetime) -> None:
        if now - self._began > _LONGEST_WAIT:
            raise _kept_away()


def _kept_away() -> Unreachable:
    return Unreachable(
        "other runs kept listing the same folder tree all the time; run this link again later"
    )
