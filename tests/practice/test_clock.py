"""The clocks of practice mode."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from turnbuckle.practice.clock import RealClock, ShiftedClock, SimulatedClock, SkewedClock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def test_sleeping_by_the_simulated_clock_takes_no_time_and_moves_it() -> None:
    clock = SimulatedClock(NOON)
    began = RealClock().now()

    await clock.sleep(3600)

    assert clock.now() == NOON + timedelta(hours=1)
    assert RealClock().now() - began < timedelta(seconds=5)


def test_the_simulated_clock_stands_still_until_it_is_moved() -> None:
    clock = SimulatedClock(NOON)

    clock.advance(0.25)

    assert clock.now() - NOON == timedelta(milliseconds=250)
    assert clock.now() == clock.now()


def test_the_simulated_clock_tells_utc_whatever_zone_it_was_started_in() -> None:
    clock = SimulatedClock(datetime(2026, 3, 2, 7, 0, tzinfo=timezone(timedelta(hours=-5))))

    assert clock.now() == NOON
    assert clock.now().utcoffset() == timedelta(0)


def test_a_clock_does_not_go_back() -> None:
    clock = SimulatedClock(NOON)

    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        SimulatedClock(datetime(2026, 3, 2, 12, 0))  # noqa: DTZ001


async def test_the_real_clock_is_the_machines_own() -> None:
    before = datetime.now(UTC)

    await RealClock().sleep(0.01)

    assert RealClock().now() - before >= timedelta(milliseconds=9)


def test_a_skewed_clock_is_wrong_by_its_skew_and_may_jump() -> None:
    clock = SimulatedClock(NOON)
    skewed = SkewedClock(clock, 7200)

    first = skewed.now()
    skewed.skew_seconds = -60

    assert (first - NOON, skewed.now() - NOON) == (timedelta(hours=2), timedelta(minutes=-1))


async def test_a_shifted_clock_is_ahead_of_the_machines_own_and_never_goes_back() -> None:
    clock = ShiftedClock()

    clock.advance(3600)
    clock.advance(1800)

    assert timedelta(hours=1.4) < clock.now() - datetime.now(UTC) < timedelta(hours=1.6)
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1)
