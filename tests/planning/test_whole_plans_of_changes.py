"""The whole plan that new, edited, moved and renamed items lead to, and the same mirrored."""

import pytest
from planning.plans_told import Tale, tale
from planning.telling import LEFT, RIGHT

from turnbuckle.model.policy import Loser, Policy, Winner

mirrored = pytest.mark.parametrize("turned", [False, True])

LONGER = b"edited, and longer"
OTHER = b"edited otherwise, and longer still"


@mirrored
def test_new_folders_are_made_before_what_is_in_them_and_small_files_first(turned: bool) -> None:
    told = tale("k.pdf", turned=turned)
    told.put(LEFT, "x")
    told.put(LEFT, "x/y")
    told.put(LEFT, "x/y/large.pdf", b"large file")
    told.put(LEFT, "x/small.pdf", b"small")

    assert told.told() == [
        "0 right folder x of x",
        "1 right folder x/y in #0 of x/y after 0",
        "2 right file x/small.pdf in #0 of left x/small.pdf, paired after 0",
        "3 right file x/y/large.pdf in #1 of left x/y/large.pdf, paired after 1",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_an_edit_is_sent_to_the_file_on_the_other_side(turned: bool) -> None:
    told = tale("p:1/", "p:1/a.pdf", "p:1/b.pdf", turned=turned)
    told.write(LEFT, "p:1/a.pdf")
    told.write(RIGHT, "p-1/b.pdf")

    assert told.told() == [
        "0 right replace p-1/a.pdf by p:1/a.pdf",
        "1 left replace p:1/b.pdf by p-1/b.pdf",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_a_file_moved_and_edited_is_moved_before_it_gets_its_content(turned: bool) -> None:
    told = tale("x/", "a.pdf", turned=turned)
    told.put(LEFT, "x/new")
    told.move(LEFT, "a.pdf", "x/new/b.pdf")
    told.write(LEFT, "x/new/b.pdf")

    assert told.told() == [
        "0 right folder x/new of x/new",
        "1 right move a.pdf to x/new/b.pdf in #0 with x/new/b.pdf, settles after 0",
        "2 right replace a.pdf told as x/new/b.pdf by x/new/b.pdf after 1",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_a_file_moved_here_and_edited_there_is_moved_before_it_gets_its_content(
    turned: bool,
) -> None:
    told = tale("x/", "a.pdf", turned=turned)
    told.move(LEFT, "a.pdf", "x/a.pdf")
    told.write(RIGHT, "a.pdf")

    assert told.told() == [
        "0 right move a.pdf to x/a.pdf with x/a.pdf, settles",
        "1 left replace x/a.pdf by a.pdf after 0",
        "rests left ., x",
        "rests right ., x",
    ]


def test_a_file_moved_here_and_renamed_there_is_moved_and_renamed_on_both() -> None:
    told = tale("x/", "a.pdf")
    told.move(LEFT, "a.pdf", "x/a.pdf")
    told.move(RIGHT, "a.pdf", "b.pdf")

    assert told.told() == [
        "0 left move x/a.pdf to x/b.pdf with b.pdf, open",
        "1 right move b.pdf to x/b.pdf with x/a.pdf, settles after 0",
        "rests left ., x",
        "rests right ., x",
    ]


def test_a_file_moved_here_and_renamed_and_edited_there_gets_its_content_last() -> None:
    told = tale("x/", "a.pdf")
    told.move(LEFT, "a.pdf", "x/a.pdf")
    told.move(RIGHT, "a.pdf", "b.pdf")
    told.write(RIGHT, "b.pdf")

    assert told.told() == [
        "0 left move x/a.pdf to x/b.pdf with b.pdf, open",
        "1 right move b.pdf to x/b.pdf with x/a.pdf, settles after 0",
        "2 left replace x/a.pdf told as x/b.pdf by b.pdf after 0, 1",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_of_two_moves_the_preferred_sides_holds_and_the_other_is_told(turned: bool) -> None:
    told = tale("x:1/", "y/", "p/", "p/f/", "p/f/a.pdf", turned=turned)
    told.move(LEFT, "p/f", "x:1/f")
    told.move(RIGHT, "p/f", "y/f")

    assert told.told() == [
        "0 right move y/f to x-1/f with x:1/f, settles",
        "tells right x-1/f: move_overruled",
        "rests left ., p, x:1, x:1/f/a.pdf, y",
        "rests right ., p, x-1, y, y/f/a.pdf",
    ]


@mirrored
def test_of_two_renames_the_preferred_sides_holds_and_the_other_is_told(turned: bool) -> None:
    told = tale("p:1/", "p:1/a.pdf", policy=Policy(prefer=RIGHT), turned=turned)
    told.move(LEFT, "p:1/a.pdf", "p:1/one:1.pdf")
    told.move(RIGHT, "p-1/a.pdf", "p-1/two.pdf")

    assert told.told() == [
        "0 left move p:1/one:1.pdf to p:1/two.pdf with p-1/two.pdf, settles",
        "tells left p:1/two.pdf: move_overruled",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_the_same_move_on_both_sides_is_only_noted(turned: bool) -> None:
    told = tale("f/", "x/", "a.pdf", turned=turned)
    for side in (LEFT, RIGHT):
        told.move(side, "a.pdf", "x/b.pdf")
        told.move(side, "f", "g")

    assert told.told() == [
        "0 agree on place of left g, right g, was g",
        "1 agree on place of left x/b.pdf, right x/b.pdf, was x/b.pdf",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_the_same_rename_spelled_as_each_side_can_is_only_noted(turned: bool) -> None:
    told = tale("f/", "a.pdf", turned=turned)
    told.move(LEFT, "a.pdf", "b:1.pdf")
    told.move(RIGHT, "a.pdf", "b-1.pdf")
    told.move(LEFT, "f", "g:1")
    told.move(RIGHT, "f", "g-1")

    assert told.told() == [
        "0 agree on place of left g:1, right g-1, was g:1",
        "1 agree on place of left b:1.pdf, right b-1.pdf, was b:1.pdf",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_a_name_given_in_another_unicode_form_is_no_rename(turned: bool) -> None:
    told = tale("caf\u00e9.pdf", turned=turned)
    told.move(RIGHT, "caf\u00e9.pdf", "cafe\u0301.pdf")

    assert told.told() == [
        "0 agree on place of left café.pdf, right café.pdf, was café.pdf",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_a_file_saved_again_as_it_was_is_read_and_its_move_goes_on(turned: bool) -> None:
    told = tale("x/", "a.pdf", "b.pdf", turned=turned)
    told.write(LEFT, "a.pdf", b"a.pdf")
    told.write(LEFT, "b.pdf", b"B.pdf")
    told.move(LEFT, "b.pdf", "x/b.pdf")

    assert told.told() == [
        "0 left read a.pdf",
        "1 left read x/b.pdf",
        "2 right move b.pdf to x/b.pdf with x/b.pdf, settles",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_what_was_read_and_is_the_same_is_noted_with_its_new_place(turned: bool) -> None:
    told = tale("x/", "a.pdf", turned=turned)
    told.write(LEFT, "a.pdf", b"a.pdf")
    for side in (LEFT, RIGHT):
        told.move(side, "a.pdf", "x/a.pdf")
    told.world.apply(told.look())

    assert told.told() == [
        "0 agree on content of left x/a.pdf, right x/a.pdf, was x/a.pdf",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_while_a_moved_file_has_to_be_read_its_place_is_noted_alone(turned: bool) -> None:
    told = tale("x/", "a.pdf", turned=turned)
    told.write(LEFT, "a.pdf", b"a.pdf")
    for side in (LEFT, RIGHT):
        told.move(side, "a.pdf", "x/a.pdf")

    assert told.told() == [
        "0 left read x/a.pdf",
        "1 agree on place of left x/a.pdf, right x/a.pdf, was x/a.pdf",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_the_same_edit_on_both_sides_is_read_and_then_noted(turned: bool) -> None:
    told = tale("x/", "a.pdf", turned=turned)
    for side in (LEFT, RIGHT):
        told.write(side, "a.pdf")
        told.move(side, "a.pdf", "x/a.pdf")

    first = told.told()
    told.world.apply(told.look())

    assert first == [
        "0 left read x/a.pdf",
        "1 agree on place of left x/a.pdf, right x/a.pdf, was x/a.pdf",
        "rests left ., x",
        "rests right ., x",
    ]
    assert told.told() == [
        "0 agree on content of left x/a.pdf, right x/a.pdf, was x/a.pdf",
        "rests left ., x",
        "rests right ., x",
    ]


def conflict(turned: bool, policy: Policy) -> Tale:
    """Both sides changed one file in one folder, the right later."""
    told = tale("p:1/", "p:1/a.pdf", policy=policy, turned=turned)
    told.write(LEFT, "p:1/a.pdf", LONGER)
    told.write(RIGHT, "p-1/a.pdf", OTHER)
    return told


@mirrored
def test_the_losing_version_is_kept_on_both_sides_before_it_is_overwritten(turned: bool) -> None:
    told = conflict(turned, Policy(winner=Winner.LEFT))

    assert told.told() == [
        "0 right file p-1/a (conflict right 7c7cea).pdf of right p-1/a.pdf, unpaired",
        (
            "1 left file p:1/a (conflict right 7c7cea).pdf told as p-1/a (conflict right "
            "7c7cea).pdf of right p-1/a.pdf, paired with #0 after 0"
        ),
        "2 right replace p-1/a.pdf by p:1/a.pdf after 0, 1",
        "tells right p-1/a.pdf: conflict",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_the_losing_version_of_the_side_that_knows_no_hash_is_kept_too(turned: bool) -> None:
    told = conflict(turned, Policy(winner=Winner.RIGHT))

    assert told.told() == [
        "0 left file p:1/a (conflict left 8e38a1).pdf of left p:1/a.pdf, unpaired",
        (
            "1 right file p-1/a (conflict left 8e38a1).pdf told as p:1/a (conflict left "
            "8e38a1).pdf of left p:1/a.pdf, paired with #0 after 0"
        ),
        "2 left replace p:1/a.pdf by p-1/a.pdf after 0, 1",
        "tells left p:1/a.pdf: conflict",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_the_losing_version_may_be_left_to_the_history(turned: bool) -> None:
    told = conflict(turned, Policy(loser=Loser.VERSION, winner=Winner.RIGHT))

    assert told.told() == [
        "0 left replace p:1/a.pdf by p-1/a.pdf",
        "tells left p:1/a.pdf: conflict",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_where_a_side_keeps_no_history_the_losing_version_is_a_copy(turned: bool) -> None:
    told = conflict(turned, Policy(loser=Loser.VERSION, winner=Winner.RIGHT))
    told.able(LEFT, keeps_versions=False)

    assert told.told() == [
        "0 left file p:1/a (conflict left 8e38a1).pdf of left p:1/a.pdf, unpaired",
        (
            "1 right file p-1/a (conflict left 8e38a1).pdf told as p:1/a (conflict left "
            "8e38a1).pdf of left p:1/a.pdf, paired with #0 after 0"
        ),
        "2 left replace p:1/a.pdf by p-1/a.pdf after 0, 1",
        "tells left p:1/a.pdf: conflict",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_a_file_that_both_changed_and_one_moved_is_kept_where_it_is_to_be(turned: bool) -> None:
    told = tale("x/", "a.pdf", policy=Policy(winner=Winner.LEFT), turned=turned)
    told.put(LEFT, "x/new")
    told.move(LEFT, "a.pdf", "x/new/b.pdf")
    told.write(LEFT, "x/new/b.pdf", LONGER)
    told.write(RIGHT, "a.pdf", OTHER)

    assert told.told() == [
        "0 right folder x/new of x/new",
        "1 right move a.pdf to x/new/b.pdf in #0 with x/new/b.pdf, settles after 0",
        "2 right file x/new/b (conflict right 7c7cea).pdf in #0 of right a.pdf, unpaired after 0",
        "3 left file x/new/b (conflict right 7c7cea).pdf of right a.pdf, paired with #2 after 2",
        "4 right replace a.pdf told as x/new/b.pdf by x/new/b.pdf after 1, 2, 3",
        "tells right x/new/b.pdf: conflict",
        "rests left ., x",
        "rests right ., x",
    ]
