"""Several workers at once, on a PostgreSQL: what one writer at a time gave on SQLite holds there.

`tests/postgres` has these carried out on one; without `DATABASE_URL` there is nothing to see.
"""

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from store.building import NOW, TTL, House, a_file, a_pair, dirty, forget_dirty, states

from turnbuckle.model.items import Cursor, Version
from turnbuckle.model.pages import Page
from turnbuckle.model.side import Side
from turnbuckle.store import journal, leases, locks, models, notes, rollback, trees
from turnbuckle.store.journal import Outcome
from turnbuckle.store.names import NameTaken
from turnbuckle.store.units import unit
from turnbuckle.store.unusable import StoreUnusable

pytestmark = [
    pytest.mark.skipif(
        "DATABASE_URL" not in os.environ, reason="not needed here: SQLite has one writer at a time"
    ),
    pytest.mark.django_db(transaction=True),
]
_LONGEST_SECONDS = 60


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do works side by side; give the result of each, or what it raised."""

    def told(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        begun = [pool.submit(told, work) for work in works]
        return [one.result(_LONGEST_SECONDS) for one in begun]


def test_of_two_units_that_wait_for_each_other_both_are_done(house: House) -> None:
    met = threading.Barrier(2)
    other = house.scope.feeds.of(house.scope.connections.get("site"), "project 8")
    tries: list[int] = []

    def work(first: int, second: int) -> Callable[[], None]:
        @unit
        def both() -> None:
            tries.append(first)
            locks.feeds(first)
            if len(tries) <= 2:
                met.wait(_LONGEST_SECONDS)
            locks.feeds(second)

        return both

    ended = at_once(work(house.left.id, other.id), work(other.id, house.left.id))

    assert ended == [None, None]
    assert len(tries) == 3


def test_what_can_be_walked_through_once_is_there_at_the_second_try_too(house: House) -> None:
    seen: list[list[int]] = []

    @unit
    def work(numbers: Iterable[int]) -> None:
        seen.append(list(numbers))
        if len(seen) == 1:
            with connection.cursor() as sql:
                sql.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$")

    work(number for number in range(3))

    assert seen == [[0, 1, 2], [0, 1, 2]]


def test_a_unit_whose_connection_is_cut_is_not_half_done_and_the_next_one_is(house: House) -> None:
    @unit
    def work() -> None:
        house.scope.links.pause(house.link, "half done")
        with connection.cursor() as sql:
            sql.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(StoreUnusable, match="went away or was restarted"):
        work()

    assert house.scope.links.get("tower").paused == ""


def test_a_process_that_stands_still_in_a_unit_is_ended_by_the_server(house: House) -> None:
    holds, went = threading.Event(), threading.Event()

    @unit
    def stands_still() -> None:
        with connection.cursor() as sql:
            sql.execute("SET LOCAL idle_in_transaction_session_timeout = '200ms'")
        locks.feeds(house.left.id)
        holds.set()
        went.wait(_LONGEST_SECONDS)
        locks.feeds(house.right.id)

    def goes_on() -> None:
        holds.wait(_LONGEST_SECONDS)
        notes.note(house.left, a_file(1))
        went.set()

    ended, went_on = at_once(stands_still, goes_on)

    assert isinstance(ended, StoreUnusable)
    assert went_on is None


def test_of_many_page_sets_begun_at_once_the_last_one_alone_becomes_truth(house: House) -> None:
    def listing(number: int) -> Callable[[], trees.Applied]:
        def work() -> trees.Applied:
            batch = trees.begin_pages(house.left, full=True)
            items = [a_file(one, version=Version(f"v{number}")) for one in range(300)]
            trees.stage(batch, Page(items=items, full=True))
            return trees.apply(batch, Cursor(f"{number}"), now=NOW)

        return work

    ended = at_once(*(listing(number) for number in range(4)))

    done = [one for one in ended if isinstance(one, trees.Applied)]
    assert done
    assert all(isinstance(one, trees.Applied | trees.Superseded) for one in ended)
    versions = set(models.Seen.objects.values_list("version", flat=True))
    assert versions == {f"v{house.scope.feeds.get(house.left.id).cursor}"}
    assert models.Staged.objects.count() == 0


def test_late_word_never_covers_what_a_step_wrote_meanwhile(house: House) -> None:
    run = house.run()

    def listing() -> None:
        batch = trees.begin_pages(house.left, full=False)
        old = [a_file(number, version=Version("v1")) for number in range(400)]
        trees.stage(batch, Page(items=old))
        met.wait(_LONGEST_SECONDS)
        trees.apply(batch, Cursor("next"), now=NOW)

    def settling() -> None:
        met.wait(_LONGEST_SECONDS)
        for start in range(0, 400, 100):
            new = [a_file(n, version=Version("v2")) for n in range(start, start + 100)]
            outcomes = [Outcome(seen=[(Side.LEFT, item)]) for item in new]
            journal.settle(house.link, run, outcomes, marks=None, now=NOW)

    met = threading.Barrier(2)
    ended = at_once(listing, settling)

    assert ended == [None, None]
    assert set(models.Seen.objects.values_list("version", flat=True)) == {"v2"}


def test_links_of_one_feed_settle_while_it_is_listed_and_nothing_is_forgotten(house: House) -> None:
    annex = house.bind("annex", house.left, house.right)
    forget_dirty()
    runs_of = [house.run(), _run_of(annex)]

    def settling(which: int) -> Callable[[], None]:
        link, run = (house.link, annex)[which], runs_of[which]

        def work() -> None:
            for number in range(10):
                item = a_file(f"{which}-{number}")
                pair = a_pair(item, a_file(f"r{which}-{number}"))
                outcome = Outcome(
                    seen=[(side, pair_item) for side, pair_item in _both(pair, item)],
                    pairs=[pair],
                    clean=[(Side.LEFT, item.id)],
                )
                journal.settle(link, run, [outcome], marks=None, now=NOW)

        return work

    ended = at_once(settling(0), settling(1))

    assert ended == [None, None]
    assert models.PairRow.objects.count() == 20
    assert {item for side, item in dirty(annex) if side == "left"} == {
        f"file:0-{number}" for number in range(10)
    }
    assert len(states(house.left)) == 20


def test_of_many_who_take_a_name_at_once_one_gets_it(house: House) -> None:
    ended = at_once(*[lambda: house.connection("yard", "procore") for _ in range(4)])

    assert sum(isinstance(one, NameTaken) for one in ended) == 3
    assert sum(isinstance(one, Exception) for one in ended) == 3


def test_all_who_begin_at_once_count_in_one_row(house: House) -> None:
    ended = at_once(*[rollback.went_back for _ in range(6)])

    assert ended == [False] * 6
    assert list(models.Epoch.objects.values_list("counter", flat=True)) == [6]


def test_a_database_of_another_server_or_timeline_is_noticed_once(house: House) -> None:
    rollback.went_back()
    row = models.Epoch.objects.get()
    system, timeline = row.server.split(" ")
    models.Epoch.objects.update(server=f"{system} {int(timeline) + 1}")

    told = [rollback.went_back() for _ in range(2)]

    assert told == [True, False]


def _run_of(link: Any) -> Any:
    from turnbuckle.store import runs

    return runs.start(link, leases.acquire(link, "other", now=NOW, ttl=TTL), now=NOW)


def _both(pair: Any, left: Any) -> list[tuple[Side, Any]]:
    return [(Side.LEFT, left), (Side.RIGHT, a_file(pair.right.id.removeprefix("file:")))]
