"""Play rows of the catalogue on the planner alone: no store, no calls, no time.

What a row asks of feeds, faults, locks, or of the levels above the tools has no place here; such
rows are left out. `tests/scenarios` plays all of them on the whole engine.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from planning.gallery import Gallery
from planning.shelves import Shelf, Told, expected, told, told_path
from planning.world import Strict
from scenarios.policies import policy_of
from scenarios.vocabulary import CATALOGUE, LETTERS, SIDES, bytes_in, spread

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import ItemId, Kind
from turnbuckle.model.plans import Move, Plan, Replace, Withheld
from turnbuckle.model.policy import Decision
from turnbuckle.model.side import Side

type Row = Mapping[str, Any]

_DECISIONS = {
    "approve_deletes": Decision.APPROVED,
    "confirm_changes": Decision.APPROVED,
    "reject_deletes": Decision.REJECTED,
}
_CHANGES = (("a_changes", Side.LEFT), ("b_changes", Side.RIGHT))
_RANGE_END = re.compile(r"-(\d+)\]")
_MOST = 200  # files at once; these worlds are strict, and slow
_HUGE = ("GB", "TB")  # no such bytes are made here
_ELSEWHERE = ("'lock'", "'unlock'", "'level'", "'tool'", "'do': 'move'")


@functools.cache
def catalogue() -> Mapping[str, Any]:
    """Read the catalogue once."""
    found: Mapping[str, Any] = yaml.load(CATALOGUE.read_text(), yaml.CSafeLoader)
    return found


def rows() -> dict[str, Row]:
    """Give the rows that can be played here, by their ids."""
    return {row["id"]: row for row in catalogue()["scenarios"] if _is_for_here(row)}


def _is_for_here(row: Row) -> bool:
    said = repr(row)
    return (
        row["run"] != "manual"
        and all(phase.get("fault") is None for phase in _phases(row))
        and not any(word in said for word in (*_HUGE, *_ELSEWHERE))
        and all(int(end) <= _MOST for end in _RANGE_END.findall(said))
        and all(
            what["do"] in _DECISIONS
            for phase in _phases(row)
            for key, _ in _CHANGES
            for change in phase[key]
            for verb, what in change.items()
            if verb == "structural"
        )
    )


def _phases(row: Row) -> tuple[Row, ...]:
    return (row, *row.get("then", ()))


class RowWorld(Gallery):
    """A world with the capabilities and the policy that the catalogue gives its rows."""

    def __init__(self, row: Row) -> None:
        photos = {**catalogue()["meta"]["caps"]["A"]["photos"], **_photos(row)}
        super().__init__(
            policy_of(catalogue()["policy"]),
            suffixes=frozenset(f".{each}" for each in photos["types"]),
            renames_files=photos.get("rename", True),
            replaces=photos.get("replace", True),
        )
        self.writes = 0
        for side in Side:
            self.arm(side, _able(self.terms.capabilities(side), row, side))
        self.terms = replace(self.terms, path_start=dict.fromkeys(Side, 1))

    def arm(self, side: Side, able: Capabilities) -> None:
        super().arm(side, able)
        self.sides[side] = Shelf(side, able.names, able.content_hash is not None, can=able)

    def shelf(self, side: Side) -> Shelf:
        """Give one side."""
        found = self.sides[side]
        assert isinstance(found, Shelf)
        return found

    def apply(self, made: Plan) -> None:
        """Apply a plan as strictly as a remote that knows what a call expects to find."""
        self.writes += len(made.writes)
        moved = {
            (step.side, step.item.id): number
            for number, step in enumerate(made.steps)
            if isinstance(step, Move)
        }
        for number, step in enumerate(made.steps):
            if isinstance(step, Replace) and moved.get((step.side, step.item.id), -1) > number:
                raise Strict(f"{step.path} is moved after its content was replaced")
        super().apply(made)

    def reset(self) -> None:
        super().reset()
        self.writes = 0


def _photos(row: Row) -> Mapping[str, Any]:
    found: Mapping[str, Any] = row.get("caps", {}).get("A", {}).get("photos", {})
    return found


def _able(able: Capabilities, row: Row, side: Side) -> Capabilities:
    told = row.get("caps", {}).get(LETTERS[side], {})
    names = replace(able.names, longest_path=told.get("max_path", able.names.longest_path))
    smallest = bytes_in(told["min_size"]) if "min_size" in told else able.min_file_bytes
    return replace(able, names=names, min_file_bytes=smallest)


@dataclass(slots=True)
class Outcome:
    """What a phase came to."""

    world: RowWorld
    before: dict[Side, Told]
    ids: dict[Side, dict[ItemId, ItemId]]  # by side: the other side's id, its own
    bytes: dict[Side, set[bytes]]
    plans: list[Plan] = field(default_factory=list)

    @property
    def after(self) -> dict[Side, Told]:
        """Tell both sides as they are now."""
        return {side: told(self.world.shelf(side)) for side in Side}

    @property
    def state(self) -> str:
        """Say in the catalogue's word how the link stands."""
        last = self.plans[-1]
        return "held" if last.held else "blocked" if last.waiting else "synced"


def play(row: Row) -> list[str]:
    """Play a row and say what came out otherwise than expected; nothing, when all is well."""
    world = RowWorld(row)
    initial = row["initial"]
    if set(initial) == {"a", "b"}:
        for letter, side in (("a", Side.LEFT), ("b", Side.RIGHT)):
            world.shelf(side).plant(initial[letter])
    else:
        world.shelf(Side.LEFT).plant(initial)
        world.settle()
    found: list[str] = []
    for phase in _phases(row):
        outcome = _play(world, phase)
        found.extend(_wrong(outcome, phase["expect"]))
    return found


def _play(world: RowWorld, phase: Row) -> Outcome:
    world.reset()
    ids = {
        side: {pair.half(side.other).id: pair.half(side).id for pair in world.pairs}
        for side in Side
    }
    for key, side in _CHANGES:
        for change in phase[key]:
            ((verb, what),) = change.items()
            if verb == "structural":
                world.decide(_DECISIONS[what["do"]])
            else:
                world.shelf(side).act(verb, what)
    outcome = Outcome(
        world=world,
        before={side: told(world.shelf(side)) for side in Side},
        ids=ids,
        bytes={side: set(world.sides[side].contents.values()) for side in Side},
    )
    outcome.plans = world.settle()
    return outcome


def _wrong(outcome: Outcome, expect: Mapping[str, Any]) -> Iterator[str]:
    yield from _wrong_trees(outcome, expect)
    yield from _wrong_counts(outcome, expect)
    yield from _wrong_words(outcome, expect)
    yield from _lost(outcome)
    yield from _new_ids(outcome, expect)
    if outcome.state == "synced":
        yield from _unlinked(outcome)


def _wrong_trees(outcome: Outcome, expect: Mapping[str, Any]) -> Iterator[str]:
    after = outcome.after
    for letter, side in (("a", Side.LEFT), ("b", Side.RIGHT)):
        tree = expect.get(letter, expect.get("tree"))
        if tree is not None and after[side] != expected(tree):
            yield f"{letter} is {after[side]}, not {expected(tree)}"
    allowed = [expected(tree) for tree in expect.get("tree_any", ())]
    if allowed and not any(all(one == tree for one in after.values()) for tree in allowed):
        yield f"none of the allowed trees: {after}"


def _wrong_counts(outcome: Outcome, expect: Mapping[str, Any]) -> Iterator[str]:
    for name in ("transfers", "moves", "deletes", "writes"):
        count = getattr(outcome.world, name)
        if count > expect.get(name, count):
            yield f"{count} {name}, at most {expect[name]}"
    if "conflicts" in expect:
        copies = _copies(outcome.after) - _copies(outcome.before)
        if len(copies) != expect["conflicts"]:
            yield f"conflict copies {sorted(copies)}, not {expect['conflicts']}"
    held = [
        one
        for one in outcome.plans[-1].held
        if one.item.kind is Kind.FILE and one.what is Withheld.DELETION
    ]
    if len(held) != expect.get("held", len(held)):
        yield f"{len(held)} deletions held, not {expect['held']}"


def _copies(trees: dict[Side, Told]) -> set[str]:
    return {path for tree in trees.values() for path in tree if "#conflict-" in path}


def _wrong_words(outcome: Outcome, expect: Mapping[str, Any]) -> Iterator[str]:
    if outcome.state != expect.get("state", "synced"):
        yield f"{outcome.state}: {outcome.plans[-1].waiting or outcome.plans[-1].held}"
    codes: set[str] = set()
    for made in outcome.plans:
        codes |= {str(notice.reason) for notice in (*made.notices, *made.waiting)}
        codes |= {str(one.reason) for one in made.held}
    for code in expect.get("notices", ()):
        if code not in codes:
            yield f"nobody was told {code}"
    if expect.get("notices") == [] and codes:
        yield f"people were told {sorted(codes)}"
    waiting = {(one.path, str(one.reason)) for one in outcome.plans[-1].waiting}
    for path, reason in expect.get("blocked", {}).items():
        if (path.strip("/").partition("/")[2], reason) not in waiting:
            yield f"{path} waits not for {reason}: {sorted(waiting)}"


def _lost(outcome: Outcome) -> Iterator[str]:
    """No content is anywhere but on a side, in its bin or its history (U1)."""
    for side in Side:
        place = outcome.world.sides[side]
        there = {*place.contents.values(), *place.binned, *place.history}
        if not outcome.bytes[side] <= there:
            yield f"something is lost on the {side} side"


def _new_ids(outcome: Outcome, expect: Mapping[str, Any]) -> Iterator[str]:
    """What was linked keeps its ids, but for those that the row names (U5)."""
    allowed = {
        (SIDES[place["side"]], path.rstrip("/"))
        for place in expect.get("new_ids", ())
        for path, _ in spread(place["path"])
    }
    for pair in outcome.world.pairs:
        for side in Side:
            shelf, now = outcome.world.shelf(side), pair.half(side).id
            before = outcome.ids[side].get(pair.half(side.other).id, now)
            if before == now or before in shelf.items or now not in shelf.items:
                continue
            path = told_path(shelf, shelf.items[now])
            if (side, path) not in allowed:
                yield f"{path} has a new id on the {side} side"


def _unlinked(outcome: Outcome) -> Iterator[str]:
    """Everything that is synced is linked once, to one of the same content (U4)."""
    world = outcome.world
    for side in Side:
        place = world.sides[side]
        linked = [pair.half(side).id for pair in world.pairs]
        if len(linked) != len(set(linked)):
            yield f"something is linked twice on the {side} side"
        for item in place.items.values():
            ignored = world.terms.policy.ignores(item.name, item.kind)
            if item.id not in linked and not ignored:
                yield f"{item.name} has no link on the {side} side"
    for pair in world.pairs:
        left, right = (world.sides[side].contents.get(pair.half(side).id) for side in Side)
        if left != right:
            yield f"{pair.left.name} is linked to another content"
