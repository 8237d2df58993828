"""Folders that both sides move into each other while some of them have to wait.

What waits for its next try, a direction and a rule of the scope each keep single items where they
are, so of many moves only some can be made. `TURNBUCKLE_SEED` says where to begin.
"""

import os
import random
import signal
from collections.abc import Iterator
from dataclasses import replace
from types import FrameType

import pytest
from planning.users import act, first_tree
from planning.world import ROOT, World

from turnbuckle.model.policy import Policy
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side

SEED = int(os.environ.get("TURNBUCKLE_SEED", "1"))
CASES = int(os.environ.get("TURNBUCKLE_CASES", "300"))
CI_CASES = 4_000
MOST_SECONDS = 10
DEEDS = (*["move"] * 8, "rename", "delete", "folder", "edit")


@pytest.fixture(autouse=True)
def _clock_for_endless_plans() -> Iterator[None]:
    """A plan without an end fails its case, and not the whole run."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"no plan after {MOST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


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
    """Have some items wait, allow one direction only, or leave a folder out of the scope."""
    policy = world.terms.policy
    match chance.randrange(4):
        case 0 | 1:
            for side, place in world.sides.items():
                there = sorted(item for item in place.items if item != ROOT)
                picked = chance.sample(there, min(len(there), chance.randrange(3)))
                world.set_aside.update((side, item) for item in picked)
        case 2:
            way = chance.choice([Direction.TO_LEFT, Direction.TO_RIGHT])
            world.terms = replace(world.terms, policy=replace(policy, directions={"": way}))
        case _:
            rule = Rule(include=False, folder=chance.choice(["b", "a.pdf", "c", "A.pdf"]))
            world.terms = replace(world.terms, policy=replace(policy, scope=(rule,)))


def hold_in(seeds: range) -> None:
    for seed in seeds:
        signal.alarm(MOST_SECONDS)
        chance = random.Random(seed)
        world = turmoil(chance)
        policy = world.terms
        keep_some_in_place(world, chance)
        try:
            world.settle()  # no step is refused, and it comes to rest
            world.set_aside.clear()
            world.terms = policy
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
