"""The schedule at work: look every second who is due, and ask the queue to run them.

A look is one query by index. It is made at once when somebody of this process nudges. While the
database cannot be asked, the looks wait longer; when the clock was set back, the links that would
wait for their time to come again are due at once.
"""

import asyncio
import logging
import math
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError

from turnbuckle.jobs.queue import Queue
from turnbuckle.jobs.stopping import Stopping
from turnbuckle.ports.clock import Clock
from turnbuckle.store import news, timings
from turnbuckle.store.timings import Due
from turnbuckle.store.units import together
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.store.upkeep import explain

_log = logging.getLogger(__name__)
_EVERY_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 30.0  # while the database cannot be asked
_TOLD_AGAIN_SECONDS = 60.0
_MOST_AT_ONCE = 1000
_JUMP = timedelta(seconds=30)


class Ticking:
    """Looks who is due, for as long as the service runs.

    Args:
        queue: what is asked.
        clock: the time of the schedule; the looks themselves are made by the machine's.
        data: the data folder, for messages.
        practice: whether links with practice services are looked at.
    """

    def __init__(self, queue: Queue, clock: Clock, data: Path, *, practice: bool) -> None:
        self._queue = queue
        self._clock = clock
        self._data = data
        self._practice = practice
        self._bell = asyncio.Event()
        self._wait_seconds = _EVERY_SECONDS
        self._failed = False  # since the last look
        self._told = -math.inf  # when that was told, by the machine's steady clock
        self._last: tuple[datetime, float] | None = None

    def ring(self) -> None:
        """Look at once: somebody was nudged."""
        self._bell.set()

    def trouble(self, error: Exception) -> None:
        """Take note that the database failed, and look less often until it does not."""
        self._failed = True
        self._wait_seconds = min(self._wait_seconds * 2, _LONGEST_WAIT_SECONDS)
        steady = time.monotonic()
        if steady - self._told >= _TOLD_AGAIN_SECONDS:
            self._told = steady
            _log.error(
                "no run gets through until the database can be used again: %s",
                explain(error, self._data) or error,
            )

    async def go_on(self, stopping: Stopping) -> None:
        """Look again and again until the service is to end."""
        asked = asyncio.create_task(stopping.asked())
        try:
            while not stopping.is_asked():
                self._bell.clear()
                await self._look()
                bell = asyncio.create_task(self._bell.wait())
                await asyncio.wait(
                    {asked, bell},
                    timeout=self._wait_seconds,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                bell.cancel()
        finally:
            asked.cancel()

    async def tick(self) -> int:
        """Look once; give how many links were due.

        Raises:
            DatabaseError: the database cannot be asked.
        """
        await self._watch_clock()
        due = await asyncio.to_thread(self._due, self._clock.now())
        await self._queue.ask(due)
        return len(due)

    @together
    def _due(self, now: datetime) -> Sequence[Due]:
        found = news.links_with_news(_MOST_AT_ONCE)
        if found:
            timings.due_now(found, now=now)
        return timings.due(now, _MOST_AT_ONCE, practice=self._practice)

    async def _look(self) -> None:
        try:
            await self.tick()
        except (DatabaseError, StoreUnusable, OSError) as error:
            self.trouble(error)
            return
        if not self._failed and self._wait_seconds != _EVERY_SECONDS:
            _log.info("the database can be used again")
            self._wait_seconds, self._told = _EVERY_SECONDS, -math.inf
        self._failed = False

    async def _watch_clock(self) -> None:
        """Notice that the clock was set, and a link that waits for a time that was already."""
        now, steady = self._clock.now(), time.monotonic()
        before, jump = self._last, timedelta(0)
        if before is not None:
            jump = (now - before[0]) - timedelta(seconds=steady - before[1])
        is_set = abs(jump) >= _JUMP
        woken = 0
        if is_set or before is None:
            woken = await asyncio.to_thread(timings.clock_went_back, now)
        self._last = now, steady  # not before: where the database fails, the next look tries again
        if is_set:
            _log.warning(
                "this machine's clock was set %s by %.0f s; links run by the new time",
                "forward" if jump > timedelta(0) else "back",
                abs(jump).total_seconds(),
            )
        if woken:
            _log.warning("%d links ran at times that are still to come; they run now", woken)
