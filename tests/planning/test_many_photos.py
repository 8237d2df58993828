"""The laws of many cases once more, for a tool whose folders are flat on one side."""

import contextlib
import os
import random

import pytest
from planning.gallery import ALBUMS, Gallery, Hall
from planning.world import Strict

from turnbuckle.model.items import Item, ItemId, Kind
from turnbuckle.model.names import fit
from turnbuckle.model.plans import Plan
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side

CASES = int(os.environ.get("TURNBUCKLE_CASES", "20000")) // 10
SEED = int(os.environ.get("TURNBUCKLE_SEED", "1"))
SLICE = 250
NAMES = ("Site", "North", "Site - North", "site", "a:b", "i.jpg", "I.jpg")
CALM = Policy(deletion_share_files=1_000, hold_emptied=False)


def world_of(seed: int) -> Gallery:
    """Photos in step, after users changed both sides."""
    chance = random.Random(seed)
    fixed = {"renames_files": False, "replaces": False} if seed % 2 else {}
    world = Gallery(CALM, mirrored=seed % 3 == 0, **fixed)
    for number in range(chance.randrange(9)):
        _act(world.hall(chance.choice(list(Side))), chance, f"base{number}", first=True)
    world.settle()
    assert world.look().steps == ()
    for side in Side:
        for number in range(chance.randrange(7)):
            _act(world.hall(side), chance, f"{side}{number}")
    return world


def _act(hall: Hall, chance: random.Random, token: str, *, first: bool = False) -> None:
    """Do one thing on one side; what the side would refuse is left undone."""
    everything = [item for item in hall.items.values() if item.parent is not None]
    folders = [ALBUMS, *(item.id for item in everything if item.kind is Kind.FOLDER)]
    parent, name = chance.choice(folders), chance.choice(NAMES)
    name = fit(name, Kind.FILE, hall.rules)  # type: ignore[arg-type]
    chosen = chance.choice(everything) if everything else None
    acts = ["make", "folder"]
    what = chance.choice(acts if first else [*acts, "move", "move", "rename", "write", "delete"])
    with contextlib.suppress(Strict):
        _do(hall, what, parent, name, chosen, f"{token}:{chance.random()}".encode())


def _do(
    hall: Hall, what: str, parent: ItemId, name: str, chosen: Item | None, content: bytes
) -> None:
    if what == "make":
        hall.make(parent, name, content)
    elif what == "folder":
        hall.make(parent, name, None)
    elif chosen is None or chosen.parent is None:
        return
    elif what == "delete":
        hall.delete(chosen.id)
    elif what == "write" and chosen.kind is Kind.FILE:
        hall.write(chosen.id, content)
    elif what == "rename":
        hall.move(chosen.id, chosen.parent, name)
    elif what == "move" and not _is_in(hall, parent, chosen.id):
        hall.move(chosen.id, parent, chosen.name)


def _is_in(hall: Hall, folder: ItemId, item: ItemId) -> bool:
    current: ItemId | None = folder
    while current is not None:
        if current == item:
            return True
        current = hall.items[current].parent
    return False


def hold_laws(world: Gallery) -> None:
    """A plan cut off anywhere and made anew settles, alike on both sides, and loses nothing."""
    wanted = {
        content
        for side in Side
        for content in world.hall(side).contents.values()
        if content.startswith((b"left", b"right"))
    }

    first = world.look().steps
    world.apply(Plan(steps=first[: world.left.ticks % (len(first) + 1)]))  # cut off somewhere
    world.settle()

    left, right = world.left, world.right
    assert len(left.items) == len(right.items) == len(world.pairs), "items without a counterpart"
    assert wanted <= set(left.contents.values()), "a user's content is lost on the left"
    assert wanted <= set(right.contents.values()), "a user's content is lost on the right"
    assert not [path for path in left.paths() | right.paths() if "turnbuckle-temp" in path]


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, CASES, SLICE))
def test_the_laws_hold_for_photos_in_many_cases(start: int) -> None:
    for seed in range(SEED + start, SEED + min(start + SLICE, CASES)):
        try:
            hold_laws(world_of(seed))
        except Exception as error:
            raise AssertionError(
                f"seed {seed}: {error!r}; run TURNBUCKLE_SEED={seed} TURNBUCKLE_CASES=10"
            ) from error
