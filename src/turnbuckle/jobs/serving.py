"""A service at work: schedule, queue and runs on one event loop, until it is to end."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a service is to do.

    Attributes:
        data: the data folder.
        slots: so many links run at a time.
        practice: whether links with practice services are run.
    """

    data: Path
    slots: int
    practice: bool = False


def serve(service: Service, started: Callable[[], None]) -> None:
    """Keep all links in step until the process is told to end.

    Args:
        service: what to do.
        started: called when signals are heeded and the first links are about to run.
    """
    asyncio.run(_serve(service, started))


async def _serve(service: Service, started: Callable[[], None]) -> None:
    clock, stopping = SystemClock(), Stopping()
    loop = asyncio.get_running_loop()
    threads = 8 + service.slots * _THREADS_PER_SLOT
    loop.set_default_executor(ThreadPoolExecutor(threads, thread_name_prefix="turnbuckle"))
    with _heeded(stopping, loop):
        async with shared(clock, Meter()) as parts:
            queue = EmbeddedQueue()
            ticking = Ticking(queue, clock, service.data, practice=service.practice)
            job = _job(service, clock, parts, ticking, stopping)
            started()
            await _at_work(queue, ticking, job, stopping, service.slots)


async def _at_work(
    queue: Queue, ticking: Ticking, job: OneJob, stopping: Stopping, slots: int
) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(ticking.go_on(stopping))
        group.create_task(queue.work(job, slots=slots, stopping=stopping))


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
