"""The queue of many processes, on PostgreSQL: a link runs once at a time, the most urgent first."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from procrastinate import App, PsycopgConnector

from turnbuckle.jobs.stopping import Stopping
from turnbuckle.jobs.tasks import PatientJobs, SharedQueue
from turnbuckle.store.timings import Due

_OFTEN_SECONDS = 0.05
_LIMIT_SECONDS = 30.0
_MOST_WAITING = 200


class Runs:
    """A job that waits until its link is let go."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}

    async def __call__(self, link: int) -> None:
        """Run until the link is let go."""
        self.begun.append(link)
        await self.gates.setdefault(link, asyncio.Event()).wait()

    def let_go(self, *links: int) -> None:
        """Let the runs of links end, also those that are still to begin."""
        for link in links:
            self.gates.setdefault(link, asyncio.Event()).set()


@pytest.fixture
async def app(postgres: str) -> AsyncIterator[App]:
    """Give the tables of a queue."""
    made = App(connector=PsycopgConnector(conninfo=postgres))
    made.job_manager = PatientJobs(made.connector)
    async with made.open_async():
        await made.schema_manager.apply_schema_async()
        yield made


def due(*links: tuple[int, int]) -> list[Due]:
    """Name links with their urgency."""
    return [Due(link=link, urgency=urgency) for link, urgency in links]


async def waiting(app: App) -> list[str | None]:
    """Give the locks of what waits, in the order in which it was asked for."""
    return [one.lock for one in await app.job_manager.list_jobs_async(status="todo")]


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(_LIMIT_SECONDS):
        while not holds():
            await asyncio.sleep(_OFTEN_SECONDS)


@asynccontextmanager
async def at_work(queue: SharedQueue, runs: Runs, slots: int) -> AsyncIterator[None]:
    """Let a queue work."""
    stopping = Stopping()
    work = asyncio.create_task(queue.work(runs, slots=slots, stopping=stopping))
    try:
        yield
    finally:
        stopping.ask()
        stopping.ask()
        await work


@pytest.mark.ci
async def test_a_link_that_is_asked_for_twice_waits_once(app: App) -> None:
    queue = SharedQueue(app)

    await queue.ask(due((1, 0), (1, 1)))
    await queue.ask(due((1, 0), (2, 0)))

    assert await waiting(app) == ["link 1", "link 2"]


@pytest.mark.ci
async def test_two_runs_of_one_link_never_overlap_and_the_next_link_does_not_wait(
    app: App,
) -> None:
    queue, runs = SharedQueue(app), Runs()
    await queue.ask(due((1, 0)))
    async with at_work(queue, runs, slots=2):
        await until(lambda: runs.begun == [1])
        again = app.configure_task(
            "run", allow_unknown=True, queue="runs", lock="link 1", queueing_lock="link 1"
        )
        await again.defer_async(link=1)  # as a schedule that looked before the first began
        await queue.ask(due((2, 0)))
        await until(lambda: len(runs.begun) == 2)
        meanwhile = list(runs.begun)
        runs.let_go(1)
        await until(lambda: len(runs.begun) == 3)

    assert meanwhile == [1, 2]
    assert runs.begun == [1, 2, 1]


@pytest.mark.ci
async def test_the_most_urgent_goes_first_then_who_asked_first(app: App) -> None:
    queue, runs = SharedQueue(app), Runs()
    await queue.ask(due((1, 2), (2, 2), (3, 0), (4, 1)))
    runs.let_go(1, 2, 3, 4)

    async with at_work(queue, runs, slots=1):
        await until(lambda: len(runs.begun) == 4)

    assert runs.begun == [3, 4, 1, 2]


@pytest.mark.ci
async def test_only_so_many_wait(app: App) -> None:
    queue = SharedQueue(app)

    await queue.ask(due(*((link, 0) for link in range(_MOST_WAITING - 1))))
    await queue.ask(due(*((link, 0) for link in range(_MOST_WAITING + 5))))

    assert await waiting(app) == [f"link {link}" for link in range(_MOST_WAITING)]
