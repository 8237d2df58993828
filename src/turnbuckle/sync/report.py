"""What one run did, for people and machines."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.side import Side
from turnbuckle.sync.writes import DeleteItem, MakeFile, MakeFolder, MoveItem, ReplaceContent, Write


@dataclass(slots=True, kw_only=True)
class Tally:
    """Writes made on one side."""

    folders_made: int = 0
    files_made: int = 0
    files_replaced: int = 0
    moved: int = 0
    deleted: int = 0

    @property
    def writes(self) -> int:
        """All of them together."""
        return self.folders_made + self.files_made + self.files_replaced + self.moved + self.deleted


class State(StrEnum):
    """How a link stands after a run, in one word."""

    PAUSED = "paused"  # it, or one of its tools, waits for something that a person has to mend
    HELD = "held"  # something waits for a person's decision
    BLOCKED = "blocked"  # something is not in step; it is tried again
    SYNCED = "synced"


@dataclass(slots=True, kw_only=True)
class Report:
    """What one run did."""

    run: int = 0  # its id; 0: it did not begin
    tallies: dict[Side, Tally] = field(default_factory=lambda: {side: Tally() for side in Side})
    bytes_sent: int = 0
    linked: int = 0  # items found equal on both sides and paired without a transfer
    recovered: int = 0  # writes of a run that was cut off, found made
    rounds: int = 0
    rows_read: int = 0  # database rows read to plan
    waiting: list[Notice] = field(default_factory=list)  # as the planner sees it
    notices: list[Notice] = field(default_factory=list)
    set_aside: list[tuple[Side, str, str]] = field(default_factory=list)  # side, path, why
    blocked: list[Notice] = field(default_factory=list)  # all that is not in step, each thing once
    held: int = 0  # files whose deletion waits for a person
    holds: bool = False  # something waits for a person
    stopped: str = ""  # why the run stopped before it was through; empty: it is through
    cut_short: bool = False  # it was asked to end before it was through, or had no calls left
    none_until: datetime | None = None  # an account has no calls before; None: there were enough
    stopped_for: Reason | None = None  # why the link, or a tool of it, is paused
    apart: timedelta | None = None  # what its accounts bear: polls so far apart; None: not asked

    @property
    def writes(self) -> int:
        """Writes made on both sides."""
        return sum(tally.writes for tally in self.tallies.values())

    @property
    def state(self) -> State:
        """How the link stands."""
        if self.stopped_for is not None:
            return State.PAUSED
        if self.holds:
            return State.HELD
        return State.BLOCKED if self.blocked or self.stopped else State.SYNCED

    def count(self, write: Write) -> None:
        """Count one write that was made."""
        tally = self.tallies[write.side]
        match write:
            case MakeFolder():
                tally.folders_made += 1
            case MakeFile():
                tally.files_made += 1
            case ReplaceContent():
                tally.files_replaced += 1
            case MoveItem():
                tally.moved += 1
            case DeleteItem():
                tally.deleted += 1
