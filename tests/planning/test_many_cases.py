"""The laws once more, over many cases that a seeded generator makes.

`TURNBUCKLE_CASES` says how many, `TURNBUCKLE_SEED` where to begin. A failure names its case: set
both variables, the number of cases to 1, and it comes again; it also prints the case, made small,
as a row of the catalogue. The longest run keeps its place in the
folder that `TURNBUCKLE_PROGRESS` names, and goes on from there when it is started again.
"""

import os
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from planning.endless import in_time
from planning.failing import Deeds, drawn, printed, world_of
from planning.world import ROOT, World

from turnbuckle.model.plans import Compare, Delete
from turnbuckle.model.policy import Decision, LimitMode, Policy
from turnbuckle.model.side import Side

CASES = int(os.environ.get("TURNBUCKLE_CASES", "3000"))
CI_CASES = 100_000
LONG_CASES = int(os.environ.get("TURNBUCKLE_CASES", "10000000"))
SEED = int(os.environ.get("TURNBUCKLE_SEED", "1"))
PROGRESS = Path(os.environ.get("TURNBUCKLE_PROGRESS", Path.home() / ".cache" / "turnbuckle-long"))
SLICE = 500
CORES = 2

CAREFUL = Policy(deletions_per_day=1, deletion_share_files=2, change_files=2, change_share=0.3)
POLICIES = (
    Policy(),
    CAREFUL,
    replace(CAREFUL, deletion_mode=LimitMode.UP_TO_LIMIT, deletion_share=1.0),
    Policy(hold_emptied=False),
)


def policy_of(seed: int) -> Policy:
    """The policies take turns."""
    return POLICIES[seed % len(POLICIES)]


def hold_laws(world: World, seed: int) -> None:
    """Settle, keep, sticky, proof, and no step that a strict remote refuses (`World.apply` raises).

    What a person then decides on what is held takes turns, as the policies do.
    """
    wanted = {
        content
        for place in world.sides.values()
        for content in place.contents.values()
        if content.startswith((b"left", b"right"))  # written by a user since both sides agreed
    }
    leave_alone_what_cannot_be_seen(world, random.Random(seed))

    plans = world.settle()
    stay_held(world)
    decision = list(Decision)[seed // len(POLICIES) % 2]
    decided = [plans[-1], *world.decided(decision)]

    left, right = (world.sides[side] for side in Side)
    for made, following in (*pairwise(plans), *pairwise(decided)):
        reads = made.held or any(isinstance(step, Compare) for step in made.steps)
        assert reads or not following.writes, "a plan with nothing to read left writes undone"
    assert len(left.items) == len(right.items) == len(world.pairs), "items without a counterpart"
    undone = {*left.history, *right.history} if decision is Decision.REJECTED else set()
    for place in (left, right):
        kept = undone | {*place.contents.values()}
        assert wanted <= kept, f"a user's content is lost on the {place.side}"
    assert not [path for path in left.paths() | right.paths() if "turnbuckle-temp" in path]


def leave_alone_what_cannot_be_seen(world: World, chance: random.Random) -> None:
    """No plan deletes what cannot be seen for now, nor its counterpart."""
    for place in world.sides.values():
        there = sorted(item for item in place.items if item != ROOT)
        place.hidden.update(chance.sample(there, min(len(there), chance.randrange(3))))
    made = world.look()
    for step in made.steps:
        if isinstance(step, Delete):
            pairs = {pair.half(step.side.other).id for pair in step.pairs}
            assert not world.sides[step.side].hidden & set(world.below(step, made))
            assert not world.sides[step.side.other].hidden & pairs
    for place in world.sides.values():
        place.hidden.clear()


def stay_held(world: World) -> None:
    """What is held stays so under a policy that would let it through, and nobody is told twice."""
    held, terms = dict(world.held), world.terms
    world.terms = replace(terms, policy=Policy(hold_emptied=False))
    again = world.look()
    assert (again.steps, again.notices) == ((), ())
    assert {(one.side, one.item.id) for one in again.held} == held.keys()
    world.terms = terms


def hold_laws_in(seeds: range, law: Callable[[World, int], None] = hold_laws) -> None:
    for seed in seeds:
        wrong = what_breaks(law, drawn(seed), seed)
        if wrong is None:
            continue
        policy = policy_of(seed)
        row = printed(seed, partial(_breaks, law, seed), policy)
        raise AssertionError(
            f"seed {seed}: {wrong}; run TURNBUCKLE_SEED={seed} TURNBUCKLE_CASES=1\n{row}"
        ) from wrong


def what_breaks(law: Callable[[World, int], None], deeds: Deeds, seed: int) -> Exception | None:
    """Give what a law, or the strict world, says against a case."""
    try:
        with in_time():
            law(world_of(deeds, policy_of(seed)), seed)
    except Exception as error:  # noqa: BLE001 - whatever comes is told
        return error
    return None


def _breaks(law: Callable[[World, int], None], seed: int, deeds: Deeds) -> bool:
    return what_breaks(law, deeds, seed) is not None


def slices(first: int, end: int) -> list[range]:
    return [range(start, min(start + SLICE, end)) for start in range(first, end, SLICE)]


@pytest.mark.slow
@pytest.mark.parametrize("seeds", slices(SEED, SEED + CASES), ids=str)
def test_the_laws_hold_in_many_cases(seeds: range) -> None:
    hold_laws_in(seeds)


@pytest.mark.ci
@pytest.mark.lasts(220)
def test_the_laws_hold_in_a_hundred_thousand_cases() -> None:
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(hold_laws_in, slices(SEED, SEED + CI_CASES)))


@pytest.mark.long
def test_the_laws_hold_in_ten_million_cases() -> None:
    place = PROGRESS / f"planner-cases-from-{SEED}"
    place.parent.mkdir(parents=True, exist_ok=True)
    first = int(place.read_text()) if place.exists() else SEED
    todo = slices(first, SEED + LONG_CASES)
    with ProcessPoolExecutor(CORES) as pool:
        for start in range(0, len(todo), 10 * CORES):
            part = todo[start : start + 10 * CORES]
            list(pool.map(hold_laws_in, part))
            place.write_text(str(part[-1].stop))
