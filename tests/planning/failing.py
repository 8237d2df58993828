"""A failing case of the seeded generator: made small, and printed as a row of the catalogue.

A case is what users do, told by numbers as `users.act` takes them. It is made smaller by leaving
out one deed after another, as long as it still fails.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import yaml
from planning.smallest import smallest
from planning.users import CHANGES, act, first_tree
from planning.world import ROOT, Place, World

from turnbuckle.model.items import ItemId
from turnbuckle.model.plans import Plan
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side

_MOST_TRIES = 300
_WIDTH = 1 << 20


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a user of a side does."""

    side: Side
    kind: str
    picks: tuple[int, ...]
    token: str


@dataclass(frozen=True, slots=True)
class Deeds:
    """What there is at first, and what users do then."""

    beginning: tuple[tuple[int, ...], ...]
    acts: tuple[Deed, ...]


def drawn(seed: int) -> Deeds:
    """Draw the case of a number."""
    chance = random.Random(seed)

    def picks() -> tuple[int, ...]:
        return tuple(chance.randrange(10_001) for _ in range(4))

    beginning = tuple(picks() for _ in range(chance.randrange(9)))
    acts = tuple(
        Deed(side, chance.choice(CHANGES), picks(), f"{side}{number}")
        for side in Side
        for number in range(chance.randrange(9))
    )
    return Deeds(beginning, acts)


def world_of(deeds: Deeds, policy: Policy | None = None) -> World:
    """Give a world in step, after users changed both sides."""
    world = _in_step(deeds, policy)
    for deed in deeds.acts:
        act(world.sides[deed.side], deed.kind, list(deed.picks), deed.token)
    return world


def shrunk(deeds: Deeds, fails: Callable[[Deeds], bool]) -> Deeds:
    """Leave out what the case does not need to fail."""
    return smallest(deeds, _smaller, fails, _MOST_TRIES)


def printed(seed: int, fails: Callable[[Deeds], bool], policy: Policy | None = None) -> str:
    """Give the case of a seed as one line of the catalogue, as small as it goes."""
    small = shrunk(drawn(seed), fails)
    return "- " + yaml.safe_dump(
        row(seed, small, policy), default_flow_style=True, sort_keys=False, width=_WIDTH
    ).rstrip("\n")


def row(seed: int, deeds: Deeds, policy: Policy | None = None) -> dict[str, Any]:
    """Give a case in the catalogue's words; contents are the tokens of their writers."""
    world = _in_step(deeds, policy)
    initial = {
        f"D/{path}" + "/" * (content is None): "dir" if content is None else _token(content)
        for path, content in world.sides[Side.LEFT].paths().items()
    }
    told: dict[Side, list[dict[str, Any]]] = {side: [] for side in Side}
    for deed in deeds.acts:
        place = world.sides[deed.side]
        before = _contents(place)
        act(place, deed.kind, list(deed.picks), deed.token)
        told[deed.side] += _words(before, _contents(place))
    return {
        "id": f"P{seed}",
        "group": "planner",
        "run": "auto",
        "title": f"planner case {seed}",
        "initial": initial,
        "a_changes": told[Side.LEFT],
        "b_changes": told[Side.RIGHT],
        "fault": None,
        "expect": {},
    }


def _in_step(deeds: Deeds, policy: Policy | None) -> World:
    world = World(policy)
    first_tree(world, Side.LEFT, [list(picks) for picks in deeds.beginning])
    assert world.settle()[-1] == Plan()
    return world


def _smaller(deeds: Deeds) -> Iterator[Deeds]:
    for number in range(len(deeds.acts) - 1, -1, -1):
        yield replace(deeds, acts=(*deeds.acts[:number], *deeds.acts[number + 1 :]))
    for number in range(len(deeds.beginning) - 1, -1, -1):
        less = (*deeds.beginning[:number], *deeds.beginning[number + 1 :])
        yield replace(deeds, beginning=less)


type _Known = dict[ItemId, tuple[str, bytes | None]]
"""Every item's path and content."""


def _contents(place: Place) -> _Known:
    found: _Known = {}
    for item in place.items.values():
        if item.id == ROOT:
            continue
        names, current = [str(item.name)], item
        while current.parent is not None and current.parent != ROOT:
            current = place.items[current.parent]
            names.append(str(current.name))
        found[item.id] = ("D/" + "/".join(reversed(names)), place.contents.get(item.id))
    return found


def _words(before: _Known, after: _Known) -> list[dict[str, Any]]:
    """Tell what one deed came to: nobody does more than one of these at once."""
    gone, fresh = before.keys() - after.keys(), after.keys() - before.keys()
    if gone and fresh:
        (new,) = (after[item] for item in fresh)
        return [{"replace": [new[0], _token(new[1])]}]
    if gone:
        return [{"del": min((before[item][0] for item in gone), key=len)}]
    if fresh:
        (new,) = (after[item] for item in fresh)
        if new[1] is None:
            return [{"mkdir": new[0] + "/"}]
        return [{"put": [new[0], _token(new[1])]}]
    for item, (path, content) in after.items():
        if before[item][1] != content:
            return [{"put": [path, _token(content)]}]
    return _moves(before, after)


def _moves(before: _Known, after: _Known) -> list[dict[str, Any]]:
    """Tell a move, without those of what lay in the folder that moved; or an exchange."""
    moved = [
        (before[item][0], after[item][0]) for item in after if before[item][0] != after[item][0]
    ]
    tops = [
        (was, now)
        for was, now in moved
        if not any(was.startswith(f"{other}/") for other, _ in moved)
    ]
    if len(tops) == 2 and tops[0] == tops[1][::-1]:
        return [{"swap": list(tops[0])}]
    return [{"mv": [was, now]} for was, now in tops]


def _token(content: bytes | None) -> str:
    """Give the catalogue's word for bytes of the generator."""
    return content.decode().replace(":", ".") if content else "e@0"
