"""The whole plan while something is held for a person, and once that one has decided."""

import pytest
from planning.plans_told import Tale, tale
from planning.telling import LEFT, RIGHT
from planning.world import START

from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Decision, LimitMode, Policy

mirrored = pytest.mark.parametrize("turned", [False, True])

NONE_TODAY = Policy(deletions_per_day=0)


@mirrored
def test_what_cannot_be_seen_is_held_with_the_folder_above_it(turned: bool) -> None:
    told = tale("x/", "x/p:1/", "x/p:1/a.pdf", "k.pdf", turned=turned)
    told.hide(RIGHT, "x/p-1")

    assert told.told() == [
        "tells right x/p:1: vanished_without_tombstone (1 file deleted)",
        "holds left x/p:1: vanished_without_tombstone",
        "holds left x/p:1/a.pdf: vanished_without_tombstone",
        "rests left ., k.pdf, x, x/p:1, x/p:1/a.pdf",
        "rests right ., k.pdf, x, x/p-1, x/p-1/a.pdf",
    ]


def test_what_no_side_can_see_is_told_once() -> None:
    told = tale("x/", "x/a.pdf")
    told.hide(LEFT, "x/a.pdf")
    told.hide(RIGHT, "x/a.pdf")

    assert told.told() == [
        "waits left x/a.pdf: hidden",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_what_vanished_is_deleted_once_a_person_says_so(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "x/b.pdf", "k.pdf", turned=turned)
    told.hide(RIGHT, "x/a.pdf")
    told.hold(LEFT, "x/a.pdf", Decision.APPROVED)

    assert told.told() == [
        "0 left delete x/a.pdf with x/a.pdf",
        "decided left x/a.pdf",
        "rests left ., k.pdf, x, x/b.pdf",
        "rests right ., k.pdf, x, x/b.pdf",
    ]


@mirrored
def test_a_batch_beyond_the_limit_is_held_whole_and_told_by_its_folder(turned: bool) -> None:
    told = tale("p:1/", "p:1/x/", "p:1/x/a.pdf", "k.pdf", policy=NONE_TODAY, turned=turned)
    told.remove(LEFT, "p:1")

    assert told.told() == [
        "tells left p-1: delete_limit (1 file deleted)",
        "holds right p-1: delete_limit since 9",
        "holds right p-1/x: delete_limit since 8",
        "holds right p-1/x/a.pdf: delete_limit since 7",
        "rests left ., k.pdf, ~p:1, ~p:1/~x, ~p:1/~x/~a.pdf",
        "rests right ., k.pdf, p-1, p-1/x, p-1/x/a.pdf",
    ]


@mirrored
def test_two_batches_of_one_side_are_told_as_one_without_a_path(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "y/", "y/b.pdf", "k.pdf", policy=NONE_TODAY, turned=turned)
    told.remove(LEFT, "x", "y/b.pdf")

    assert told.told() == [
        "tells left all: delete_limit (2 files deleted)",
        "holds right x: delete_limit since 10",
        "holds right x/a.pdf: delete_limit since 9",
        "holds right y/b.pdf: delete_limit since 11",
        "rests left ., k.pdf, y, y/~b.pdf, ~x, ~x/~a.pdf",
        "rests right ., k.pdf, x, x/a.pdf, y, y/b.pdf",
    ]


@mirrored
def test_up_to_the_limit_the_earliest_cross_and_their_folder_waits(turned: bool) -> None:
    policy = Policy(deletions_per_day=1, deletion_mode=LimitMode.UP_TO_LIMIT)
    told = tale("x/", "x/a.pdf", "x/b.pdf", "x/c.pdf", "k.pdf", policy=policy, turned=turned)
    told.remove(LEFT, "x/b.pdf", "x/a.pdf", "x")

    assert told.told() == [
        "0 right delete x/b.pdf with ~x/~b.pdf",
        "tells left all: delete_limit (2 files deleted)",
        "holds right x: delete_limit since 13",
        "holds right x/a.pdf: delete_limit since 11",
        "holds right x/c.pdf: delete_limit since 12",
        "rests left ., k.pdf, ~x, ~x/~a.pdf, ~x/~c.pdf",
        "rests right ., k.pdf, x, x/a.pdf, x/c.pdf",
    ]


@mirrored
def test_of_deletions_at_one_time_all_beyond_the_limit_wait(turned: bool) -> None:
    policy = Policy(deletions_per_day=2, deletion_mode=LimitMode.UP_TO_LIMIT)
    told = tale("a.pdf", "b.pdf", "c.pdf", "d.pdf", "k.pdf", policy=policy, turned=turned)
    left = told.place(LEFT)
    ids = [told.id(LEFT, f"{name}.pdf") for name in "abcd"]
    told.remove(LEFT, "a.pdf", "b.pdf", "c.pdf", "d.pdf")
    left.gone_at.update((item, left.gone_at[ids[1]]) for item in ids[1:])

    assert told.told() == [
        "0 right delete a.pdf with ~a.pdf",
        "1 right delete b.pdf with ~b.pdf",
        "tells left all: delete_limit (2 files deleted)",
        "holds right c.pdf: delete_limit since 12",
        "holds right d.pdf: delete_limit since 12",
        "rests left ., k.pdf, ~c.pdf, ~d.pdf",
        "rests right ., c.pdf, d.pdf, k.pdf",
    ]


@mirrored
@pytest.mark.parametrize("decision", Decision)
def test_what_a_person_says_of_a_held_folder_is_done_with_all_in_it(
    decision: Decision, turned: bool
) -> None:
    told = tale("p:1/", "p:1/a.pdf", "k.pdf", policy=NONE_TODAY, turned=turned)
    told.remove(LEFT, "p:1")
    told.world.settle()
    told.world.decide(decision)

    done = {
        Decision.APPROVED: ["0 right delete p-1 with ~p:1, ~p:1/~a.pdf"],
        Decision.REJECTED: [
            "0 forget ~p:1 told as p-1",
            "1 forget ~p:1/~a.pdf told as p-1/a.pdf",
            "2 left folder p-1 of p-1",
            "3 left file p-1/a.pdf in #2 of right p-1/a.pdf, paired after 2",
        ],
    }
    assert told.told() == [
        *done[decision],
        "decided right p-1, p-1/a.pdf",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_a_held_folder_waits_whole_while_one_file_of_it_is_approved(turned: bool) -> None:
    told = tale("x/", "x/y/", "x/y/a.pdf", "x/b.pdf", "k.pdf", policy=NONE_TODAY, turned=turned)
    told.remove(LEFT, "x")
    told.world.settle()
    told.hold(RIGHT, "x/b.pdf", Decision.APPROVED)

    assert told.told() == [
        "0 right delete x/b.pdf with ~x/~b.pdf",
        "holds right x: delete_limit since 12",
        "holds right x/y: delete_limit since 10",
        "holds right x/y/a.pdf: delete_limit since 9",
        "decided right x/b.pdf",
        "rests left ., k.pdf, ~x, ~x/~y, ~x/~y/~a.pdf",
        "rests right ., k.pdf, x, x/y, x/y/a.pdf",
    ]


def test_a_folder_approved_around_a_file_that_is_held_waits_with_its_decision() -> None:
    told = tale("x/", "x/y/", "x/y/a.pdf", "x/b.pdf", "k.pdf", policy=NONE_TODAY)
    told.remove(LEFT, "x")
    told.world.settle()
    told.hold(RIGHT, "x", Decision.APPROVED)

    assert told.told() == [
        "holds right x/y: delete_limit since 10",
        "holds right x/y/a.pdf: delete_limit since 9",
        "holds right x/b.pdf: delete_limit since 11",
        "decided right x",
        "rests left ., k.pdf, ~x, ~x/~b.pdf, ~x/~y, ~x/~y/~a.pdf",
        "rests right ., k.pdf, x, x/b.pdf, x/y, x/y/a.pdf",
    ]


@mirrored
def test_what_is_held_and_then_edited_is_no_longer_held(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "k.pdf", policy=NONE_TODAY, turned=turned)
    told.remove(LEFT, "x/a.pdf")
    told.world.settle()
    told.write(RIGHT, "x/a.pdf")

    assert told.told() == [
        "0 forget x/~a.pdf told as x/a.pdf",
        "1 left file x/a.pdf of right x/a.pdf, paired",
        "tells right x/a.pdf: delete_cancelled",
        "rests left ., k.pdf, x",
        "rests right ., k.pdf, x",
    ]


@mirrored
def test_after_an_accident_every_deletion_is_held_for_its_reason(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "k.pdf", turned=turned)
    told.remove(LEFT, "x/a.pdf")
    told.world.caution = Reason.ROLLED_BACK

    assert told.told() == [
        "tells left x/a.pdf: state_rolled_back (1 file deleted)",
        "holds right x/a.pdf: state_rolled_back since 6",
        "rests left ., k.pdf, x, x/~a.pdf",
        "rests right ., k.pdf, x, x/a.pdf",
    ]


def test_an_emptied_side_is_told_as_such() -> None:
    told = tale("x/", "x/a.pdf", "k.pdf")
    told.remove(LEFT, "x", "k.pdf")

    assert told.told() == [
        "tells left all: side_emptied (2 files deleted)",
        "holds right x: side_emptied since 7",
        "holds right x/a.pdf: side_emptied since 6",
        "holds right k.pdf: side_emptied since 8",
        "rests left ., ~k.pdf, ~x, ~x/~a.pdf",
        "rests right ., k.pdf, x, x/a.pdf",
    ]


def mass() -> Tale:
    """Two edits and a deletion on the right of a link of six files are too many at once."""
    policy = Policy(change_files=3, change_share=0.4)
    names = [f"p:1/{name}.pdf" for name in "abcdef"]
    told = tale("p:1/", *names, policy=policy)
    for name in "ab":
        told.write(RIGHT, f"p-1/{name}.pdf")
    return told


def test_a_mass_change_holds_edits_and_deletions_and_tells_both_counts() -> None:
    told = mass()
    told.remove(RIGHT, "p-1/c.pdf")
    told.move(RIGHT, "p-1/a.pdf", "p-1/z.pdf")

    assert told.told() == [
        "0 left move p:1/a.pdf to p:1/z.pdf with p-1/z.pdf, settles",
        "tells right all: mass_change (2 files changed, 1 file deleted)",
        "holds right p-1/z.pdf with its change: mass_change",
        "holds right p-1/b.pdf with its change: mass_change",
        "holds left p:1/c.pdf: mass_change since 16",
        "rests left ., p:1, p:1/b.pdf, p:1/c.pdf, p:1/d.pdf, p:1/e.pdf, p:1/f.pdf",
        "rests right ., p-1, p-1/b.pdf, p-1/d.pdf, p-1/e.pdf, p-1/f.pdf, p-1/~c.pdf",
    ]


@mirrored
def test_edits_wait_while_what_has_to_be_read_may_make_them_too_many(turned: bool) -> None:
    told = tale(
        "a.pdf", "b.pdf", "c.pdf", policy=Policy(change_files=2, change_share=0.4), turned=turned
    )
    told.write(LEFT, "a.pdf")
    told.write(LEFT, "b.pdf", b"B.pdf")
    told.write(RIGHT, "c.pdf")

    assert told.told() == [
        "0 left read b.pdf",
        "1 left replace c.pdf by c.pdf",
        "rests left .",
        "rests right .",
    ]


@pytest.mark.parametrize("decision", Decision)
def test_what_a_person_says_of_a_held_edit_is_done(decision: Decision) -> None:
    told = mass()
    told.remove(RIGHT, "p-1/c.pdf")
    told.world.settle()
    told.hold(RIGHT, "p-1/a.pdf", decision)

    done = {
        Decision.APPROVED: "0 left replace p:1/a.pdf by p-1/a.pdf",
        Decision.REJECTED: "0 right replace p-1/a.pdf by p:1/a.pdf",
    }
    assert told.told() == [
        done[decision],
        "holds right p-1/b.pdf with its change: mass_change",
        "holds left p:1/c.pdf: delete_limit since 16",
        "decided right p-1/a.pdf",
        "rests left ., p:1, p:1/b.pdf, p:1/c.pdf, p:1/d.pdf, p:1/e.pdf, p:1/f.pdf",
        "rests right ., p-1, p-1/b.pdf, p-1/d.pdf, p-1/e.pdf, p-1/f.pdf, p-1/~c.pdf",
    ]


def test_a_held_edit_that_moves_goes_to_its_new_place_and_waits_there() -> None:
    told = mass()
    told.remove(RIGHT, "p-1/c.pdf")
    told.world.settle()
    told.put(LEFT, "x")
    told.move(LEFT, "p:1/a.pdf", "x/a.pdf")

    assert told.told() == [
        "0 right folder x of x",
        "1 right move p-1/a.pdf to x/a.pdf in #0 with x/a.pdf, settles after 0",
        "holds right p-1/a.pdf told as x/a.pdf with its change: mass_change",
        "holds right p-1/b.pdf with its change: mass_change",
        "holds left p:1/c.pdf: delete_limit since 16",
        "rests left ., p:1, p:1/b.pdf, p:1/c.pdf, p:1/d.pdf, p:1/e.pdf, p:1/f.pdf",
        "rests right ., p-1, p-1/b.pdf, p-1/d.pdf, p-1/e.pdf, p-1/f.pdf, p-1/~c.pdf",
    ]


def test_a_held_edit_that_both_moved_alike_is_noted_there_and_waits() -> None:
    told = mass()
    told.remove(RIGHT, "p-1/c.pdf")
    told.world.settle()
    told.move(LEFT, "p:1/a.pdf", "z.pdf")
    told.move(RIGHT, "p-1/a.pdf", "z.pdf")

    assert told.told() == [
        "0 agree on place of left z.pdf, right z.pdf, was z.pdf",
        "holds right z.pdf with its change: mass_change",
        "holds right p-1/b.pdf with its change: mass_change",
        "holds left p:1/c.pdf: delete_limit since 16",
        "rests left ., p:1, p:1/b.pdf, p:1/c.pdf, p:1/d.pdf, p:1/e.pdf, p:1/f.pdf",
        "rests right ., p-1, p-1/b.pdf, p-1/d.pdf, p-1/e.pdf, p-1/f.pdf, p-1/~c.pdf",
    ]


@mirrored
def test_a_deleted_folder_that_failed_to_go_is_emptied_one_by_one(turned: bool) -> None:
    told = tale("x/", "x/y/", "x/y/a.pdf", "x/b.pdf", "k.pdf", turned=turned)
    told.remove(LEFT, "x")
    told.fail(RIGHT, "x")

    assert told.told() == [
        "0 right delete x/y with ~x/~y, ~x/~y/~a.pdf",
        "1 right delete x/b.pdf with ~x/~b.pdf",
        "waits right x: set_aside",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_a_deletion_that_failed_and_is_beyond_the_limit_is_held(turned: bool) -> None:
    told = tale("a.pdf", "k.pdf", policy=NONE_TODAY, turned=turned)
    told.remove(LEFT, "a.pdf")
    told.fail(RIGHT, "a.pdf")

    assert told.told() == [
        "tells left a.pdf: delete_limit (1 file deleted)",
        "holds right a.pdf: delete_limit since 5",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_what_was_held_stays_so_while_it_cannot_be_judged(turned: bool) -> None:
    told = tale("a.pdf", "k.pdf", policy=NONE_TODAY, turned=turned)
    told.remove(LEFT, "a.pdf")
    told.world.settle()
    told.hold(RIGHT, "a.pdf", Decision.APPROVED)
    told.fail(RIGHT, "a.pdf")

    assert told.told() == [
        "waits right a.pdf: set_aside",
        "decided right a.pdf",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_a_deletion_counts_at_the_time_that_is_known_of_its_folder(turned: bool) -> None:
    policy = Policy(deletions_per_day=1)
    told = tale("x/", "x/y/", "x/y/a.pdf", "k.pdf", policy=policy, turned=turned)
    left = told.place(LEFT)
    folder = told.id(LEFT, "x")
    told.remove(LEFT, "x")
    left.gone_at = {folder: left.gone_at[folder]}
    told.world.crossed = [START]

    assert told.told() == [
        "tells left x: delete_limit (1 file deleted)",
        "holds right x: delete_limit since 9",
        "holds right x/y: delete_limit since 9",
        "holds right x/y/a.pdf: delete_limit since 9",
        "rests left ., k.pdf, ~x, ~x/~y, ~x/~y/~a.pdf",
        "rests right ., k.pdf, x, x/y, x/y/a.pdf",
    ]


@mirrored
def test_a_link_whose_owner_wants_no_guard_lets_an_emptied_side_empty_the_other(
    turned: bool,
) -> None:
    told = tale("x/", "x/a.pdf", "k.pdf", policy=Policy(hold_emptied=False), turned=turned)
    told.remove(LEFT, "x", "k.pdf")

    assert told.told() == [
        "0 right delete x with ~x, ~x/~a.pdf",
        "1 right delete k.pdf with ~k.pdf",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_many_files_at_once_are_held_by_their_share(turned: bool) -> None:
    policy = Policy(deletion_share=0.5, deletion_share_files=2)
    told = tale("a.pdf", "b.pdf", "c.pdf", policy=policy, turned=turned)
    told.remove(LEFT, "a.pdf", "b.pdf")

    assert told.told() == [
        "tells left all: delete_limit (2 files deleted)",
        "holds right a.pdf: delete_limit since 7",
        "holds right b.pdf: delete_limit since 8",
        "rests left ., c.pdf, ~a.pdf, ~b.pdf",
        "rests right ., a.pdf, b.pdf, c.pdf",
    ]
