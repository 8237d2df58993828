"""What may be repeated is repeated, on the given clock, and nothing else is."""

from datetime import UTC, datetime, timedelta

import pytest

from turnbuckle.ports.errors import AccessDenied, Locked, Overtaken, RateLimited, Unreachable
from turnbuckle.sync.retrying import TRIES, repeated, wait_after


class Waits:
    """A clock that only notes how long it was asked to wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 5, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Failing:
    """A call that fails with each of these errors in turn, and then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


async def test_a_call_that_went_wrong_by_chance_is_repeated_with_growing_waits() -> None:
    clock, call = Waits(), Failing(*[Unreachable("no answer")] * 4)

    answer = await repeated(call, clock)

    assert answer == "answer"
    assert clock.seconds == [1.0, 2.0, 4.0, 8.0]


async def test_after_the_last_try_the_error_comes_out() -> None:
    clock, call = Waits(), Failing(*[Unreachable("no answer")] * 9)

    with pytest.raises(Unreachable):
        await repeated(call, clock)

    assert call.calls == TRIES
    assert len(clock.seconds) == TRIES - 1


async def test_a_remote_that_asks_for_a_wait_gets_just_that_and_it_is_no_failed_try() -> None:
    wait = RateLimited("Procore", timedelta(seconds=37))
    clock, call = Waits(), Failing(*[wait] * 10, *[Unreachable("no answer")] * 4)

    answer = await repeated(call, clock)

    assert answer == "answer"
    assert clock.seconds == [37.0] * 10 + [1.0, 2.0, 4.0, 8.0]


async def test_a_remote_that_never_stops_asking_for_waits_is_left_for_the_next_run() -> None:
    clock, call = Waits(), Failing(*[RateLimited("Procore", timedelta(seconds=1))] * 1000)

    with pytest.raises(RateLimited):
        await repeated(call, clock)

    assert call.calls < 100


@pytest.mark.parametrize(
    "error", [Overtaken("newer"), Locked("open"), AccessDenied("no right"), ValueError("ours")]
)
async def test_an_error_that_stays_is_not_repeated(error: Exception) -> None:
    clock, call = Waits(), Failing(error)

    with pytest.raises(type(error)):
        await repeated(call, clock)

    assert call.calls == 1
    assert clock.seconds == []


def test_no_wait_is_longer_than_a_minute() -> None:
    assert [wait_after(failures) for failures in (1, 2, 6, 7, 50)] == [1, 2, 32, 60, 60]
