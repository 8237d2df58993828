"""Many callers, one account: nobody overshoots, nobody waits longer than need be."""

import asyncio
from datetime import timedelta

import pytest
from transport.limited import NOW, HandClock, Limited, StepClock, Window

from turnbuckle.ports.budget import Purpose, driving, spending_for
from turnbuckle.ports.errors import MalformedReply
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.sharing import InOneProcess
from turnbuckle.transport.told import retry_after


def limited(clock: StepClock, *windows: tuple[int, int]) -> Limited:
    return Limited(clock, [Window(*window) for window in windows])


async def many(remote: Limited, budget: Budget, calls: int, callers: int) -> None:
    """Make calls one after the other, so many callers side by side."""

    async def work() -> None:
        for _ in range(calls // callers):
            await remote.call(budget)

    await asyncio.gather(*(work() for _ in range(callers)))


@pytest.mark.parametrize("callers", [1, 5, 60])
async def test_callers_at_once_never_pass_the_limit(callers: int) -> None:
    clock = StepClock()
    budget, remote = Budget(clock), limited(clock, (25, 10))

    await many(remote, budget, 120, callers)

    assert remote.refused == 0
    assert budget.calls == 120
    assert clock.time - NOW <= timedelta(seconds=60)


@pytest.mark.parametrize("callers", [1, 15, 60])
async def test_the_limit_that_headers_do_not_tell_of_is_kept_too(callers: int) -> None:
    clock = StepClock()
    budget, remote = Budget(clock), limited(clock, (25, 10), (60, 300))

    await many(remote, budget, 180, callers)

    assert remote.refused == 0
    assert budget.calls == 180


async def test_a_burst_that_ends_with_the_hour_costs_no_refusal() -> None:
    clock = StepClock()
    budget, remote = Budget(clock), limited(clock, (20, 10), (40, 60))

    await many(remote, budget, 120, 16)

    assert remote.refused == 0


async def test_what_may_follow_is_asked_with_one_call() -> None:
    clock = StepClock()
    budget, remote = Budget(clock), limited(clock, (3, 10))

    await many(remote, budget, 9, 9)

    assert remote.refused == 0
    assert remote.most_under_way <= 3


async def test_the_ledger_is_asked_for_slices_and_not_for_calls() -> None:
    clock, ledger = StepClock(), InOneProcess()
    budget, remote = Budget(clock, ledger, "one"), limited(clock, (1000, 3600))

    await many(remote, budget, 400, 16)

    assert ledger.questions <= 400 // 10


async def test_nothing_is_asked_while_nobody_calls() -> None:
    clock, ledger = StepClock(), InOneProcess()
    budget, remote = Budget(clock, ledger, "one"), limited(clock, (25, 10))
    await remote.call(budget)
    asked = ledger.questions

    await asyncio.sleep(0.05)

    assert ledger.questions == asked
    assert clock.waits == []


async def test_a_remote_that_tells_no_limits_is_not_slowed_down() -> None:
    clock = StepClock()
    budget = Budget(clock)
    await budget.acquire()
    await budget.note({}, 200, clock.now())

    await asyncio.wait_for(asyncio.gather(*(budget.acquire() for _ in range(50))), 60)

    assert clock.waits == []


async def test_all_wait_as_long_as_a_refusal_says() -> None:
    clock = StepClock()
    budget = Budget(clock)
    await budget.acquire()
    await budget.note({"retry-after": "17"}, 429, clock.now())

    await budget.acquire()

    assert clock.waits == [17]
    assert budget.waited_seconds == 17


async def test_the_standard_headers_in_seconds_are_read_too() -> None:
    clock = StepClock()
    budget = Budget(clock)
    await budget.acquire()
    await budget.note({"ratelimit-remaining": "0", "ratelimit-reset": "12"}, 200, clock.now())

    await budget.acquire()

    assert clock.waits == [12]


async def test_a_clock_that_is_wrong_does_not_lengthen_the_wait() -> None:
    clock = StepClock()
    budget = Budget(clock)
    theirs = NOW + timedelta(minutes=7)
    await budget.acquire()
    headers = {
        "date": theirs.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": str(int(theirs.timestamp()) + 10),
    }
    await budget.note(headers, 200, clock.now())

    await budget.acquire()

    assert clock.waits == [10]


async def test_fresh_work_goes_before_bulk_work() -> None:
    clock = StepClock()
    budget, remote = Budget(clock), limited(clock, (1, 10))
    await remote.call(budget)

    async def one(purpose: Purpose) -> None:
        with driving("tower", purpose):
            await remote.call(budget, purpose.name)

    mixed = [Purpose.BULK, Purpose.ORDINARY, Purpose.FRESH, Purpose.PROOF]
    await asyncio.gather(*map(one, mixed))

    assert remote.order[1:] == ["PROOF", "FRESH", "ORDINARY", "BULK"]
    assert remote.refused == 0


async def test_links_take_turns_however_many_callers_each_has() -> None:
    clock = StepClock()
    budget, remote = Budget(clock), limited(clock, (4, 10))
    await many(remote, budget, 4, 1)

    async def one(link: str, calls: int) -> None:
        with driving(link, Purpose.BULK):
            await asyncio.gather(*(remote.call(budget, link) for _ in range(calls)))

    await asyncio.gather(one("large", 40), one("small", 8), one("tiny", 4))

    first = remote.order[4:16]
    assert [first.count(link) for link in ("large", "small", "tiny")] == [4, 4, 4]
    assert remote.refused == 0


async def test_who_is_less_urgent_comes_after_seven_others_at_the_latest() -> None:
    clock = StepClock()
    budget, remote = Budget(clock), limited(clock, (1, 10))
    await remote.call(budget)

    async def some(purpose: Purpose, calls: int) -> None:
        with driving(purpose.name, purpose):
            await asyncio.gather(*(remote.call(budget, purpose.name) for _ in range(calls)))

    await asyncio.gather(some(Purpose.BULK, 3), some(Purpose.ORDINARY, 20))

    late = [place for place, name in enumerate(remote.order[1:]) if name == "BULK"]
    assert late == [7, 15, 22]


async def test_the_last_calls_of_a_long_window_are_kept_for_proofs() -> None:
    clock = HandClock()
    budget, remote = Budget(clock), limited(clock, (40, 3600))

    with driving("tower", Purpose.BULK):
        bulk = [asyncio.create_task(remote.call(budget, "bulk")) for _ in range(35)]
        await asyncio.wait(bulk, timeout=0.2)
        with spending_for(Purpose.PROOF):
            await asyncio.gather(*(remote.call(budget, "proof") for _ in range(10)))
        await clock.advance(3601)
        await asyncio.gather(*bulk)

    assert remote.order == ["bulk"] * 30 + ["proof"] * 10 + ["bulk"] * 5
    assert remote.refused == 0


async def test_calls_are_counted_for_whom_they_were_made() -> None:
    clock = StepClock()
    budget, remote = Budget(clock, account="procore 7"), limited(clock, (100, 10))

    with driving("tower", Purpose.FRESH) as lane:
        await remote.call(budget)
        with spending_for(Purpose.PROOF):
            await remote.call(budget)
    await remote.call(budget)

    assert lane.spent == {"procore 7": 2}


async def test_a_caller_who_gives_up_leaves_the_queue_moving() -> None:
    clock = StepClock()
    budget = Budget(clock)
    await budget.acquire()
    quitter = asyncio.create_task(budget.acquire())
    patient = asyncio.create_task(budget.acquire())
    await asyncio.sleep(0)
    quitter.cancel()
    await asyncio.sleep(0)

    budget.lost()

    await asyncio.wait_for(patient, 60)
    assert budget.calls == 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("Thu, 14 May 2026 08:00:30 GMT", 30),
        ("Thu, 14 May 2026 07:00:00 GMT", 0),
        ("3600", 3600),
        ("Thu, 14 May 2026 09:00:00 GMT", 3600),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: int) -> None:
    assert retry_after({"retry-after": header}, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header",
    ["3601", "86400", "100000000", "9" * 5000, "0" * 20 + "7200", "Sun, 14 May 2028 08:00:00 GMT"],
)
def test_no_reply_is_believed_for_longer_than_an_hour(header: str) -> None:
    assert retry_after({"retry-after": header}, NOW) == timedelta(hours=1)


async def test_an_account_closed_by_a_wrong_header_is_asked_again_after_an_hour() -> None:
    clock = StepClock()
    budget = Budget(clock)
    await budget.acquire()
    await budget.note({"retry-after": "100000000"}, 503, clock.now())

    await budget.acquire()

    assert clock.time == NOW + timedelta(hours=1)


def test_no_retry_after_is_no_wait_told_and_nonsense_is_malformed() -> None:
    assert retry_after({}, NOW) is None
    with pytest.raises(MalformedReply):
        retry_after({"retry-after": "soon"}, NOW)
