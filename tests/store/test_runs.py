from datetime import timedelta

import pytest
from store.building import NOW, TTL, House, a_file, a_folder, a_pair, tell

from turnbuckle.model.items import ItemId, Version
from turnbuckle.model.side import Side
from turnbuckle.store import history, journal, leases, models, queries, runs, set_aside, trees
from turnbuckle.store.journal import Outcome
from turnbuckle.store.records import Entry

ITEM = ItemId("file:1")


def _put(house: House, path: str = "a.pdf", reason: str = "it is open") -> timedelta:
    at = set_aside.put(house.link, Side.RIGHT, ITEM, path=path, reason=reason, now=NOW)
    return at - NOW


def test_a_finished_run_is_remembered_with_its_report(house: House) -> None:
    run = house.run()

    runs.finish(run, "done", {"created": 3}, now=NOW + timedelta(seconds=9))

    (past,) = runs.last(house.link, 5)
    assert (past.state, past.report) == ("done", {"created": 3})
    assert past.ended_at == house.scope.links.get("tower").last_run_at == NOW + timedelta(seconds=9)


def test_the_newest_run_comes_first(house: House) -> None:
    first = house.run()
    runs.finish(first, "failed", {}, now=NOW)
    second = house.run()

    assert [past.id for past in runs.last(house.link, 5)] == [second.id, first.id]


def test_a_run_that_never_ended_is_written_down_as_broken_off(house: House) -> None:
    house.run()

    house.run()

    assert [past.state for past in runs.last(house.link, 5)] == ["running", "broken off"]


def test_a_run_needs_the_lease(house: House) -> None:
    lease = house.lease("one")
    leases.acquire(house.link, "other", now=NOW + TTL, ttl=TTL)

    with pytest.raises(leases.LeaseLost):
        runs.start(house.link, lease, now=NOW)

    assert runs.last(house.link, 5) == []


def test_a_finished_run_keeps_only_intents_that_somebody_may_ask_for(house: House) -> None:
    run = house.run()
    settled, failed, voided, left_open = (
        journal.intend(house.link, run, number, {}, now=NOW) for number in range(4)
    )
    journal.settle(house.link, run, [Outcome(intent=settled)], marks=None, now=NOW)
    journal.fail(run, failed, "refused", now=NOW)
    journal.void(run, voided, now=NOW)

    runs.finish(run, "done", {}, now=NOW)

    assert set(models.Intent.objects.values_list("id", flat=True)) == {failed, left_open}


def test_a_content_that_was_given_up_is_known_for_a_day(house: House) -> None:
    run = house.run()
    intent = journal.intend(house.link, run, 1, {}, now=NOW)
    journal.give_up(run, intent, now=NOW)
    hours = timedelta(hours=1)

    runs.finish(run, "done", {}, now=NOW + 23 * hours)

    (kept,) = journal.given_up(house.link, now=NOW + 23 * hours)
    assert kept.id == intent
    assert journal.given_up(house.link, now=NOW + 25 * hours) == []
    runs.finish(run, "done", {}, now=NOW + 25 * hours)
    assert not models.Intent.objects.exists()


def test_a_write_that_was_refused_is_known_for_a_day(house: House) -> None:
    run = house.run()
    intent = journal.intend(house.link, run, 1, {}, now=NOW)
    journal.fail(run, intent, "refused", now=NOW)
    hours = timedelta(hours=1)

    runs.finish(run, "done", {}, now=NOW + 23 * hours)
    (kept,) = journal.given_up(house.link, now=NOW + 23 * hours)
    runs.finish(run, "done", {}, now=NOW + 25 * hours)

    assert kept.id == intent
    assert not models.Intent.objects.exists()


def test_an_item_set_aside_waits_twice_as_long_each_time_up_to_six_hours(house: House) -> None:
    waits = [_put(house) for _ in range(12)]

    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert waits[-3:] == [timedelta(hours=6)] * 3


def test_an_item_set_aside_is_due_when_its_time_has_come(house: House) -> None:
    _put(house)
    soon, later = NOW + timedelta(seconds=59), NOW + timedelta(seconds=60)

    assert set_aside.due(house.link, soon) == []
    assert set_aside.waiting(house.link, soon) == {(Side.RIGHT, ITEM)}
    assert set_aside.due(house.link, later) == [(Side.RIGHT, ITEM)]
    assert set_aside.waiting(house.link, later) == frozenset()


def test_an_item_that_succeeds_begins_anew_when_it_fails_again(house: House) -> None:
    _put(house)
    _put(house)

    set_aside.clear(house.link, [(Side.RIGHT, ITEM), (Side.LEFT, ItemId("unknown"))])

    assert _put(house) == timedelta(minutes=1)


def test_the_overview_counts_what_is_in_step_and_names_what_is_not(house: House) -> None:
    run = house.run()
    pairs = [
        a_pair(a_file(1, size=7), a_file("x", size=9)),
        a_pair(a_file(2, size=5), a_file("y", size=5)),
        a_pair(a_folder(3), a_folder("z")),
    ]
    journal.settle(house.link, run, [Outcome(pairs=pairs)], marks=None, now=NOW)
    tell(house.left, a_file(4))
    _put(house, path="Drawings/a.pdf")
    runs.finish(run, "done", {}, now=NOW)

    view = queries.overview(house.link)

    assert (view.files, view.folders, view.bytes, view.undecided) == (2, 1, 12, 1)
    (waiting,) = view.set_aside
    assert (waiting.side, waiting.path, waiting.reason, waiting.tries) == (
        Side.RIGHT,
        "Drawings/a.pdf",
        "it is open",
        1,
    )
    assert view.last_run is not None
    assert view.last_run.state == "done"


def test_a_link_that_never_ran_has_an_empty_overview(house: House) -> None:
    view = queries.overview(house.link)

    assert (view.files, view.folders, view.bytes, view.last_run) == (0, 0, 0, None)


def test_the_newest_activity_is_read_in_order(house: House) -> None:
    run = house.run()
    entries = [Entry(side=Side.LEFT, what="created", path=f"{n}.pdf") for n in range(5)]
    journal.record(house.link, run, entries, now=NOW)

    newest = history.lines(house.link, 3)

    assert [line.path for line in newest] == ["2.pdf", "3.pdf", "4.pdf"]


def test_an_item_set_aside_is_free_as_soon_as_something_new_is_told_of_it(house: House) -> None:
    tell(house.right, a_file("item"))
    item, mark = ItemId("file:item"), trees.marks(house.link).right
    set_aside.put(
        house.link, Side.RIGHT, item, path="a", reason="open", code="locked", mark=mark, now=NOW
    )
    before = set_aside.waiting(house.link, NOW)

    tell(house.right, a_file("item", locked_by="", version=Version("v2")))

    assert before == {(Side.RIGHT, item)}
    assert set_aside.waiting(house.link, NOW) == frozenset()


def test_what_only_needs_room_is_due_at_once(house: House) -> None:
    set_aside.put(house.link, Side.RIGHT, ITEM, path="a", reason="full", wait=False, now=NOW)

    assert set_aside.due(house.link, NOW) == [(Side.RIGHT, ITEM)]
