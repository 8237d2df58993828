"""The queue in memory: order, one run of a link at a time, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from turnbuckle.jobs.embedded import EmbeddedQueue
from turnbuckle.jobs.stopping import Stopping
from turnbuckle.store.timings import Due


class Runs:
    """A job that waits until it is let go."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.cut_off: list[int] = []
        self._gates: dict[int, asyncio.Event] = {}

    async def __call__(self, link: int) -> None:
        """Run until `let_go`."""
        self.begun.append(link)
        gate = self._gates[link] = asyncio.Event()
        try:
            await gate.wait()
        except asyncio.CancelledError:
            self.cut_off.append(link)
            raise
        self.ended.append(link)

    async def let_go(self, link: int) -> None:
        """Let the run of a link end, and whatever follows happen."""
        self._gates.pop(link).set()
        await turns()


def due(*links: tuple[int, int]) -> list[Due]:
    """Name links with their urgency."""
    return [Due(link=link, urgency=urgency) for link, urgency in links]


async def turns() -> None:
    """Let everybody on this loop go on as far as they can."""
    for _ in range(20):
        await asyncio.sleep(0)


@asynccontextmanager
async def at_work(
    queue: EmbeddedQueue, runs: Runs, stopping: Stopping, slots: int
) -> AsyncIterator[asyncio.Task[None]]:
    """Let a queue work."""
    async with asyncio.timeout(10):
        work = asyncio.create_task(queue.work(runs, slots=slots, stopping=stopping))
        await turns()
        try:
            yield work
        finally:
            stopping.ask()
            stopping.ask()
            await work


@pytest.fixture
def runs() -> Runs:
    """Give a job."""
    return Runs()


async def test_the_most_urgent_goes_first_then_who_asked_first(runs: Runs) -> None:
    queue = EmbeddedQueue()
    await queue.ask(due((1, 2), (2, 2), (3, 0), (4, 1)))

    async with at_work(queue, runs, Stopping(), 1):
        for link in (3, 4, 1, 2):
            await runs.let_go(link)

    assert runs.ended == [3, 4, 1, 2]


async def test_a_link_that_waits_is_not_queued_twice_but_may_become_more_urgent(
    runs: Runs,
) -> None:
    queue = EmbeddedQueue()

    await queue.ask(due((1, 2), (2, 2), (2, 2), (2, 0)))

    assert queue.depth == 2
    async with at_work(queue, runs, Stopping(), 1):
        await runs.let_go(2)
        await runs.let_go(1)
    assert runs.begun == [2, 1]


async def test_two_runs_of_one_link_never_overlap_and_the_next_link_does_not_wait(
    runs: Runs,
) -> None:
    queue = EmbeddedQueue()
    async with at_work(queue, runs, Stopping(), 2):
        await queue.ask(due((1, 0)))
        await turns()
        await queue.ask(due((1, 0), (2, 0)))
        await turns()
        meanwhile = list(runs.begun)
        await runs.let_go(1)
        after = list(runs.begun)

    assert meanwhile == [1, 2]
    assert after == [1, 2, 1]


async def test_no_more_runs_are_under_way_than_there_are_slots(runs: Runs) -> None:
    queue = EmbeddedQueue()
    await queue.ask(due(*((link, 2) for link in range(5))))

    async with at_work(queue, runs, Stopping(), 3):
        under_way = list(runs.begun)

    assert under_way == [0, 1, 2]


async def test_asked_to_end_it_begins_nothing_and_waits_for_what_is_under_way(runs: Runs) -> None:
    queue, stopping = EmbeddedQueue(), Stopping()
    await queue.ask(due((1, 0)))
    async with at_work(queue, runs, stopping, 2) as work:
        stopping.ask()
        await queue.ask(due((2, 0)))
        await turns()
        was_done = work.done()
        await runs.let_go(1)

        assert work.done()

    assert not was_done
    assert (runs.begun, runs.ended, runs.cut_off) == ([1], [1], [])


async def test_asked_twice_it_cuts_off_what_is_under_way(runs: Runs) -> None:
    queue, stopping = EmbeddedQueue(), Stopping()
    await queue.ask(due((1, 0)))
    async with at_work(queue, runs, stopping, 1) as work:
        stopping.ask()
        stopping.ask()
        await turns()

        assert work.done()

    assert runs.cut_off == [1]
