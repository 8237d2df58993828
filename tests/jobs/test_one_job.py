"""One run as a job: it is scheduled by its outcome, and its trouble stays its own."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError
from jobs.working import Working
from transport.limited import Limited, Window

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.jobs.seats import Guest, Seats
from turnbuckle.model.side import Side
from turnbuckle.ports.budget import Purpose, lane
from turnbuckle.ports.errors import SignInNeeded, Unreachable
from turnbuckle.store import leases, runs
from turnbuckle.store.timings import By
from turnbuckle.sync.counting import Outcome
from turnbuckle.sync.subject import subject
from turnbuckle.transport.budget import Budget

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


async def test_polls_move_apart_when_an_account_cannot_bear_them(working: Working) -> None:
    def call(moment: Moment) -> None:
        lane().apart["an account"] = timedelta(hours=2)

    working.stage.remotes[Side.RIGHT].calls.hooks.append(call)

    await working.step()
    working.stage.clock.advance(7200)
    first = (await working.timing()).next_at
    await working.step()

    assert (await working.timing()).next_at in (first, first + timedelta(hours=2))
    assert (await working.timing()).apart_seconds == 7200


async def test_after_a_day_a_run_lists_both_sides_completely_and_polls_do_not(
    working: Working,
) -> None:
    working.stage.left.put("D/a.pdf", b"a")
    await working.step()
    heard: list[tuple[Side, Op]] = []
    for side in Side:
        working.stage.remotes[side].calls.hooks.append(
            lambda moment, side=side: heard.append((side, moment.op))  # type: ignore[misc]
        )

    working.stage.clock.advance(300)
    await working.step()
    polled, heard[:] = set(heard), []
    before = await working.timing()
    working.stage.clock.advance(86_400)
    await working.step()
    swept, after = set(heard), await working.timing()

    assert {(side, Op.LIST) for side in Side} & polled == set()
    assert {(side, Op.LIST) for side in Side} <= swept
    assert after.swept_at == after.started_at != before.swept_at


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


async def test_each_line_about_a_run_names_it_also_those_after_its_last_call(
    working: Working, caplog: pytest.LogCaptureFixture
) -> None:
    working.stage.left.put("D/a.pdf", b"a")

    async def break_off(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.CREATE_FILE, When.AFTER):
            raise RuntimeError("our own fault")

    with caplog.at_level(logging.INFO, logger="turnbuckle"):
        await working.step()
        working.stage.remotes[Side.RIGHT].calls.hooks.append(break_off)
        working.stage.left.put("D/b.pdf", b"b")
        await working.nudge()
        await working.step()

    numbers = await asyncio.to_thread(lambda: [run.id for run in runs.last(working.link, 2)])
    told = {record.message: record.__dict__.get("run") for record in caplog.records}
    assert told == {
        "in step": numbers[1],
        "the run failed in a way that was not foreseen": numbers[0],
    }


async def test_runs_are_counted_by_how_they_ended_and_changes_by_how_long_they_took(
    working: Working,
) -> None:
    await working.step()
    working.stage.clock.advance(300)
    working.stage.right.put("D/b.pdf", b"b")
    working.stage.clock.advance(40)
    await working.nudge()
    await working.step()

    async def fail() -> None:
        raise Unreachable("the remote does not answer")

    working.opening = fail
    await working.nudge(By.PERSON)
    await working.step()

    counts = working.job.counts
    assert counts.outcomes == {Outcome.SYNCED: 2, Outcome.FAILED: 1}
    assert counts.writes == 1
    assert sum(counts.run_seconds.counts) == 3
    assert sum(counts.arrival_seconds.counts) == 1
    assert 40 <= counts.arrival_seconds.total < 60


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


async def test_a_link_that_comes_again_while_this_process_runs_it_leaves_that_run_alone(
    working: Working,
) -> None:
    for path in ("D/E/a.pdf", "D/E/b.pdf"):
        working.stage.left.put(path, b"a")
    working.job = replace(working.job, seats=Seats(4))
    held, goes_on = asyncio.Event(), asyncio.Event()
    began = working.stage.clock.now()

    async def hold(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.CREATE_FOLDER, When.BEFORE):
            held.set()
            await goes_on.wait()

    working.stage.remotes[Side.RIGHT].calls.hooks.append(hold)
    async with asyncio.timeout(30):
        first = asyncio.create_task(working.job(working.link.id))
        await held.wait()
        await working.job(working.link.id)
        put_off = await working.timing()
        seats = dict(working.job.seats._taken)
        goes_on.set()
        await first

    waits = put_off.next_at - began
    assert timedelta(seconds=15) <= waits < timedelta(seconds=16)
    assert list(seats) == [working.link.id]
    assert working.job.counts.outcomes == {Outcome.SYNCED: 1}
    assert (await working.timing()).failures == 0
    assert sorted(working.stage.right.snapshot("D")) == ["E/", "E/a.pdf", "E/b.pdf"]


async def test_a_link_comes_back_to_a_process_that_ran_it_before(working: Working) -> None:
    async def fail() -> None:
        raise OperationalError("database or disk is full")

    working.opening = fail
    await working.step()
    working.opening = None
    await working.step()
    working.stage.clock.advance(300)
    await working.step()

    assert working.job.counts.outcomes == {Outcome.SYNCED: 2}


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


async def test_a_link_whose_account_has_no_calls_left_stays_away_until_it_has(
    working: Working,
) -> None:
    clock = working.stage.clock
    budget = Budget(clock)
    await budget.acquire()
    await budget.note({"retry-after": "600"}, 429, clock.now())
    ends = replace(working.stage.ends, budgets=[budget])
    working.job = replace(working.job, open_ends=lambda scope, link: _given(ends))
    working.stage.left.put("D/a.pdf", b"a")

    await working.step()
    waits = await working.timing()
    clock.advance(660)
    await working.step()

    assert timedelta(minutes=10) <= waits.next_at - (clock.now() - timedelta(seconds=660))
    assert waits.ended_at is None
    assert waits.failures == 0
    assert "a.pdf" in working.stage.right.snapshot("D")


async def test_a_run_without_a_seat_comes_back_shortly(working: Working) -> None:
    now = working.stage.clock.now()
    together = working.link.integration
    working.job.seats.take(Guest(link=0, together=together, is_nudged=True), now)

    await working.step()
    waits = await working.timing()
    working.job.seats.leave(0)
    working.stage.clock.advance(60)
    await working.step()

    assert now < waits.next_at <= now + timedelta(seconds=60)
    assert (await working.timing()).ended_at is not None


async def test_a_first_sync_that_had_its_turn_makes_room_and_goes_on_later(
    working: Working,
) -> None:
    working.stage.left.mkdir("D/E")
    working.stage.left.put("D/E/a.pdf", b"a")
    job, clock = working.job, working.stage.clock

    async def another_waits(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.CREATE_FOLDER, When.AFTER):
            clock.advance(660)
            job.seats.take(Guest(link=0, together=0, is_long=True), clock.now())

    working.stage.remotes[Side.RIGHT].calls.hooks.append(another_waits)

    await working.step()
    half = await working.timing()
    clock.advance(60)
    await working.step()

    assert (half.ended_at, half.failures) == (None, 0)
    assert "E/a.pdf" in working.stage.right.snapshot("D")


async def _given[T](what: T) -> T:
    return what


async def test_a_run_without_calls_leaves_its_seat_and_goes_on_when_there_are_some(
    working: Working,
) -> None:
    clock = working.stage.clock
    budget = Budget(clock, usual_limit=100)
    remote = Limited(clock, [Window(100, 3600, ends=clock.now())])
    began, paths = clock.now(), [f"{number}.pdf" for number in range(80)]
    for path in paths:
        working.stage.left.put(f"D/{path}", b"a")

    async def call(moment: Moment) -> None:
        if moment.when is When.BEFORE:
            await remote.call(budget)

    working.stage.remotes[Side.RIGHT].calls.hooks.append(call)

    runs, due_at_once = 0, 0
    while runs < 20 and (await working.timing()).ended_at is None:
        runs += await working.step()
        due_at_once += await working.ticking.tick()
        clock.advance(((await working.timing()).next_at - clock.now()).total_seconds())

    assert (runs > 1, due_at_once) == (True, 0)
    assert sorted(working.stage.right.snapshot("D")) == sorted(paths)
    assert timedelta(hours=1) <= clock.now() - began < timedelta(hours=4)
    assert remote.refused == 0
    assert (await working.timing()).failures == 0
