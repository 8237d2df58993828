"""Deliveries: posts of remotes that were ours to take, each recorded once, and whom they concern.

What arrives within a few milliseconds is taken in one transaction, for a commit waits for the disk
whatever it holds. A delivery carries no truth: it says that whoever reads the feed should look.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from turnbuckle.model.side import Side
from turnbuckle.store import models, timings
from turnbuckle.store.timings import By
from turnbuckle.store.units import tidy, unit

KEPT = timedelta(days=7)
MOST_KEPT = 500  # of one hook
MOST_AT_ONCE = 1000  # in one transaction
_FEED_OF_HOOK = ("id", "connection_id", "feed_address")


@dataclass(frozen=True, slots=True, kw_only=True)
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
    rows = models.Hook.objects.filter(id__in=set(hooks), integration__isnull=False)
    return {
        hook: Door(hook=hook, key=key, system=system, proof=proof)
        for hook, key, system, proof in rows.values_list(
            "id", "integration__key", "connection__system", "proof"
        )
    }


@unit
def take(words: Sequence[Word], *, now: datetime) -> int:
    """Record what remotes posted, and nudge the links that it concerns.

    Args:
        words: `MOST_AT_ONCE` at most.
        now: the time.

    Returns:
        How many of them were new; what was taken before nudges nobody.
    """
    feeds = _feeds({word.hook for word in words})
    told = _told_before(words)
    fresh = {
        (word.hook, word.mark): word
        for word in words
        if word.hook in feeds and (word.hook, word.mark) not in told
    }
    rows = [
        models.Delivery(hook_id=word.hook, mark=word.mark, what=word.what, told_at=now)
        for word in fresh.values()
    ]
    models.Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    models.Hook.objects.filter(id__in={word.hook for word in fresh.values()}).update(told_at=now)
    for asked in ("renew", "anew"):
        meant = {word.hook for word in fresh.values() if word.asked == asked}
        if meant:
            models.Hook.objects.filter(id__in=meant).update(asked=asked, next_at=now)
    _nudge({feeds[word.hook] for word in fresh.values() if word.changed}, now)
    return len(fresh)


@unit
def nudge_readers(hooks: Collection[int], *, now: datetime) -> None:
    """Nudge the links that read the feeds of these hooks, by the side that changed."""
    _nudge(set(_feeds(hooks).values()), now)


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


def _feeds(hooks: Collection[int]) -> dict[int, tuple[int, str]]:
    """Give connection and address of the feeds of those of these hooks that there are."""
    rows = models.Hook.objects.filter(id__in=set(hooks))
    return {hook: (through, at) for hook, through, at in rows.values_list(*_FEED_OF_HOOK)}


def _nudge(feeds: Collection[tuple[int, str]], now: datetime) -> None:
    connections = {through for through, _ in feeds}
    addresses = {address for _, address in feeds}
    for side in Side if feeds else ():
        through, at = f"{side.value}_feed__connection_id", f"{side.value}_feed__address"
        rows = models.Link.objects.filter(
            **{f"{through}__in": connections, f"{at}__in": addresses}
        ).values_list("id", through, at)
        links = sorted(link for link, *feed in rows if tuple(feed) in feeds)
        if links:
            timings.nudge(links, By.WEBHOOK, now=now, side=side)


def _told_before(words: Sequence[Word]) -> set[tuple[int, str]]:
    rows = models.Delivery.objects.filter(
        hook_id__in={word.hook for word in words}, mark__in={word.mark for word in words}
    )
    return set(rows.values_list("hook_id", "mark"))
