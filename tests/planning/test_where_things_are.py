"""Where an item is for the scope's rules, how old it is, and which way its changes go."""

from dataclasses import replace
from datetime import timedelta

import pytest
from planning.telling import LEFT, RIGHT, at, in_step, put, remove
from planning.world import ROOT, World

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.pairs import Base
from turnbuckle.model.plans import CreateFile
from turnbuckle.model.policy import Policy, Standing
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side
from turnbuckle.planning.nodes import Forest, Node, State
from turnbuckle.planning.planner import plan
from turnbuckle.planning.scope import direction_at, places_of


def forest_of(world: World) -> Forest:
    left, right = (world.sides[side].tree() for side in Side)
    forest = Forest(Base(world.pairs), left, right, world.terms)
    for node in forest.nodes:
        side = node.only or Side.LEFT
        node.parent = forest.parent_now(node, side) or forest.parent_then(node, side)
    return forest


def places(world: World) -> set[tuple[str, ...]]:
    return set(places_of(forest_of(world)).values()) - {()}


@pytest.mark.parametrize(("prefer", "folder"), [(LEFT, "x:y"), (RIGHT, "x-y")])
def test_a_place_is_spelled_as_the_preferred_side_spells_it(prefer: Side, folder: str) -> None:
    world = in_step("X:Y/", "X:Y/A.pdf", policy=Policy(prefer=prefer))

    assert places(world) == {(folder,), (folder, "a.pdf")}


def test_a_place_goes_by_the_names_of_now() -> None:
    world = in_step("x/", "x/a.pdf")
    for side in Side:
        world.sides[side].move(at(world.sides[side], "x"), ROOT, f"y of {side}")

    assert places(world) == {("y of left",), ("y of left", "a.pdf")}


@pytest.mark.parametrize("side", Side)
def test_a_new_item_is_placed_as_its_only_side_spells_it(side: Side) -> None:
    world = in_step("x:y/")
    folder = world.sides[side].children(ROOT)[0].name
    put(world.sides[side], f"{folder}/New.pdf", b"new")

    assert places(world) == {("x:y",), ("x:y", "new.pdf")}


@pytest.mark.parametrize(("prefer", "name"), [(LEFT, "a:b.pdf"), (RIGHT, "a-b.pdf")])
def test_what_is_gone_from_both_sides_is_placed_as_it_was(prefer: Side, name: str) -> None:
    world = in_step("A:B.pdf", policy=Policy(prefer=prefer))
    remove(world, LEFT, "A:B.pdf")
    remove(world, RIGHT, "A-B.pdf")

    assert places(world) == {(name,)}


def is_sent(world: World, days: int, standing: Standing) -> bool:
    """Tell whether a new file is sent where old files are left alone."""
    policy = Policy(scope=(Rule(include=False, older_than_days=days),))
    made = plan(
        Base(world.pairs),
        world.sides[LEFT].tree(),
        world.sides[RIGHT].tree(),
        replace(world.terms, policy=policy),
        standing,
    )
    return any(isinstance(step, CreateFile) for step in made.steps)


def test_a_file_is_too_old_once_more_than_the_days_have_passed() -> None:
    world = in_step()
    modified = world.sides[LEFT].items[put(world.sides[LEFT], "a.pdf", b"a")].modified
    assert modified is not None

    last = modified + timedelta(days=7)

    assert is_sent(world, 7, Standing(now=last)) is True
    assert is_sent(world, 7, Standing(now=last + timedelta(seconds=1))) is False


def test_nothing_is_too_old_while_nobody_knows_the_time() -> None:
    world = in_step()
    put(world.sides[LEFT], "a.pdf", b"a")

    assert is_sent(world, 7, Standing(now=None)) is True


def node(kind: Kind) -> Node:
    item = Item(id=ItemId("l1"), parent=ROOT, name=Name("x"), kind=kind)
    states = {Side.LEFT: State.PRESENT, Side.RIGHT: State.NEVER}
    return Node(kind=kind, pair=None, items={Side.LEFT: item}, states=states)


def test_a_folders_own_direction_is_its_own_and_that_of_all_below_it() -> None:
    policy = Policy(directions={"/X/": Direction.TO_LEFT, "x/y": Direction.PAUSED})

    assert direction_at(policy, node(Kind.FOLDER), ("x",)) is Direction.TO_LEFT
    assert direction_at(policy, node(Kind.FILE), ("x", "a.pdf")) is Direction.TO_LEFT
    assert direction_at(policy, node(Kind.FOLDER), ("x", "z")) is Direction.TO_LEFT
    assert direction_at(policy, node(Kind.FOLDER), ("x", "y")) is Direction.PAUSED
    assert direction_at(policy, node(Kind.FILE), ("x", "y", "a.pdf")) is Direction.PAUSED


def test_a_file_does_not_take_the_direction_of_a_folder_that_is_called_as_it_is() -> None:
    policy = Policy(directions={"x": Direction.TO_LEFT})

    assert direction_at(policy, node(Kind.FILE), ("x",)) is Direction.BOTH


def test_where_no_folder_says_otherwise_the_top_decides_and_then_both_ways() -> None:
    everywhere = Policy(directions={"": Direction.TO_RIGHT, "x": Direction.PAUSED})
    somewhere = Policy(directions={"x": Direction.PAUSED})

    assert direction_at(everywhere, node(Kind.FILE), ("a.pdf",)) is Direction.TO_RIGHT
    assert direction_at(everywhere, node(Kind.FOLDER), ("z",)) is Direction.TO_RIGHT
    assert direction_at(somewhere, node(Kind.FOLDER), ("z",)) is Direction.BOTH
    assert direction_at(Policy(), node(Kind.FOLDER), ("x",)) is Direction.BOTH


def test_places_have_an_end_where_the_base_has_two_folders_in_each_other() -> None:
    world = in_step("x/", "y/")
    x, y = (pair for pair in world.pairs if pair.left.parent == ROOT)
    inside = replace(x, left=replace(x.left, parent=y.left.id))
    around = replace(y, left=replace(y.left, parent=x.left.id))
    world.pairs = [pair for pair in world.pairs if pair not in (x, y)] + [inside, around]

    found = places_of(forest_of(world), then=True)

    assert sorted(map(len, found.values())) == [1, 2]
