"""Items that are one although no base says so."""

from dataclasses import replace
from datetime import UTC, datetime

from planning.telling import LEFT, RIGHT, at, both, in_step, look, put
from planning.world import ROOT, World

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.plans import Compare, Plan
from turnbuckle.model.side import Side
from turnbuckle.model.trees import Tree


def test_files_without_a_base_that_are_equal_are_linked_and_not_sent() -> None:
    world = World()
    for side in Side:
        put(world.sides[side], "a.pdf", b"same")

    world.settle()

    assert both(world) == {"a.pdf": b"same"}
    assert (world.transfers, len(world.pairs)) == (0, 2)


def test_files_without_a_base_that_differ_are_both_kept() -> None:
    world = World()
    for side in Side:
        put(world.sides[side], "a.pdf", side.encode().ljust(5))

    world.settle()

    assert set(both(world).values()) == {b"left ", b"right"}
    assert world.deletes == 0


def test_files_of_different_sizes_need_not_be_read_to_know_that_they_differ() -> None:
    world = World()
    for side in Side:
        put(world.sides[side], "a.pdf", side.encode())

    assert not any(isinstance(step, Compare) for step in world.look().steps)


def test_a_file_deleted_and_put_anew_keeps_the_other_sides_item() -> None:
    world = in_step("a.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    before = at(right, "a.pdf")
    left.delete(at(left, "a.pdf"))
    put(left, "a.pdf", b"new")

    world.settle()

    assert both(world) == {"a.pdf": b"new"}
    assert at(right, "a.pdf") == before
    assert world.deletes == 0


def test_a_time_that_changed_without_the_version_is_no_change() -> None:
    world = in_step("a.pdf")
    left = world.sides[LEFT]
    item = at(left, "a.pdf")
    left.items[item] = replace(left.items[item], modified=datetime(2030, 1, 1, tzinfo=UTC))

    assert world.look() == Plan()


def test_an_item_outside_the_links_folder_is_not_in_the_plan() -> None:
    world = in_step("a.pdf")
    stray = Item(id=ItemId("stray"), parent=ItemId("else"), name=Name("x"), kind=Kind.FILE)
    right = world.sides[RIGHT].tree()

    made = look(world, right=Tree(RIGHT, ROOT, [*right.items.values(), stray], gone=["stray"]))  # type: ignore[list-item]

    assert made == Plan()
