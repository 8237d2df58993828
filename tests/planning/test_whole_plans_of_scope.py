"""The whole plan where a part of the link is not kept in step, or only one way."""

from dataclasses import replace

import pytest
from planning.plans_told import Tale, tale
from planning.telling import LEFT, RIGHT

from turnbuckle.model.policy import Policy
from turnbuckle.model.scope import Direction, Rule

mirrored = pytest.mark.parametrize("turned", [False, True])

NO_X = Policy(scope=(Rule(include=False, folder="x"),))


def taken_out(turned: bool = False) -> Tale:
    """A folder of the scope that was moved into one that is not kept in step."""
    told = tale("out/", "in/", "in/f/", "in/f/a.pdf", "in/f/b.pdf", "in/f/g/", turned=turned)
    told.want(Policy(scope=(Rule(include=False, folder="out"),)))
    told.move(LEFT, "in/f", "out/f")
    return told


@mirrored
def test_a_folder_moved_out_of_the_scope_stays_where_it_is_on_the_other_side(turned: bool) -> None:
    told = taken_out(turned)

    assert told.told() == [
        "rests left ., in, out, out/f, out/f/a.pdf, out/f/b.pdf, out/f/g",
        "rests right ., in, in/f, in/f/a.pdf, in/f/b.pdf, in/f/g, out",
    ]


@mirrored
def test_what_differs_below_a_folder_that_left_the_scope_is_looked_at_again_when_it_may_return(
    turned: bool,
) -> None:
    told = taken_out(turned)
    told.write(LEFT, "out/f/a.pdf")
    told.put(RIGHT, "in/f/g/new.pdf", b"new")

    assert told.told() == [
        "rests left ., in, out, out/f, out/f/b.pdf, out/f/g",
        "rests right ., in, in/f, in/f/b.pdf, in/f/g, out",
    ]


@mirrored
def test_what_went_below_a_folder_that_left_the_scope_is_looked_at_again_too(turned: bool) -> None:
    told = taken_out(turned)
    told.remove(RIGHT, "in/f/b.pdf")
    told.move(RIGHT, "in/f/g", "in/f/h")
    told.move(LEFT, "out/f/a.pdf", "out/a.pdf")

    assert told.told() == [
        "rests left ., in, out, out/a.pdf, out/f",
        "rests right ., in, in/f, in/f/a.pdf, out",
    ]


@mirrored
def test_what_never_was_in_the_scope_is_at_rest_whatever_becomes_of_it(turned: bool) -> None:
    told = tale("x/", "x/y/", "x/y/a.pdf", "x/b.pdf", "k.pdf", turned=turned)
    told.want(NO_X)
    told.write(LEFT, "x/y/a.pdf")
    told.remove(RIGHT, "x/b.pdf")
    told.put(RIGHT, "x/new.pdf", b"new")
    told.write(LEFT, "k.pdf")

    assert told.told() == [
        "0 right replace k.pdf by k.pdf",
        "rests left ., x, x/b.pdf, x/y, x/y/a.pdf",
        "rests right ., x, x/new.pdf, x/y, x/y/a.pdf, x/~b.pdf",
    ]


@mirrored
def test_a_folder_outside_is_made_for_the_sake_of_what_is_in_it(turned: bool) -> None:
    told = tale("k.pdf", turned=turned)
    told.want(Policy(scope=(Rule(include=False), Rule(include=True, folder="x/y"))))
    told.put(LEFT, "x")
    told.put(LEFT, "x/n.pdf", b"outside")
    told.put(LEFT, "x/y")
    told.put(LEFT, "x/y/n.pdf", b"inside")
    told.put(LEFT, "z")

    assert told.told() == [
        "0 right folder x of x",
        "1 right folder x/y in #0 of x/y after 0",
        "2 right file x/y/n.pdf in #1 of left x/y/n.pdf, paired after 1",
        "rests left ., k.pdf, x/n.pdf, z",
        "rests right ., k.pdf",
    ]


@mirrored
def test_what_was_held_and_left_the_scope_is_held_no_longer(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "x/b.pdf", "k.pdf", "l.pdf", turned=turned)
    told.want(replace(NO_X, deletions_per_day=0))
    told.hide(RIGHT, "x/a.pdf")
    told.remove(RIGHT, "k.pdf", "x/b.pdf")

    assert told.told() == [
        "waits right x/a.pdf: hidden",
        "tells right k.pdf: delete_limit (1 file deleted)",
        "holds left k.pdf: delete_limit since 10",
        "rests left ., k.pdf, l.pdf, x, x/a.pdf, x/b.pdf",
        "rests right ., l.pdf, x, x/a.pdf, x/~b.pdf, ~k.pdf",
    ]


@mirrored
def test_what_has_to_be_read_is_not_read_outside_the_scope(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "k.pdf", turned=turned)
    told.want(NO_X)
    told.write(LEFT, "x/a.pdf", b"x/A.pdf")
    told.remove(RIGHT, "x/a.pdf")
    told.put(LEFT, "x/n.pdf", b"one")
    told.put(RIGHT, "x/n.pdf", b"two")

    assert told.told() == [
        "rests left ., k.pdf, x, x/a.pdf, x/n.pdf",
        "rests right ., k.pdf, x, x/n.pdf, x/~a.pdf",
    ]


@mirrored
def test_what_both_sides_deleted_outside_the_scope_is_forgotten(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "k.pdf", turned=turned)
    told.want(NO_X)
    told.remove(LEFT, "x/a.pdf")
    told.remove(RIGHT, "x/a.pdf")

    assert told.told() == [
        "0 forget x/~a.pdf told as x/a.pdf",
        "rests left ., k.pdf, x",
        "rests right ., k.pdf, x",
    ]


@mirrored
def test_what_an_edit_would_save_is_not_saved_outside_the_scope(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "k.pdf", turned=turned)
    told.want(NO_X)
    told.remove(LEFT, "x/a.pdf")
    told.write(RIGHT, "x/a.pdf")

    assert told.told() == [
        "rests left ., k.pdf, x, x/~a.pdf",
        "rests right ., k.pdf, x, x/a.pdf",
    ]


def one_way(*paths: str, turned: bool = False) -> Tale:
    return tale(*paths, policy=Policy(directions={"": Direction.TO_RIGHT}), turned=turned)


@mirrored
def test_what_was_changed_where_changes_only_arrive_stays_there_and_is_told(turned: bool) -> None:
    told = one_way("x/", "x/a.pdf", "x/b.pdf", "x/c.pdf", turned=turned)
    told.write(RIGHT, "x/a.pdf")
    told.move(RIGHT, "x/b.pdf", "b.pdf")
    told.write(LEFT, "x/c.pdf")

    assert told.told() == [
        "0 right replace x/c.pdf by x/c.pdf",
        "waits right x/a.pdf: one_way",
        "waits right b.pdf: one_way",
        "rests left ., x, x/b.pdf",
        "rests right ., b.pdf, x",
    ]


@mirrored
def test_what_is_new_where_changes_only_arrive_is_told_by_its_topmost_folder(
    turned: bool,
) -> None:
    told = one_way("x/", turned=turned)
    told.put(RIGHT, "x/n")
    told.put(RIGHT, "x/n/n.pdf", b"new")
    told.put(LEFT, "x/m.pdf", b"sent")

    assert told.told() == [
        "0 right file x/m.pdf of left x/m.pdf, paired",
        "waits right x/n: one_way",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_what_was_deleted_where_changes_only_arrive_is_told_by_its_topmost_folder(
    turned: bool,
) -> None:
    told = one_way("x/", "x/y/", "x/y/a.pdf", "k.pdf", turned=turned)
    told.remove(RIGHT, "x")

    assert told.told() == [
        "waits left x: one_way",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_what_was_deleted_where_changes_come_from_is_deleted(turned: bool) -> None:
    told = one_way("x/", "x/a.pdf", "k.pdf", turned=turned)
    told.remove(LEFT, "x")

    assert told.told() == [
        "0 right delete x with ~x, ~x/~a.pdf",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_a_conflict_is_won_by_the_side_that_changes_come_from_and_copied_on_the_other(
    turned: bool,
) -> None:
    told = one_way("x/", "x/a.pdf", turned=turned)
    told.write(LEFT, "x/a.pdf", b"edited, and longer")
    told.write(RIGHT, "x/a.pdf", b"edited otherwise, and longer still")

    assert told.told() == [
        "0 right file x/a (conflict right 7c7cea).pdf of right x/a.pdf, unpaired",
        "1 right replace x/a.pdf by x/a.pdf after 0",
        "tells right x/a.pdf: conflict",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_a_file_renamed_there_and_edited_here_gets_its_content_where_it_is(turned: bool) -> None:
    told = one_way("x/", "x/a.pdf", turned=turned)
    told.move(RIGHT, "x/a.pdf", "x/z.pdf")
    told.write(LEFT, "x/a.pdf")

    assert told.told() == [
        "0 right replace x/z.pdf by x/a.pdf",
        "waits right x/z.pdf: one_way",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_an_edit_here_that_perhaps_is_none_is_read_before_the_other_is_judged(
    turned: bool,
) -> None:
    told = one_way("x/", "x/a.pdf", "x/b.pdf", turned=turned)
    told.write(RIGHT, "x/a.pdf", b"x/A.pdf")
    told.write(RIGHT, "x/b.pdf")
    told.write(LEFT, "x/b.pdf", b"x/B.pdf")

    assert told.told() == [
        "0 left read x/b.pdf",
        "waits right x/a.pdf: one_way",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_only_the_folder_that_says_so_goes_one_way(turned: bool) -> None:
    policy = Policy(directions={"x": Direction.TO_RIGHT, "x/y": Direction.BOTH})
    told = tale("x/", "x/a.pdf", "x/y/", "x/y/b.pdf", "k.pdf", policy=policy, turned=turned)
    for path in ("x/a.pdf", "x/y/b.pdf", "k.pdf"):
        told.write(RIGHT, path)

    assert told.told() == [
        "0 left replace k.pdf by k.pdf",
        "1 left replace x/y/b.pdf by x/y/b.pdf",
        "waits right x/a.pdf: one_way",
        "rests left ., x, x/y",
        "rests right ., x, x/y",
    ]
