"""Reads for people: how a link stands, and what happened."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from turnbuckle.model.items import Kind
from turnbuckle.model.side import Side
from turnbuckle.store import models, timings
from turnbuckle.store.records import Link
from turnbuckle.store.runs import PastRun, last
from turnbuckle.store.timings import Timing
from turnbuckle.store.units import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An item that is not in step, and why."""

    side: Side
    path: str
    reason: str
    tries: int
    next_try: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How a link stands."""

    link: Link
    files: int  # in step
    folders: int  # in step
    bytes: int  # of the files in step, as the left side holds them
    undecided: int  # items that changed and that no run has dealt with yet
    set_aside: tuple[Waiting, ...]
    last_run: PastRun | None
    timing: Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    """Something that happened."""

    number: int  # grows with time
    at: datetime
    side: Side
    what: str
    path: str
    detail: str


@tidy
def overview(link: Link) -> Overview:
    """Tell how a link stands now."""
    pairs = {
        kind: (count, size or 0)
        for kind, count, size in models.PairRow.objects.filter(link_id=link.id)
        .values_list("kind")
        .annotate(Count("id"), Sum("left_size"))
    }
    return Overview(
        link=link,
        files=pairs.get(Kind.FILE.value, (0, 0))[0],
        folders=pairs.get(Kind.FOLDER.value, (0, 0))[0],
        bytes=pairs.get(Kind.FILE.value, (0, 0))[1],
        undecided=models.Dirty.objects.filter(link_id=link.id).count(),
        set_aside=tuple(_waiting(link)),
        last_run=next(iter(last(link, 1)), None),
        timing=timings.of(link),
    )


def _waiting(link: Link) -> list[Waiting]:
    rows = models.SetAside.objects.filter(link_id=link.id).order_by("path", "side")
    return [
        Waiting(
            side=Side(row.side),
            path=row.path,
            reason=row.reason,
            tries=row.tries,
            next_try=row.next_try,
        )
        for row in rows
    ]
