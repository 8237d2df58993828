"""Many callers, one account: nobody overshoots, nobody waits longer than need be."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from turnbuckle.ports.errors import MalformedReply
from turnbuckle.transport.budget import Budget, retry_after

NOW = datetime(2026, 5, 14, 8, tzinfo=UTC)


class StepClock:
    """A clock that jumps over every wait, and remembers it."""

    def __init__(self) -> None:
        self.time = NOW
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Limited:
    """A remote that allows so many calls in a window, and knows when it was overshot."""

    def __init__(self, clock: StepClock, limit: int, seconds: int) -> None:
        self.clock, self.limit, self.seconds = clock, limit, seconds
        self.ends, self.used, self.refused = clock.now(), 0, 0
        self.under_way = self.most_under_way = 0

    async def call(self, budget: Budget, priority: int = 0) -> None:
        await budget.acquire(priority)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0)
        if self.clock.now() >= self.ends:
            self.ends = self.clock.now() + timedelta(seconds=self.seconds)
            self.used = 0
        self.used += 1
        self.refused += self.used > self.limit
        for _ in range(3):
            await asyncio.sleep(0)
        self.under_way -= 1
        left = max(0, self.limit - self.used)
        budget.note(self.headers(left), 200 if self.used <= self.limit else 429, self.clock.now())

    def headers(self, left: int) -> dict[str, str]:
        return {
            "x-rate-limit-limit": str(self.limit),
            "x-rate-limit-remaining": str(left),
            "x-rate-limit-reset": str(int(self.ends.timestamp())),
        }


@pytest.mark.parametrize("callers", [1, 5, 60])
async def test_callers_at_once_never_pass_the_limit(callers: int) -> None:
    clock = StepClock()
    budget, remote = Budget(clock), Limited(clock, limit=25, seconds=10)

    async def work() -> None:
        for _ in range(120 // callers):
            await remote.call(budget)

    await asyncio.gather(*(work() for _ in range(callers)))

    assert remote.refused == 0
    assert budget.calls == 120
    assert clock.time - NOW <= timedelta(seconds=60)


async def test_before_the_first_reply_only_a_few_calls_are_under_way() -> None:
    clock = StepClock()
    budget, remote = Budget(clock), Limited(clock, limit=1000, seconds=10)

    await asyncio.gather(*(remote.call(budget) for _ in range(100)))

    assert remote.most_under_way >= 8
    assert clock.waits == []


async def test_a_remote_that_tells_no_limits_is_not_slowed_down() -> None:
    clock = StepClock()
    budget = Budget(clock)
    await budget.acquire()
    budget.note({}, 200, clock.now())

    await asyncio.wait_for(asyncio.gather(*(budget.acquire() for _ in range(50))), 60)

    assert clock.waits == []


async def test_all_wait_as_long_as_a_refusal_says() -> None:
    clock = StepClock()
    budget = Budget(clock)
    await budget.acquire()
    budget.note({"retry-after": "17"}, 429, clock.now())

    await budget.acquire()

    assert clock.waits == [17]
    assert budget.waited_seconds == 17


async def test_the_standard_headers_in_seconds_are_read_too() -> None:
    clock = StepClock()
    budget = Budget(clock)
    await budget.acquire()
    budget.note({"ratelimit-remaining": "0", "ratelimit-reset": "12"}, 200, clock.now())

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
    budget.note(headers, 200, clock.now())

    await budget.acquire()

    assert clock.waits == [10]


async def test_fresh_work_goes_before_bulk_work() -> None:
    clock = StepClock()
    budget = Budget(clock, most_unknown=1)
    await budget.acquire()
    order: list[str] = []

    async def one(name: str, priority: int) -> None:
        await budget.acquire(priority)
        order.append(name)
        budget.note({}, 200, clock.now())

    waiting = [asyncio.create_task(one("bulk", 0)), asyncio.create_task(one("fresh", 5))]
    await asyncio.sleep(0)
    budget.note({"ratelimit-remaining": "9", "ratelimit-reset": "9"}, 200, clock.now())
    await asyncio.gather(*waiting)

    assert order == ["fresh", "bulk"]


async def test_a_caller_who_gives_up_leaves_the_queue_moving() -> None:
    clock = StepClock()
    budget = Budget(clock, most_unknown=1)
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
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: int) -> None:
    assert retry_after({"retry-after": header}, NOW) == timedelta(seconds=seconds)


def test_no_retry_after_is_no_wait_told_and_nonsense_is_malformed() -> None:
    assert retry_after({}, NOW) is None
    with pytest.raises(MalformedReply):
        retry_after({"retry-after": "soon"}, NOW)
