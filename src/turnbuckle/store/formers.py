"""What items were before our own writes to them, so that late word is not taken for news.

A remote may go on telling what a write of ours has replaced: the old version, the old place, an
item that we deleted. Read as a change it would undo, on the other side, what we carried over. So
what a feed tells is compared with what our writes of the last day replaced. Where it is just that,
our own word stays, and the item is looked at once by its id: a person may have put it back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from turnbuckle.model.items import Item, ItemId
from turnbuckle.store import locks, models
from turnbuckle.store.records import Feed
from turnbuckle.store.rows import micros
from turnbuckle.store.units import in_turn, tidy, unit

_KEPT_FOR = timedelta(days=1)  # no listing is known to lag behind for longer

DOUBTFUL = """EXISTS (
    SELECT 1 FROM store_former AS former
    WHERE former.feed_id = old.feed_id AND former.item_id = new.item_id AND (
        (former.version = new.version AND (old.version <> new.version OR old.state = 'gone'))
        OR (former.parent_id = new.parent_id AND former.name = new.name
            AND (old.parent_id <> new.parent_id OR old.name <> new.name))
    )
)"""
"""Whether a staged row `new` tells what a write of ours to the known row `old` has replaced."""


@tidy
def doubted(feed: Feed, limit: int) -> list[ItemId]:
    """Give items of which a feed told what we had replaced, and that nobody looked at since."""
    rows = models.Former.objects.filter(feed_id=feed.id, doubted=True).order_by("id")
    return list(dict.fromkeys(map(ItemId, rows.values_list("item_id", flat=True)[:limit])))


@unit
def settle(feed: Feed, item: ItemId) -> None:
    """An item was looked at by its id: there is no doubt left about it."""
    locks.feeds(feed.id)
    models.Former.objects.filter(feed_id=feed.id, item_id=item).update(doubted=False)


def keep(feed: int, items: Iterable[Item], now: datetime) -> None:
    """Keep what items were before a write of ours, inside the caller's unit."""
    rows = [
        (feed, item.id, item.version, item.parent or "", item.name, micros(now)) for item in items
    ]
    in_turn(_KEEP, rows)


def doubt(feed: int, batch: int, verdict: int) -> None:
    """Have the items of a page set that got this verdict looked at, inside the caller's unit."""
    with connection.cursor() as sql:
        sql.execute(_DOUBT, [feed, batch, verdict])


def forget_old(feed: int, now: datetime) -> None:
    """Forget what was replaced so long ago that it cannot be late word, inside the unit."""
    before: Any = micros(now - _KEPT_FOR)
    models.Former.objects.filter(feed_id=feed, doubted=False, written__lt=before).delete()


_KEEP = """
INSERT INTO store_former (feed_id, item_id, version, parent_id, name, written, doubted)
VALUES (%s, %s, %s, %s, %s, %s, FALSE)
ON CONFLICT (feed_id, item_id, version, parent_id, name) DO UPDATE SET written = excluded.written
"""

_DOUBT = """
UPDATE store_former SET doubted = TRUE
WHERE feed_id = %s AND item_id IN (
    SELECT item_id FROM store_staged WHERE batch_id = %s AND verdict = %s
)
"""
