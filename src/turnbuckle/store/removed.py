"""What we put into bins because its counterpart was deleted: for the limit, and for undoing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from turnbuckle.model.items import ItemId, Kind
from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side
from turnbuckle.store import holds, models
from turnbuckle.store.records import Link, Run
from turnbuckle.store.rows import instant
from turnbuckle.store.units import tidy

_CHUNK = 400  # ids in one query


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One pair whose half on `side` we put into the bin.

    With `top` the deletion named it; what lay below went with it and follows it in the list.
    """

    side: Side
    pair: Pair
    path: str
    top: bool


@tidy
def crossed(link: Link, since: datetime) -> tuple[datetime, ...]:
    """Tell when the files were deleted whose deletion crossed, from a time on.

    Those that a person approved, or undid, count for no limit.
    """
    rows = models.Removed.objects.filter(
        link_id=link.id,
        kind=Kind.FILE.value,
        deleted_at__gte=since,
        approved=False,
        undone_at=None,
    )
    return tuple(rows.order_by("deleted_at").values_list("deleted_at", flat=True))


def write(link: Link, run: Run, removals: Sequence[Removal], now: datetime) -> None:
    """Keep what was put into bins, inside the caller's unit."""
    if not removals:
        return
    wanted = [(each.side, each.pair.half(each.side).id) for each in removals]
    allowed = holds.approved(link, wanted)
    times = {side: _gone_at(link, side, removals) for side in Side}
    top_at = now
    rows = []
    for each, key in zip(removals, wanted, strict=True):
        here, there = each.pair.half(each.side), each.pair.half(each.side.other)
        at = times[each.side.other].get(there.id)
        if each.top:
            top_at = at or now
        rows.append(
            models.Removed(
                link_id=link.id,
                run_id=run.id,
                side=each.side.value,
                item_id=here.id,
                parent_id=here.parent or "",
                name=here.name,
                other_id=there.id,
                other_parent_id=there.parent or "",
                other_name=there.name,
                kind=each.pair.kind.value,
                path=each.path,
                top=each.top,
                deleted_at=at or top_at,
                applied_at=now,
                approved=key in allowed,
            )
        )
    models.Removed.objects.bulk_create(rows, batch_size=_CHUNK)


def _gone_at(link: Link, side: Side, removals: Sequence[Removal]) -> dict[ItemId, datetime]:
    """Tell when the counterparts on `side` were deleted, where that is known."""
    ids = [each.pair.half(side).id for each in removals if each.side.other is side]
    found: dict[ItemId, datetime] = {}
    for some in batched(ids, _CHUNK):
        rows = models.Seen.objects.filter(
            feed_id=link.feed(side), item_id__in=some, state="gone", gone_at__isnull=False
        )
        for item, at in rows.values_list("item_id", "gone_at"):
            time = instant(at)
            assert time is not None
            found[ItemId(item)] = time
    return found
