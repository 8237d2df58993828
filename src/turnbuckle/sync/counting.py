"""What a process counts of its runs, for whoever watches it; nothing of one link alone.

Plain numbers that only grow. They are changed on the event loop, and may be read anywhere.
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from turnbuckle.model.plans import Reason
from turnbuckle.sync.report import Report


class Outcome(StrEnum):
    """How a run ended; the first four are how the link stands after one that got through."""

    SYNCED = "synced"
    HELD = "held"
    BLOCKED = "blocked"
    PAUSED = "paused"
    STOPPED = "stopped"  # by a remote or the database; the link rests for a while
    FAILED = "failed"  # it raised
    CUT_SHORT = "cut_short"  # the process ends
    LOST = "lost"  # another process took the link over
    BUSY = "busy"  # another process runs the link; nothing was begun


@dataclass(slots=True)
class Spread:
    """How values spread: how many were at most as large as each bound.

    Attributes:
        bounds: growing.
        counts: one for each bound, and one for what is larger than all.
        total: of all values.
    """

    bounds: tuple[float, ...]
    counts: list[int] = field(init=False)
    total: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def take(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


def _run_seconds() -> Spread:
    return Spread((0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600))


def _arrival_seconds() -> Spread:
    return Spread((1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 21_600))


@dataclass(slots=True, kw_only=True)
class RunCounts:
    """What came of the runs of one process.

    Attributes:
        outcomes: runs by how they ended.
        notices: what runs told people, by reason; conflicts are among them.
        writes: made at both remotes together.
        run_seconds: how long runs took.
        arrival_seconds: from a change at one remote to its arrival at the other; see `arrivals`.
    """

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    notices: Counter[Reason] = field(default_factory=Counter)
    writes: int = 0
    run_seconds: Spread = field(default_factory=_run_seconds)
    arrival_seconds: Spread = field(default_factory=_arrival_seconds)

    def ran(self, outcome: Outcome, report: Report, seconds: float) -> None:
        """Count one run that is over."""
        self.outcomes[outcome] += 1
        self.notices.update(notice.reason for notice in report.notices)
        self.writes += report.writes
        if outcome is not Outcome.BUSY:
            self.run_seconds.take(seconds)
