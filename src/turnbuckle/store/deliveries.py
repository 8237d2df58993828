"""Deliveries: posts of remotes that were ours to take, each recorded once, and whom they concern.

What arrives within a few milliseconds is taken in one transaction, for a commit waits for the disk
whatever it holds. A delivery carries no truth: it says that whoever reads the feed should look.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from turnbuckle.model.side import Side
from turnbuckle.store import locks, models, timings
from turnbuckle.store.storable import storable
from turnbuckle.store.timings import By
from turnbuckle.store.units import tidy, unit

KEPT = timedelta(days=7)
MOST_KEPT = 500  # of one hook
MOST_AT_ONCE = 1000  # in one transaction


@dataclass(frozen=True, slots=True)
class Door:
    """What a post has to show to be taken as word of one hook."""

    hook: int
    key: str  # of the integration
    system: str
    proof: str  # `hooks.proof_of` the secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One post that was found to be ours.

    Attributes:
        mark: equal for the same post sent twice.
        what: what it is about, for people to read.
        changed: it says that something changed.
        asked: it asks for something to be done with the hook: renew, or anew; empty: nothing.
    """

    hook: int
    mark: str
    what: str
    changed: bool = True
    asked: str = ""


@tidy
def doors(hooks: Collection[int]) -> dict[int, Door]:
    """Give what posts for these hooks have to show; those that are none are left out."""
    return {row[0]: Door(*row) for row in _asked(_DOORS, hooks)}


@unit
def take(words: Sequence[Word], *, now: datetime) -> int:
    """Record what remotes posted, and nudge the links that it concerns.

    Args:
        words: `MOST_AT_ONCE` at most.
        now: the time.

    Returns:
        How many of them were new; what was taken before nudges nobody.
    """
    _hold({word.hook for word in words})
    named = {(word.hook, storable(word.mark)): word for word in words}
    fresh = [named[key] for key in _kept(list(named.values()), now)]
    _note({word.hook for word in fresh}, "told_at = %s", now)
    for asked in ("renew", "anew"):
        meant = {word.hook for word in fresh if word.asked == asked}
        _note(meant, f"asked = '{asked}', next_at = %s", now)
    _nudge({word.hook for word in fresh if word.changed}, now)
    return len(fresh)


@unit
def nudge_readers(hooks: Collection[int], *, now: datetime) -> None:
    """Nudge the links that read the feeds of these hooks, by the side that changed."""
    _hold(hooks)
    _nudge(set(hooks), now)


@unit
def prune(now: datetime) -> int:
    """Forget deliveries that are old, and of each hook all but the newest.

    Returns:
        How many.
    """
    old, _ = models.Delivery.objects.filter(told_at__lt=now - KEPT).delete()
    numbered = (
        "SELECT id, ROW_NUMBER() OVER (PARTITION BY hook_id ORDER BY id DESC) AS place"
        " FROM store_delivery"
    )
    with connection.cursor() as sql:
        sql.execute(
            "DELETE FROM store_delivery WHERE id IN"  # noqa: S608  nothing of others in it
            f" (SELECT id FROM ({numbered}) AS numbered WHERE place > %s)",
            [MOST_KEPT],
        )
        return old + int(sql.rowcount)


def _hold(hooks: Collection[int]) -> None:
    """Hold hooks, so that none is forgotten while its posts are recorded."""
    locks.rows(models.Hook.objects.filter(id__in=set(hooks)))


def _kept(words: Sequence[Word], now: datetime) -> list[tuple[int, str]]:
    """Record words; give hook and mark of those that were new, and whose hook there is."""
    if not words:
        return []
    rows = ", ".join(["(%s, %s, %s)"] * len(words))
    told_at = connection.ops.adapt_datetimefield_value(now)
    given = [each for word in words for each in (word.hook, word.mark, word.what)]
    with connection.cursor() as sql:
        sql.execute(_KEEP.format(rows=rows), [told_at, *given])
        return list(sql.fetchall())


def _note(hooks: Collection[int], what: str, now: datetime) -> None:
    if hooks:
        with connection.cursor() as sql:
            sql.execute(
                f"UPDATE store_hook SET {what} WHERE id IN ({_listed(hooks)})",  # noqa: S608
                [connection.ops.adapt_datetimefield_value(now)],
            )


def _nudge(hooks: Collection[int], now: datetime) -> None:
    """Nudge the links that read the feeds of these hooks, by their side."""
    if not hooks:
        return
    links = {side: [link for (link,) in _asked(_READERS[side], hooks)] for side in Side}
    if all(links.values()):
        timings.hold([link for some in links.values() for link in some])
    for side, some in links.items():
        if some:
            timings.nudge(some, By.WEBHOOK, now=now, side=side)


def _asked(query: str, hooks: Collection[int]) -> list[Any]:
    if not hooks:
        return []
    with connection.cursor() as sql:
        sql.execute(query.format(hooks=_listed(hooks)))
        return list(sql.fetchall())


def _listed(hooks: Collection[int]) -> str:
    return ", ".join(str(int(hook)) for hook in sorted(set(hooks)))


# Written out, because in a burst they are asked for many times a second, and Django would take ten
# times as long to write them as the database takes to do them.
_DOORS = """
SELECT store_hook.id, store_integration.key, store_connection.system, store_hook.proof
FROM store_hook
JOIN store_integration ON store_integration.id = store_hook.integration_id
JOIN store_connection ON store_connection.id = store_hook.connection_id
WHERE store_hook.id IN ({hooks})
"""

_KEEP = """
INSERT INTO store_delivery (hook_id, mark, what, told_at)
SELECT told.column1, told.column2, told.column3, %s FROM (VALUES {rows}) AS told
JOIN store_hook ON store_hook.id = told.column1
WHERE true ON CONFLICT DO NOTHING RETURNING hook_id, mark
"""

_READERS = {
    side: f"""
SELECT store_link.id
FROM store_hook
JOIN store_feed ON store_feed.connection_id = store_hook.connection_id
    AND store_feed.address = store_hook.feed_address
JOIN store_link ON store_link.{side.value}_feed_id = store_feed.id
WHERE store_hook.id IN ({{hooks}})
"""  # noqa: S608
    for side in Side
}
