"""Locks on rows, so that units of several workers do on PostgreSQL what they do one by one.

On SQLite there is one writer at a time, and nothing to lock. On PostgreSQL a unit that reads and
then writes what others write too takes these locks first, in this order: organisation, lease,
link, feeds (by their ids), page set. Whoever writes what a feed holds, or marks what a link has
to think about, has the feeds; whoever decides about a link, or settles for it, has the link.
Beside these, what the schedule and the webhooks write: connection, hooks, timings, integrations.
Where several rows of one table are changed by one statement, `rows` locks them by their ids first:
the statement itself would take them as it meets them, which may be another order each time.
Page sets that make links cautious take links after their feed; that happens once in a
blue moon, and PostgreSQL ends one of two that then wait for each other, which is done once more.

The rows stay free to be referred to (`no_key`), so that rows of others that name them go in.
"""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from turnbuckle.store import models
from turnbuckle.store.records import Link


def organisation(number: int) -> None:
    """Hold an organisation's names, inside the caller's unit: who looks one up may take it."""
    if connection.features.has_select_for_update:
        models.Organisation.objects.select_for_update(no_key=True).filter(id=number).first()


def link(of: Link) -> None:
    """Hold a link with its feeds, inside the caller's unit."""
    if connection.features.has_select_for_update:
        models.Link.objects.select_for_update(no_key=True).filter(id=of.id).first()
        feeds(of.left_feed, of.right_feed)


def rows(some: QuerySet[Any, Any]) -> None:
    """Hold rows of one table, inside the caller's unit, which is about to change them all."""
    if connection.features.has_select_for_update:
        own = some.select_for_update(no_key=True, of=("self",))
        list(own.only("id").order_by("id"))


def feeds(*numbers: int) -> None:
    """Hold feeds, inside the caller's unit."""
    if connection.features.has_select_for_update:
        rows = models.Feed.objects.select_for_update(no_key=True).filter(id__in=numbers)
        list(rows.order_by("id").values_list("id"))
