"""A case of the simulation as data: what is there, what users do, and what goes wrong.

Everything is said in the catalogue's words, so a case can be printed as one of its rows.
"""

from dataclasses import dataclass, field
from typing import Any

from turnbuckle.model.side import Side

type Word = dict[str, Any]
"""One thing that a user does, as the catalogue has it: ``{"mv": ["D/a.pdf", "D/b.pdf"]}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """The `nth` moment (0 is the first) of these operations of a side; None: of either side."""

    when: str  # before | during | after
    ops: tuple[str, ...]
    nth: int
    side: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong, or somebody who acts, at a spot.

    Attributes:
        kind: crash | db_crash | db_error | http | throttle | lost | broken | refused | reset |
            stale | quirk | corrupt | race | hide | restored | second (another worker takes the link
            over, since this one has been still for longer than its lease holds).
        spot: where; None: before the run begins.
        times: at how many such moments in a row; for `stale`, how many page sets lag.
        access: which access to the database, for a `db_crash`.
        error: the name of the error, for `http` and `refused`; the feed's `quirk`; for `second`,
            whether the first worker goes on ``beside`` it or ``after`` it.
        seconds: how long to wait, for `throttle`.
        side: whose users act, whose feed goes wrong, or whose item is hidden or damaged.
        words: what the users do, for a `race`, or what is hidden or damaged; None: chosen when
            the moment comes.
    """

    kind: str
    spot: Spot | None = None
    times: int = 1
    access: int = 0
    error: str = ""
    seconds: float = 0.0
    side: Side = Side.LEFT
    words: tuple[Word | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Users act while nothing runs; then runs, in which faults happen, until all is calm."""

    left: tuple[Word | None, ...] = ()
    right: tuple[Word | None, ...] = ()
    faults: tuple[Fault, ...] = ()

    def words(self, side: Side) -> tuple[Word | None, ...]:
        """Give what the users of one side do."""
        return self.left if side is Side.LEFT else self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What kind of remotes they are, and what the owner wants."""

    mirrored: bool = False  # the left one is the Teams-like one
    page_items: int = 200
    tells_descendants: bool = False
    marks_ours: bool = True
    rewrites: bool = False  # the Teams-like one rewrites .docx files
    rewrite_delay_seconds: float = 0.0
    winner: str = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One simulation, which comes out the same whenever it is played."""

    seed: int
    setting: Setting = field(default_factory=Setting)
    initial: dict[str, str] = field(default_factory=dict)  # path: token, or ``dir``; synced first
    apart: dict[str, str] = field(default_factory=dict)  # what is on the right at the first sync
    episodes: tuple[Episode, ...] = ()
