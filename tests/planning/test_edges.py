"""Each rule of the order, E1 to E8 of the design: what waits for what."""

from planning.gallery import Gallery
from planning.telling import LEFT, RIGHT, at, in_step, put
from planning.world import ROOT

from turnbuckle.model.plans import (
    CreateFile,
    CreateFolder,
    Delete,
    Move,
    Plan,
    Replace,
    Step,
)
from turnbuckle.model.policy import Policy, Winner
from turnbuckle.model.side import Side


def number(made: Plan, kind: type[Step], path: str) -> int:
    """Give the number of the one step of a kind that is about a path."""
    (found,) = [
        place
        for place, step in enumerate(made.steps)
        if isinstance(step, kind) and step.path == path
    ]
    return found


def test_e1_what_is_made_in_a_new_folder_waits_for_the_folder() -> None:
    world = in_step("old.pdf")
    left = world.sides[LEFT]
    put(left, "new", None)
    put(left, "new/a.pdf", b"a")
    left.move(at(left, "old.pdf"), at(left, "new"), "old.pdf")

    made = world.look()

    folder = number(made, CreateFolder, "new")
    assert folder in made.steps[number(made, CreateFile, "new/a.pdf")].after
    assert folder in made.steps[number(made, Move, "new/old.pdf")].after


def test_e2_a_folder_is_deleted_after_what_leaves_it() -> None:
    world = in_step("old/", "old/deep/", "old/deep/keep.pdf", "old/drop.pdf")
    left = world.sides[LEFT]
    left.move(at(left, "old/deep/keep.pdf"), ROOT, "keep.pdf")
    left.delete(at(left, "old"))

    made = world.look()

    assert number(made, Move, "keep.pdf") in made.steps[number(made, Delete, "old")].after


def test_e3_a_name_is_taken_after_it_was_freed() -> None:
    world = in_step("a.pdf")
    left = world.sides[LEFT]
    left.move(at(left, "a.pdf"), ROOT, "b.pdf")
    put(left, "a.pdf", b"another")

    made = world.look()

    assert number(made, Move, "b.pdf") in made.steps[number(made, CreateFile, "a.pdf")].after


def test_e3_a_name_is_taken_after_its_holder_was_deleted() -> None:
    world = in_step("a.pdf", "b.pdf")
    left = world.sides[LEFT]
    left.delete(at(left, "b.pdf"))
    left.move(at(left, "a.pdf"), ROOT, "b.pdf")

    made = world.look()

    assert number(made, Delete, "b.pdf") in made.steps[number(made, Move, "b.pdf")].after


def test_e4_a_losing_version_is_kept_before_it_is_overwritten() -> None:
    world = in_step("a.pdf", policy=Policy(winner=Winner.LEFT))
    for side in Side:
        world.sides[side].write(at(world.sides[side], "a.pdf"), side.encode() * 3)

    made = world.look()

    copies = {place for place, step in enumerate(made.steps) if isinstance(step, CreateFile)}
    assert len(copies) == 2
    assert copies <= made.steps[number(made, Replace, "a.pdf")].after


def test_e5_a_move_that_is_undone_is_undone_before_the_one_that_holds() -> None:
    world = in_step("one/", "two/")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.move(at(left, "one"), at(left, "two"), "one")
    right.move(at(right, "two"), at(right, "one"), "two")

    made = world.look()

    undone, holds = number(made, Move, "two"), number(made, Move, "two/one")
    assert undone in made.steps[holds].after


def test_e6_a_folder_with_something_left_in_it_is_not_deleted_but_the_rest_of_it_is() -> None:
    world = in_step("other.pdf", "old/", "old/hidden.pdf", "old/drop.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    right.hidden.add(at(right, "old/hidden.pdf"))
    left.delete(at(left, "old"))

    made = world.look()

    assert [step.path for step in made.steps if isinstance(step, Delete)] == ["old/drop.pdf"]


def test_e7_a_file_is_in_its_new_tool_before_the_old_one_goes() -> None:
    world = Gallery()
    world.left.put("D/a.jpg", b"v1")
    world.left.put("P/Site/k.jpg", b"k")
    world.settle()
    world.right.rename("D/a.jpg", "P/Site/a.jpg")

    made = world.look()

    assert [type(step) for step in made.writes] == [CreateFile]
    world.apply(made)
    assert [type(step) for step in world.look().writes] == [Delete]


def test_e8_a_file_is_renamed_before_it_gets_new_content() -> None:
    world = in_step("a.pdf")
    left = world.sides[LEFT]
    left.move(at(left, "a.pdf"), ROOT, "b.pdf")
    left.write(at(left, "b.pdf"), b"new")

    made = world.look()

    assert number(made, Move, "b.pdf") in made.steps[number(made, Replace, "b.pdf")].after
