"""Folders that both sides move into each other while some of them have to wait.

What waits for its next try, a direction, a rule of the scope and paths too long for a side each
keep single items where they are, so of many moves only some can be made. `TURNBUCKLE_SEED` says
where to begin.
"""

import os
import random
from dataclasses import replace

import pytest
from planning.endless import in_time
from planning.users import act, first_tree
from planning.world import ROOT, World

from turnbuckle.model.policy import Policy
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side

SEED = int(os.environ.get("TURNBUCKLE_SEED", "1"))
CASES = int(os.environ.get("TURNBUCKLE_CASES", "300"))
CI_CASES = 4_000
FOLDERS = ("b", "a.pdf", "c", "A.pdf", "b/c")
DEEDS = (*["move"] * 8, "rename", "delete", "folder", "edit")


def turmoil(chance: random.Random) -> World:
    """Two sides that were in step, and then moved their folders about."""
    world = World(Policy(prefer=chance.choice(list(Side)), hold_emptied=False))
    first_tree(world, Side.LEFT, [_picks(chance) for _ in range(10)])
    world.settle()
    for side in Side:
        for number in range(chance.randrange(1, 7)):
            act(world.sides[side], chance.choice(DEEDS), _picks(chance), f"{side}{number}")
    return world


def _picks(chance: random.Random) -> list[int]:
    return [chance.randrange(9) for _ in range(4)]


def keep_some_in_place(world: World, chance: random.Random) -> None:
    """Have some items wait, allow one direction only, leave a folder out, or forbid long paths."""
    for restrict in chance.sample(RESTRICTIONS, chance.choice([1, 1, 2, 3])):
        restrict(world, chance)


def _set_some_aside(world: World, chance: random.Random) -> None:
    for side, place in world.sides.items():
        there = sorted(item for item in place.items if item != ROOT)
        picked = chance.sample(there, min(len(there), chance.randrange(3)))
        world.set_aside.update((side, item) for item in picked)


def _go_one_way(world: World, chance: random.Random) -> None:
    way = chance.choice([Direction.TO_LEFT, Direction.TO_RIGHT])
    folder = chance.choice(["", *FOLDERS])
    policy = replace(world.terms.policy, directions={folder: way})
    world.terms = replace(world.terms, policy=policy)


def _leave_one_out(world: World, chance: random.Random) -> None:
    rule = Rule(include=False, folder=chance.choice(FOLDERS))
    world.terms = replace(world.terms, policy=replace(world.terms.policy, scope=(rule,)))


def _forbid_long_paths(world: World, chance: random.Random) -> None:
    side = chance.choice(list(Side))
    can = world.terms.capabilities(side)
    names = replace(can.names, longest_path=chance.choice([9, 13, 17]))
    can = replace(can, names=names)
    left = side is Side.LEFT
    world.terms = replace(world.terms, left=can) if left else replace(world.terms, right=can)


RESTRICTIONS = (_set_some_aside, _go_one_way, _leave_one_out, _forbid_long_paths)


def hold_in(seeds: range) -> None:
    for seed in seeds:
        chance = random.Random(seed)
        world = turmoil(chance)
        terms = world.terms
        keep_some_in_place(world, chance)
        try:
            with in_time():
                world.settle()  # no step is refused, and it comes to rest
                world.set_aside.clear()
                world.terms = terms
                world.finish()
            left, right = (world.sides[side] for side in Side)
            assert len(left.items) == len(right.items) == len(world.pairs)
        except (AssertionError, KeyError, TimeoutError) as error:
            raise AssertionError(f"TURNBUCKLE_SEED={seed} TURNBUCKLE_CASES=1: {error}") from error


def test_whatever_has_to_wait_the_rest_is_planned_and_in_the_end_all_is_in_step() -> None:
    hold_in(range(SEED, SEED + CASES))


@pytest.mark.ci
def test_whatever_has_to_wait_all_is_in_step_in_the_end_in_four_thousand_cases() -> None:
    hold_in(range(SEED, SEED + CI_CASES))
