"""Let one run at a time list a feed: whoever comes later waits, and goes on from its cursor.

A feed takes one page set at a time, and a newer one drops the older. Two runs that do not wait for
each other would drop each other's pages for ever.
"""

import asyncio
from datetime import datetime, timedelta

from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import Unreachable
from turnbuckle.store import trees
from turnbuckle.store.records import Feed

_POLL_SECONDS = 2.0
_PATIENCE = timedelta(seconds=10)  # with a page set that was there before us
_PATIENCE_OVERTAKEN = timedelta(seconds=60)  # with one that overtook ours; doubles each time
_MOST_TIMES_OVERTAKEN = 6
_LONGEST_WAIT = timedelta(hours=6)  # a listing of millions of items


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

    def is_free(self, listing: trees.Listing | None) -> bool:
        """Tell whether a page set may be begun although this one is there."""
        return listing is None or listing.generation == self._dead

    async def wait(self) -> bool:
        """Wait while somebody else's page set makes progress; tell whether there was one.

        Raises:
            Unreachable: it goes on for hours.
        """
        patience = _PATIENCE
        if self._overtaken:
            patience = _PATIENCE_OVERTAKEN * 2 ** (self._overtaken - 1)
        last: trees.Listing | None = None
        moved = self._clock.now()
        while True:
            now, seen = self._clock.now(), await asyncio.to_thread(trees.listing, self._feed)
            if seen is None or self.is_free(seen):
                return last is not None
            if seen != last:
                last, moved = seen, now
            elif now - moved >= patience:
                self._dead = seen.generation
                return True
            self._check(now)
            await self._clock.sleep(_POLL_SECONDS)

    def _check(self, now: datetime) -> None:
        if now - self._began > _LONGEST_WAIT:
            raise _kept_away()


def _kept_away() -> Unreachable:
    return Unreachable(
        "other runs kept listing the same folder tree all the time; run this link again later"
    )
