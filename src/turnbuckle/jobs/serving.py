"""A service at work: schedule, queue and runs on one event loop, until it is to end."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from turnbuckle.jobs.embedded import EmbeddedQueue
from turnbuckle.jobs.one_job import OneJob
from turnbuckle.jobs.queue import Queue
from turnbuckle.jobs.stopping import Stopping
from turnbuckle.jobs.ticking import Ticking
from turnbuckle.ports.clock import Clock, SystemClock
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.sync.ends import Ends
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.registry import ends_of
from turnbuckle.wiring.remotes import Shared, shared

_log = logging.getLogger(__name__)
_THREADS_PER_SLOT = 4  # a run waits in several at a time: for the database, for a sign-in


type Beside = Callable[[Shared, Callable[[], None]], AbstractAsyncContextManager[None]]
"""What else a process does while it serves; it gets what its wires share, and what to call when
somebody was nudged."""


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
    clock, stopping = SystemClock(), Stopping()
    loop = asyncio.get_running_loop()
    threads = 8 + service.slots * _THREADS_PER_SLOT
    loop.set_default_executor(ThreadPoolExecutor(threads, thread_name_prefix="turnbuckle"))
    with _heeded(stopping, loop):
        async with shared(clock, Meter()) as parts, _queue() as queue:
            ticking = Ticking(queue, clock, service.data, practice=service.practice)
            job = _job(service, clock, parts, ticking, stopping)
            async with beside(parts, ticking.ring), asyncio.TaskGroup() as group:
                if service.schedules:
                    group.create_task(ticking.go_on(stopping))
                if service.runs:
                    group.create_task(queue.work(job, slots=service.slots, stopping=stopping))
                started()


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
async def _nothing(parts: Shared, ring: Callable[[], None]) -> AsyncIterator[None]:
    yield


def _job(
    service: Service, clock: Clock, parts: Shared, ticking: Ticking, stopping: Stopping
) -> OneJob:
    async def open_ends(scope: Scope, link: Link) -> Ends:
        return await ends_of(scope, link, parts.for_a_run(Meter()))

    return OneJob(
        open_ends=open_ends,
        clock=clock,
        is_to_end=stopping.is_asked,
        on_database_trouble=ticking.trouble,
        practice=service.practice,
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
