"""`turnbuckle status` says when a link runs next, and why it does so seldom."""

from datetime import UTC, datetime, timedelta

import pytest
from store.building import NOW, House

from turnbuckle.cli.status import status
from turnbuckle.store import models, timings
from turnbuckle.store.timings import After


@pytest.fixture
def house(db: None) -> House:
    return House()


def polled_every(house: House, seconds: float) -> None:
    began = timings.begin(house.link.id, now=NOW, practice=True)
    assert began is not None
    after = After(next_at=NOW + timedelta(minutes=5), apart_seconds=seconds)
    timings.end(began, after, now=NOW)


def test_a_link_that_is_polled_seldom_for_its_account_s_sake_says_so(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    polled_every(house, 840)

    status()

    said = " ".join(capsys.readouterr().out.split())
    assert "polled every 14 min 0 s: more would take the calls that its accounts need" in said


def test_a_link_that_is_polled_as_its_owner_wants_says_nothing_of_it(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    polled_every(house, 240)

    status()

    assert "polled every" not in capsys.readouterr().out


def test_a_link_that_was_put_off_says_until_when_and_for_how_long_it_has_been_due(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    models.Timing.objects.update(next_at=now - timedelta(minutes=20))
    began = timings.begin(house.link.id, now=now, practice=True)
    assert began is not None
    timings.put_off(began, now + timedelta(hours=1))

    status()

    said = " ".join(capsys.readouterr().out.split())
    assert (
        f"next run: at {now + timedelta(hours=1):%H:%M:%S} UTC; it has been due for 20 min" in said
    )
