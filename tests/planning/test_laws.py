"""The planner's promises, as laws that hold for any two trees and any changes to them."""

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from planning.users import CHANGES, act, first_tree
from planning.world import ROOT, World, digest

from turnbuckle.model.items import ItemId
from turnbuckle.model.plans import Delete, Plan, Withheld
from turnbuckle.model.policy import Decision, Policy
from turnbuckle.model.side import Side

EXAMPLES = settings(
    max_examples=int(os.environ.get("TURNBUCKLE_EXAMPLES", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MANY = settings(EXAMPLES, max_examples=2_000)
UNSEEN = settings(
    EXAMPLES, max_examples=int(os.environ.get("TURNBUCKLE_EXAMPLES", "10000")), derandomize=False
)

type Law = Callable[..., None]
LAWS: dict[str, tuple[Law, tuple[SearchStrategy[Any], ...]]] = {}


def law(*given_by: SearchStrategy[Any]) -> Callable[[Law], Law]:
    """Try a law on some examples with every run of the tests, and on many in CI."""

    def written(stated: Law) -> Law:
        LAWS[stated.__name__] = (stated, given_by)
        return EXAMPLES(given(*given_by)(stated))

    return written


choices = st.lists(st.integers(0, 10_000), min_size=4, max_size=4)
beginnings = st.lists(choices, max_size=8)
changes = st.lists(st.tuples(st.sampled_from(CHANGES), choices), max_size=6)


def changed_world(
    beginning: list[list[int]],
    left: list[tuple[str, list[int]]],
    right: list[tuple[str, list[int]]],
    *,
    policy: Policy | None = None,
    mirrored: bool = False,
) -> World:
    """A world in step, after users changed both sides; mirrored, with the sides exchanged."""
    policy = policy or Policy()
    world = World(replace(policy, prefer=Side.RIGHT) if mirrored else policy, mirrored=mirrored)
    sides = {side: side.other if mirrored else side for side in Side}
    first_tree(world, sides[Side.LEFT], beginning)
    world.settle()
    for side, acts in ((Side.LEFT, left), (Side.RIGHT, right)):
        for number, (kind, picks) in enumerate(acts):
            act(world.sides[sides[side]], kind, picks, f"{side}{number}")
    return world


CAREFUL = Policy(
    deletions_per_day=1, deletion_share_files=2, change_files=2, change_share=0.3
)  # holds what a few users do in a small world
decisions = st.sampled_from(Decision)


def contents(world: World) -> Counter[bytes]:
    return Counter(content for place in world.sides.values() for content in place.contents.values())


@law(beginnings)
def test_quiet(beginning: list[list[int]]) -> None:
    """Nothing changed, nothing planned."""
    world = changed_world(beginning, [], [])

    assert world.look() == Plan()


@law(beginnings, changes, changes)
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


@law(beginnings, changes, changes)
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


@law(beginnings, changes, changes, st.sampled_from((Policy(), CAREFUL)), decisions)
def test_mirror(
    beginning: list[list[int]],
    left: list[tuple[str, list[int]]],
    right: list[tuple[str, list[int]]],
    policy: Policy,
    decision: Decision,
) -> None:
    """Swapping the sides swaps the result."""
    world = changed_world(beginning, left, right, policy=policy)
    mirrored = changed_world(beginning, left, right, policy=policy, mirrored=True)

    world.settle()
    mirrored.settle()

    assert len(world.held) == len(mirrored.held)

    world.finish(decision)
    mirrored.finish(decision)

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


@law(beginnings, changes, changes, changes, changes)
def test_sticky(
    beginning: list[list[int]],
    left: list[tuple[str, list[int]]],
    right: list[tuple[str, list[int]]],
    left_later: list[tuple[str, list[int]]],
    right_later: list[tuple[str, list[int]]],
) -> None:
    """What was held stays held until a person decides or nobody wants it deleted.

    An edit that was held and taken back is one that nobody wants any more, and what else was done
    to its file counts anew.
    """
    world = changed_world(beginning, left, right, policy=CAREFUL)
    world.settle()
    held, before = set(world.held), len(world.deleted)
    edits = {key for key in held if world.withheld[key] is Withheld.CHANGE}
    quiet = world.look()
    world.terms = replace(world.terms, policy=Policy(hold_emptied=False))
    for side, acts in ((Side.LEFT, left_later), (Side.RIGHT, right_later)):
        for number, (kind, picks) in enumerate(acts):
            act(world.sides[side], kind, picks, f"{side} later {number}")

    taken_back = {key for key in edits if _is_as_agreed(world, *key)}

    world.settle()

    assert (quiet.steps, quiet.notices) == ((), ())
    assert {(one.side, one.item.id) for one in quiet.held} == held
    assert not (held - taken_back) & world.deleted, f"{before} deleted before"


def _is_as_agreed(world: World, side: Side, item: ItemId) -> bool:
    agreed = next(pair.half(side) for pair in world.pairs if pair.half(side).id == item)
    content = world.sides[side].contents.get(item)
    return content is not None and digest(content) in agreed.hashes


@law(beginnings, changes, changes, st.lists(st.tuples(st.sampled_from(Side), st.integers(0, 99))))
def test_proof(
    beginning: list[list[int]],
    left: list[tuple[str, list[int]]],
    right: list[tuple[str, list[int]]],
    unseen: list[tuple[Side, int]],
) -> None:
    """What cannot be seen, without proof of its deletion, is never deleted."""
    world = changed_world(beginning, left, right, policy=Policy(hold_emptied=False))
    for side, pick in unseen:
        there = sorted(item for item in world.sides[side].items if item != ROOT)
        world.sides[side].hidden.update(there[pick % len(there) :][:1] if there else ())

    made = world.look()

    for step in made.steps:
        if isinstance(step, Delete):
            assert not world.sides[step.side].hidden & set(world.below(step, made))
            pairs = [pair.half(step.side.other).id for pair in step.pairs]
            assert not world.sides[step.side.other].hidden & set(pairs)


@law(beginnings, changes, changes, decisions)
def test_decisions(
    beginning: list[list[int]],
    left: list[tuple[str, list[int]]],
    right: list[tuple[str, list[int]]],
    decision: Decision,
) -> None:
    """Whatever a person decides on what is held, both sides agree afterwards and nothing waits."""
    world = changed_world(beginning, left, right, policy=CAREFUL)

    plans = world.finish(decision)

    assert plans[-1] == Plan()
    assert len(world.sides[Side.LEFT].items) == len(world.sides[Side.RIGHT].items)
    assert len(world.pairs) == len(world.sides[Side.LEFT].items)


@law(beginnings, changes, changes)
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


@law(beginnings, changes)
def test_a_change_on_one_side_reaches_the_other_and_only_that(
    beginning: list[list[int]], left: list[tuple[str, list[int]]]
) -> None:
    world = changed_world(beginning, left, [])
    wanted = world.sides[Side.LEFT].paths()

    world.finish()

    assert world.sides[Side.LEFT].paths() == wanted


@pytest.mark.ci
@pytest.mark.parametrize("name", LAWS)
def test_a_law_holds_for_two_thousand_examples(name: str) -> None:
    stated, given_by = LAWS[name]
    MANY(given(*given_by)(stated))()


@pytest.mark.long
@pytest.mark.parametrize("name", LAWS)
def test_a_law_holds_for_examples_that_nobody_saw_before(name: str) -> None:
    stated, given_by = LAWS[name]
    UNSEEN(given(*given_by)(stated))()
