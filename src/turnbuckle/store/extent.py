"""How large a link is, and whether a side of it stands empty; the planner's guards ask.

Counts stop where they are large enough for the answer, so they cost what the changes cost.
"""

from collections.abc import Collection, Sequence

from django.db import connection

from turnbuckle.model.items import ItemId, Kind
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.records import Feed, Link
from turnbuckle.store.structure import above
from turnbuckle.store.units import tidy

_FEWEST_AT_THE_TOP = 2  # one folder alone may well be deleted
_MOST_ELSEWHERE = 200  # items of the top that were moved; looked at one by one


@tidy
def files_upto(link: Link, most: int) -> int:
    """Count the linked files of a link, `most` at most."""
    rows = models.PairRow.objects.filter(link_id=link.id, kind=Kind.FILE.value)
    return rows.values("id")[:most].count()


@tidy
def is_emptied(link: Link, side: Side, roots: Collection[ItemId]) -> bool:
    """Tell whether all that was linked at the top of a side is away, where it was two or more.

    Args:
        link: whose.
        side: which side.
        roots: the bound folders of the tools in play, all together.
    """
    if not _many_at_the_top(link, side, roots) or _has_at_the_top(link, side, roots):
        return False
    return not any(_is_inside(link, side, item, roots) for item in _elsewhere(link, side, roots))


@tidy
def unlisted_roots(feed: Feed) -> frozenset[ItemId]:
    """Give the bound folders of links whose linked top items the feed does not show any more.

    A listing that leaves all of them out is more likely wrong than right.
    """
    found: set[ItemId] = set()
    for side in Side:
        for row in models.Link.objects.filter(**{f"{side}_feed_id": feed.id}):
            roots = [ItemId(kept[side.value]) for kept in row.bounds if kept["enabled"]]
            if _many_at_the_top(row, side, roots) and not _has_present(row, side, roots):
                found.update(roots)
    return frozenset(found)


def _many_at_the_top(link: Link | models.Link, side: Side, roots: Collection[ItemId]) -> bool:
    rows = models.PairRow.objects.filter(link_id=link.id, **{f"{side}_parent__in": list(roots)})
    return rows.values("id")[:_FEWEST_AT_THE_TOP].count() == _FEWEST_AT_THE_TOP


def _has_at_the_top(link: Link, side: Side, roots: Collection[ItemId]) -> bool:
    marks = ", ".join(["%s"] * len(roots))
    return _any(
        f"{_top(side, marks)} AND store_seen.parent_id IN ({marks})",
        [link.feed(side), link.id, *roots, *roots],
    )


def _has_present(link: models.Link, side: Side, roots: Collection[ItemId]) -> bool:
    feed = link.left_feed_id if side is Side.LEFT else link.right_feed_id
    return _any(_top(side, ", ".join(["%s"] * len(roots))), [feed, link.id, *roots])


def _elsewhere(link: Link, side: Side, roots: Collection[ItemId]) -> list[ItemId]:
    marks = ", ".join(["%s"] * len(roots))
    with connection.cursor() as sql:
        sql.execute(
            f"{_top(side, marks)} LIMIT {_MOST_ELSEWHERE}", [link.feed(side), link.id, *roots]
        )
        return [ItemId(row[0]) for row in sql.fetchall()]


def _is_inside(link: Link, side: Side, item: ItemId, roots: Collection[ItemId]) -> bool:
    for each, state in above(link.feed(side), item):
        if each.id in roots:
            return True
        if state != "present":
            return False
    return False


def _any(query: str, values: Sequence[int | str]) -> bool:
    with connection.cursor() as sql:
        sql.execute(f"{query} LIMIT 1", values)
        return sql.fetchone() is not None


def _top(side: Side, marks: str) -> str:
    """Select what was linked at the top of a side and is seen now, wherever it is."""
    return f"""
SELECT store_seen.item_id FROM store_pair
JOIN store_seen ON store_seen.feed_id = %s AND store_seen.item_id = store_pair.{side}_id
WHERE store_pair.link_id = %s AND store_pair.{side}_parent IN ({marks})
    AND store_seen.state = 'present'"""  # noqa: S608
