"""Items that failed and wait for their next try, each with its reason."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import batched

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


@unit
def put(link: Link, side: Side, item: ItemId, *, path: str, reason: str, now: datetime) -> datetime:
    """Set an item aside, or once more; give the time of its next try."""
    row, _ = models.SetAside.objects.select_for_update().get_or_create(
        link_id=link.id, side=side.value, item_id=item, defaults={"path": path, "next_try": now}
    )
    row.path, row.reason, row.tries = path, reason, row.tries + 1
    row.next_try = now + wait_before(row.tries)
    row.save()
    return row.next_try


@tidy
def due(link: Link, now: datetime) -> list[tuple[Side, ItemId]]:
    """Give the items whose next try has come, longest waiting first."""
    rows = models.SetAside.objects.filter(link_id=link.id, next_try__lte=now)
    found = rows.order_by("next_try", "id").values_list("side", "item_id")
    return [(Side(side), ItemId(item)) for side, item in found]


@tidy
def waiting(link: Link, now: datetime) -> frozenset[tuple[Side, ItemId]]:
    """Give the items whose next try has not come yet, as `Standing.set_aside` wants them."""
    rows = models.SetAside.objects.filter(link_id=link.id, next_try__gt=now)
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
