"""What the doctor says of one thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from turnbuckle.ports.clock import Clock
from turnbuckle.store.organisations import Scope


class Verdict(StrEnum):
    """How a thing stands."""

    WELL = "well"
    NOTE = "note"  # good to know; nothing has to be done now
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        area: what kind of thing, for people: database, key, account.
        said: how it stands, and why.
        todo: what a person should do; empty: nothing, or `said` says it.
    """

    area: str
    verdict: Verdict
    said: str
    todo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What all examinations look at.

    Attributes:
        data: the data folder.
        environment: of this process.
        clock: what links go by, once the database can be read; until then this machine's.
        scopes: of all organisations; none while the database cannot be read.
    """

    data: Path
    environment: Mapping[str, str]
    clock: Clock
    scopes: tuple[Scope, ...] = ()


def well(area: str, said: str) -> Finding:
    """Say that a thing is as it should be."""
    return Finding(area=area, verdict=Verdict.WELL, said=said)


def note(area: str, said: str, todo: str = "") -> Finding:
    """Say what is good to know."""
    return Finding(area=area, verdict=Verdict.NOTE, said=said, todo=todo)


def trouble(area: str, said: str, todo: str = "") -> Finding:
    """Say what a person has to see to."""
    return Finding(area=area, verdict=Verdict.TROUBLE, said=said, todo=todo)
