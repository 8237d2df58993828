"""Where changes go one way only, the other side is never written to."""

from dataclasses import replace

import pytest
from planning.telling import LEFT, RIGHT, at, both, in_step, put, remove, write
from planning.world import World

from turnbuckle.model.plans import Agree, Compare, Forget, Plan, Reason
from turnbuckle.model.policy import Policy, Winner
from turnbuckle.model.scope import Direction
from turnbuckle.model.side import Side

TO = {Side.RIGHT: Direction.TO_RIGHT, Side.LEFT: Direction.TO_LEFT}


def one_way(target: Side, *paths: str, folder: str = "", **switches: object) -> World:
    """A world in step in which changes then only go to one side."""
    world = in_step(*paths)
    policy = replace(Policy(directions={folder: TO[target]}), **switches)  # type: ignore[arg-type]
    world.terms = replace(world.terms, policy=policy)
    return world


def untold(made: Plan) -> list[tuple[Reason, Side, str]]:
    return [(one.reason, one.side, one.path) for one in made.waiting]


def settle_never_writing(world: World, side: Side) -> Plan:
    """Settle, making sure that no step writes to one side; give the last plan."""
    for made in (plans := world.settle()):
        for step in made.steps:
            assert isinstance(step, Compare | Agree | Forget) or step.side is not side, step
    return plans[-1]


@pytest.mark.parametrize("side", Side)
def test_changes_of_the_source_are_carried_as_ever(side: Side) -> None:
    world = one_way(side, "a.pdf", "b.pdf", "c.pdf", "x/")
    source = world.sides[side.other]
    remove(world, side.other, "a.pdf")
    write(world, side.other, b"edited", "b.pdf")
    source.move(at(source, "c.pdf"), at(source, "x"), "d.pdf")
    put(source, "new.pdf", b"new")

    last = settle_never_writing(world, side.other)

    assert both(world) == {"b.pdf": b"edited", "x": None, "x/d.pdf": b"c.pdf", "new.pdf": b"new"}
    assert last == Plan()


@pytest.mark.parametrize("side", Side)
def test_what_is_new_on_the_target_stays_there_and_the_topmost_is_told(side: Side) -> None:
    world = one_way(side, "k.pdf")
    put(world.sides[side], "x", None)
    put(world.sides[side], "x/a.pdf", b"a")

    last = settle_never_writing(world, side.other)

    assert set(world.sides[side].paths()) == {"k.pdf", "x", "x/a.pdf"}
    assert untold(last) == [(Reason.ONE_WAY, side, "x")]


@pytest.mark.parametrize("side", Side)
def test_what_was_deleted_on_the_target_stays_on_the_source(side: Side) -> None:
    world = one_way(side, "x/", "x/a.pdf", "k.pdf")
    remove(world, side, "x")

    last = settle_never_writing(world, side.other)

    assert world.sides[side.other].paths()["x/a.pdf"] == b"x/a.pdf"
    assert untold(last) == [(Reason.ONE_WAY, side.other, "x")]


@pytest.mark.parametrize("side", Side)
def test_what_was_deleted_on_the_target_comes_back_when_the_source_edits_it(side: Side) -> None:
    world = one_way(side, "x/", "x/a.pdf", "k.pdf")
    remove(world, side, "x")
    write(world, side.other, b"edited", "x/a.pdf")

    last = settle_never_writing(world, side.other)

    assert both(world)["x/a.pdf"] == b"edited"
    assert last == Plan()


@pytest.mark.parametrize("side", Side)
def test_an_edit_on_the_target_stays_there_until_the_source_edits_the_file_too(side: Side) -> None:
    world = one_way(side, "a.pdf", winner=Winner.NEWEST)
    write(world, side, b"the target's", "a.pdf")

    last = settle_never_writing(world, side.other)

    assert untold(last) == [(Reason.ONE_WAY, side, "a.pdf")]
    assert world.sides[side.other].paths() == {"a.pdf": b"a.pdf"}

    write(world, side.other, b"the source's", "a.pdf")
    settle_never_writing(world, side.other)

    assert world.sides[side.other].paths() == {"a.pdf": b"the source's"}
    there = world.sides[side].paths()
    assert there.pop("a.pdf") == b"the source's"
    assert list(there.values()) == [b"the target's"]


@pytest.mark.parametrize("side", Side)
def test_a_rename_on_the_target_is_left_there_and_contents_go_on(side: Side) -> None:
    world = one_way(side, "a.pdf", "x/")
    place = world.sides[side]
    place.move(at(place, "a.pdf"), at(place, "x"), "b.pdf")

    last = settle_never_writing(world, side.other)
    assert untold(last) == [(Reason.ONE_WAY, side, "x/b.pdf")]

    write(world, side.other, b"edited", "a.pdf")
    settle_never_writing(world, side.other)

    assert world.sides[side].paths() == {"x": None, "x/b.pdf": b"edited"}
    assert world.sides[side.other].paths() == {"x": None, "a.pdf": b"edited"}


def test_the_nearest_folder_up_the_path_decides() -> None:
    world = one_way(RIGHT, "x/", "x/y/", folder="x")
    world.terms = replace(
        world.terms,
        policy=Policy(directions={"x": Direction.TO_RIGHT, "x/y": Direction.BOTH}),
    )
    for path in ("x/a.pdf", "x/y/b.pdf", "c.pdf"):
        put(world.sides[RIGHT], path, b"new")

    world.settle()

    assert set(world.sides[LEFT].paths()) == {"x", "x/y", "x/y/b.pdf", "c.pdf"}


def test_a_file_of_both_sides_with_one_name_is_two_where_changes_go_one_way() -> None:
    world = one_way(RIGHT, "k.pdf")
    put(world.sides[LEFT], "a.pdf", b"the left's")
    put(world.sides[RIGHT], "a.pdf", b"the right one's")

    settle_never_writing(world, LEFT)

    assert world.sides[LEFT].paths() == {"k.pdf": b"k.pdf", "a.pdf": b"the left's"}
    assert sorted(filter(None, world.sides[RIGHT].paths().values())) == [
        b"k.pdf", b"the left's", b"the right one's",
    ]  # fmt: skip
