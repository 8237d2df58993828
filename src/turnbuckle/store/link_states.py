"""How all links stand with the schedule, in one word each, over all organisations.

What runs found is not looked at here: whether a link is in step, its runs tell. This is about
whether it runs at all, and can be told of ten thousand links by one query.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from turnbuckle.store import models
from turnbuckle.store.timings import PRACTICE
from turnbuckle.store.units import tidy

LATE = timedelta(minutes=15)
"""A link that has been due for longer, and does not run, is late."""

FAILING_AFTER = 3
"""So many failures in a row are no accident any more."""


class LinkState(StrEnum):
    """How a link stands; where several are true, the first one holds."""

    PAUSED = "paused"  # somebody paused it
    STOPPED = "stopped"  # something that a person has to mend keeps it from getting through
    FAILING = "failing"
    RUNNING = "running"
    LATE = "late"
    DUE = "due"  # it waits for its turn
    WAITING = "waiting"  # for its time


def with_states(now: datetime, *, practice: bool) -> QuerySet[Any]:
    """Give the timings of links, each with its `state`, and with `since` when it has been due.

    Args:
        now: the time.
        practice: links with practice services as well; a service leaves them alone unless it is
            told otherwise, so they would all be late.
    """
    rows = models.Timing.objects.annotate(since=Coalesce("nudged_at", "next_at"))
    if not practice:
        rows = rows.exclude(
            Q(link__integration__left__kind=PRACTICE) | Q(link__integration__right__kind=PRACTICE)
        )
    is_due = Q(next_at__lte=now)
    was_put_off = Q(failures=0, resting_until__gt=now)
    return rows.annotate(
        state=Case(
            _when(~Q(link__paused=""), LinkState.PAUSED),
            _when(~Q(link__integration__paused="") | ~Q(link__trouble=""), LinkState.STOPPED),
            _when(Q(failures__gte=FAILING_AFTER), LinkState.FAILING),
            _when(runs_now(now), LinkState.RUNNING),
            _when((is_due | was_put_off) & Q(since__lte=now - LATE), LinkState.LATE),
            _when(is_due, LinkState.DUE),
            default=Value(LinkState.WAITING.value),
        ),
        organisation=F("link__organisation__name"),
    )


@tidy
def late(organisation: int, now: datetime) -> dict[int, datetime]:
    """Give the links of an organisation that a service ran before and that are late by now.

    Returns:
        Since when they have been due, by their ids.
    """
    rows = with_states(now, practice=True).filter(
        state=LinkState.LATE, link__organisation_id=organisation, started_at__isnull=False
    )
    return dict(rows.values_list("link_id", "since"))


def runs_now(now: datetime) -> Q:
    """Tell whether somebody holds the lease of a timing's link."""
    return Q(link__lease__until__gt=now) & ~Q(link__lease__owner="")


def _when(is_so: Q, state: LinkState) -> When:
    return When(is_so, then=Value(state.value))
