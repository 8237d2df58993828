"""The planner's promises, as laws that hold for any two trees and any changes to them."""

import os
import re
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planning.users import CHANGES, act, first_tree
from planning.world import World

from turnbuckle.model.plans import Plan
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side

EXAMPLES = settings(
    max_examples=int(os.environ.get("TURNBUCKLE_EXAMPLES", "400")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

choices = st.lists(st.integers(0, 10_000), min_size=4, max_size=4)
beginnings = st.lists(choices, max_size=8)
changes = st.lists(st.tuples(st.sampled_from(CHANGES), choices), max_size=6)


def changed_world(
    beginning: list[list[int]],
    left: list[tuple[str, list[int]]],
    right: list[tuple[str, list[int]]],
    *,
    mirrored: bool = False,
) -> World:
    """A world in step, after users changed both sides; mirrored, with the sides exchanged."""
    world = World(
        Policy(prefer=Side.RIGHT) if mirrored else None,
        mirrored=mirrored,
    )
    sides = {side: side.other if mirrored else side for side in Side}
    first_tree(world, sides[Side.LEFT], beginning)
    world.settle()
    for side, acts in ((Side.LEFT, left), (Side.RIGHT, right)):
        for number, (kind, picks) in enumerate(acts):
            act(world.sides[sides[side]], kind, picks, f"{side}{number}")
    return world


def contents(world: World) -> Counter[bytes]:
    return Counter(content for place in world.sides.values() for content in place.contents.values())


@EXAMPLES
@given(beginnings)
def test_quiet(beginning: list[list[int]]) -> None:
    """Nothing changed, nothing planned."""
    world = changed_world(beginning, [], [])

    assert world.look() == Plan()


@EXAMPLES
@given(beginnings, changes, changes)
def test_settle(
    beginning: list[list[int]],
    left: list[tuple[str, list[int]]],
    right: list[tuple[str, list[int]]],
) -> None:
    """A plan applied leaves nothing to plan, once what had to be read has been read."""
    world = changed_world(beginning, left, right)

    plans = world.settle()
    decided = world.finish()

    writing = [made for made in plans if made.writes]
    assert len(writing) <= 2, [made.steps for made in writing]
    assert len([made for made in decided if made.writes]) <= 2
    assert len(world.sides[Side.LEFT].items) == len(world.sides[Side.RIGHT].items)
    assert len(world.pairs) == len(world.sides[Side.LEFT].items)


@EXAMPLES
@given(beginnings, changes, changes)
def test_keep(
    beginning: list[list[int]],
    left: list[tuple[str, list[int]]],
    right: list[tuple[str, list[int]]],
) -> None:
    """Content that only one side has is never deleted."""
    world = changed_world(beginning, left, right)
    wanted = {
        content
        for place in world.sides.values()
        for content in place.contents.values()
        if content.startswith((b"left", b"right"))  # written by a user since both sides agreed
    }

    world.finish()

    assert wanted <= set(contents(world))


@EXAMPLES
@given(beginnings, changes, changes)
def test_mirror(
    beginning: list[list[int]],
    left: list[tuple[str, list[int]]],
    right: list[tuple[str, list[int]]],
) -> None:
    """Swapping the sides swaps the result."""
    world = changed_world(beginning, left, right)
    mirrored = changed_world(beginning, left, right, mirrored=True)

    world.finish()
    mirrored.finish()

    for side in Side:
        mine, theirs = world.sides[side].paths(), mirrored.sides[side.other].paths()
        assert _without_sides(mine) == _without_sides(theirs)


def _without_sides(paths: dict[str, bytes | None]) -> dict[str, bytes | None]:
    """Forget the side and version that a conflict copy names: the one is exchanged, the other is
    spelled differently by the two sides."""
    return {
        re.sub(r"\(conflict (left|right) [0-9a-f]{6}\)", "(conflict)", path): content
        for path, content in paths.items()
    }


@EXAMPLES
@given(beginnings, changes, changes)
def test_the_same_arguments_give_the_same_plan(
    beginning: list[list[int]],
    left: list[tuple[str, list[int]]],
    right: list[tuple[str, list[int]]],
) -> None:
    world = changed_world(beginning, left, right)
    first = world.look()
    world.pairs.reverse()
    for place in world.sides.values():
        place.items = dict(reversed(place.items.items()))

    assert world.look() == first


@EXAMPLES
@given(beginnings, changes)
def test_a_change_on_one_side_reaches_the_other_and_only_that(
    beginning: list[list[int]], left: list[tuple[str, list[int]]]
) -> None:
    world = changed_world(beginning, left, [])
    wanted = world.sides[Side.LEFT].paths()

    world.finish()

    assert world.sides[Side.LEFT].paths() == wanted
