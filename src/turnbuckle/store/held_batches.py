"""What is held back and waits for a person, as people read it: batch by batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from turnbuckle.model.items import ItemId, Kind
from turnbuckle.model.plans import Reason, Withheld
from turnbuckle.model.policy import Decision
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.records import Link
from turnbuckle.store.units import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """One item of a batch: what would be deleted on `side`, or what was changed there."""

    side: Side
    item: ItemId
    what: Withheld
    kind: Kind
    path: str
    gone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBatch:
    """A batch that waits, or that somebody decided on and no run has dealt with yet."""

    number: int
    reason: Reason
    opened: datetime
    decision: Decision | None
    decided: datetime | None
    decided_by: str
    items: tuple[HeldLine, ...]

    def count(self, kind: Kind) -> int:
        """Count its files, or its folders."""
        return sum(item.kind is kind for item in self.items)


@tidy
def held(link: Link) -> list[HeldBatch]:
    """Give the open batches of a link, oldest first."""
    rows = models.Hold.objects.filter(link_id=link.id, closed__isnull=True).order_by("id")
    lines = models.HeldItem.objects.filter(link_id=link.id, hold__closed__isnull=True)
    inside = {
        hold: [_line(row) for row in some]
        for hold, some in groupby(lines.order_by("hold_id", "path", "id"), lambda row: row.hold_id)
    }
    return [_batch(row, inside.get(row.id, [])) for row in rows]


@tidy
def holding(link: Link, side: Side, item: ItemId) -> HeldBatch | None:
    """Give the open batch that holds an item, with that item alone in it; None: it is not held."""
    row = (
        models.HeldItem.objects.select_related("hold")
        .filter(link_id=link.id, side=side.value, item_id=item, hold__closed__isnull=True)
        .first()
    )
    return None if row is None else _batch(row.hold, [_line(row)])


def _batch(row: models.Hold, items: Sequence[HeldLine]) -> HeldBatch:
    return HeldBatch(
        number=row.id,
        reason=Reason(row.reason),
        opened=row.opened,
        decision=Decision(row.decision) if row.decision else None,
        decided=row.decided,
        decided_by=row.decided_by,
        items=tuple(items),
    )


def _line(row: models.HeldItem) -> HeldLine:
    return HeldLine(
        side=Side(row.side),
        item=ItemId(row.item_id),
        what=Withheld(row.what),
        kind=Kind(row.kind),
        path=row.path,
        gone_at=row.gone_at,
    )
