"""Decide what is held: let it happen, or have it undone; who decided is kept.

The decision is carried out by the next run.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from turnbuckle.model.items import Kind
from turnbuckle.model.plans import Withheld
from turnbuckle.model.policy import Decision
from turnbuckle.model.side import Side
from turnbuckle.store import holds
from turnbuckle.store.holds import HeldBatch, HeldEntry, NoSuchBatch
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.store.rollback import refuse_old_records

type Counts = Mapping[tuple[Withheld, Side, Kind], int]
"""How many files and folders would be deleted, or were changed, on which side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A batch with all that waits in it."""

    link: Link
    batch: HeldBatch
    entries: tuple[HeldEntry, ...]

    @property
    def counts(self) -> Counts:
        """Count what waits."""
        return Counter((entry.what, entry.side, entry.kind) for entry in self.entries)


def waiting(link: Link) -> list[Waiting]:
    """Give what waits for a decision, or was decided and not carried out yet; oldest first."""
    return [
        Waiting(link=link, batch=batch, entries=tuple(holds.entries(link, batch.number)))
        for batch in holds.batches(link)
    ]


def decide(
    scope: Scope,
    name: str,
    batch: int | None,
    decision: Decision,
    *,
    by: str,
    now: datetime,
) -> list[Waiting]:
    """Decide about one batch, or about all that wait; give what was decided about.

    Raises:
        UnknownName: there is no such link.
        NoSuchBatch: nothing of that number waits for a decision, or nothing at all.
        WentBack: the database was put back, so what waits may be long decided.
    """
    link = scope.links.get(name)
    refuse_old_records(link)
    concerned = [
        each
        for each in waiting(link)
        if each.batch.decision is None and batch in (None, each.batch.number)
    ]
    if not concerned:
        raise NoSuchBatch(_nothing(link, batch))
    carry_out = holds.approve if decision is Decision.APPROVED else holds.reject
    for each in concerned:
        carry_out(link, each.batch.number, by=by, now=now)
    return concerned


def _nothing(link: Link, batch: int | None) -> str:
    known = [each.number for each in holds.batches(link) if each.decision is None]
    if not known:
        return f"nothing of the link {link.name!r} waits for a decision"
    numbers = ", ".join(map(str, known))
    return f"the link {link.name!r} holds no batch {batch}; what waits: {numbers}"
