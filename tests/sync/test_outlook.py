"""How long a run still takes is said by its pace and by the calls that are left."""

from datetime import UTC, datetime, timedelta

import pytest

from turnbuckle.ports.budget import Standing
from turnbuckle.sync.outlook import Pace, seconds_left

NOW = datetime(2026, 5, 14, 8, tzinfo=UTC)
TWO_CALLS_A_STEP = Pace(steps=100, seconds=50, calls=200)


def standing(left: int | None, limit: int | None = 3600, minutes: int = 30) -> Standing:
    return Standing(
        account="one",
        limit=limit,
        left=left,
        until=NOW + timedelta(minutes=minutes),
        is_estimate=False,
        closed_until=None,
    )


@pytest.mark.parametrize(
    ("steps", "left", "seconds"),
    [
        (0, 0, 0),
        (100, 3600, 50),  # enough calls: at the pace so far
        (100, 0, 30 * 60 + 50),  # after this window
        (1000, 1000, 30 * 60 + 250),  # what is left over takes its time in the next one
        (2800, 2000, 30 * 60 + 3600),  # the whole of the next one as well
    ],
)
def test_the_time_is_what_pace_and_calls_allow(steps: int, left: int, seconds: int) -> None:
    assert seconds_left(steps, TWO_CALLS_A_STEP, standing(left), NOW) == seconds


def test_without_limits_the_pace_alone_counts() -> None:
    assert seconds_left(10_000, TWO_CALLS_A_STEP, standing(None, None), NOW) == 5000


def test_before_the_first_step_nothing_can_be_said() -> None:
    assert seconds_left(10, Pace(steps=0, seconds=0, calls=0), standing(3600), NOW) is None
