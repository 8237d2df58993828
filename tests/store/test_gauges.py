"""What the database tells those who watch: numbers that are right, and of no link alone."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from store.building import NOW, TTL, House

from turnbuckle.ports.budget import Ask, Told, Word
from turnbuckle.store import budgets, gauges, leases, models, timings
from turnbuckle.store.gauges import Gauges
from turnbuckle.store.link_states import LATE, LinkState
from turnbuckle.store.timings import By


def read(now: datetime = NOW) -> Gauges:
    return gauges.read(now, practice=True)


def timed(house: House, **changes: object) -> None:
    models.Timing.objects.filter(link_id=house.link.id).update(**changes)


def state(now: datetime = NOW) -> LinkState:
    """Give the state of the only link."""
    (found,) = [each for (_, each), count in read(now).links.items() if count]
    return found


def test_a_link_that_waits_for_its_time_lags_by_nothing(house: House) -> None:
    timed(house, next_at=NOW + timedelta(minutes=5))

    told = read()

    assert told.links["default", LinkState.WAITING] == 1
    assert set(told.lag_seconds.values()) == {0.0}
    assert told.queue == {"person": 0, "webhook": 0, "schedule": 0}


def test_a_link_is_due_then_late_and_neither_while_it_runs(house: House) -> None:
    timed(house, next_at=NOW)

    due, late = state(NOW + LATE / 2), state(NOW + LATE)
    leases.acquire(house.link, "me", now=NOW + LATE, ttl=TTL)
    running = read(NOW + LATE + TTL / 2)

    assert (due, late) == (LinkState.DUE, LinkState.LATE)
    assert running.links["default", LinkState.RUNNING] == running.running == 1
    assert running.lag_seconds["default", "1"] == 0.0
    assert state(NOW + LATE + TTL * 2) is LinkState.LATE  # whoever ran it is gone


def test_a_link_that_is_put_off_again_and_again_is_late(house: House) -> None:
    timed(house, next_at=NOW)
    began = timings.begin(house.link.id, now=NOW, practice=True)
    assert began is not None

    timings.put_off(began, NOW + LATE * 2)

    assert (state(NOW + LATE / 2), state(NOW + LATE)) == (LinkState.WAITING, LinkState.LATE)


def test_what_keeps_a_link_from_running_is_told_before_how_long_it_waits(house: House) -> None:
    timed(house, next_at=NOW - timedelta(days=1), failures=3)
    failing = state()
    models.Link.objects.update(trouble="quota_full")
    stopped = state()
    models.Link.objects.update(trouble="")
    models.Integration.objects.update(paused="sign in again")
    signed_out = state()
    models.Link.objects.update(paused="the owner said so")
    paused = state()

    assert (failing, stopped, signed_out) == (
        LinkState.FAILING,
        LinkState.STOPPED,
        LinkState.STOPPED,
    )
    assert paused is LinkState.PAUSED
    assert read().queue["schedule"] == 0


def test_the_longest_wait_counts_from_the_nudge_and_says_who_asked(house: House) -> None:
    timed(house, next_at=NOW + timedelta(hours=1))
    timings.nudge([house.link.id], By.WEBHOOK, now=NOW)

    told = read(NOW + timedelta(seconds=40))

    assert told.queue == {"person": 0, "webhook": 1, "schedule": 0}
    assert told.lag_seconds["default", "1"] == 40.0


def test_links_with_practice_services_are_left_out_where_the_service_leaves_them_alone(
    house: House,
) -> None:
    timed(house, next_at=NOW - timedelta(hours=1))

    told = gauges.read(NOW, practice=False)

    assert set(told.links.values()) == {0}
    assert told.queue["schedule"] == 0


def test_organisations_are_told_apart(house: House) -> None:
    House("another one")
    models.Hold.objects.create(link_id=house.link.id, reason="mass_change", opened=NOW)
    models.SetAside.objects.create(
        link_id=house.link.id, side="left", item_id="1", path="a", reason="", next_try=NOW
    )

    told = read()

    assert told.held == {"default": 1, "another one": 0}
    assert told.aside == {"default": 1, "another one": 0}


def test_budgets_are_added_up_by_remote_and_the_emptiest_account_shows(db: None) -> None:
    for name, left in (("procore a", 900), ("procore b", 100)):
        limit = Told(limit=1000, left=left, reset=NOW + timedelta(hours=1))
        budgets.tell(name, "me", Word(told=[limit]), NOW)
    budgets.lease("microsoft c", Ask(worker="me"), NOW)

    told = read().calls

    assert told["procore"] == gauges.Calls(accounts=2, limit=2000, left=1000, least=0.1, closed=0)
    assert told["microsoft"].accounts == 0


@pytest.mark.parametrize("links", [1, 40])
def test_however_many_links_there_are_the_queries_are_as_many(house: House, links: int) -> None:
    for number in range(links):
        house.bind(f"link {number}", house.left, house.right)

    with CaptureQueriesContext(connection) as asked:
        read()

    assert len(asked) <= 12
