"""One run as a job: it is scheduled by its outcome, and its trouble stays its own."""

import asyncio
import logging
from datetime import timedelta

import pytest
from django.db import OperationalError
from jobs.working import Working

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.side import Side
from turnbuckle.ports.budget import Purpose, lane
from turnbuckle.ports.errors import SignInNeeded, Unreachable
from turnbuckle.store import leases
from turnbuckle.store.timings import By
from turnbuckle.sync.subject import subject

TTL = timedelta(minutes=1)


async def test_a_new_link_is_run_at_once_and_then_every_five_minutes(working: Working) -> None:
    working.stage.left.put("D/a.pdf", b"a")

    first = await working.step()
    again = await working.step()
    working.stage.clock.advance(300)
    later = await working.step()

    assert (first, again, later) == (1, 0, 1)
    assert "a.pdf" in working.stage.right.snapshot("D")


async def test_a_nudge_brings_a_change_across_before_the_next_poll(working: Working) -> None:
    await working.step()
    working.stage.right.put("D/b.pdf", b"b")

    await working.nudge()
    ran = await working.step()

    assert ran == 1
    assert "b.pdf" in working.stage.left.snapshot("D")


async def test_the_calls_of_a_nudged_run_go_before_those_of_polls(working: Working) -> None:
    await working.step()
    heard: list[Purpose] = []
    working.stage.remotes[Side.RIGHT].calls.hooks.append(lambda _: heard.append(lane().purpose))

    working.stage.clock.advance(300)
    await working.step()
    polled, heard[:] = set(heard), []
    await working.nudge()
    await working.step()

    assert (polled, set(heard)) == ({Purpose.ORDINARY}, {Purpose.FRESH})


async def test_a_change_told_while_a_run_is_at_work_is_taken_by_the_next_one(
    working: Working,
) -> None:
    working.stage.left.put("D/a.pdf", b"a")

    async def tell(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.CREATE_FILE, When.AFTER):
            await working.nudge()
            await working.nudge()

    working.stage.remotes[Side.RIGHT].calls.hooks.append(tell)

    runs = [await working.step() for _ in range(3)]

    assert runs == [1, 1, 0]


async def test_a_link_that_fails_rests_and_then_goes_on(working: Working) -> None:
    async def fail() -> None:
        raise Unreachable("the remote does not answer")

    working.opening = fail
    await working.step()
    failed = await working.timing()
    resting = await working.step()
    working.opening = None
    working.stage.clock.advance(40)
    ran = await working.step()

    assert failed.failures == 1
    assert (resting, ran) == (0, 1)
    assert (await working.timing()).failures == 0


class _Listening(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self.subjects: list[object] = []

    def filter(self, record: logging.LogRecord) -> bool:
        self.subjects.append(subject())
        return True


@pytest.mark.parametrize("error", [SignInNeeded("sign in again"), RuntimeError("our own fault")])
async def test_whatever_goes_wrong_with_a_link_is_told_and_ends_nothing(
    working: Working, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise error

    working.opening = fail

    listening = _Listening()

    with caplog.at_level(logging.WARNING), caplog.filtering(listening):
        await working.step()

    assert (await working.timing()).failures == 1
    assert listening.subjects == [{"organisation": "default", "link": working.link.name}]


async def test_a_link_that_somebody_else_runs_is_put_off_and_has_not_failed(
    working: Working,
) -> None:
    clock = working.stage.clock
    held = await asyncio.to_thread(
        lambda: leases.acquire(working.link, "somebody", now=clock.now(), ttl=TTL)
    )

    await working.step()
    put_off = await working.step()
    await asyncio.to_thread(leases.release, held)
    clock.advance(15)
    ran = await working.step()

    assert (put_off, ran) == (0, 1)
    assert (await working.timing()).failures == 0


async def test_a_database_that_fails_leaves_the_link_due(working: Working) -> None:
    async def fail() -> None:
        raise OperationalError("database or disk is full")

    working.opening = fail
    await working.step()
    working.opening = None

    assert [str(each) for each in working.troubles] == ["database or disk is full"]
    assert await working.step() == 1


async def test_a_run_that_is_asked_to_end_makes_no_further_step_and_stays_due(
    working: Working,
) -> None:
    for number in range(100):
        working.stage.left.put(f"D/{number}.pdf", b"a")

    async def ask(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.CREATE_FILE, When.BEFORE):
            working.stopping.ask()

    working.stage.remotes[Side.RIGHT].calls.hooks.append(ask)

    await working.step()

    made = len(working.stage.right.snapshot("D"))
    assert 0 < made <= 16  # those that were under way together
    assert (await working.timing()).failures == 0
    assert await working.ticking.tick() == 1


async def test_a_killed_job_leaves_its_link_as_due_as_it_was(working: Working) -> None:
    hanging = asyncio.Event()

    async def hang() -> None:
        hanging.set()
        await asyncio.Event().wait()

    working.opening = hang
    await working.nudge(By.PERSON)
    killed = asyncio.create_task(working.step())
    await hanging.wait()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    working.opening = None

    assert (await working.timing()).is_nudged
    assert await working.step() == 1
    assert not (await working.timing()).is_nudged


async def test_a_removed_link_is_no_trouble(working: Working) -> None:
    scope, now = working.stage.ends.scope, working.stage.clock.now()

    async def remove() -> None:
        await asyncio.to_thread(lambda: scope.links.remove(working.link.name, now=now))
        raise Unreachable("what was asked for it went away")

    working.opening = remove

    await working.step()

    assert working.troubles == []
    assert await working.ticking.tick() == 0
