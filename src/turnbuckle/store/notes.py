"""What we know of single items between page sets: the replies to our writes, looks, own hashes.

The link whose step it was knows its own outcome and is not told again. Other links that read the
same feed are: for them it is a change like any other.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q

from turnbuckle.model.items import Item, ItemId, Version
from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side
from turnbuckle.store import locks, models
from turnbuckle.store.records import Feed, Link, Marks
from turnbuckle.store.rows import ITEM_COLUMNS, ITEM_SELECT, hash_values, item_values, micros
from turnbuckle.store.units import in_turn, tidy, unit


@unit
def note(feed: Feed, item: Item, *, by: Link | None = None) -> None:
    """Keep an item as a fresh look found it, and tell the feed's links if it really differs.

    Args:
        feed: where it was found.
        item: as its remote gave it just now.
        by: the link that looked; it knows, so it is not told.
    """
    locks.feeds(feed.id)
    before = models.Seen.objects.filter(feed_id=feed.id, item_id=item.id).values_list(*_REAL)
    differs = list(before) != [(*_real_values(item), "present")]
    write_items(feed.id, [item], None)
    if differs:
        mark_readers(feed.id, [item.id], by)


@unit
def note_gone(feed: Feed, item: ItemId, *, now: datetime, by: Link | None = None) -> None:
    """Keep the proof that an item is gone, and tell the feed's links if it was there.

    The proof serves all that lay below it and is not told any more. Nobody tells when it was
    deleted; `now` counts.
    """
    locks.feeds(feed.id)
    known = models.Seen.objects.filter(feed_id=feed.id, item_id=item).exclude(state="gone")
    gone = [item] if known.exists() else []
    gone += _missing_below(feed, item)
    write_gone(feed.id, gone, None, now)
    mark_readers(feed.id, gone, by)


@unit
def note_refused(feed: Feed, item: ItemId) -> None:
    """Keep that a remote refuses to show a missing item: so it is there, just not for us.

    With all that was last seen below it, it is taken to be as it was; whoever wants to change
    something there will be refused, and will hear why.
    """
    locks.feeds(feed.id)
    there = [item, *_missing_below(feed, item)]
    in_turn(
        "UPDATE store_seen SET state = 'present'"
        " WHERE feed_id = %s AND item_id = %s AND state = 'missing'",
        [(feed.id, each) for each in there],
    )
    mark_readers(feed.id, there, None)


@unit
def note_in_vain(feed: Feed, items: Sequence[ItemId]) -> None:
    """Keep that a look proved nothing about these missing items; they stay missing.

    Pages on their way are no older word than this one: it says nothing about the item.
    """
    locks.feeds(feed.id)
    underway = models.Batch.objects.filter(feed_id=feed.id).values_list("generation", flat=True)
    newest = models.Feed.objects.values_list("generation", flat=True).get(id=feed.id)
    noted = min([newest, *(generation - 1 for generation in underway)])
    in_turn(
        "UPDATE store_seen SET noted = %s"
        " WHERE feed_id = %s AND item_id = %s AND state = 'missing'",
        [(noted, feed.id, item) for item in items],
    )


@unit
def add_hashes(feed: Feed, item: ItemId, version: Version, hashes: Iterable[str]) -> None:
    """Keep hashes that we took ourselves, if the item is still at that version."""
    locks.feeds(feed.id)
    sha256, quickxor = hash_values(frozenset(hashes))
    taken = {
        column: value for column, value in (("sha256", sha256), ("quickxor", quickxor)) if value
    }
    if taken:
        models.Seen.objects.filter(feed_id=feed.id, item_id=item, version=version).update(**taken)


@unit
def mark(link: Link, items: Iterable[tuple[Side, ItemId]]) -> None:
    """Make a link think about these items again."""
    locks.feeds(link.left_feed, link.right_feed)
    _mark([(link.id, side.value, item, 0) for side, item in items])


def mark_anew(link: Link, items: Iterable[tuple[Side, ItemId]]) -> None:
    """Make a link think about these items again, inside the caller's unit.

    No plan that was made before can take them for done: what was decided since is news to it.
    """
    locks.feeds(link.left_feed, link.right_feed)
    wanted = set(items)
    for side in sorted({side for side, _ in wanted}):
        generation = new_generation(link.feed(side))
        _mark([(link.id, side.value, item, generation) for at, item in wanted if at is side])


@tidy
def told_since(link: Link, marks: Marks) -> bool:
    """Tell whether a feed told the link anything new after `marks`."""
    later = [Q(side=side.value, mark__gt=marks.of(side)) for side in Side]
    return models.Dirty.objects.filter(later[0] | later[1], link_id=link.id).exists()


@unit
def clean(link: Link, items: Iterable[tuple[Side, ItemId]], marks: Marks | None) -> None:
    """Drop items that need no thought any more, but for what was told after `marks`."""
    locks.feeds(link.left_feed, link.right_feed)
    drop_dirty(link.id, items, marks)


def write_items(feed: int, items: Sequence[Item], upto: int | None) -> None:
    """Upsert items inside the caller's unit; a row that changed after `upto` stays as it is."""
    in_turn(
        _NOTE,
        [(feed, *item_values(item), feed, _limit(upto)) for item in items],
    )


def write_hashes(feed: int, taken: Sequence[Sequence[Any]]) -> None:
    """Keep hashes that we took, inside the caller's unit: item, version, hashes of each."""
    rows = [(*hash_values(hashes), feed, item, version) for item, version, hashes in taken]
    in_turn(
        "UPDATE store_seen SET sha256 = %s, quickxor = CASE quickxor WHEN '' THEN %s"
        " ELSE quickxor END WHERE feed_id = %s AND item_id = %s AND version = %s",
        rows,
    )


def mark_children(link: Link, folders: Sequence[Pair]) -> None:
    """Mark what lies in these folders, on both sides, inside the caller's unit."""
    for side in Side:
        in_turn(
            "INSERT INTO store_dirty (link_id, side, item_id, mark)"
            " SELECT %s, %s, item_id, 0 FROM store_seen"
            " WHERE feed_id = %s AND parent_id = %s AND state <> 'gone'"
            " ON CONFLICT (link_id, side, item_id) DO NOTHING",
            [(link.id, side.value, link.feed(side), pair.half(side).id) for pair in folders],
        )


def mark_all_below(link: Link, folders: Sequence[Pair]) -> None:
    """Mark all that lies, or lay, anywhere below these folders, inside the caller's unit."""
    for side in Side:
        feed = link.feed(side)
        in_turn(
            _MARK_BELOW,
            [(feed, pair.half(side).id, feed, link.id, side.value) for pair in folders],
        )


def write_gone(feed: int, items: Sequence[ItemId], upto: int | None, now: datetime) -> None:
    """Mark items as gone inside the caller's unit, but for rows that changed after `upto`."""
    at = micros(now)
    in_turn(_NOTE_GONE, [(at, feed, feed, item, _limit(upto)) for item in items])


def mark_readers(
    feed: int, items: Sequence[ItemId], by: Link | None, side: Side | None = None
) -> None:
    """Mark items dirty for the links of a feed inside the caller's unit.

    Args:
        feed: where the items are.
        items: what changed.
        by: a link that knows already.
        side: the side that `by` knows of; None for both.
    """
    readers = [
        (reader, its_side)
        for reader, its_side in _readers(feed)
        if by is None or reader != by.id or side not in (None, its_side)
    ]
    if not readers or not items:
        return
    generation = new_generation(feed)
    _mark(
        [
            (reader, its_side.value, item, generation)
            for reader, its_side in readers
            for item in items
        ]
    )


def drop_dirty(link: int, items: Iterable[tuple[Side, ItemId]], marks: Marks | None) -> None:
    """Drop dirty rows inside the caller's unit."""
    done = [
        (link, side.value, item, _limit(None if marks is None else marks.of(side)))
        for side, item in items
    ]
    _at_once_or_in_turn(_DROP_MANY, _DROP_ITEM, done)


def _mark(rows: Sequence[tuple[int, str, str, int]]) -> None:
    """Mark items, by link, side, item and generation of each."""
    _at_once_or_in_turn(_MARK_MANY, _MARK_ITEM, list({row[:3]: row for row in rows}.values()))


def _at_once_or_in_turn(at_once: str, each: str, rows: Sequence[Sequence[Any]]) -> None:
    """Give PostgreSQL many rows as arrays, one for each column, in one statement."""
    if connection.vendor == "sqlite" or len(rows) < _FEW:
        in_turn(each, rows)
        return
    with connection.cursor() as sql:
        sql.execute(at_once, [list(column) for column in zip(*rows, strict=True)])


def _missing_below(feed: Feed, item: ItemId) -> list[ItemId]:
    with connection.cursor() as sql:
        sql.execute(_MISSING_BELOW, [item, feed.id, item])
        return [ItemId(row[0]) for row in sql.fetchall()]


def _readers(feed: int) -> list[tuple[int, Side]]:
    return [
        (link, side)
        for side in Side
        for link in models.Link.objects.filter(**{f"{side}_feed_id": feed}).values_list(
            "id", flat=True
        )
    ]


def new_generation(feed: int) -> int:
    """Begin a generation of a feed: no plan made before can take what is marked by it for done."""
    models.Feed.objects.filter(id=feed).update(generation=F("generation") + 1)
    return models.Feed.objects.values_list("generation", flat=True).get(id=feed)


def _limit(upto: int | None) -> int:
    return _NEVER if upto is None else upto


def _real_values(item: Item) -> tuple[Any, ...]:
    return (item.parent or "", item.name, item.kind.value, item.version, item.size, item.locked_by)


_REAL = ("parent_id", "name", "kind", "version", "size", "locked_by", "state")
_NEVER = (1 << 62) - 1  # no generation comes so far
_HASHES = ("sha256", "quickxor")

_NOTE = f"""
INSERT INTO store_seen (feed_id, state, changed, {ITEM_SELECT}, noted)
VALUES (%s, 'present', 0, {", ".join(["%s"] * len(ITEM_COLUMNS))},
    (SELECT generation FROM store_feed WHERE id = %s))
ON CONFLICT (feed_id, item_id) DO UPDATE SET
    state = 'present', noted = excluded.noted, gone_at = NULL,
    {
    ", ".join(
        f"{column} = excluded.{column}"
        for column in ITEM_COLUMNS
        if column not in ("item_id", *_HASHES)
    )
},
    {
    ", ".join(
        f"{column} = CASE WHEN excluded.{column} <> '' THEN excluded.{column}"
        f" WHEN excluded.version = store_seen.version THEN store_seen.{column} ELSE '' END"
        for column in _HASHES
    )
}
WHERE store_seen.changed <= %s
"""  # noqa: S608

_NOTE_GONE = """
UPDATE store_seen SET state = 'gone', gone_at = COALESCE(gone_at, %s),
    noted = (SELECT generation FROM store_feed WHERE id = %s)
WHERE feed_id = %s AND item_id = %s AND changed <= %s
"""

_MISSING_BELOW = """
WITH RECURSIVE below(item_id, feed_id) AS (
    SELECT %s, CAST(%s AS bigint)
    UNION
    SELECT store_seen.item_id, store_seen.feed_id FROM below
    JOIN store_seen ON store_seen.feed_id = below.feed_id
        AND store_seen.parent_id = below.item_id AND store_seen.state <> 'present'
)
SELECT store_seen.item_id FROM below
JOIN store_seen ON store_seen.feed_id = below.feed_id AND store_seen.item_id = below.item_id
WHERE store_seen.state = 'missing' AND below.item_id <> %s
"""

_MARK_BELOW = """
INSERT INTO store_dirty (link_id, side, item_id, mark)
WITH RECURSIVE below(item_id) AS (
    SELECT item_id FROM store_seen WHERE feed_id = %s AND parent_id = %s
    UNION
    SELECT store_seen.item_id FROM below
    JOIN store_seen ON store_seen.feed_id = %s AND store_seen.parent_id = below.item_id
)
SELECT %s, %s, item_id, 0 FROM below WHERE item_id <> ''
ON CONFLICT (link_id, side, item_id) DO NOTHING
"""

_FEW = 50  # rows; PostgreSQL takes more of them in one statement
_ROWS = (
    "unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[])"
    " AS row(link_id, side, item_id, mark)"
)
_ADVANCE = """
ON CONFLICT (link_id, side, item_id) DO UPDATE SET mark = excluded.mark
WHERE excluded.mark > store_dirty.mark
"""
_INTO_DIRTY = "INSERT INTO store_dirty (link_id, side, item_id, mark)"
_MARK_ITEM = f"{_INTO_DIRTY} VALUES (%s, %s, %s, %s) {_ADVANCE}"
_MARK_MANY = f"{_INTO_DIRTY} SELECT * FROM {_ROWS} {_ADVANCE}"  # noqa: S608
_DROP_ITEM = (
    "DELETE FROM store_dirty WHERE link_id = %s AND side = %s AND item_id = %s AND mark <= %s"
)
_DROP_MANY = f"""
DELETE FROM store_dirty USING {_ROWS}
WHERE store_dirty.link_id = row.link_id AND store_dirty.side = row.side
    AND store_dirty.item_id = row.item_id AND store_dirty.mark <= row.mark
"""  # noqa: S608
