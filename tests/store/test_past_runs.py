"""Runs that changed nothing are forgotten in time, and what a run asks does not grow with them."""

import itertools
import os
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext
from store.building import NOW, House, a_file, a_pair

from turnbuckle.model.side import Side
from turnbuckle.store import journal, leases, models, past_runs, runs
from turnbuckle.store.journal import Outcome
from turnbuckle.store.past_runs import KEPT, LEAST_KEPT
from turnbuckle.store.records import Entry, Link, Run
from turnbuckle.store.removed import Removal

HOUR = timedelta(hours=1)
LONG_AGO = NOW - timedelta(days=30)


def begun(link: Link, at: datetime) -> Run:
    lease = leases.acquire(link, "me", now=at, ttl=timedelta(days=1))
    return runs.start(link, lease, now=at)


def ran(link: Link, at: datetime, state: str = "done") -> Run:
    run = begun(link, at)
    runs.finish(run, state, {}, now=at)
    return run


def copies(link: Link, count: int, *, state: str = "done") -> None:
    """Add former runs of a link, as many as no test has the time to make."""
    models.Run.objects.bulk_create(
        models.Run(
            link_id=link.id,
            fence=1,
            started_at=LONG_AGO + timedelta(seconds=number),
            ended_at=LONG_AGO + timedelta(seconds=number),
            state=state,
        )
        for number in range(count)
    )


def prune(now: datetime, most: int = past_runs.MOST_AT_ONCE) -> int:
    """Look at all old runs; give in how many portions."""
    portions, after = 1, past_runs.prune(now, most=most)
    while after is not None:
        portions, after = portions + 1, past_runs.prune(now, after=after, most=most)
    return portions


def kept(link: Link) -> set[int]:
    return set(models.Run.objects.filter(link_id=link.id).values_list("id", flat=True))


def test_a_thousand_polls_that_found_nothing_leave_those_of_the_last_days(house: House) -> None:
    most = 0
    for number in range(1_000):
        at = NOW + number * timedelta(minutes=20)
        ran(house.link, at)
        if number % 3 == 0:
            prune(at)
        most = max(most, models.Run.objects.count())

    bound = KEPT / timedelta(minutes=20)
    assert bound <= most <= bound + 5


def test_the_newest_runs_of_a_link_stay_however_old_they_are(house: House) -> None:
    other = House("another").link
    copies(house.link, LEAST_KEPT + 30)
    copies(other, LEAST_KEPT)
    newest = sorted(kept(house.link))[-LEAST_KEPT:]

    prune(NOW)

    assert kept(house.link) == set(newest)
    assert len(kept(other)) == LEAST_KEPT


def test_the_newest_run_that_got_through_stays_behind_any_number_of_others(house: House) -> None:
    copies(house.link, 3)
    copies(house.link, LEAST_KEPT + 30, state="failed")

    prune(NOW)

    states = [past.state for past in reversed(runs.last(house.link, 1_000))]
    assert states == ["done"] + ["failed"] * LEAST_KEPT
    assert not begun(house.link, NOW).is_first


def test_runs_that_something_refers_to_stay(house: House) -> None:
    link, pair = house.link, a_pair(a_file("l"), a_file("r"))
    told, unsure, refused, deleted, quiet = (begun(link, LONG_AGO) for _ in range(5))
    models.Run.objects.update(state="done", ended_at=LONG_AGO)
    journal.record(link, told, [Entry(side=Side.LEFT, what="created", path="a")], now=LONG_AGO)
    journal.intend(link, unsure, 1, {}, now=LONG_AGO)
    journal.fail(refused, journal.intend(link, refused, 1, {}, now=LONG_AGO), "no", now=NOW)
    removal = Removal(side=Side.RIGHT, pair=pair, path="r.pdf", top=True)
    journal.settle(link, deleted, [Outcome(removed=[removal])], marks=None, now=LONG_AGO)
    copies(link, LEAST_KEPT)

    prune(NOW)

    assert kept(link) >= {told.id, unsure.id, refused.id, deleted.id}
    assert quiet.id not in kept(link)
    assert models.Activity.objects.get().run_id == told.id
    assert [each.run for each in journal.open_intents(link)] == [unsure.id]


def test_a_run_under_way_stays_however_long_it_takes(house: House) -> None:
    running = begun(house.link, LONG_AGO)
    copies(house.link, LEAST_KEPT)

    prune(NOW)

    assert running.id in kept(house.link)


def test_many_old_runs_go_in_portions_and_those_of_these_days_are_not_looked_at(
    house: House,
) -> None:
    copies(house.link, 250)
    for number in range(LEAST_KEPT):
        ran(house.link, NOW - HOUR + number * timedelta(seconds=1))

    portions = prune(NOW, most=20)

    assert portions == 13
    assert len(kept(house.link)) == LEAST_KEPT


def test_runs_that_a_wrong_clock_began_in_the_future_do_not_keep_the_others(house: House) -> None:
    ran(house.link, NOW + timedelta(days=400))
    copies(house.link, LEAST_KEPT + 10)

    prune(NOW, most=1)

    assert len(kept(house.link)) == LEAST_KEPT + 1


def one_run(link: Link) -> None:
    run = begun(link, NOW)
    journal.fail(run, journal.intend(link, run, 1, {}, now=NOW), "refused", now=NOW)
    journal.given_up(link, now=NOW)
    journal.open_intents(link)
    runs.finish(run, "done", {}, now=NOW)


def test_what_a_run_asks_of_its_own_tables_is_found_by_an_index(house: House) -> None:
    copies(house.link, LEAST_KEPT)
    with CaptureQueriesContext(connection) as asked:
        one_run(house.link)
        past_runs.prune(NOW)
    found = [each["sql"] for each in asked if "store_run" in each["sql"]]
    found += [each["sql"] for each in asked if "store_intent" in each["sql"]]

    plans = {sql: plan(sql) for sql in found if not sql.startswith("INSERT")}

    assert len(plans) >= 8
    assert {sql: told for sql, told in plans.items() if "SCAN store_" in told} == {}
    tidied = next(told for sql, told in plans.items() if "DELETE FROM store_intent" in sql)
    begins = next(told for sql, told in plans.items() if "broken off" in sql)
    if connection.vendor == "sqlite":  # others take an index where there are rows enough for it
        assert "intent_of_link (link_id=? AND state=?)" in tidied
        assert "run_running" in begins


def plan(sql: str) -> str:
    """Say how the database finds the rows of a statement."""
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}")
        return "; ".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="not needed here: SQLite counts its work")
def test_a_run_costs_as_much_behind_ten_thousand_others_as_behind_a_few(house: House) -> None:
    other = House("another").link
    for link in (house.link, other):
        copies(link, 100)
    one_run(house.link)
    among_few = work_of(lambda: one_run(house.link))

    for link in (house.link, other):
        copies(link, 5_000)
    run = begun(other, NOW)
    models.Intent.objects.bulk_create(
        models.Intent(link_id=other.id, run_id=run.id, number=n, step={}, state="failed",
                      made_at=NOW, ended_at=NOW)
        for n in range(5_000)
    )  # fmt: skip

    assert work_of(lambda: one_run(house.link)) == pytest.approx(among_few, rel=0.1)


def work_of(asking: Callable[[], None]) -> int:
    """Count the instructions of SQLite's virtual machine."""
    instructions = itertools.count()

    def count() -> None:
        next(instructions)

    connection.connection.set_progress_handler(count, 1)
    asking()
    connection.connection.set_progress_handler(None, 0)
    return next(instructions)


@pytest.mark.django_db(transaction=True)
def test_the_upgrade_keeps_every_run_and_intent_there_and_back() -> None:
    link = House().link
    ran(link, LONG_AGO)
    run = begun(link, NOW)
    intent = journal.intend(link, run, 1, {"step": 1}, now=NOW)
    before = kept(link)

    MigrationExecutor(connection).migrate([("store", "0015_alerts")])
    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())

    assert kept(link) == before
    assert [each.id for each in journal.open_intents(link)] == [intent]
