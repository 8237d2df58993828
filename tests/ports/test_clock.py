"""The machine's own clock is what production runs on."""

from datetime import UTC, datetime, timedelta

from turnbuckle.ports.clock import Clock, SystemClock


def test_the_time_now_carries_its_zone() -> None:
    clock: Clock = SystemClock()

    now = clock.now()

    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


async def test_a_sleep_lasts_as_long_as_asked() -> None:
    clock: Clock = SystemClock()
    before = clock.now()

    await clock.sleep(0.02)

    assert clock.now() - before >= timedelta(seconds=0.015)
