"""The whole plan that deletions and failures lead to, and the same mirrored."""

import pytest
from planning.plans_told import tale
from planning.telling import LEFT, RIGHT

mirrored = pytest.mark.parametrize("turned", [False, True])


@mirrored
def test_a_deleted_folder_is_one_step_that_forgets_all_that_was_in_it(turned: bool) -> None:
    told = tale("p:1/", "p:1/x/", "p:1/x/a.pdf", "p:1/b.pdf", "k.pdf", turned=turned)
    told.put(RIGHT, "p-1/x/thumbs.db", b"junk")
    told.remove(LEFT, "p:1")

    assert told.told() == [
        "0 right delete p-1 with ~p:1, ~p:1/~x, ~p:1/~x/~a.pdf, ~p:1/~b.pdf",
        "tells right p-1: ignored_items_deleted_with_folder (thumbs.db)",
        "rests left ., k.pdf",
        "rests right ., k.pdf, p-1/x/thumbs.db",
    ]


@mirrored
def test_what_both_sides_deleted_is_forgotten_by_its_own_path(turned: bool) -> None:
    told = tale("x/", "x/y/", "x/y/a.pdf", "k.pdf", turned=turned)
    for side in (LEFT, RIGHT):
        told.remove(side, "x/y")

    assert told.told() == [
        "0 forget x/~y told as x/y",
        "1 forget x/~y/~a.pdf told as x/y/a.pdf",
        "rests left ., k.pdf, x",
        "rests right ., k.pdf, x",
    ]


@mirrored
def test_what_moved_out_on_the_other_side_stays_and_the_folder_goes_after_it(
    turned: bool,
) -> None:
    told = tale("x/", "x/y/", "x/y/a.pdf", "x/b.pdf", "z/", turned=turned)
    told.move(LEFT, "x/y/a.pdf", "z/a.pdf")
    told.remove(LEFT, "x")

    assert told.told() == [
        "0 right move x/y/a.pdf to z/a.pdf with z/a.pdf, settles",
        "1 right delete x with ~x, ~x/~y, ~x/~b.pdf after 0",
        "rests left ., z",
        "rests right ., z",
    ]


@mirrored
def test_what_an_edit_saves_is_made_again_in_its_folders_alone(turned: bool) -> None:
    told = tale("p:1/", "p:1/x/", "p:1/x/a.pdf", "p:1/b.pdf", "k.pdf", turned=turned)
    told.write(RIGHT, "p-1/x/a.pdf")
    told.remove(LEFT, "p:1")

    assert told.told() == [
        "0 forget ~p:1 told as p-1",
        "1 forget ~p:1/~x told as p-1/x",
        "2 forget ~p:1/~x/~a.pdf told as p-1/x/a.pdf",
        "3 left folder p-1 of p-1",
        "4 left folder p-1/x in #3 of p-1/x after 3",
        "5 left file p-1/x/a.pdf in #4 of right p-1/x/a.pdf, paired after 4",
        "6 right delete p-1/b.pdf with ~p:1/~b.pdf",
        "tells right p-1: delete_cancelled",
        "tells right p-1/x/a.pdf: delete_cancelled",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_what_a_new_file_saves_is_told_for_the_topmost_folder(turned: bool) -> None:
    told = tale("p:1/", "p:1/x/", "p:1/x/a.pdf", "k.pdf", turned=turned)
    told.put(RIGHT, "p-1/x/n.pdf", b"new")
    told.remove(LEFT, "p:1")

    assert told.told() == [
        "0 forget ~p:1 told as p-1",
        "1 forget ~p:1/~x told as p-1/x",
        "2 left folder p-1 of p-1",
        "3 left folder p-1/x in #2 of p-1/x after 2",
        "4 left file p-1/x/n.pdf in #3 of right p-1/x/n.pdf, paired after 3",
        "5 right delete p-1/x/a.pdf with ~p:1/~x/~a.pdf",
        "tells right p-1: delete_cancelled",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_a_folder_renamed_where_it_is_left_is_kept_with_all_in_it(turned: bool) -> None:
    told = tale("p:1/", "p:1/x/", "p:1/x/a.pdf", "k.pdf", turned=turned)
    told.move(RIGHT, "p-1", "q-1")
    told.remove(LEFT, "p:1")

    assert told.told() == [
        "0 forget ~p:1 told as q-1",
        "1 forget ~p:1/~x told as q-1/x",
        "2 forget ~p:1/~x/~a.pdf told as q-1/x/a.pdf",
        "3 left folder q-1 of q-1",
        "4 left folder q-1/x in #3 of q-1/x after 3",
        "5 left file q-1/x/a.pdf in #4 of right q-1/x/a.pdf, paired after 4",
        "tells right q-1: delete_cancelled",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_a_file_moved_where_it_is_left_is_made_again_at_its_new_place(turned: bool) -> None:
    told = tale("x/", "a.pdf", "k.pdf", turned=turned)
    told.move(RIGHT, "a.pdf", "x/b.pdf")
    told.remove(LEFT, "a.pdf")

    assert told.told() == [
        "0 forget ~a.pdf told as x/b.pdf",
        "1 left file x/b.pdf of right x/b.pdf, paired",
        "tells right x/b.pdf: delete_cancelled",
        "rests left ., k.pdf, x",
        "rests right ., k.pdf, x",
    ]


@mirrored
def test_a_file_moved_into_a_folder_that_the_other_side_deleted_keeps_it_alive(
    turned: bool,
) -> None:
    told = tale("x/", "x/b.pdf", "a.pdf", turned=turned)
    told.move(RIGHT, "a.pdf", "x/a.pdf")
    told.remove(LEFT, "x")

    assert told.told() == [
        "0 forget ~x told as x",
        "1 left folder x of x",
        "2 left move a.pdf to x/a.pdf in #1 with x/a.pdf, settles after 1",
        "3 right delete x/b.pdf with ~x/~b.pdf",
        "tells right x: delete_cancelled",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_a_file_that_went_with_its_new_folder_is_made_again_where_the_other_side_moved_it(
    turned: bool,
) -> None:
    told = tale("x/", "y/", "a.pdf", turned=turned)
    told.move(LEFT, "a.pdf", "x/a.pdf")
    told.move(RIGHT, "a.pdf", "y/a.pdf")
    left, folder = told.place(LEFT), told.id(LEFT, "x")
    left.gone[folder] = left.items[folder]
    told.remove(RIGHT, "x")

    assert told.told() == [
        "0 forget x",
        "1 forget x/a.pdf told as y/a.pdf",
        "2 left file y/a.pdf of right y/a.pdf, paired",
        "tells right y/a.pdf: delete_cancelled",
        "rests left ., y",
        "rests right ., y",
    ]


@mirrored
def test_what_was_deleted_and_perhaps_edited_is_read_first_and_its_folder_waits(
    turned: bool,
) -> None:
    told = tale("x/", "x/a.pdf", "x/b.pdf", "k.pdf", turned=turned)
    told.write(LEFT, "x/a.pdf", b"x/A.pdf")
    told.remove(RIGHT, "x")

    assert told.told() == [
        "0 left read x/a.pdf",
        "1 left delete x/b.pdf with x/b.pdf",
        "rests left ., k.pdf, x",
        "rests right ., k.pdf, ~x",
    ]


@mirrored
def test_what_failed_waits_and_is_told_on_the_side_where_it_failed(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "x/b.pdf", "k.pdf", turned=turned)
    told.write(LEFT, "x/a.pdf")
    told.write(LEFT, "x/b.pdf")
    told.fail(RIGHT, "x/a.pdf")

    assert told.told() == [
        "0 right replace x/b.pdf by x/b.pdf",
        "waits right x/a.pdf: set_aside",
        "rests left ., k.pdf, x",
        "rests right ., k.pdf, x",
    ]


@mirrored
def test_a_folder_that_failed_waits_with_all_in_it_on_both_sides(turned: bool) -> None:
    told = tale("x/", "x/y/", "x/y/a.pdf", "k.pdf", turned=turned)
    told.write(LEFT, "x/y/a.pdf")
    told.put(LEFT, "x/y/n.pdf", b"new")
    told.put(RIGHT, "x/m.pdf", b"new there")
    told.write(LEFT, "k.pdf")
    told.fail(RIGHT, "x")

    assert told.told() == [
        "0 right replace k.pdf by k.pdf",
        "waits right x: set_aside",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_a_new_file_that_the_other_side_never_takes_dies_with_no_folder(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "k.pdf", turned=turned)
    told.able(LEFT, max_file_bytes=9)
    told.put(RIGHT, "x/large.pdf", b"more than nine")
    told.remove(LEFT, "x")

    assert told.told() == [
        "0 right delete x/a.pdf with ~x/~a.pdf",
        "waits left x/large.pdf: too_large (14 bytes)",
        "rests left ., k.pdf, ~x",
        "rests right ., k.pdf, x",
    ]


@mirrored
def test_what_came_and_went_is_at_rest(turned: bool) -> None:
    told = tale("x/", "k.pdf", turned=turned)
    told.put(LEFT, "x/n.pdf", b"new")
    told.put(LEFT, "thumbs.db", b"junk")
    told.remove(LEFT, "x/n.pdf")

    assert told.told() == [
        "rests left ., k.pdf, thumbs.db, x, x/~n.pdf",
        "rests right ., k.pdf, x",
    ]


@mirrored
def test_what_was_seen_in_a_folder_that_is_gone_is_gone_with_it(turned: bool) -> None:
    told = tale("x/", "x/y/", "x/y/a.pdf", "k.pdf", turned=turned)
    left = told.place(LEFT)
    folder, inner, file = (told.id(LEFT, path) for path in ("x", "x/y", "x/y/a.pdf"))
    told.remove(LEFT, "x")
    for item in (inner, file):
        left.items[item] = left.gone.pop(item)

    assert told.told() == [
        "0 right delete x with ~x, ~x/y, ~x/y/a.pdf",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]
    assert folder in left.gone


@mirrored
def test_a_new_file_takes_the_name_of_a_deleted_one_after_it_has_gone(turned: bool) -> None:
    told = tale("x/", "a.pdf", "b.pdf", turned=turned)
    told.remove(LEFT, "a.pdf")
    told.move(LEFT, "b.pdf", "a.pdf")

    assert told.told() == [
        "0 right delete a.pdf with ~a.pdf",
        "1 right move b.pdf to a.pdf with a.pdf, settles after 0",
        "rests left ., x",
        "rests right ., x",
    ]
