"""What a feed does not tell any more, although nothing proves that it is gone."""

from collections.abc import Collection

from django.db import connection

from turnbuckle.model.items import Item, ItemId
from turnbuckle.store.records import Feed
from turnbuckle.store.rows import ITEM_SELECT, item_of
from turnbuckle.store.units import tidy


@tidy
def tops(
    feed: Feed, limit: int, *, before: int | None = None, not_in: Collection[ItemId] = ()
) -> list[Item]:
    """Give items, as last seen, that are not told any more and are not proven to be gone.

    Of a folder that is missing with all below it only the folder is given: its proof serves all.
    Those that nobody looked for come first, then those that were not looked for the longest.

    Args:
        feed: whose items.
        limit: how many at most.
        before: leave out what was looked for in vain since the page set of that generation.
        not_in: leave out what lay in one of these folders.
    """
    upto = (1 << 62) if before is None else before
    marks = ", ".join(["%s"] * len(not_in))
    apart = f"AND parent_id NOT IN ({marks})" if not_in else ""
    with connection.cursor() as sql:
        sql.execute(_TOPS.format(apart=apart), [feed.id, upto, *not_in, limit])
        return [item_of(row) for row in sql.fetchall()]


# SQLite takes the index of what is absent only for a condition spelled as the index spells it.
_TOPS = f"""
SELECT {ITEM_SELECT} FROM store_seen
WHERE feed_id = %s AND NOT state = 'present' AND state = 'missing' AND noted < %s
    {{apart}} AND NOT EXISTS (
    SELECT 1 FROM store_seen AS above
    WHERE above.feed_id = store_seen.feed_id AND above.item_id = store_seen.parent_id
        AND above.state <> 'present'
) ORDER BY noted, id LIMIT %s
"""  # noqa: S608
