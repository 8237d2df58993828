"""Keep the longest path of each link where a side has a limit, so that a rename is checked cheaply.

A folder with a longer name makes all paths below it longer. Nobody reads a hundred thousand rows
for that: the link keeps a length that no path of its side passes, raised by all that is looked at,
from its first look on, which reads everything.
Only when that length and the growth together pass the limit is the folder itself measured.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction

from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.model.names import length
from turnbuckle.model.policy import Terms
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.gathering import Gathering
from turnbuckle.store.records import Link

_DEEPEST = 2_000  # folders above one item
_SLACK = 32  # a name may get a number, or the mark of a conflict copy, on the other side
_NUMBER = 6  # what a number behind a folder's name takes
_LONGEST_FEW = 20  # paths that are measured by their code units

type _Growing = tuple[ItemId, int, int]
"""A folder of the limited side, and the lengths of its path as wanted and as it was."""


def longest_below(
    gathering: Gathering, terms: Terms, *, all_dirty: bool
) -> Mapping[Side, dict[ItemId, int]]:
    """Give the folders whose move could make a path too long, with the longest path below each.

    Lengths are UTF-16 code units, as the limited side spells the names.

    Args:
        gathering: what was read.
        terms: what both remotes can do.
        all_dirty: all that is dirty was read.
    """
    found: dict[Side, dict[ItemId, int]] = {side: {} for side in Side}
    for side in Side:
        limit = terms.capabilities(side).names.longest_path
        if limit is not None and any(gathering.items[one] for one in Side):
            room = limit - terms.path_start.get(side, 0) - 1
            found[side] = _Measuring(gathering, side).measure(room, all_dirty=all_dirty)
    return found


@dataclass(slots=True)
class _Measuring:
    gathering: Gathering
    side: Side  # the one with a limit
    _lengths: dict[tuple[Side, ItemId], int | None] = field(default_factory=dict)

    def measure(self, room: int, *, all_dirty: bool) -> dict[ItemId, int]:
        link = self.gathering.link
        growing = list(self._growing())
        kept = _kept_bound(link, self.side)
        bound = 0 if kept is None and all_dirty and _is_new(link) else kept
        if bound is None:
            if not growing:
                return {}
            roots = link.roots(self.side)
            bound = max((_measured(link, self.side, root) for root in roots), default=0)
        longest = (self._length(side, item) or 0 for side in Side for item in self._loaded(side))
        bound = max(bound, min(room, _SLACK + max(longest, default=0)))
        found: dict[ItemId, int] = {}
        for folder, wanted, was in growing:
            growth = max(0, wanted + _NUMBER - was)
            if bound + growth <= room:
                bound += growth
                continue
            below = found[folder] = _measured(link, self.side, folder)
            if wanted + 1 + below <= room:
                bound = max(bound, wanted + 1 + below)
        if bound != kept:
            _keep_bound(link, self.side, bound)
        return found

    def _loaded(self, side: Side) -> list[ItemId]:
        return list(self.gathering.items[side])

    def _growing(self) -> Iterator[_Growing]:
        """Find the folders whose place or name one side changed."""
        for pair in self.gathering.pairs.values():
            half = pair.half(self.side)
            if pair.kind is not Kind.FOLDER or half.parent is None:
                continue
            now = [self.gathering.items[side].get(pair.half(side).id) for side in Side]
            then = [pair.half(side) for side in Side]
            if all(
                item is None or (item.parent, item.name) == (old.parent, old.name)
                for item, old in zip(now, then, strict=True)
            ):
                continue
            lengths = (self._length(side, pair.half(side).id) for side in Side)
            wanted = max((found for found in lengths if found is not None), default=0)
            above = self._length(self.side, half.parent) or 0
            yield half.id, wanted, above + 1 + length(half.name)

    def _length(self, side: Side, item: ItemId) -> int | None:
        """Give the length of an item's path below its bound folder; None outside of all."""
        trail: list[tuple[ItemId, Name]] = []
        current: ItemId | None = item
        units: int | None = None
        for _ in range(_DEEPEST):
            if current is None:
                break
            if current in self.gathering.roots[side]:
                units = -1
                break
            if (side, current) in self._lengths:
                units = self._lengths[(side, current)]
                break
            found = self.gathering.items[side].get(current)
            if found is None:
                break
            trail.append((current, found.name))
            current = found.parent
        for passed, name in reversed(trail):
            units = None if units is None else units + 1 + length(name)
            self._lengths[(side, passed)] = units
        return units


def _is_new(link: Link) -> bool:
    """Tell whether nothing rests in a link yet, so that everything in it is dirty."""
    return not models.PairRow.objects.filter(link_id=link.id).exists()


def _kept_bound(link: Link, side: Side) -> int | None:
    """Give the length that no path of a side passes; None if nobody needed to know it yet."""
    kept = models.Link.objects.filter(id=link.id).values_list("longest_path", flat=True).first()
    return None if kept is None else kept.get(side.value)


def _keep_bound(link: Link, side: Side, units: int) -> None:
    with transaction.atomic():
        row = models.Link.objects.select_for_update(no_key=True).filter(id=link.id).first()
        if row is not None:
            row.longest_path = {**row.longest_path, side.value: units}
            row.save(update_fields=["longest_path"])


def _measured(link: Link, side: Side, folder: ItemId) -> int:
    """Give the length of the longest path below a folder; 0 where it is empty.

    Pages that were taken in by halves may show the folder below itself. An item is in one folder
    only, so any circle below it leads through the folder, and there the walk ends.
    """
    feed = link.feed(side)
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [feed, folder, folder, feed, folder, _DEEPEST, _LONGEST_FEW])
        return max((length(path) for (path,) in cursor.fetchall()), default=0)


_BELOW = """
WITH RECURSIVE below(item_id, path, units, depth) AS (
    SELECT item_id, name, LENGTH(name), 1 FROM store_seen
    WHERE feed_id = %s AND parent_id = %s AND item_id <> %s AND state <> 'gone'
    UNION ALL
    SELECT seen.item_id, below.path || '/' || seen.name, below.units + 1 + LENGTH(seen.name),
        below.depth + 1
    FROM below CROSS JOIN store_seen AS seen
    WHERE seen.feed_id = %s AND seen.parent_id = below.item_id AND seen.item_id <> %s
        AND seen.state <> 'gone' AND below.depth < %s
)
SELECT path FROM below ORDER BY units DESC LIMIT %s
"""
