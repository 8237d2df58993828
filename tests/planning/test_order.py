"""Steps come in an order that no remote refuses, and folders die around nothing that lives."""

from dataclasses import replace

import pytest
from planning.telling import LEFT, RIGHT, at, both, in_step, put, reasons
from planning.world import ROOT

from turnbuckle.model.items import ItemId
from turnbuckle.model.names import TEMPORARY
from turnbuckle.model.plans import Delete, Forget, Move, Reason
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side


def test_an_exchange_of_two_names_takes_one_temporary_name_and_no_transfer() -> None:
    world = in_step("a.pdf", "b.pdf")
    left = world.sides[LEFT]
    one, other = at(left, "a.pdf"), at(left, "b.pdf")
    left.move(one, ROOT, "between")
    left.move(other, ROOT, "a.pdf")
    left.move(one, ROOT, "b.pdf")

    made = world.look()
    world.settle()

    moves = [step for step in made.steps if isinstance(step, Move)]
    assert len([step for step in moves if step.name.startswith(TEMPORARY)]) == 1
    assert len(moves) == 3
    assert both(world) == {"a.pdf": b"b.pdf", "b.pdf": b"a.pdf"}
    assert world.transfers == 0


def test_a_chain_of_names_needs_no_temporary_name() -> None:
    world = in_step("1", "2", "3")
    left = world.sides[LEFT]
    for number in (3, 2, 1):
        left.move(at(left, f"{number}"), ROOT, f"{number + 1}")

    made = world.look()
    world.settle()

    assert len(made.steps) == 3
    assert both(world) == {"2": b"1", "3": b"2", "4": b"3"}


def test_a_circle_of_many_names_takes_one_temporary_name() -> None:
    world = in_step(*(f"{number}" for number in range(6)))
    left = world.sides[LEFT]
    ids = [at(left, f"{number}") for number in range(6)]
    for number, item in enumerate(ids):
        left.move(item, ROOT, f"aside {number}")
    for number, item in enumerate(ids):
        left.move(item, ROOT, f"{(number + 1) % 6}")

    made = world.look()
    world.settle()

    assert len(made.steps) == 7
    assert both(world) == {f"{(number + 1) % 6}": f"{number}".encode() for number in range(6)}


def test_a_folder_that_changes_places_with_the_one_it_lies_in_needs_no_transfer() -> None:
    world = in_step("outer/", "outer/inner/", "outer/inner/a.pdf")
    left = world.sides[LEFT]
    outer, inner = at(left, "outer"), at(left, "outer/inner")
    left.move(inner, ROOT, "inner")
    left.move(outer, inner, "outer")

    world.settle()

    assert set(both(world)) == {"inner", "inner/outer", "inner/a.pdf"}
    assert (world.transfers, world.deletes) == (0, 0)


def test_folders_moved_into_each_other_by_the_two_sides_lose_nothing() -> None:
    world = in_step("one/", "two/", "one/a.pdf", "two/b.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.move(at(left, "one"), at(left, "two"), "one")
    right.move(at(right, "two"), at(right, "one"), "two")

    made = world.look()
    world.settle()

    assert Reason.MOVE_OVERRULED in reasons(made.notices)
    assert {content for content in both(world).values() if content} == {b"one/a.pdf", b"two/b.pdf"}
    assert world.deletes == 0


def test_folders_that_are_gone_and_lay_in_each_other_by_our_records_alone_are_forgotten() -> None:
    world = in_step("x/", "y/", "k.pdf")
    above: dict[ItemId, ItemId] = {}  # as when a run was cut off between what it noted of the two
    for place in world.sides.values():
        x, y = at(place, "x"), at(place, "y")
        above |= {x: y, y: x}
        place.delete(x)
        place.delete(y)
    world.pairs = [
        replace(
            pair,
            left=replace(pair.left, parent=above.get(pair.left.id, pair.left.parent)),
            right=replace(pair.right, parent=above.get(pair.right.id, pair.right.parent)),
        )
        for pair in world.pairs
    ]

    made = world.look()

    assert {type(step) for step in made.steps} == {Forget}
    assert len(made.steps) == 2


def test_a_file_saved_out_of_a_folder_leaves_it_before_it_is_deleted() -> None:
    world = in_step("old/", "old/keep.pdf", "old/drop.pdf")
    left = world.sides[LEFT]
    left.move(at(left, "old/keep.pdf"), ROOT, "keep.pdf")
    left.delete(at(left, "old"))

    world.settle()

    assert both(world) == {"keep.pdf": b"old/keep.pdf"}
    assert (world.moves, world.deletes, world.transfers) == (1, 1, 0)


def test_deletions_come_last() -> None:
    world = in_step("gone.pdf", "edit.pdf", "folder/")
    left = world.sides[LEFT]
    left.delete(at(left, "gone.pdf"))
    left.write(at(left, "edit.pdf"), b"new")
    put(left, "folder/new.pdf", b"more")

    made = world.look()

    assert isinstance(made.steps[-1], Delete)
    assert not any(isinstance(step, Delete) for step in made.steps[:-1])


def test_a_deleted_folder_is_one_step_with_all_its_pairs() -> None:
    world = in_step("old/", "old/deep/", "old/deep/a.pdf", "old/b.pdf")
    left = world.sides[LEFT]
    left.delete(at(left, "old"))

    (step,) = world.look().steps

    assert isinstance(step, Delete)
    assert (step.side, step.path, len(step.pairs)) == (RIGHT, "old", 4)


def test_an_edit_inside_a_deleted_folder_survives_with_the_folders_above_it_alone() -> None:
    world = in_step("old/", "old/deep/", "old/deep/a.pdf", "old/b.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.delete(at(left, "old"))
    right.write(at(right, "old/deep/a.pdf"), b"edited")

    made = world.look()
    world.settle()

    assert both(world) == {"old": None, "old/deep": None, "old/deep/a.pdf": b"edited"}
    assert Reason.DELETE_CANCELLED in reasons(made.notices)


def test_a_file_added_to_a_deleted_folder_survives() -> None:
    world = in_step("old/", "old/b.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.delete(at(left, "old"))
    put(right, "old/new.pdf", b"new")

    world.settle()

    assert both(world) == {"old": None, "old/new.pdf": b"new"}


@pytest.mark.parametrize("side", Side)
def test_an_edit_beats_a_deletion(side: Side) -> None:
    world = in_step("a.pdf")
    world.sides[side].delete(at(world.sides[side], "a.pdf"))
    other = world.sides[side.other]
    other.write(at(other, "a.pdf"), b"edited")

    world.settle()

    assert both(world) == {"a.pdf": b"edited"}


def test_a_folder_brought_back_within_a_circle_stays_and_another_move_of_its_side_is_undone() -> (
    None
):
    world = in_step("Z/", "Z/z.pdf", "X/", "X/x.pdf", "Y/")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.delete(at(left, "Z"))
    left.move(at(left, "X"), at(left, "Y"), "X")  # left: X is in Y
    right.move(at(right, "Y"), at(right, "Z"), "Y")
    right.move(at(right, "Z"), at(right, "X"), "Z")  # right: Y is in Z, which is in X

    world.settle()

    assert both(world) == {
        "Y": None,
        "Y/X": None,
        "Y/X/x.pdf": b"X/x.pdf",
        "Y/X/Z": None,
        "Y/X/Z/z.pdf": b"Z/z.pdf",
    }


def test_a_folder_leaves_another_before_that_one_moves_into_a_new_folder_below_it() -> None:
    world = in_step("A/", "A/B/", "A/B/b.pdf", "A/C/", policy=Policy(prefer=RIGHT))
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.move(at(left, "A/B"), ROOT, "X")
    left.move(at(left, "A"), at(left, "X"), "X")  # left: A is X/X, in what was B
    right.move(at(right, "A/B"), put(right, "A/C/new", None), "B")  # right: B is in A/C/new

    world.settle()

    assert both(world) == {
        "X": None,
        "X/C": None,
        "X/C/new": None,
        "X/C/new/X": None,
        "X/C/new/X/b.pdf": b"A/B/b.pdf",
    }
