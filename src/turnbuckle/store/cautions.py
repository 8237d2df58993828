"""Cautions: why a link holds every deletion until it was compared as a whole once more."""

from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from turnbuckle.model.items import ItemId
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.leases import hold
from turnbuckle.store.records import Feed, Link, Run
from turnbuckle.store.runs import UNDONE
from turnbuckle.store.units import tidy, unit
from turnbuckle.store.verdicts import Verdict


@tidy
def caution(link: Link) -> Reason | None:
    """Give the reason to be cautious with a link, as it stands now."""
    kept = models.Link.objects.values_list("caution", flat=True).get(id=link.id)
    return Reason(kept) if kept else None


@unit
def begin(link: Link, reason: Reason) -> None:
    """Be cautious with one link; an earlier reason stays."""
    _begin(models.Link.objects.filter(id=link.id).values_list("id", flat=True), reason)


@unit
def begin_all(reason: Reason, feed: Feed | None = None) -> None:
    """Be cautious with all links, or with those that read one feed."""
    links = models.Link.objects.all()
    if feed is not None:
        links = links.filter(Q(left_feed_id=feed.id) | Q(right_feed_id=feed.id))
    _begin(links.values_list("id", flat=True), reason)


def begin_around(feed: int, folders: Collection[ItemId], reason: Reason) -> None:
    """Be cautious with the links of a feed that are bound to one of these folders.

    It belongs to the caller's unit. A link with writes of which nobody knows for sure what became
    of them is left out, and so is one that brings back what it deleted: what nobody knows of may
    be theirs.
    """
    found = {
        link
        for side in Side
        for link, bounds in models.Link.objects.filter(**{f"{side}_feed_id": feed}).values_list(
            "id", "bounds"
        )
        if any(each[side.value] in folders for each in bounds)
    }
    unknown = [link for link in found if not (_has_unsure_writes(link) or _is_undoing(link))]
    _begin(unknown, reason)


def begin_around_ours(feed: int, batch: int) -> None:
    """Be cautious around files of ours that a page set tells and that nobody here knew of."""
    with connection.cursor() as sql:
        sql.execute(_AROUND_OURS, {"feed": feed, "batch": batch})
        folders = {ItemId(folder) for (folder,) in sql.fetchall()}
    begin_around(feed, folders, Reason.ROLLED_BACK)


@unit
def end(link: Link, run: Run) -> None:
    """The link was compared as a whole and came to rest.

    Raises:
        LeaseLost: the run does not hold the link any more.
    """
    hold(run)
    models.Link.objects.filter(id=link.id).update(caution="")


def _has_unsure_writes(link: int) -> bool:
    """Tell whether a write of a link is under way, or was given up in a run that goes on."""
    running = models.Run.objects.filter(
        link_id=link, state="running", started_at__lte=OuterRef("ended_at")
    )
    unsure = (
        Q(state__in=("open", "void"))
        | Q(state="failed", run__state="running")
        | Q(Exists(running), state="given up")
    )
    return models.Intent.objects.filter(unsure, link_id=link).exists()


def _is_undoing(link: int) -> bool:
    """Tell whether deletions of a link are being undone, or were until that broke off just now."""
    newest = models.Run.objects.filter(link_id=link).order_by("-id").values_list("state", "report")
    return any(UNDONE in report and state != "done" for state, report in newest[:2])


def _begin(links: Iterable[int], reason: Reason) -> None:
    models.Link.objects.filter(id__in=list(links), caution="").update(caution=reason.value)


_AROUND_OURS = f"""
WITH RECURSIVE around(item_id) AS (
    SELECT parent_id FROM store_staged
    WHERE batch_id = %(batch)s AND verdict = {Verdict.NEW:d} AND by_us AND kind = 'file'
        AND NOT gone
    UNION
    SELECT store_seen.parent_id FROM around
    JOIN store_seen ON store_seen.feed_id = %(feed)s AND store_seen.item_id = around.item_id
)
SELECT item_id FROM around WHERE item_id <> ''
"""  # noqa: S608
