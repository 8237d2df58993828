"""What waits for a person waits until somebody decides, or nobody wants it any more."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from store.building import NOW, House, a_file, a_folder, a_pair, dirty, forget_dirty

from turnbuckle.model.items import Item, Version
from turnbuckle.model.plans import Held, Reason, Withheld
from turnbuckle.model.policy import Decision, Wave
from turnbuckle.model.side import Side
from turnbuckle.store import holds, journal, models
from turnbuckle.store.holds import HeldBatch, Key, NoSuchBatch
from turnbuckle.store.journal import Outcome

ONE, TWO = a_file(1), a_file(2)


def a_deletion(item: Item, reason: Reason = Reason.DELETE_LIMIT) -> Held:
    return Held(side=Side.RIGHT, item=item, what=Withheld.DELETION, reason=reason, path=item.name)


def a_change(item: Item) -> Held:
    return Held(
        side=Side.RIGHT,
        item=item,
        what=Withheld.CHANGE,
        reason=Reason.MASS_CHANGE,
        path=item.name,
    )


def key(item: Item) -> Key:
    return (Side.RIGHT, item.id)


def reconcile(
    house: House, *held: Held, concerned: tuple[Item, ...] = (), decided: tuple[Item, ...] = ()
) -> None:
    holds.reconcile(
        house.link,
        held,
        decided=[key(item) for item in decided],
        concerned=[key(item) for item in concerned],
        now=NOW,
    )


def only_batch(house: House) -> HeldBatch:
    (batch,) = holds.batches(house.link)
    return batch


def approve(house: House, batch: int | None = None) -> int:
    return holds.approve(house.link, batch, by="ana", now=NOW)


def test_what_is_held_for_one_reason_is_one_batch(house: House) -> None:
    reconcile(house, a_deletion(ONE), a_deletion(TWO), a_deletion(a_folder(3)))

    batch = only_batch(house)
    assert (batch.reason, batch.files, batch.folders) == (Reason.DELETE_LIMIT, 2, 1)
    assert holds.waiting(house.link) == (2, True)


def test_each_reason_has_a_batch_of_its_own(house: House) -> None:
    reconcile(house, a_deletion(ONE), a_deletion(TWO, Reason.VANISHED))

    assert {batch.reason for batch in holds.batches(house.link)} == {
        Reason.DELETE_LIMIT,
        Reason.VANISHED,
    }


def test_what_stays_held_stays_in_its_batch(house: House) -> None:
    reconcile(house, a_deletion(ONE))
    before = holds.batches(house.link)

    reconcile(house, a_deletion(ONE, Reason.SIDE_EMPTIED), concerned=(ONE,))

    assert holds.batches(house.link) == before


def test_what_no_plan_wants_any_more_is_let_go_and_closes_its_batch(house: House) -> None:
    reconcile(house, a_deletion(ONE))

    reconcile(house, concerned=(ONE,))

    assert holds.batches(house.link) == []
    assert models.Hold.objects.get().closed == NOW


def test_what_a_plan_is_not_about_stays_held(house: House) -> None:
    reconcile(house, a_deletion(ONE))

    reconcile(house, concerned=(TWO,))

    assert holds.decisions(house.link, [key(ONE), key(TWO)]) == {key(ONE): None}


def test_what_vanished_and_is_held_for_another_reason_later_changes_its_batch(
    house: House,
) -> None:
    reconcile(house, a_deletion(ONE, Reason.VANISHED))

    reconcile(house, a_deletion(ONE), concerned=(ONE,))

    assert only_batch(house).reason is Reason.DELETE_LIMIT


def test_what_vanished_and_is_proven_to_be_gone_is_judged_like_any_other(house: House) -> None:
    reconcile(house, a_deletion(ONE, Reason.VANISHED), a_deletion(TWO, Reason.SIDE_EMPTIED))
    both = [key(ONE), key(TWO)]

    found = holds.decisions(house.link, both, proven=both)

    assert found == {key(TWO): None}


def test_an_approved_batch_is_thought_about_again(house: House) -> None:
    reconcile(house, a_deletion(ONE), a_deletion(TWO))
    forget_dirty()

    files = approve(house)

    assert files == 2
    assert dirty(house.link) == {("right", ONE.id), ("right", TWO.id)}
    assert set(holds.decisions(house.link, [key(ONE), key(TWO)]).values()) == {Decision.APPROVED}


def test_a_decision_stays_until_it_is_carried_out(house: House) -> None:
    reconcile(house, a_deletion(ONE))
    approve(house)

    reconcile(house, concerned=(ONE,), decided=(ONE,))

    assert holds.decisions(house.link, [key(ONE)]) == {key(ONE): Decision.APPROVED}


def test_a_decision_that_is_carried_out_is_forgotten_with_its_step(house: House) -> None:
    reconcile(house, a_deletion(ONE))
    approve(house)

    journal.settle(house.link, house.run(), [Outcome(gone=[key(ONE)])], marks=None, now=NOW)

    assert holds.decisions(house.link, [key(ONE)]) == {}
    assert holds.batches(house.link) == []


def test_a_decision_is_forgotten_when_the_pair_agrees_anew(house: House) -> None:
    reconcile(house, a_deletion(ONE))
    holds.reject(house.link, None, by="ana", now=NOW)
    made = Outcome(pairs=[a_pair(TWO, ONE)], decided=[key(ONE)])

    journal.settle(house.link, house.run(), [made], marks=None, now=NOW)

    assert holds.batches(house.link) == []


def test_a_decision_about_a_change_holds_for_the_version_it_was_made_about(house: House) -> None:
    reconcile(house, a_change(ONE), a_change(TWO))
    approve(house)
    by_now = {key(ONE): ONE.version, key(TWO): Version("saved again")}

    found = holds.decisions(house.link, [key(ONE), key(TWO)], versions=by_now)

    assert found == {key(ONE): Decision.APPROVED}


def test_a_change_that_nobody_decided_about_stays_held_whatever_is_saved(house: House) -> None:
    reconcile(house, a_change(ONE))

    found = holds.decisions(house.link, [key(ONE)], versions={key(ONE): Version("saved again")})

    assert found == {key(ONE): None}


def test_a_change_of_what_was_decided_about_is_held_in_a_new_batch(house: House) -> None:
    reconcile(house, a_change(ONE))
    approve(house)

    reconcile(house, a_change(replace(ONE, version=Version("saved again"))), concerned=(ONE,))

    assert only_batch(house).decision is None


def test_a_batch_that_is_not_there_cannot_be_decided_about(house: House) -> None:
    reconcile(house, a_deletion(ONE))

    with pytest.raises(NoSuchBatch):
        approve(house, only_batch(house).number + 1)


def test_nothing_is_decided_twice(house: House) -> None:
    reconcile(house, a_deletion(ONE))
    number = only_batch(house).number
    approve(house, number)

    with pytest.raises(NoSuchBatch):
        holds.reject(house.link, number, by="ben", now=NOW)


def test_what_was_decided_does_not_wait_any_more(house: House) -> None:
    reconcile(house, a_deletion(ONE))
    approve(house)

    assert holds.waiting(house.link) == (0, False)


def test_two_links_with_equal_ids_hold_apart(house: House) -> None:
    other = house.bind("annex", house.left, house.right)
    reconcile(house, a_deletion(ONE))

    holds.reconcile(other, [], decided=[], concerned=[key(ONE)], now=NOW)

    assert holds.waiting(house.link) == (1, True)
    assert holds.waiting(other) == (0, False)


def test_of_what_is_held_it_is_known_what_is_a_change(house: House) -> None:
    reconcile(house, a_change(ONE), a_deletion(TWO))

    assert holds.edits(house.link, [key(ONE), key(TWO)]) == (frozenset({key(ONE)}), {})


def test_a_deletion_held_after_a_rejected_change_knows_the_version_that_was_rejected(
    house: House,
) -> None:
    reconcile(house, a_change(ONE))
    holds.reject(house.link, None, by="ana", now=NOW)

    reconcile(house, a_deletion(ONE), concerned=(ONE,), decided=(ONE,))

    assert only_batch(house).decision is None
    assert holds.edits(house.link, [key(ONE)]) == (frozenset(), {key(ONE): ONE.version})


def test_the_waves_of_a_link_are_the_many_changes_that_nobody_decided_about(house: House) -> None:
    reconcile(house, a_change(ONE), a_change(TWO))

    assert holds.waves(house.link) == {Side.RIGHT: Wave(files=2, since=NOW)}


def test_what_was_decided_or_is_only_deleted_is_no_wave(house: House) -> None:
    reconcile(house, a_change(ONE))
    approve(house)
    reconcile(house, a_deletion(TWO, Reason.MASS_CHANGE), concerned=(TWO,))
    later = replace(a_change(a_file(4)), reason=Reason.AFTER_MASS_CHANGE)
    reconcile(house, later, concerned=(later.item,))

    assert holds.waves(house.link) == {}


def test_batches_are_listed_with_two_queries_however_many_there_are(house: House) -> None:
    folder = replace(a_deletion(a_folder(3)), reason=Reason.VANISHED)
    reconcile(house, a_deletion(ONE), replace(a_deletion(TWO), reason=Reason.VANISHED), folder)

    with CaptureQueriesContext(connection) as asked:
        found = holds.batches(house.link)

    assert sorted((each.files, each.folders) for each in found) == [(1, 0), (1, 1)]
    assert len([query for query in asked if query["sql"].startswith("SELECT")]) == 2
