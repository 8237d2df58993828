"""Items that failed and wait for their next try, each with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from django.db.models import Exists, OuterRef

from turnbuckle.model.items import ItemId
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.records import Link
from turnbuckle.store.units import tidy, unit

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
_CHUNK = 400  # rows in one query


def wait_before(tries: int) -> timedelta:
    """Tell how long to wait after so many failed tries (1 or more): doubling, up to six hours."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 20)), LONGEST_WAIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """An item that failed."""

    side: Side
    item: ItemId
    path: str
    code: str  # a `Reason`; empty where an earlier release did not note it
    reason: str  # in words
    tries: int
    next_try: datetime


@unit
def put(
    link: Link,
    side: Side,
    item: ItemId,
    *,
    path: str,
    reason: str,
    now: datetime,
    code: str = "",
    mark: int = 0,
    wait: bool = True,
) -> datetime:
    """Set an item aside, or once more.

    Args:
        link: of which link.
        side: on which side it failed.
        item: which one.
        path: for people.
        reason: why, in words.
        now: the time.
        code: why, as a `Reason`.
        mark: how far its side was told when it failed; a real change told later frees it at once.
        wait: False where each run is to try it anew.

    Returns:
        The time of its next try.
    """
    row, _ = models.SetAside.objects.select_for_update(no_key=True).get_or_create(
        link_id=link.id, side=side.value, item_id=item, defaults={"path": path, "next_try": now}
    )
    row.path, row.reason, row.code, row.mark, row.tries = path, reason, code, mark, row.tries + 1
    row.next_try = now + wait_before(row.tries) if wait else now
    row.save()
    return row.next_try


@tidy
def every(link: Link) -> list[Aside]:
    """Give all that is set aside, by path."""
    return [
        Aside(
            side=Side(row.side),
            item=ItemId(row.item_id),
            path=row.path,
            code=row.code,
            reason=row.reason,
            tries=row.tries,
            next_try=row.next_try,
        )
        for row in models.SetAside.objects.filter(link_id=link.id).order_by("path", "side")
    ]


@unit
def all_due(link: Link, now: datetime) -> None:
    """Let everything be tried again now, however often it failed."""
    models.SetAside.objects.filter(link_id=link.id, next_try__gt=now).update(next_try=now)


@tidy
def due(link: Link, now: datetime) -> list[tuple[Side, ItemId]]:
    """Give the items whose next try has come, longest waiting first."""
    rows = models.SetAside.objects.filter(link_id=link.id, next_try__lte=now)
    found = rows.order_by("next_try", "id").values_list("side", "item_id")
    return [(Side(side), ItemId(item)) for side, item in found]


@tidy
def waiting(link: Link, now: datetime) -> frozenset[tuple[Side, ItemId]]:
    """Give the items whose next try has not come yet, as `Standing.set_aside` wants them.

    What really changed since it failed is not among them: the cause may be gone.
    """
    told = models.Dirty.objects.filter(
        link_id=link.id,
        side=OuterRef("side"),
        item_id=OuterRef("item_id"),
        mark__gt=OuterRef("mark"),
    )
    rows = models.SetAside.objects.filter(~Exists(told), link_id=link.id, next_try__gt=now)
    return frozenset(
        (Side(side), ItemId(item)) for side, item in rows.values_list("side", "item_id")
    )


@unit
def clear(link: Link, items: Iterable[tuple[Side, ItemId]]) -> None:
    """Forget that these items failed; few have, however many these are."""
    done = set(items)
    if not done:
        return
    failed = models.SetAside.objects.filter(link_id=link.id).values_list("id", "side", "item_id")
    rows = [row for row, side, item in failed if (Side(side), ItemId(item)) in done]
    for some in batched(rows, _CHUNK):
        models.SetAside.objects.filter(id__in=some).delete()
