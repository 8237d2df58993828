"""What a remote offers to the probe: questions to it, and the ground on which they are asked.

The fact sheets leave points open that only a live account can settle. A check asks one such
question; its answer says what was seen, how practice mode is switched to behave alike, and what a
person should set. A point that cannot be settled is told with the reason, never guessed.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

type Value = bool | int | float | str | list[str] | None
"""A switch's value: an enumeration by its member's name, a set as a sorted list."""

COPES = "nothing: Turnbuckle copes with both"
NOTHING = "nothing"

SCRATCH = "Turnbuckle probe"
"""How the names of scratch folders begin."""
_MADE = re.compile(rf"{SCRATCH} \d{{4}}-\d\d-\d\d \d{{6}}(?: .+)?")


def scratch_name(now: datetime) -> str:
    """Give the name of the scratch folder of a probe that begins now."""
    return f"{SCRATCH} {now:%Y-%m-%d %H%M%S}"


def is_made_by_probe(name: object) -> bool:
    """Tell whether a name is a scratch folder's, or such a name and more words behind it.

    No other name is a probe's: a person's own "Turnbuckle probe notes" must never be taken for one.
    """
    return isinstance(name, str) and _MADE.fullmatch(name) is not None


class NotSettled(Exception):
    """The question stays open; the text says why, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a question.

    Attributes:
        seen: the evidence: statuses, names of keys, names and times of our own items; no secret.
        switches: by which switches of the simulator, with which values, it is reproduced.
        setting: what a person should set in Turnbuckle, or that there is nothing to set.
    """

    seen: str
    switches: Mapping[str, Value] = field(default_factory=dict)
    setting: str = COPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Check[G]:
    """One question to a remote.

    Attributes:
        name: what people call it on the command line.
        question: in plain words.
        ask: asks it; raises `NotSettled`.
        calls: the most API calls that it makes.
        settles: the simulator's switches that it can settle.
        writes: it needs the scratch folder.
    """

    name: str
    question: str
    ask: Callable[[G], Awaitable[Answer]]
    calls: int
    settles: tuple[str, ...] = ()
    writes: bool = False


class Ground(Protocol):
    """The place at a remote where questions are asked; it keeps count of what they make."""

    @property
    def remote(self) -> str:
        """The remote's name, for people and for the meter."""

    @property
    def shown(self) -> str:
        """Where it is, for people."""

    @property
    def tidying(self) -> int:
        """The most calls that making the scratch folder and removing everything take."""

    def allow(self, calls: int) -> None:
        """From now on make at most that many API calls."""

    async def leftovers(self) -> Sequence[str]:
        """Give the names of what earlier probes left behind; three calls at most."""

    async def remove_leftovers(self) -> None:
        """Move what earlier probes left behind into the bin."""

    async def prepare(self, name: str) -> None:
        """Make the scratch folder of that name."""

    async def clean(self) -> Sequence[str]:
        """Move all that was made into the bin; give what could not be moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe[G: Ground]:
    """All that can be asked of one remote.

    Attributes:
        open: switches that no check settles, each with the reason.
    """

    ground: G
    checks: Sequence[Check[G]]
    open: Mapping[str, str]
