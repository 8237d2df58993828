"""The ledger of calls in the database: what it leases is the same whoever asks, and is kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from store.building import NOW

from turnbuckle.ports.budget import Ask, Told, Word
from turnbuckle.store import budgets, models
from turnbuckle.transport.sharing import PROBE_PATIENCE

HOUR = timedelta(hours=1)


def told(left: int, limit: int = 3600) -> Word:
    return Word(told=[Told(limit, left, NOW + HOUR, always=True)], spent=1)


def test_what_one_worker_was_told_another_is_leased_by(db: None) -> None:
    budgets.tell("one", "here", told(200), NOW)

    given = budgets.lease("one", Ask(worker="there"), NOW)

    assert given.calls == 20  # the reserve of 180 is for proofs
    assert given.until == NOW + timedelta(seconds=5)


def test_accounts_are_rows_of_their_own(db: None) -> None:
    budgets.tell("one", "here", Word(closed_until=NOW + HOUR), NOW)
    budgets.tell("other", "here", told(1000), NOW)

    assert budgets.lease("one", Ask(worker="here"), NOW).calls == 0
    assert budgets.lease("other", Ask(worker="here"), NOW).calls > 0


def test_a_question_is_one_row_read_and_one_row_written(db: None) -> None:
    budgets.tell("one", "here", told(1000), NOW)

    with CaptureQueriesContext(connection) as asked:
        budgets.lease("one", Ask(worker="here"), NOW)

    statements = [each["sql"].split(" ", 1)[0] for each in asked.captured_queries]
    assert [one for one in statements if one in {"SELECT", "INSERT", "UPDATE"}] == [
        "SELECT",
        "UPDATE",
    ]


def test_the_standing_of_an_account_can_be_read_without_a_lease(db: None) -> None:
    budgets.tell("one", "here", told(1240), NOW)

    standing = budgets.standing("one", NOW)

    assert standing is not None
    assert (standing.left, standing.limit) == (1240, 3600)
    assert budgets.standing("nobody asked for this", NOW) is None
    assert [each.account for each in budgets.standings(NOW)] == ["one"]


def test_a_row_names_nobody_and_holds_no_secret(db: None) -> None:
    budgets.lease("one", Ask(worker="0a1b2c"), NOW)

    kept = models.CallBudget.objects.get().state

    assert set(kept["workers"]) == {"0a1b2c"}
    assert kept["probed"] is not None


def test_what_was_kept_by_a_clock_that_was_set_back_closes_nothing(db: None) -> None:
    budgets.tell("one", "here", Word(closed_until=NOW + timedelta(seconds=10)), NOW)

    given = budgets.lease("one", Ask(worker="here"), NOW - 12 * HOUR)

    assert given.calls == 1


def test_a_row_of_a_release_that_did_not_keep_the_time_is_read(db: None) -> None:
    budgets.tell("one", "here", told(200), NOW)
    row = models.CallBudget.objects.get()
    del row.state["heard"]
    row.save()

    assert budgets.lease("one", Ask(worker="there"), NOW).calls == 20


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_are_leased_no_more_than_there_is() -> None:
    budgets.tell("one", "first", Word(told=[Told(25, 24, NOW + timedelta(seconds=10))]), NOW)

    def ask(number: int) -> int:
        return budgets.lease("one", Ask(worker=str(number)), NOW).calls

    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(ask, range(24)))

    assert sum(given) == 24


@pytest.mark.django_db(transaction=True)
def test_of_workers_at_once_one_asks_how_many_calls_may_follow() -> None:
    with ThreadPoolExecutor(8) as threads:
        given = list(
            threads.map(lambda n: budgets.lease("new", Ask(worker=str(n)), NOW).calls, range(8))
        )

    assert sorted(given) == [0] * 7 + [1]
    assert budgets.lease("new", Ask(worker="later"), NOW + PROBE_PATIENCE).calls == 1
