"""What happened, for people to read and to search."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.queries import ActivityLine
from turnbuckle.store.records import Link
from turnbuckle.store.units import tidy


@tidy
def lines(
    link: Link,
    limit: int,
    *,
    side: Side | None = None,
    path: str = "",
    what: Iterable[str] = (),
    since: datetime | None = None,
) -> list[ActivityLine]:
    """Give the newest lines of a link's activity, oldest first.

    Args:
        link: whose.
        limit: how many at most.
        side: only what happened there.
        path: only paths of this pattern (`*` stands for anything, `?` for one letter), or below
            the folder of that path; in any case.
        what: only these kinds of activity.
        since: only what happened from then on.
    """
    rows = models.Activity.objects.filter(link_id=link.id)
    if side is not None:
        rows = rows.filter(side=side.value)
    if since is not None:
        rows = rows.filter(at__gte=since)
    kinds = list(what)
    if kinds:
        rows = rows.filter(what__in=kinds)
    if path:
        rows = _matching(rows, path.strip("/"))
    return [
        ActivityLine(
            number=row.id,
            at=row.at,
            side=Side(row.side),
            what=row.what,
            path=row.path,
            detail=row.detail,
        )
        for row in reversed(rows.order_by("-id")[:limit])
    ]


def _matching(rows: QuerySet[models.Activity], path: str) -> QuerySet[models.Activity]:
    """Keep what a pattern speaks of; without a star or a question mark, a path and all below."""
    below = "" if "*" in path or "?" in path else "(/.*)?"
    return rows.filter(path__iregex=f"^{_as_regex(path)}{below}$")


def _as_regex(pattern: str) -> str:
    wild = {"*": ".*", "?": "."}
    special = set(".^$+{}[]()|\\")
    return "".join(wild.get(one, "\\" + one if one in special else one) for one in pattern)
