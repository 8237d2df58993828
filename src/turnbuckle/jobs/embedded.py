"""The queue of a service that is one process: in memory, because the schedule refills it."""

import asyncio
import heapq
from collections.abc import Sequence
from itertools import count
from typing import Any

from turnbuckle.jobs.queue import Job
from turnbuckle.jobs.stopping import Stopping
from turnbuckle.store.timings import Due


class EmbeddedQueue:
    """Keeps `Queue` on one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[int, int]] = {}  # link to urgency and turn
        self._order: list[tuple[int, int, int]] = []  # heap; entries out of date are skipped
        self._running: set[int] = set()
        self._turns = count()
        self._bell = asyncio.Event()

    @property
    def depth(self) -> int:
        """How many links wait."""
        return len(self._waiting)

    async def ask(self, due: Sequence[Due]) -> None:
        """See `Queue`; what waits already may only become more urgent."""
        for each in due:
            known = self._waiting.get(each.link)
            if known is None or each.urgency < known[0]:
                place = (each.urgency, next(self._turns))
                self._waiting[each.link] = place
                heapq.heappush(self._order, (*place, each.link))
                self._bell.set()

    async def work(self, job: Job, *, slots: int, stopping: Stopping) -> None:
        """See `Queue`."""
        under_way: set[asyncio.Task[None]] = set()
        ending = asyncio.create_task(stopping.patience())
        asked = asyncio.create_task(stopping.asked())
        try:
            while not stopping.is_asked():
                self._bell.clear()
                while len(under_way) < slots and (link := self._next()) is not None:
                    under_way.add(asyncio.create_task(self._run(job, link)))
                bell = asyncio.create_task(self._bell.wait())
                done, _ = await asyncio.wait(
                    {bell, asked, *under_way}, return_when=asyncio.FIRST_COMPLETED
                )
                bell.cancel()
                under_way = _seen(under_way, done)
            while under_way and not ending.done():
                done, _ = await asyncio.wait(
                    {ending, *under_way}, return_when=asyncio.FIRST_COMPLETED
                )
                under_way = _seen(under_way, done)
        finally:
            for task in (ending, asked, *under_way):
                task.cancel()
            await asyncio.gather(ending, asked, *under_way, return_exceptions=True)

    def _next(self) -> int | None:
        """Take the first link that waits and does not run."""
        passed: list[tuple[int, int, int]] = []
        found = None
        while self._order and found is None:
            urgency, turn, link = heapq.heappop(self._order)
            if self._waiting.get(link) != (urgency, turn):
                continue
            if link in self._running:
                passed.append((urgency, turn, link))
                continue
            del self._waiting[link]
            found = link
        for each in passed:
            heapq.heappush(self._order, each)
        return found

    async def _run(self, job: Job, link: int) -> None:
        self._running.add(link)
        try:
            await job(link)
        finally:
            self._running.discard(link)


def _seen(
    under_way: set[asyncio.Task[None]], done: set[asyncio.Task[Any]]
) -> set[asyncio.Task[None]]:
    """Give what is still under way; a fault of ours ends the service, so that it is seen."""
    for task in under_way & done:
        task.result()
    return under_way - done
