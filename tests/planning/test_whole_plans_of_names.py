"""The whole plan that shared names and exchanged places lead to, and the same mirrored."""

import pytest
from planning.plans_told import tale
from planning.telling import LEFT, RIGHT

from turnbuckle.model.policy import Policy

mirrored = pytest.mark.parametrize("turned", [False, True])

LONGER = b"edited, and longer"


@mirrored
def test_files_and_folders_that_are_new_on_both_sides_are_one_if_they_are_equal(
    turned: bool,
) -> None:
    told = tale("k.pdf", turned=turned)
    for side, folder in ((LEFT, "p:1"), (RIGHT, "p-1")):
        told.put(side, folder)
        told.put(side, f"{folder}/empty.pdf", b"")
        told.put(side, f"{folder}/perhaps.pdf", b"same size" if side is LEFT else b"size same")
        told.put(side, f"{folder}/two.pdf", b"two" if side is LEFT else b"three")

    assert told.told() == [
        "0 left read p:1/perhaps.pdf",
        "1 agree on all of left p:1, right p-1, new",
        "2 agree on all of left p:1/empty.pdf, right p-1/empty.pdf, new",
        "3 right move p-1/two.pdf to p-1/two (conflict right d37093).pdf with none, open",
        "4 right file p-1/two.pdf of left p:1/two.pdf, paired after 3",
        "5 left file p:1/two (conflict right d37093).pdf of right p-1/two.pdf, paired after 3",
        "tells right p-1/two.pdf: conflict",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_files_found_equal_by_reading_are_linked_where_they_are(turned: bool) -> None:
    told = tale("k.pdf", turned=turned)
    told.put(LEFT, "a.pdf", b"equal")
    told.put(RIGHT, "A.pdf", b"equal")
    told.world.apply(told.look())

    assert told.told() == [
        "0 agree on all of left a.pdf, right A.pdf, new",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_names_that_one_side_alone_tells_apart_are_numbered_there_by_age(turned: bool) -> None:
    told = tale("x/", turned=turned)
    told.put(LEFT, "x/a.pdf", b"1")
    told.put(LEFT, "x/A.pdf", b"22")
    told.put(LEFT, "x/B")
    told.put(LEFT, "x/b", b"a file")
    told.put(LEFT, "x/c-d.pdf", b"333")
    told.put(LEFT, "x/c:d.pdf", b"4444")

    assert told.told() == [
        "0 right folder x/B of x/B",
        "1 right file x/a.pdf of left x/a.pdf, paired",
        "2 right file x/A (2).pdf of left x/A.pdf, paired",
        "3 right file x/c-d.pdf of left x/c-d.pdf, paired",
        "4 right file x/c-d (2).pdf of left x/c:d.pdf, paired",
        "5 right file x/b (2) of left x/b, paired",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_a_folder_and_a_file_of_one_name_are_told_apart_by_a_copy(turned: bool) -> None:
    told = tale("x/", turned=turned)
    told.put(LEFT, "x/a", b"a file")
    told.put(RIGHT, "x/a")

    assert told.told() == [
        "0 left move x/a to x/a (conflict left e0d274) with none, open",
        "1 left folder x/a of x/a after 0",
        "2 right file x/a (conflict left e0d274) of left x/a, paired after 0",
        "tells left x/a: conflict",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_an_exchange_of_names_needs_one_temporary_name_and_its_contents_come_last(
    turned: bool,
) -> None:
    told = tale("x/", "x/a.pdf", "x/b.pdf", turned=turned)
    told.move(LEFT, "x/a.pdf", "x/between")
    told.move(LEFT, "x/b.pdf", "x/a.pdf")
    told.move(LEFT, "x/between", "x/b.pdf")
    told.write(LEFT, "x/b.pdf")

    assert told.told() == [
        "0 right move x/a.pdf to x/turnbuckle-temp-... a.pdf told as x/b.pdf with none, open",
        "1 right move x/b.pdf to x/a.pdf with x/a.pdf, settles after 0",
        "2 right move x/a.pdf to x/b.pdf with x/b.pdf, settles after 0, 1",
        "3 right replace x/a.pdf told as x/b.pdf by x/b.pdf after 2",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_a_chain_of_names_is_freed_from_its_end(turned: bool) -> None:
    told = tale("1", "2", "3", turned=turned)
    for number in (3, 2, 1):
        told.move(LEFT, f"{number}", f"{number + 1}")
    told.put(LEFT, "1", b"new one")

    assert told.told() == [
        "0 right move 3 to 4 with 4, settles",
        "1 right move 2 to 3 with 3, settles after 0",
        "2 right move 1 to 2 with 2, settles after 1",
        "3 right file 1 of left 1, paired after 2",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_a_folder_that_moves_into_its_own_folder_waits_until_that_one_has_left(
    turned: bool,
) -> None:
    told = tale("outer/", "outer/mid/", "outer/mid/inner/", "outer/a.pdf", turned=turned)
    told.move(LEFT, "outer/mid/inner", "inner")
    told.move(LEFT, "outer", "inner/outer")

    assert told.told() == [
        "0 right move outer/mid/inner to inner with inner, settles",
        (
            "1 right move outer to outer/mid/inner/outer told as inner/outer with inner/outer, "
            "settles after 0"
        ),
        "rests left ., inner/outer/a.pdf, inner/outer/mid",
        "rests right ., outer/a.pdf, outer/mid",
    ]


@mirrored
def test_folders_moved_into_each_other_are_put_where_the_preferred_side_has_them(
    turned: bool,
) -> None:
    told = tale("p:1/", "two/", "p:1/a.pdf", turned=turned)
    told.move(LEFT, "p:1", "two/p:1")
    told.move(RIGHT, "two", "p-1/two")

    assert told.told() == [
        "0 right move p-1/two to two with two, settles",
        "1 right move p-1 to p-1/two/p-1 told as two/p-1 with two/p:1, settles after 0",
        "tells right two: move_overruled",
        "rests left ., two/p:1/a.pdf",
        "rests right ., p-1/a.pdf",
    ]


@mirrored
def test_three_folders_moved_round_in_a_circle_by_both_sides_undo_one_move(turned: bool) -> None:
    told = tale("one/", "two/", "three/", policy=Policy(prefer=RIGHT), turned=turned)
    told.move(LEFT, "one", "two/one")
    told.move(RIGHT, "two", "three/two")
    told.move(RIGHT, "three", "one/three")

    assert told.told() == [
        "0 left move two/one to one with one, settles",
        "1 left move three to two/one/three told as one/three with one/three, settles after 0",
        "2 left move two to three/two told as one/three/two with one/three/two, settles after 0, 1",
        "tells left one: move_overruled",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_a_replaced_file_keeps_its_twin_and_a_replaced_folder_what_is_in_it(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "x/b.pdf", turned=turned)
    told.remove(LEFT, "x")
    told.put(LEFT, "x")
    told.put(LEFT, "x/a.pdf", LONGER)
    told.put(LEFT, "x/b.pdf", b"x/b.pdf")

    assert told.told() == [
        "0 agree on all of left x, right x, was ~x",
        "1 agree on place of left x/a.pdf, right x/a.pdf, was ~x/~a.pdf",
        "2 left read x/b.pdf",
        "3 agree on place of left x/b.pdf, right x/b.pdf, was ~x/~b.pdf",
        "4 right replace x/a.pdf by x/a.pdf",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_two_new_files_that_could_be_the_one_that_went_are_taken_for_none(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", turned=turned)
    told.remove(LEFT, "x/a.pdf")
    told.put(LEFT, "x/A.pdf", LONGER)

    assert told.told() == [
        "0 right delete x/a.pdf with x/~a.pdf",
        "1 right file x/A.pdf of left x/A.pdf, paired after 0",
        "rests left ., x",
        "rests right ., x",
    ]
