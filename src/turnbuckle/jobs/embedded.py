"""The queue of a service that is one process: in memory, because the schedule refills it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from turnbuckle.jobs.line import Line
from turnbuckle.jobs.queue import Job
from turnbuckle.jobs.stopping import Stopping
from turnbuckle.store.timings import Due


class EmbeddedQueue:
    """Keeps `Queue` on one event loop."""

    def __init__(self) -> None:
        self._line = Line()
        self._bell = asyncio.Event()

    @property
    def depth(self) -> int:
        """How many links wait."""
        return self._line.depth

    async def ask(self, due: Sequence[Due]) -> None:
        """See `Queue`; what waits already may only become more urgent."""
        if self._line.ask(due):
            self._bell.set()

    async def work(self, job: Job, *, slots: int, stopping: Stopping) -> None:
        """See `Queue`."""
        under_way: set[asyncio.Task[None]] = set()
        ending = asyncio.create_task(stopping.patience())
        asked = asyncio.create_task(stopping.asked())
        try:
            while not stopping.is_asked():
                self._bell.clear()
                while len(under_way) < slots and (link := self._line.take()) is not None:
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

    async def _run(self, job: Job, link: int) -> None:
        try:
            await job(link)
        finally:
            self._line.done(link)


def _seen(
    under_way: set[asyncio.Task[None]], done: set[asyncio.Task[Any]]
) -> set[asyncio.Task[None]]:
    """Give what is still under way; a fault of ours ends the service, so that it is seen."""
    for task in under_way & done:
        task.result()
    return under_way - done
