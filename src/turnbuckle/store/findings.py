"""Look a path or a name up on both sides of a link, as people type it: gone and hidden items too.

Everything here is read from what we know; no remote is asked.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import connection

from turnbuckle.model.items import Item, ItemId
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.records import Link
from turnbuckle.store.rows import ITEM_COLUMNS, ITEM_SELECT, instant, item_of, key_folded
from turnbuckle.store.units import tidy

_DEEPEST = 2_000  # folders above one item
_CHUNK = 400  # values in one query
_MOST_ALIKE = 5_000  # names that a mistyped one is compared with
_MOST_FOUND = 200
_LIKE = "key_folded LIKE %s ESCAPE '!'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One item as one side last showed it.

    Attributes:
        state: present, missing (not told any more, nothing proven) or gone; of the item itself or
            of the topmost folder above it of which more is known.
        path: the names from the bound folder down.
        tool: of the bound folder; empty where the item lies outside of the link.
        above: the ids of the folders above it, up to the bound one.
        gone_at: when it was deleted, where that is known.
    """

    side: Side
    item: Item
    state: str
    path: str
    tool: str
    above: tuple[ItemId, ...] = ()
    gone_at: datetime | None = None


@tidy
def look_up(link: Link, text: str) -> list[Sight]:
    """Give the items of a path on either side; a name alone is looked for in every folder.

    Upper and lower case do not matter. Those that are there come first.
    """
    wanted = [part for part in text.strip().strip("/").split("/") if part.strip()]
    if not wanted:
        return []
    found = [sight for side in Side for sight in _at_path(link, side, wanted)]
    if not found and len(wanted) == 1:
        found = [sight for side in Side for sight in _named(link, side, wanted[0])]
    order = ("present", "missing", "gone")
    return sorted(found, key=lambda one: (order.index(one.state), one.side, one.path, one.item.id))


@tidy
def sight(link: Link, side: Side, item: ItemId) -> Sight | None:
    """Give one item as its side last showed it; None when it was never seen."""
    rows = _select(link, side, "item_id = %s", [item])
    return next(iter(_sights(link, side, rows)), None)


@tidy
def alike(link: Link, text: str, most: int = 5) -> list[str]:
    """Give the paths whose names come closest to the last name of a path that was not found."""
    key = key_folded(text.strip().strip("/").rpartition("/")[2])
    if not key:
        return []
    names: dict[str, list[tuple[Side, Any]]] = {}
    for side in Side:
        for row in _candidates(link, side, key):
            names.setdefault(row[ITEM_COLUMNS.index("key_folded")], []).append((side, row))
    close = difflib.get_close_matches(key, names, n=most * 2, cutoff=0.5)
    paths: list[str] = []
    for each in close:
        for side, row in names[each]:
            for one in _sights(link, side, [row]):
                if one.tool and one.path not in paths:
                    paths.append(one.path)
    return paths[:most]


@tidy
def inside(link: Link, side: Side, folder: ItemId, names: Iterable[str]) -> list[Sight]:
    """Give what is there in a folder under one of these names, whatever their case."""
    keys = sorted({key_folded(name) for name in names})
    where = f"parent_id = %s AND key_folded IN ({_marks(keys)}) AND state = 'present'"
    return _sights(link, side, _select(link, side, where, [folder, *keys]))


@tidy
def of_names(link: Link, part: str) -> list[Sight]:
    """Give what is there in the link and has this text in its name, the left side first."""
    found = [
        sight
        for side in Side
        for sight in _sights(
            link, side, _select(link, side, f"{_LIKE} AND state = 'present'", [_like(part)])
        )
    ]
    return [sight for sight in found if sight.tool and sight.state == "present"]


@tidy
def told_completely(link: Link) -> dict[Side, datetime | None]:
    """Tell when each side was last listed as a whole."""
    feeds = models.Feed.objects.filter(id__in=[link.left_feed, link.right_feed])
    known = dict(feeds.values_list("id", "complete_at"))
    return {side: known[link.feed(side)] for side in Side}


def _at_path(link: Link, side: Side, wanted: Sequence[str]) -> list[Sight]:
    """Walk down from each bound folder; its own name, or its tool's, may stand before the path."""
    starts = [(root, list(wanted)) for root in link.roots(side)]
    for root, tool in link.roots(side).items():
        own = {key_folded(tool)}
        own |= {key_folded(row[2]) for row in _select(link, side, "item_id = %s", [root])}
        if len(wanted) > 1 and key_folded(wanted[0]) in own:
            starts.append((root, list(wanted[1:])))
    rows: dict[str, Any] = {}
    for root, names in starts:
        level: list[str] = [root]
        found: list[Any] = []
        for name in names:
            found = [
                row
                for some in batched(level, _CHUNK)
                for row in _select(
                    link, side, f"key_folded = %s AND parent_id IN ({_marks(some)})",
                    [key_folded(name), *some],
                )
            ]  # fmt: skip
            level = [row[0] for row in found]
        rows |= {row[0]: row for row in found}
    return _sights(link, side, list(rows.values()))


def _named(link: Link, side: Side, name: str) -> list[Sight]:
    rows = _select(link, side, "key_folded = %s", [key_folded(name)])[:_MOST_FOUND]
    found = _sights(link, side, rows)
    inside = [one for one in found if one.tool]
    return inside or found


def _candidates(link: Link, side: Side, key: str) -> list[Any]:
    """Give rows with names that may have been meant, few of them however many there are."""
    stem = key.rpartition(".")[0] or key
    parts = {stem, stem[: max(3, len(stem) // 2)], stem[-max(3, len(stem) // 2) :]}
    found: dict[str, Any] = {}
    for part in sorted(parts, key=len, reverse=True):
        rows = _select(link, side, f"{_LIKE} LIMIT {_MOST_ALIKE}", [_like(part)])
        found |= {row[0]: row for row in rows}
    return list(found.values())


def _sights(link: Link, side: Side, rows: Iterable[Any]) -> list[Sight]:
    """Add to rows where they lie, and whether something above them is gone."""
    found = []
    folders: dict[str, Any] = {}
    for row in rows:
        names, state, gone_at, tool = [row[2]], row[-2], row[-1], ""
        above, chain = row[1], []
        for _ in range(_DEEPEST):
            if not above:
                break
            chain.append(ItemId(above))
            tool = link.roots(side).get(ItemId(above), "")
            if tool:
                break
            if above not in folders:
                folders[above] = next(iter(_select(link, side, "item_id = %s", [above])), None)
            folder = folders[above]
            if folder is None:
                break
            names.append(folder[2])
            if folder[-2] != "present":
                state, gone_at = folder[-2], folder[-1]
            above = folder[1]
        found.append(
            Sight(
                side=side,
                item=item_of(row),
                state=state,
                path="/".join(reversed(names)),
                tool=tool,
                above=tuple(chain),
                gone_at=instant(gone_at),
            )
        )
    return found


def _select(link: Link, side: Side, where: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as sql:
        sql.execute(
            f"SELECT {ITEM_SELECT}, state, gone_at FROM store_seen"  # noqa: S608
            f" WHERE feed_id = %s AND {where}",
            [link.feed(side), *values],
        )
        return list(sql.fetchall())


def _like(part: str) -> str:
    """Give the pattern of names that hold a text."""
    key = key_folded(part)
    return "%" + key.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))
