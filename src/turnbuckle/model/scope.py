"""Which part of a link is kept in step, and in which direction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Where changes go."""

    BOTH = "both"
    TO_RIGHT = "to_right"  # from the left side to the right one alone
    TO_LEFT = "to_left"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Says of the items that it speaks of whether they are kept in step.

    All conditions that are given must hold. What leaves the scope stays where it is on both sides.
    """

    include: bool
    folder: str = ""  # path below the tool, as a pattern (`Drawings/*`); empty: everywhere
    names: tuple[str, ...] = ()  # patterns of file names, in any case; empty: any
    larger_than: int | None = None  # bytes
    older_than_days: int | None = None  # since the content was last changed


def go_by_place(scope: Iterable[Rule], directions: Mapping[str, Direction]) -> bool:
    """Tell whether a folder's place can decide if what lies in it is kept in step."""
    paused = Direction.PAUSED in directions.values()
    return paused or any(rule.folder for rule in scope)
