"""A service at work: schedule, queue and runs on one event loop, until it is to end."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, connection

from turnbuckle.jobs.embedded import EmbeddedQueue
from turnbuckle.jobs.one_job import OneJob
from turnbuckle.jobs.queue import Queue
from turnbuckle.jobs.seats import Seats
from turnbuckle.jobs.stopping import Stopping
from turnbuckle.jobs.ticking import Ticking
from turnbuckle.store.agreed_clock import agree, agreed_clock
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.sync.counting import RunCounts
from turnbuckle.sync.ends import Ends
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.closings import closings_heard
from turnbuckle.wiring.registry import ends_of
from turnbuckle.wiring.remotes import Shared, shared

_log = logging.getLogger(__name__)
_AGREED_EVERY_SECONDS = 60.0
_THREADS_PER_SLOT = 4  # a run waits in several at a time: for the database, for a sign-in


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """A service while it is at work.

    Attributes:
        parts: what its wires share; their meter counts for all of its runs together.
        ring: to be called when somebody was nudged.
        stopping: whether it is to end.
        counts: of its runs.
    """

    parts: Shared
    ring: Callable[[], None]
    stopping: Stopping
    counts: RunCounts


type Beside = Callable[[AtWork], AbstractAsyncContextManager[None]]
"""What else a process does while it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a service is to do.

    Attributes:
        data: the data folder.
        slots: so many links run at a time.
        practice: whether links with practice services are run.
        schedules: whether it asks who is due; without it, only a queue of many processes is of use.
        runs: whether it runs links itself.
    """

    data: Path
    slots: int
    practice: bool = False
    schedules: bool = True
    runs: bool = True


def serve(service: Service, started: Callable[[], None], beside: Beside | None = None) -> None:
    """Keep links in step until the process is told to end.

    Args:
        service: what to do.
        started: called when signals are heeded and the first links are about to run.
        beside: what else goes on meanwhile.
    """
    asyncio.run(_serve(service, started, beside or _nothing))


async def _serve(service: Service, started: Callable[[], None], beside: Beside) -> None:
    clock, stopping = agreed_clock(), Stopping()
    loop = asyncio.get_running_loop()
    threads = 8 + service.slots * _THREADS_PER_SLOT
    loop.set_default_executor(ThreadPoolExecutor(threads, thread_name_prefix="turnbuckle"))
    with _heeded(stopping, loop):
        async with (
            shared(clock, Meter()) as parts,
            closings_heard(parts.budgets),
            _queue() as queue,
        ):
            ticking = Ticking(queue, clock, service.data, practice=service.practice)
            work = AtWork(parts=parts, ring=ticking.ring, stopping=stopping, counts=RunCounts())
            job = _job(service, work, ticking)
            async with beside(work), asyncio.TaskGroup() as group:
                group.create_task(_agree_again(stopping))
                if service.schedules:
                    group.create_task(ticking.go_on(stopping))
                if service.runs:
                    group.create_task(queue.work(job, slots=service.slots, stopping=stopping))
                started()


async def _agree_again(stopping: Stopping) -> None:
    """Keep to the time of the database's server while the service goes on."""
    while not await stopping.asked(_AGREED_EVERY_SECONDS):
        with suppress(DatabaseError, StoreUnusable):  # what is known is carried on
            await asyncio.to_thread(agree)


@asynccontextmanager
async def _queue() -> AsyncIterator[Queue]:
    """Open the queue that fits our database."""
    if connection.vendor != "postgresql":
        yield EmbeddedQueue()
        return
    from turnbuckle.jobs.tasks import shared_queue  # needs what is installed on PostgreSQL only

    async with shared_queue() as queue:
        yield queue


@asynccontextmanager
async def _nothing(work: AtWork) -> AsyncIterator[None]:
    yield


def _job(service: Service, work: AtWork, ticking: Ticking) -> OneJob:
    async def open_ends(scope: Scope, link: Link) -> Ends:
        return await ends_of(scope, link, work.parts)

    return OneJob(
        open_ends=open_ends,
        clock=work.parts.clock,
        is_to_end=work.stopping.is_asked,
        on_database_trouble=ticking.trouble,
        practice=service.practice,
        counts=work.counts,
        seats=Seats(service.slots),
        ring=work.ring,
    )


@contextmanager
def _heeded(stopping: Stopping, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Let TERM and Ctrl-C end the service, a second one at once."""

    def ask(number: int, frame: object) -> None:
        loop.call_soon_threadsafe(stopping.ask)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
