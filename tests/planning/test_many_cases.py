"""The laws once more, over many cases that a seeded generator makes; no shrinking, but fast.

`TURNBUCKLE_CASES` says how many, `TURNBUCKLE_SEED` where to begin. A failure names its case: set
both variables, the number of cases to 1, and it comes again.
"""

import os
import random
from itertools import pairwise

import pytest
from planning.users import CHANGES, act, first_tree
from planning.world import World

from turnbuckle.model.plans import Compare, Plan
from turnbuckle.model.side import Side

CASES = int(os.environ.get("TURNBUCKLE_CASES", "20000"))
LONG_CASES = 20 * CASES
SEED = int(os.environ.get("TURNBUCKLE_SEED", "1"))
SLICE = 500


def picks(chance: random.Random) -> list[int]:
    return [chance.randrange(10_001) for _ in range(4)]


def world_of(seed: int) -> World:
    """A world in step, after users changed both sides."""
    chance = random.Random(seed)
    world = World()
    first_tree(world, Side.LEFT, [picks(chance) for _ in range(chance.randrange(9))])
    world.settle()
    assert world.look() == Plan()
    for side in Side:
        for number in range(chance.randrange(9)):
            act(world.sides[side], chance.choice(CHANGES), picks(chance), f"{side}{number}")
    return world


def hold_laws(world: World) -> None:
    """Settle, keep, and no step that a strict remote refuses (`World.apply` raises then)."""
    wanted = {
        content
        for place in world.sides.values()
        for content in place.contents.values()
        if content.startswith((b"left", b"right"))  # written by a user since both sides agreed
    }

    plans = world.finish()

    left, right = (world.sides[side] for side in Side)
    for made, following in pairwise(plans):
        reads = made.held or any(isinstance(step, Compare) for step in made.steps)
        assert reads or not following.writes, "a plan with nothing to read left writes undone"
    assert len(left.items) == len(right.items) == len(world.pairs), "items without a counterpart"
    assert wanted <= set(left.contents.values()), "a user's content is lost on the left"
    assert wanted <= set(right.contents.values()), "a user's content is lost on the right"
    assert not [path for path in left.paths() | right.paths() if "turnbuckle-temp" in path]


def hold_laws_in(seeds: range) -> None:
    for seed in seeds:
        try:
            hold_laws(world_of(seed))
        except Exception as error:
            raise AssertionError(
                f"seed {seed}: {error}; run TURNBUCKLE_SEED={seed} TURNBUCKLE_CASES=1"
            ) from error


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, CASES, SLICE))
def test_the_laws_hold_in_many_cases(start: int) -> None:
    hold_laws_in(range(SEED + start, SEED + min(start + SLICE, CASES)))


@pytest.mark.long
@pytest.mark.parametrize("start", range(CASES, LONG_CASES, 10 * SLICE))
def test_the_laws_hold_in_very_many_cases(start: int) -> None:
    hold_laws_in(range(SEED + start, SEED + min(start + 10 * SLICE, LONG_CASES)))
