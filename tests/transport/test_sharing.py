"""Several workers, one account: the rules by which a ledger leases calls."""

import asyncio
from datetime import timedelta

import pytest
from figures.day.virtual_time import VirtualClock, run
from transport.limited import NOW, HandClock, Limited, StepClock, Window

from turnbuckle.ports.budget import Ask, NoCallsLeft, Purpose, Told, Word, driving
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.sharing import (
    DIED,
    PROBE_PATIENCE,
    SLICE_CALLS,
    SLICE_LIFE,
    InOneProcess,
    Sharing,
)

HOUR = timedelta(hours=1)
SET_BACK = timedelta(hours=12)
SPIKE = timedelta(seconds=10)


def told(limit: int, left: int, ends: timedelta = SPIKE) -> Word:
    return Word(told=[Told(limit, left, NOW + ends, always=True)])


def ask(worker: str, purpose: Purpose = Purpose.ORDINARY, word: Word | None = None) -> Ask:
    return Ask(worker=worker, purpose=purpose, word=word or Word())


@pytest.mark.parametrize("workers", [2, 3, 8])
async def test_workers_together_never_pass_either_limit(workers: int) -> None:
    clock, ledger = StepClock(), InOneProcess()
    remote = Limited(clock, [Window(25, 10), Window(60, 300)])
    budgets = [Budget(clock, ledger, "one") for _ in range(workers)]

    async def work(budget: Budget) -> None:
        for _ in range(10):
            await remote.call(budget)

    await asyncio.gather(*(work(budget) for budget in budgets for _ in range(3)))

    assert remote.refused == 0
    assert remote.answered == workers * 30


async def test_one_accounts_throttling_does_not_slow_another() -> None:
    clock, ledger = HandClock(), InOneProcess()
    closed, free = Budget(clock, ledger, "one"), Budget(clock, ledger, "other")
    remote = Limited(clock, [Window(1000, 10)])
    await closed.acquire()
    await closed.note({"retry-after": "600"}, 429, clock.now())

    waiting = asyncio.create_task(closed.acquire())
    await asyncio.gather(*(remote.call(free) for _ in range(20)))

    assert not waiting.done()
    assert clock.time == NOW
    waiting.cancel()


async def test_a_word_to_wait_holds_for_all_workers() -> None:
    clock, ledger = StepClock(), InOneProcess()
    here, there = Budget(clock, ledger, "one"), Budget(clock, ledger, "one")
    await here.acquire()
    await here.note({"retry-after": "17"}, 503, clock.now())

    await there.acquire()

    assert clock.time == NOW + timedelta(seconds=17)


async def test_fresh_work_of_one_worker_goes_before_bulk_work_of_another() -> None:
    clock, ledger = StepClock(), InOneProcess()
    remote = Limited(clock, [Window(1, 10)])
    budgets = [Budget(clock, ledger, "one") for _ in range(2)]
    await remote.call(budgets[0])

    async def some(budget: Budget, purpose: Purpose) -> None:
        with driving(purpose.name, purpose):
            await asyncio.gather(*(remote.call(budget, purpose.name) for _ in range(6)))

    await asyncio.gather(some(budgets[1], Purpose.FRESH), some(budgets[0], Purpose.BULK))

    assert remote.order[1:] == ["FRESH"] * 6 + ["BULK"] * 6
    assert remote.refused == 0


def test_what_a_dead_worker_had_leased_counts_as_spent_until_the_window_ends() -> None:
    sharing = Sharing()
    word = told(12, 12, HOUR)
    lost = sharing.lease(ask("dead", word=word), NOW)
    later = NOW + SLICE_LIFE + DIED + timedelta(seconds=1)

    before = sharing.lease(ask("alive"), later)
    after = sharing.lease(ask("alive", word=Word(told=[Told(12, 12, NOW + HOUR * 2)])), NOW + HOUR)

    assert lost.calls == 12 - 3
    assert before.calls == 0
    assert after.calls == 12 - 3


def test_what_is_given_back_is_free_at_once() -> None:
    sharing = Sharing()
    sharing.lease(ask("quick", word=told(25, 12, HOUR)), NOW)

    sharing.tell("quick", Word(spent=1, told=[Told(25, 11, NOW + HOUR)]), NOW)

    assert sharing.lease(ask("other"), NOW).calls == 11 - 6


async def test_a_worker_that_is_quiet_gives_its_slice_back() -> None:
    clock, ledger = StepClock(), InOneProcess()
    budget, remote = Budget(clock, ledger, "one"), Limited(clock, [Window(25, 3600)])
    for _ in range(2):
        await remote.call(budget)

    await asyncio.sleep(1.2)

    assert ledger.accounts["one"].workers == {}
    assert ledger.accounts["one"].hour is not None
    assert ledger.accounts["one"].hour.calls == 2


def test_a_slice_is_smaller_when_more_workers_ask() -> None:
    sharing = Sharing()

    given = [sharing.lease(ask(str(n), word=told(25, 24)), NOW).calls for n in range(4)]

    assert given[0] == SLICE_CALLS
    assert given[1:] == [7, 2, 1]
    assert sum(given) < 24  # with one kept to ask with after the burst


def test_a_slice_never_outlives_its_window() -> None:
    sharing = Sharing()

    given = sharing.lease(ask("a", word=told(25, 24, timedelta(seconds=3))), NOW)

    assert given.until == NOW + timedelta(seconds=3)


def test_after_a_window_one_worker_alone_asks_how_many_may_follow() -> None:
    sharing = Sharing()
    sharing.lease(ask("a", word=told(25, 24)), NOW)
    later = NOW + timedelta(seconds=21)

    given = [sharing.lease(ask(name), later).calls for name in "abc"]

    assert given == [1, 0, 0]


def test_what_was_told_of_one_window_is_asked_again_after_another_ended() -> None:
    sharing = Sharing()
    both = [Told(3600, 20, NOW + HOUR), Told(25, 12, NOW + SPIKE)]
    sharing.lease(ask("a", word=Word(told=both)), NOW)
    sharing.tell("a", Word(told=[Told(25, 2, NOW + SPIKE)]), NOW)

    given = sharing.lease(ask("a"), NOW + SPIKE)

    assert given.calls == 1  # twenty were left of the hour once, and nobody told since
    assert given.is_blind


def test_a_question_that_is_never_answered_is_asked_again() -> None:
    sharing = Sharing()
    sharing.lease(ask("dead"), NOW)

    given = sharing.lease(ask("alive"), NOW + PROBE_PATIENCE)

    assert given.calls == 1


def test_a_lost_call_counts_as_made() -> None:
    sharing = Sharing()
    sharing.lease(ask("a", word=told(25, 4)), NOW)

    sharing.tell("a", Word(lost=2), NOW)

    assert sharing.lease(ask("b"), NOW).calls == 1


def test_tokens_with_limits_of_their_own_are_held_to_the_lowest() -> None:
    sharing = Sharing()
    one, two = Told(25, 2, NOW + SPIKE), Told(25, 20, NOW + timedelta(seconds=5))

    given = sharing.lease(ask("a", word=Word(told=[one, two])), NOW)

    assert given.calls == 2


def test_a_remote_that_stops_telling_limits_is_believed_after_some_replies() -> None:
    sharing = Sharing()
    sharing.lease(ask("a", word=told(25, 24)), NOW)
    later = NOW + timedelta(seconds=30)

    given = [sharing.lease(ask("a", word=Word(silent=1)), later).calls for _ in range(3)]

    assert given == [1, 1, 50]


def test_the_standing_is_the_remotes_own_word_where_it_tells_of_the_long_window() -> None:
    sharing = Sharing()
    sharing.lease(ask("a", word=told(3600, 1240, HOUR)), NOW)

    standing = sharing.standing("one", NOW)

    assert (standing.left, standing.limit, standing.until) == (1240, 3600, NOW + HOUR)
    assert not standing.is_estimate


def test_the_standing_is_counted_where_the_remote_tells_of_bursts_alone() -> None:
    sharing = Sharing()
    asked = Ask(worker="a", usual_limit=3600, word=told(25, 24))
    sharing.lease(asked, NOW)
    sharing.tell("a", Word(spent=600), NOW + timedelta(minutes=20))

    standing = sharing.standing("one", NOW + timedelta(minutes=30))

    assert (standing.left, standing.limit) == (3000, 3600)
    assert standing.until == NOW + timedelta(minutes=80)
    assert standing.is_estimate


def hour_of(calls: int, after: timedelta) -> Sharing:
    """Give an account that spent so many calls in the hour's first minutes."""
    sharing = Sharing()
    sharing.lease(Ask(worker="a", usual_limit=3600, word=told(25, 24)), NOW)
    sharing.tell("a", Word(spent=calls), NOW)
    sharing.lease(Ask(worker="a", word=told(25, 24, after + SPIKE)), NOW + after)
    sharing.tell("a", Word(), NOW + after)
    return sharing


@pytest.mark.parametrize(
    ("calls", "minutes", "goes_on"),
    [(1700, 1, True), (2000, 1, False), (2000, 13, True), (3000, 13, False), (3000, 50, True)],
)
def test_bulk_work_leaves_half_of_what_is_left_of_the_hour_to_others(
    calls: int, minutes: int, goes_on: bool
) -> None:
    after = timedelta(minutes=minutes)
    sharing = hour_of(calls, after)

    given = sharing.lease(ask("b", Purpose.BULK), NOW + after)
    others = sharing.lease(ask("c", Purpose.FRESH), NOW + after)

    assert (given.calls > 0) is goes_on
    assert given.until <= NOW + HOUR
    assert others.calls > 0
    assert others.is_held is not goes_on


def test_bulk_work_learns_the_truth_at_the_end_of_the_hour_and_goes_on_where_more_is_granted() -> (
    None
):
    near, beyond = (hour_of(calls, timedelta(minutes=30)) for calls in (3590, 5000))
    half_past = NOW + timedelta(minutes=30)

    assert near.lease(ask("b", Purpose.BULK), half_past).calls > 0
    assert beyond.lease(ask("b", Purpose.BULK), half_past).calls > 0
    next_hour = NOW + HOUR
    beyond.tell("b", Word(spent=2000), next_hour)
    assert beyond.lease(ask("b", Purpose.BULK), next_hour).calls > 0  # of 5,000 by now


def test_fresh_edits_get_through_while_a_first_sync_waits_for_the_hour() -> None:
    clock = VirtualClock(NOW)
    remote = Limited(clock, [Window(25, 10), Window(100, 3600)])

    async def edits_beside_a_first_sync() -> timedelta:
        budget = Budget(clock, InOneProcess(), "one", usual_limit=100)

        async def work(purpose: Purpose, calls: int) -> None:
            with driving(purpose.name, purpose):
                for _ in range(calls):
                    await remote.call(budget, purpose.name)

        bulk = asyncio.create_task(work(Purpose.BULK, 300))
        await asyncio.sleep(600)
        before = clock.now()
        await work(Purpose.FRESH, 5)
        took = clock.now() - before
        bulk.cancel()
        return took

    assert run(edits_beside_a_first_sync()) < SPIKE * 2
    assert 50 <= remote.order.count("BULK") < 80
    assert remote.refused == 0


async def test_a_budget_that_is_used_up_says_until_when() -> None:
    clock = HandClock()
    budget = Budget(clock)
    await budget.acquire()
    assert budget.dry_until() is None
    await budget.note({"retry-after": "600"}, 429, clock.now())

    assert budget.dry_until() == NOW + timedelta(minutes=10)
    clock.time += timedelta(minutes=9, seconds=50)
    assert budget.dry_until() is None  # in a moment


async def test_who_is_not_patient_goes_away_where_there_are_no_calls_for_long() -> None:
    clock = StepClock()
    budget, remote = Budget(clock), Limited(clock, [Window(25, 10), Window(60, 3600)])

    async def work(number: int) -> None:
        with driving(f"link {number}", Purpose.FRESH, is_patient=False):
            for _ in range(4):
                await remote.call(budget)

    came = await asyncio.gather(*(work(number) for number in range(20)), return_exceptions=True)

    left = [each for each in came if each is not None]
    assert 40 <= budget.calls <= 60  # the burst was waited for
    assert remote.refused == 0
    assert {type(each) for each in left} == {NoCallsLeft}
    assert clock.now() - NOW < timedelta(minutes=2)
    assert budget.dry_until() == NOW + timedelta(hours=1)


async def test_who_is_patient_waits_beside_those_who_go_away() -> None:
    clock = StepClock()
    budget, remote = Budget(clock), Limited(clock, [Window(5, 3600)])

    async def work(*, is_patient: bool) -> None:
        with driving(f"{is_patient}", Purpose.ORDINARY, is_patient=is_patient):
            for _ in range(8):
                await remote.call(budget)

    came = await asyncio.gather(
        work(is_patient=True), work(is_patient=False), return_exceptions=True
    )

    assert [type(each) for each in came] == [type(None), NoCallsLeft]
    assert clock.now() - NOW > timedelta(hours=1)
    assert remote.refused == 0


def test_after_the_clock_was_set_back_bulk_work_gets_calls_with_the_first_fresh_header() -> None:
    sharing = hour_of(2000, timedelta(minutes=1))
    assert sharing.lease(ask("b", Purpose.BULK), NOW + timedelta(minutes=2)).is_held
    then = NOW - SET_BACK

    first = sharing.lease(ask("b", Purpose.BULK), then)
    fresh = Told(25, 24, then + SPIKE, always=True)
    given = sharing.lease(ask("b", Purpose.BULK, Word(spent=1, told=[fresh])), then)

    assert (first.calls, first.is_blind) == (1, True)
    assert given.calls > 1
    assert not given.is_held


def test_after_the_clock_was_set_back_what_a_dead_worker_leased_is_free_again_soon() -> None:
    sharing = Sharing()
    sharing.lease(ask("dead", word=told(12, 12, HOUR)), NOW)
    then = NOW - SET_BACK
    sharing.tell("alive", Word(told=[Told(12, 12, then + HOUR, always=True)]), then)

    soon = then + SLICE_LIFE + DIED + timedelta(seconds=1)
    sharing.tell("alive", Word(told=[Told(12, 12, soon + HOUR, always=True)]), soon)

    assert set(sharing.workers) == set()


def test_after_the_clock_was_set_back_looks_are_counted_anew() -> None:
    sharing = Sharing()
    sharing.lease(Ask(worker="a", usual_limit=400, word=Word(looks=1)), NOW)
    then = NOW - SET_BACK
    sharing.lease(Ask(worker="a", usual_limit=400, word=Word(looks=100)), then)

    given = sharing.lease(Ask(worker="a", usual_limit=400), then + timedelta(minutes=15))

    assert given.apart > timedelta(0)


def test_a_question_that_comes_a_moment_late_forgets_nothing() -> None:
    sharing = Sharing()
    sharing.tell("a", Word(closed_until=NOW + HOUR), NOW)

    given = sharing.lease(ask("b"), NOW - timedelta(seconds=30))

    assert given.until == NOW + HOUR


async def test_an_account_closed_for_seconds_is_not_closed_as_long_as_the_clock_went_back() -> None:
    clock, ledger = StepClock(), InOneProcess()
    here, there = Budget(clock, ledger, "one"), Budget(clock, ledger, "one")
    for budget in (here, there):
        await budget.acquire()
        await budget.note({"retry-after": "10"}, 429, clock.now())
    clock.time = then = NOW - SET_BACK

    with driving("link", Purpose.FRESH, is_patient=False):
        for budget in (here, there, Budget(clock, ledger, "one")):
            assert budget.dry_until(Purpose.FRESH) is None
            await budget.acquire()
            await budget.note({}, 200, clock.now())

    assert clock.now() - then < SPIKE


async def test_bulk_work_goes_on_in_the_process_that_was_told_to_hold_it_by_another_clock() -> None:
    clock, ledger = StepClock(), InOneProcess()
    budget = Budget(clock, ledger, "one", usual_limit=100)
    remote = Limited(clock, [Window(25, 10), Window(100, 3600)])

    async def work(calls: int) -> None:
        with driving("link", Purpose.BULK, is_patient=False):
            for _ in range(calls):
                await remote.call(budget)

    with pytest.raises(NoCallsLeft):
        await work(100)
    clock.time = then = NOW - SET_BACK
    remote.windows = [Window(25, 10, ends=then), Window(100, 3600, ends=then)]

    await work(10)

    assert clock.now() - then < SPIKE
    assert remote.refused == 0
