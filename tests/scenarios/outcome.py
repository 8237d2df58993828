"""What one phase of a row came to, as the checks need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.acting import Counts, Fault, Shown, World
from scenarios.standing import Holding
from scenarios.telling import told_path

from turnbuckle.model.items import ItemId, Name
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.model.pairs import Pair
from turnbuckle.model.plans import Notice
from turnbuckle.model.side import Side
from turnbuckle.sync.report import Report

type Snapshots = Mapping[Side, Mapping[str, Shown]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one phase came to.

    Attributes:
        world: where it was played.
        faults: what was armed.
        before: both sides when people had acted, before the engine did anything.
        after: both sides at the end.
        base: the pairs before the phase and now.
        reports: what the runs told, without those that died.
        codes: everything that was told to people, as the catalogue's codes.
        counts: the calls of the engine.
        runs: how often it was started.
        holdings: what waits for a person.
    """

    world: World
    faults: Sequence[Fault]
    before: Snapshots
    after: Snapshots
    base: tuple[Sequence[Pair], Sequence[Pair]]
    reports: Sequence[Report]
    codes: frozenset[str]
    counts: Counts
    runs: int
    holdings: Sequence[Holding]

    @property
    def state(self) -> str:
        """Say in the catalogue's word how the link stands."""
        return (self.reports[-1] if self.reports else Report()).state

    @property
    def blocked(self) -> Sequence[Notice]:
        """Give what is not in step, with its reason."""
        return self.reports[-1].blocked if self.reports else ()

    @property
    def held(self) -> int:
        """Count the files whose deletion waits."""
        return self.reports[-1].held if self.reports else 0

    def copies(self) -> list[str]:
        """Give the conflict copies made in this phase, as the catalogue tells their paths."""
        made = _copies(self.after) - _copies(self.before)
        return [told_path(path) for path in sorted(made)]

    def path_of(self, side: Side, item: ItemId) -> str | None:
        """Give the path of an item at the end; None when it is not there."""
        found = (path for path, shown in self.after[side].items() if shown.id == item)
        return next(found, None)


def same_place(catalogue: str, engine: str) -> bool:
    """Tell whether the engine's path is the catalogue's: it may leave the tool's folder out."""
    wanted, found = catalogue.strip("/"), engine.strip("/")
    return found in (wanted, wanted.partition("/")[2]) or told_path(found) in (
        wanted,
        wanted.partition("/")[2],
    )


def _copies(snapshots: Snapshots) -> set[str]:
    return {
        path.rstrip("/")
        for snapshot in snapshots.values()
        for path in snapshot
        if is_conflict_copy(Name(path.rstrip("/").rpartition("/")[2])) is not None
    }
