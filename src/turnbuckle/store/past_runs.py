"""Past runs: what is forgotten of them, so that links at rest do not fill the database.

A run that something refers to stays for good: activity, which is only ever added to, what it
deleted, and writes whose outcome is not known. Of the others a link keeps the newest.
"""

from datetime import datetime, timedelta

from django.db import connection

from turnbuckle.store import models
from turnbuckle.store.units import unit

KEPT = timedelta(days=3)
"""A weekend's runs are there on Monday; ten thousand links make some million a day."""
LEAST_KEPT = 50  # of one link
MOST_AT_ONCE = 1000  # looked at in one transaction


@unit
def prune(now: datetime, *, after: int = 0, most: int = MOST_AT_ONCE) -> int | None:
    """Forget what nobody needs of the old runs of all links, in the order in which they began.

    Args:
        now: the time.
        after: the runs up to this one were looked at before.
        most: so many are looked at.

    Returns:
        The last one that was looked at; None: there are no more that are old.
    """
    runs = models.Run.objects.filter(id__gt=after).order_by("id")
    found = list(runs.values_list("id", "started_at")[:most])
    if not found:
        return None
    (last, began_at), before = found[-1], now - KEPT
    with connection.cursor() as sql:
        sql.execute(_PRUNE, [after, last, before, LEAST_KEPT - 1])
    # One that begins in the future was begun by a wrong clock, and others may come after it.
    is_end = len(found) < most or before <= began_at <= now
    return None if is_end else last


_NEWER = "FROM store_run AS newer WHERE newer.link_id = old.link_id AND newer.id > old.id"
_PRUNE = f"""
DELETE FROM store_run WHERE id IN (
    SELECT old.id FROM store_run AS old
    WHERE old.id > %s AND old.id <= %s
        AND old.state <> 'running' AND old.ended_at < %s
        AND NOT EXISTS (SELECT 1 FROM store_activity WHERE store_activity.run_id = old.id)
        AND NOT EXISTS (SELECT 1 FROM store_intent WHERE store_intent.run_id = old.id)
        AND NOT EXISTS (SELECT 1 FROM store_removed WHERE store_removed.run_id = old.id)
        AND (SELECT newer.id {_NEWER} ORDER BY newer.id LIMIT 1 OFFSET %s) IS NOT NULL
        AND (old.state <> 'done' OR EXISTS (SELECT 1 {_NEWER} AND newer.state = 'done'))
)
"""  # noqa: S608  nothing of others in it
