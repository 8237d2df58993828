"""Deletions that we carried out, in batches, one for each run; and what of them was undone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, groupby

from django.db.models import Q

from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.records import Link
from turnbuckle.store.units import tidy, unit

_CHUNK = 400  # rows in one query


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """One item that we put into a bin since its counterpart, `other`, was deleted."""

    id: int
    run: int
    side: Side  # where we deleted it
    item: ItemId
    parent: ItemId | None
    name: Name
    other: ItemId
    other_parent: ItemId | None
    other_name: Name
    kind: Kind
    path: str
    top: bool  # it was deleted by name; the rest went with it
    deleted_at: datetime  # the counterpart
    applied_at: datetime
    undone_at: datetime | None

    def on(self, side: Side) -> ItemId:
        """Give the id of the item on one side."""
        return self.item if side is self.side else self.other

    def place(self, side: Side) -> tuple[ItemId | None, Name]:
        """Give the folder that it lay in on one side, and its name there."""
        if side is self.side:
            return self.parent, self.name
        return self.other_parent, self.other_name or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionBatch:
    """What one run deleted."""

    number: int  # of the run
    at: datetime
    items: tuple[Deleted, ...]  # what was deleted by name, each followed by what lay below it

    @property
    def files(self) -> int:
        """How many files it deleted."""
        return sum(item.kind is Kind.FILE for item in self.items)

    @property
    def folders(self) -> int:
        """How many folders it deleted."""
        return len(self.items) - self.files

    @property
    def groups(self) -> tuple[tuple[Deleted, ...], ...]:
        """Give what was deleted by name, each with all that went with it behind it."""
        found: list[list[Deleted]] = []
        for item in self.items:
            if item.top or not found:
                found.append([])
            found[-1].append(item)
        return tuple(tuple(group) for group in found)

    @property
    def left(self) -> tuple[Deleted, ...]:
        """What was not undone yet."""
        return tuple(item for item in self.items if item.undone_at is None)


@tidy
def batches(link: Link, since: datetime) -> list[DeletionBatch]:
    """Give what runs deleted from `since` on, newest first."""
    rows = models.Removed.objects.filter(link_id=link.id, applied_at__gte=since)
    found = [_record(row) for row in rows.order_by("-run_id", "id")]
    return [_batch(run, list(items)) for run, items in groupby(found, lambda item: item.run)]


@tidy
def batch(link: Link, number: int) -> DeletionBatch | None:
    """Give what the run of that number deleted; None when it deleted nothing."""
    rows = models.Removed.objects.filter(link_id=link.id, run_id=number).order_by("id")
    found = [_record(row) for row in rows]
    return _batch(number, found) if found else None


@tidy
def last_of(link: Link, side: Side, item: ItemId) -> Deleted | None:
    """Give the last deletion that an item, or its counterpart, was part of."""
    here = Q(side=side.value, item_id=item) | Q(side=side.other.value, other_id=item)
    row = models.Removed.objects.filter(here, link_id=link.id).order_by("-id").first()
    return None if row is None else _record(row)


@unit
def note_undone(link: Link, items: Iterable[Deleted], *, now: datetime) -> None:
    """Keep that these deletions were undone; they count for no limit any more."""
    for some in batched([item.id for item in items], _CHUNK):
        rows = models.Removed.objects.filter(link_id=link.id, id__in=some, undone_at__isnull=True)
        rows.update(undone_at=now)


def _batch(number: int, items: list[Deleted]) -> DeletionBatch:
    return DeletionBatch(
        number=number, at=max(item.applied_at for item in items), items=tuple(items)
    )


def _record(row: models.Removed) -> Deleted:
    return Deleted(
        id=row.id,
        run=row.run_id,
        side=Side(row.side),
        item=ItemId(row.item_id),
        parent=ItemId(row.parent_id) if row.parent_id else None,
        name=Name(row.name),
        other=ItemId(row.other_id),
        other_parent=ItemId(row.other_parent_id) if row.other_parent_id else None,
        other_name=Name(row.other_name),
        kind=Kind(row.kind),
        path=row.path,
        top=row.top,
        deleted_at=row.deleted_at,
        applied_at=row.applied_at,
        undone_at=row.undone_at,
    )
