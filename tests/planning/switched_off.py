"""Switch one rule of the planner off: not a mock, but a mutant that is made by hand.

Whoever switches a rule off wants to see something go wrong; else nobody would notice its absence.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from turnbuckle.model.items import ItemId
from turnbuckle.model.plans import CreateFile, CreateFolder, Move, Replace
from turnbuckle.model.policy import Standing
from turnbuckle.model.side import Side
from turnbuckle.planning import (
    adoption,
    deletions,
    existence,
    guards,
    naming,
    ordering,
    planner,
    sending,
)
from turnbuckle.planning.draft import Draft
from turnbuckle.planning.nodes import Forest, Node, State

type Switch = tuple[object, str, Callable[..., Any]]
"""Where a function is looked up, by which name, and what stands there instead."""


def _nothing(*_: object, **__: object) -> None:
    """Do nothing."""


def _none(*_: object) -> tuple[()]:
    return ()


def _no(*_: object, **__: object) -> bool:
    return False


def without_edge(waiting: type[object], other: type[object]) -> Switch:
    """Let steps of one kind no longer wait for those of another."""
    wait = Draft.wait

    def some(self: Draft, step: int, *others: int | None) -> None:
        steps = self.numbering.steps
        if isinstance(steps[step], waiting):
            others = tuple(
                one for one in others if one is None or not isinstance(steps[one], other)
            )
        wait(self, step, *others)

    return Draft, "wait", some


def _held_back_knowing(**unknown: object) -> Switch:
    hold_back = guards.hold_back

    def blind(forest: Forest, standing: Standing) -> object:
        return hold_back(forest, replace(standing, **unknown))  # type: ignore[arg-type]

    return planner, "hold_back", blind


def _seen_as_gone() -> Switch:
    state = Forest.state

    def sure(self: Forest, side: Side, item_id: ItemId) -> State:
        found = state(self, side, item_id)
        return State.GONE if found is State.HIDDEN else found

    return Forest, "state", sure


def _share_of_nothing() -> Switch:
    hold = guards._hold_beyond_limit

    def blind(forest: Forest, fresh: list[Node], standing: Standing) -> None:
        hold(forest, fresh, replace(standing, files=1_000_000))

    return guards, "_hold_beyond_limit", blind


EDGES: Mapping[str, Callable[[], Switch]] = {
    "E1 a child comes after its folder": lambda: without_edge(object, CreateFolder),
    "E2 what leaves a folder does so before it is deleted": lambda: (
        ordering, "_empty_before_deleting", _nothing
    ),
    "E3 a name is freed before it is taken": lambda: (
        ordering, "_names_to_free", lambda draft: {}
    ),
    "E3 a circle of names gets one temporary name": lambda: (ordering, "_break_circles", _nothing),
    "E4 a copy is made before its original is overwritten": lambda: without_edge(
        Replace, CreateFile
    ),
    "E5 a folder leaves another before that one moves into it": lambda: (
        ordering, "_leave_before_entering", _nothing
    ),
    "E6 a folder is deleted in one call only if nothing in it stays": lambda: (
        deletions, "_folders_that_stay", lambda draft, side: set()
    ),
    "E7 what cannot cross from tool to tool is made anew": lambda: (Forest, "crosses", _no),
    "E7 what was made anew elsewhere is deleted afterwards": lambda: (
        planner, "doom_superseded", _nothing
    ),
    "E8 an item is moved before its content is replaced": lambda: without_edge(Replace, Move),
    "albums are renamed from the inside out": lambda: (
        ordering, "_name_albums_before_their_folder", _nothing
    ),
}  # fmt: skip

GUARDS: Mapping[str, Callable[[], Switch]] = {
    "the limit of a day": lambda: (guards, "_beyond_limit", lambda *_: []),
    "the share of a link's files": _share_of_nothing,
    "an emptied side": lambda: _held_back_knowing(emptied=frozenset()),
    "a mass change": lambda: (guards, "_hold_mass_change", _nothing),
    "caution after an accident": lambda: _held_back_knowing(caution=None),
    "what vanished is not deleted": _seen_as_gone,
    "what is held stays held": lambda: (guards, "_hold_on", _no),
    "a folder waits for what stays in it": lambda: (planner, "wait_around_what_stays", _nothing),
    "a folder lives around a survivor": lambda: (planner, "keep_around_survivors", _none),
    "a folder moved on one side lives with all in it": lambda: (
        existence, "_keep_moved_folders_whole", _nothing
    ),
    "a folder set aside keeps what is below it waiting": lambda: (
        existence, "_freeze_below_what_failed", _nothing
    ),
    "what leaves the scope stays": lambda: (planner, "leave_outside", _nothing),
    "a side that only gives gets nothing": lambda: (planner, "give_directions", _none),
    "a deletion does not cross against the direction": lambda: (
        planner, "keep_deletions_back", _none
    ),
    "nobody guesses about files from before the link": lambda: (
        adoption.Adoption, "_is_unsure", _no
    ),
    "a side is not sent what it never takes": lambda: (Draft, "refuses", _no),
    "no path grows too long": lambda: (naming, "pin_what_cannot_go", _no),
    "what the other side never takes keeps no folder alive": lambda: (
        planner, "mark_blocked", _nothing
    ),
    "a loser's version is kept": lambda: (sending, "_keep_copy", _none),
}  # fmt: skip
