"""Where the folders are that a link is bound to: they are known by their ids, whatever they are
called and wherever they lie; here is kept what they were called and where they lay.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from turnbuckle.model.items import Item, ItemId, Name
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.records import Link
from turnbuckle.store.rows import ITEM_COLUMNS, item_of
from turnbuckle.store.units import tidy, unit

_DEEPEST = 2_000  # folders above one item
_FOLLOWED = "followed"  # beside the sides' spots


@dataclass(frozen=True, slots=True)
class Spot:
    """What a folder is called, and in which one it lies."""

    name: Name
    parent: ItemId | None


type Spots = Mapping[Side, Mapping[ItemId, Spot]]
"""Spots by side and folder."""


@tidy
def above(feed: int, item: ItemId) -> list[tuple[Item, str]]:
    """Give an item and the folders above it, nearest first, each with its state.

    The list ends early where an item is not known.
    """
    with connection.cursor() as sql:
        sql.execute(_LINE, [feed, item, _DEEPEST])
        return [(item_of(row), row[len(ITEM_COLUMNS)]) for row in sql.fetchall()]


@tidy
def is_inside(link: Link, side: Side, item: Item) -> bool:
    """Tell whether an item lies in one of the folders that a link is bound to, gone or not."""
    roots = link.roots(side)
    return any(each.id in roots for each, _ in above(link.feed(side), item.id))


@tidy
def now(link: Link) -> Spots:
    """Give the spots of the bound folders, the project's, and those above, as far as seen."""
    found: dict[Side, dict[ItemId, Spot]] = {side: {} for side in Side}
    bound = [*link.bounds, *([] if link.project is None else [link.project])]
    for side in Side:
        for folder in {each.on(side) for each in bound}:
            if folder in found[side]:
                continue
            line = above(link.feed(side), folder)
            if all(state == "present" for _, state in line):
                found[side] |= {item.id: Spot(item.name, item.parent) for item, _ in line}
    return found


@tidy
def last_seen(link: Link) -> Spots:
    """Give the spots as they were kept last."""
    kept = models.Link.objects.values_list("structure", flat=True).get(id=link.id)
    return {
        side: {
            ItemId(folder): Spot(Name(name), ItemId(parent) if parent else None)
            for folder, (name, parent) in kept.get(side.value, {}).items()
        }
        for side in Side
    }


@tidy
def followed(link: Link) -> Name | None:
    """Give the left name that the project's right folder has, or was given another one for."""
    kept = models.Link.objects.values_list("structure", flat=True).get(id=link.id)
    return Name(kept[_FOLLOWED]) if kept.get(_FOLLOWED) else None


@unit
def keep(link: Link, spots: Spots, followed: Name | None) -> None:
    """Keep spots, and what `followed` gives; other folders stay as they were kept."""
    row = models.Link.objects.select_for_update(no_key=True).get(id=link.id)
    row.structure = {
        _FOLLOWED: followed or "",
        **{
            side.value: {
                **row.structure.get(side.value, {}),
                **{folder: [spot.name, spot.parent or ""] for folder, spot in spots[side].items()},
            }
            for side in Side
        },
    }
    row.save(update_fields=["structure"])


_COLUMNS = ", ".join(f"store_seen.{column}" for column in ITEM_COLUMNS)
_LINE = f"""
WITH RECURSIVE line(feed_id, item_id, depth) AS (
    SELECT CAST(%s AS bigint), %s, 0
    UNION ALL
    SELECT line.feed_id, store_seen.parent_id, line.depth + 1 FROM line
    JOIN store_seen ON store_seen.feed_id = line.feed_id AND store_seen.item_id = line.item_id
    WHERE store_seen.parent_id <> '' AND line.depth < %s
)
SELECT {_COLUMNS}, store_seen.state FROM line
JOIN store_seen ON store_seen.feed_id = line.feed_id AND store_seen.item_id = line.item_id
ORDER BY line.depth
"""  # noqa: S608
