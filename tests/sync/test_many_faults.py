"""Random users and one random fault after another: both sides end equal, and nothing is lost.

`TURNBUCKLE_FAULTS` says how many seeds are played; a failure names its own.
"""

import contextlib
import os
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from scenarios.stage import Stage
from sync import rows
from sync.crashing import Crash, clear_hooks

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.connectors.memory.people import People
from turnbuckle.model.names import TEMPORARY
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import (
    AccessDenied,
    BadName,
    Gone,
    NoSpace,
    Overtaken,
    RateLimited,
    RemoteError,
    Unreachable,
)

SEEDS = int(os.environ.get("TURNBUCKLE_FAULTS", "12"))
EPISODES = 6
NAMES = ("a.pdf", "A.pdf", "b", "p:1.pdf", "p-1.pdf", "Set", "Old")
ERRORS: list[Callable[[], BaseException]] = [
    Crash,
    Crash,
    lambda: Unreachable("no answer"),
    lambda: Unreachable("no answer"),
    lambda: RateLimited("the remote", timedelta(seconds=5)),
]
REFUSALS: list[Callable[[], BaseException]] = [
    lambda: Overtaken("newer"),
    lambda: Gone("not there"),
    lambda: BadName("refused"),
    lambda: NoSpace("full"),
    lambda: AccessDenied("no right"),
]


def user_acts(people: People, chance: random.Random, token: str) -> None:
    """Do one thing; what the remote refuses is left undone."""
    paths = [path.rstrip("/") for path in people.snapshot("D")]
    files = [path.rstrip("/") for path, blob in people.snapshot("D").items() if blob is not None]
    folders = ["D", *(f"D/{path}" for path in paths if path not in files)]
    to = f"{chance.choice(folders)}/{chance.choice(NAMES)}"
    act = chance.choice(["put", "put", "mkdir", "move", "move", "edit", "edit", "delete", "swap"])
    try:
        if act == "put" and people._find(to) is None:
            people.put(to, token.encode())
        elif act == "mkdir":
            people.mkdir(to)
        elif act == "move" and paths:
            people.move(f"D/{chance.choice(paths)}", to)
        elif act == "edit" and files:
            people.put(f"D/{chance.choice(files)}", token.encode())
        elif act == "delete" and paths and chance.random() < 0.5:
            people.delete(f"D/{chance.choice(paths)}")
        elif act == "swap" and len(files) > 1:
            one, other = chance.sample(files, 2)
            people.swap(f"D/{one}", f"D/{other}")
    except RemoteError:
        pass


def break_one_call(stage: Stage, chance: random.Random) -> None:
    """Let one call, chosen by chance, go wrong."""
    left = [chance.randrange(25)]
    make = chance.choice(ERRORS)
    refusal = chance.choice(REFUSALS)

    def hook(moment: Moment) -> None:
        left[0] -= 1
        if left[0] != 0:
            return
        writes = moment.op not in (Op.LIST, Op.DELTA, Op.GET, Op.DOWNLOAD)
        if writes and moment.when is When.BEFORE and chance.random() < 0.4:
            raise refusal()
        raise make()

    for side in Side:
        stage.remotes[side].calls.hooks.append(hook)


async def play(stage: Stage, seed: int) -> None:
    chance = random.Random(seed)
    for episode in range(EPISODES):
        for side in Side:
            for number in range(chance.randrange(5)):
                user_acts(stage.people[side], chance, f"{side} {seed}.{episode}.{number}")
        written = {
            blob
            for side in Side
            for blob in stage.people[side].snapshot("D").values()
            if isinstance(blob, bytes) and f" {seed}.{episode}.".encode() in blob
        }
        break_one_call(stage, chance)
        with contextlib.suppress(Crash):
            await stage.run()
        clear_hooks(stage)
        stage.clock.advance(7 * 3600)  # longer than anything waits
        await stage.settle()
        check(stage, written)
        wrong = await rows.base_differs(stage)
        assert wrong == []
        assert await rows.open_intents(stage) == []
        assert await rows.aside(stage) == {}


def check(stage: Stage, written: set[bytes]) -> None:
    """Both sides hold as much, what was written last is on both, and nothing is left over."""
    left, right = (stage.people[side].snapshot("D") for side in Side)
    assert len(left) == len(right)
    assert sorted(map(repr, left.values())) == sorted(map(repr, right.values()))
    assert written <= set(left.values())
    assert not [path for path in (*left, *right) if TEMPORARY in path]
    assert [report.waiting for report in stage.reports][-1] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_whatever_goes_wrong_both_sides_end_equal_and_nothing_is_lost(
    stage: Stage, seed: int
) -> None:
    await play(stage, seed)
