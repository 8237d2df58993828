"""Files and folders of ours that are in no pair, among what a link has to think about.

A write whose answer was lost may have been moved on by a user before anybody looked for it.
"""

from django.db import connection

from turnbuckle.model.items import Item, Kind
from turnbuckle.model.side import Side
from turnbuckle.store.records import Link
from turnbuckle.store.rows import ITEM_COLUMNS, item_of
from turnbuckle.store.units import tidy

_MOST = 50  # so many can hardly be told apart anyway


@tidy
def strays(link: Link, side: Side, kind: Kind) -> list[Item]:
    """Give them as last seen."""
    with connection.cursor() as sql:
        sql.execute(_STRAYS[side], [link.id, side.value, link.feed(side), kind.value, _MOST])
        return [item_of(row) for row in sql.fetchall()]


_COLUMNS = ", ".join(f"store_seen.{column}" for column in ITEM_COLUMNS)
_STRAYS = {
    side: f"""
SELECT {_COLUMNS} FROM store_dirty
JOIN store_seen ON store_seen.item_id = store_dirty.item_id
WHERE store_dirty.link_id = %s AND store_dirty.side = %s AND store_seen.feed_id = %s
    AND store_seen.kind = %s AND store_seen.state = 'present' AND store_seen.by_us
    AND NOT EXISTS (
        SELECT 1 FROM store_pair WHERE store_pair.link_id = store_dirty.link_id
            AND store_pair.{side}_id = store_dirty.item_id
    )
ORDER BY store_seen.item_id LIMIT %s"""  # noqa: S608
    for side in Side
}
