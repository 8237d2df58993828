"""`turnbuckle status` says in plain words how many calls are left, and how long a link needs."""

from datetime import UTC, datetime, timedelta

import pytest
from store.building import House

from turnbuckle.cli.calls_left import calls_left
from turnbuckle.ports.budget import Told, Word
from turnbuckle.store import budgets, outlooks
from turnbuckle.store.outlooks import Outlook

NOW = datetime(2026, 5, 14, 13, 10, tzinfo=UTC)
TWO = datetime(2026, 5, 14, 14, tzinfo=UTC)
ACCOUNT = "procore https://api.procore.com app 7"


@pytest.fixture
def house(db: None) -> House:
    return House()


def record(house: House, *, seconds: int | None = 1500, is_first: bool = True) -> None:
    outlook = Outlook(
        recorded_at=NOW,
        is_first=is_first,
        steps_left=1200,
        seconds_left=seconds,
        account=ACCOUNT,
        calls_left=1240,
        calls_limit=3600,
        calls_until=TWO,
    )
    outlooks.record(house.run(), outlook)


def lines(house: House, later: timedelta = timedelta(), *, is_running: bool = True) -> list[str]:
    return [line.strip() for line in calls_left(house.link, NOW + later, is_running=is_running)]


def test_a_first_sync_says_how_long_it_takes_and_what_is_left(house: House) -> None:
    record(house)
    budgets.tell(ACCOUNT, "here", Word(told=[Told(3600, 1240, TWO)]), NOW)

    assert lines(house) == [
        "first sync: 1,200 steps to do, about 25 min more",
        "Procore: 1,240 of 3,600 calls left until 14:00 UTC",
    ]


def test_time_goes_by_between_two_records(house: House) -> None:
    record(house, seconds=7500, is_first=False)

    assert lines(house, timedelta(minutes=5)) == [
        "this run: 1,200 steps to do, about 2 h 0 min more"
    ]


def test_before_anything_is_done_no_time_is_told(house: House) -> None:
    record(house, seconds=None)

    assert lines(house) == ["first sync: 1,200 steps to do"]


def test_a_link_that_does_not_run_takes_no_time(house: House) -> None:
    record(house)

    assert lines(house, is_running=False) == []


def test_an_account_that_is_closed_says_until_when(house: House) -> None:
    record(house)
    budgets.tell(ACCOUNT, "here", Word(closed_until=TWO), NOW)

    assert lines(house, is_running=False) == ["Procore: asks us to wait until 14:00 UTC"]


def test_what_we_counted_ourselves_is_told_as_about(house: House) -> None:
    record(house)
    budgets.tell(ACCOUNT, "here", Word(told=[Told(3600, 20, TWO)]), NOW)
    budgets.tell(ACCOUNT, "here", Word(spent=100), TWO)

    assert lines(house, TWO - NOW, is_running=False) == [
        "Procore: about 3,500 of 3,600 calls left until 15:00 UTC"
    ]


def test_a_link_that_recorded_nothing_says_nothing(house: House) -> None:
    assert lines(house) == []
