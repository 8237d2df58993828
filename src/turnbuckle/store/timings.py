"""When links run: who is due, who asked for it, what came of it. The queue's view of all links.

A nudge is counted, and a run that is over takes as many as there were when it began: one that comes
while the link runs is left over and causes one more run, whatever the clocks of the machines say.
Nothing is taken and nothing is put off before a run is over, so a process that is killed leaves its
link as due as it was.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import batched
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Value, When

from turnbuckle.model.side import Side
from turnbuckle.store import locks, models
from turnbuckle.store.names import UnknownName
from turnbuckle.store.records import Link
from turnbuckle.store.units import tidy, unit

PRACTICE = "practice"  # the kind of connection that a service is to be allowed first
_MOST_AT_ONCE = 500  # links in one statement
_FORWARD = timedelta(minutes=1)  # so far may the clocks of two machines lie apart

SETTLING = timedelta(seconds=0.5)
"""So long after the first word a link runs: webhooks tell of one change in several posts."""

_QUIET = timedelta(seconds=1)  # so long after the last word a burst is over
_BURSTS = ((4, timedelta(seconds=2)), (16, timedelta(seconds=15)))
"""Where so many nudges of webhooks wait, their end is waited for, so long after the first at most:
what people do one after the other crosses at once, what comes by hundreds all together."""


class By(StrEnum):
    """Who asked for a run, the most urgent one first."""

    PERSON = "person"
    WEBHOOK = "webhook"


URGENCY = (By.PERSON.value, By.WEBHOOK.value, "")
"""What goes first; the last one is the schedule itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A link that is to run now."""

    link: int
    urgency: int  # a place in `URGENCY`


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a link runs, as it stood at one moment; see `models.Timing`."""

    link: int
    next_at: datetime
    nudges: int = 0
    taken: int = 0
    nudged_at: datetime | None = None
    nudged_by: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    late_seconds: float = 0.0
    apart_seconds: float = 0.0
    swept_at: datetime | None = None
    failures: int = 0
    resting_until: datetime | None = None
    told_left_at: datetime | None = None
    told_right_at: datetime | None = None
    unheralded_at: datetime | None = None
    unheralded_on: str = ""
    missed_at: datetime | None = None

    def told_at(self, side: Side) -> datetime | None:
        """Say when a webhook of that side told last."""
        return self.told_left_at if side is Side.LEFT else self.told_right_at

    @property
    def is_nudged(self) -> bool:
        """Whether somebody asked for a run that there was not yet."""
        return self.nudges > self.taken

    def late(self, now: datetime) -> timedelta:
        """Say for how long the link has been due, put off or not; zero when it is not."""
        return max(now - (self.nudged_at or self.next_at), timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What a run that is over means for the next one."""

    next_at: datetime
    failures: int = 0
    resting_until: datetime | None = None
    apart_seconds: float = 0.0
    swept_at: datetime | None = None
    unheralded_at: datetime | None = None
    unheralded_on: str = ""
    missed_at: datetime | None = None


@unit
def nudge(links: Sequence[int], by: By, *, now: datetime, side: Side | None = None) -> int:
    """Let links run soon; a link that rests after a failure does so only for a person.

    Webhooks come in bursts, and a run in the middle of one would only be followed by another: where
    they go on, their link runs when it is quiet for a moment, or two seconds after the first; where
    they are many by then, fifteen.

    Args:
        links: their ids; others than those that there are do no harm.
        by: who asks.
        now: the time.
        side: on which side something changed, where that is known. Our own writes are told of
            as well, so word of the other side is no proof that webhooks of this one work.

    Returns:
        How many of them there are.
    """
    stored = connection.ops.adapt_datetimefield_value
    given = {
        "now": stored(now),
        "settled": stored(now + SETTLING),
        "quiet": stored(now + _QUIET),
        **{f"since_{many}": stored(now + _QUIET - longest) for many, longest in _BURSTS},
        "left": side is not Side.RIGHT,
        "right": side is not Side.LEFT,
    }
    hold(links)
    statement = _NUDGED_BY_A_PERSON if by is By.PERSON else _NUDGED_BY_A_WEBHOOK
    count = 0
    with connection.cursor() as sql:
        for some in batched(sorted(set(links)), _MOST_AT_ONCE):
            sql.execute(statement.format(links=", ".join(str(int(link)) for link in some)), given)
            count += sql.rowcount
    return count


def hold(links: Collection[int]) -> None:
    """Hold the timings of links, inside the unit of a caller who is about to nudge them."""
    locks.rows(models.Timing.objects.filter(link_id__in=set(links)))


@unit
def due_now(links: Sequence[int], *, now: datetime) -> int:
    """Let links run for which a look at a feed that they share found news; not those that rest.

    Who was nudged runs soon anyway, and in a burst when it is over.

    Returns:
        How many were not due before.
    """
    awake = Q(resting_until__isnull=True) | Q(resting_until__lte=now)
    rows = models.Timing.objects.filter(awake, nudges__lte=F("taken"), next_at__gt=now)
    locks.rows(rows.filter(link_id__in=set(links)))
    return sum(
        rows.filter(link_id__in=some).update(next_at=now)
        for some in batched(sorted(set(links)), _MOST_AT_ONCE)
    )


@tidy
def due(now: datetime, most: int, *, practice: bool) -> list[Due]:
    """Give the links that are to run now, the most urgent first, then the longest due.

    Args:
        now: the time.
        most: no more than that many.
        practice: links with practice services as well.
    """
    urgency = Case(
        *(
            When(nudges__gt=F("taken"), nudged_by=by, then=Value(place))
            for place, by in enumerate(URGENCY[:-1])
        ),
        default=Value(len(URGENCY) - 1),
    )
    rows = _may_run(practice=practice).filter(next_at__lte=now).annotate(urgency=urgency)
    found = rows.order_by("urgency", "next_at").values_list("link_id", "urgency")[:most]
    return [Due(link=link, urgency=place) for link, place in found]


@unit
def begin(link: int, *, now: datetime, practice: bool) -> Timing | None:
    """Note that a run begins; None when the link is not due any more, or must not run."""
    rows = _may_run(practice=practice).filter(link_id=link, next_at__lte=now)
    row = rows.select_for_update(of=("self",)).first()
    if row is None:
        return None
    timing = begun(_record(row), now=now)
    row.started_at, row.late_seconds = timing.started_at, timing.late_seconds
    row.save(update_fields=["started_at", "late_seconds"])
    return timing


def begun(kept: Timing, *, now: datetime) -> Timing:
    """Give the timing of a link whose run begins; pure."""
    return replace(kept, started_at=now, late_seconds=kept.late(now).total_seconds())


@unit
def end(began: Timing, after: After, *, now: datetime) -> None:
    """Note that a run is over, and when the next one is due; a nudge since it began is left over.

    Args:
        began: what `begin` gave.
        after: what comes next when nobody asked meanwhile.
        now: the time.
    """
    row = models.Timing.objects.select_for_update().filter(link_id=began.link).first()
    if row is None:  # the link was removed meanwhile
        return
    for name, value in _columns(over(_record(row), began, after, now=now)):
        setattr(row, name, value)
    row.save()


def over(kept: Timing, began: Timing, after: After, *, now: datetime) -> Timing:
    """Give the timing of a link whose run is over; pure.

    Args:
        kept: the timing now; it may have been nudged since the run began.
        began: what `begin` gave.
        after: what comes next when nobody asked meanwhile.
        now: the time.
    """
    known = {name: getattr(after, name) for name in After.__dataclass_fields__}
    if kept.nudges <= began.nudges:
        known |= {"nudged_at": None, "nudged_by": ""}
        return replace(kept, **known, taken=began.nudges, ended_at=now)
    ended = replace(kept, **known, taken=began.nudges, ended_at=now)
    rests = ended.resting_until if ended.nudged_by != By.PERSON else None
    quiet = max(now, kept.next_at)  # a burst of webhooks may go on
    soon = min(ended.next_at, rests or quiet)
    return replace(ended, next_at=soon, nudged_at=began.started_at)


@unit
def put_off(began: Timing, until: datetime) -> None:
    """Try again later, because the link cannot run now; whoever asked still waits.

    It rests until then, so that neither word nor news of a feed that it shares brings it back, nor
    word that came since it began: our own writes are told of as well. It stays known since when it
    has been due. Only for a person who asked since, and where none had before, it stays due.
    """
    rows = models.Timing.objects.filter(link_id=began.link)
    if not (began.is_nudged and began.nudged_by == By.PERSON):
        rows = rows.filter(Q(nudges=began.nudges) | ~Q(nudged_by=By.PERSON))
    since = began.nudged_at or began.next_at
    rows.update(next_at=until, resting_until=until, nudged_at=since)


@unit
def call_in(link: int, *, now: datetime) -> None:
    """Let a link run now that was put off; not one that rests after a failure."""
    rows = models.Timing.objects.filter(link_id=link, failures=0, next_at__gt=now)
    rows.filter(resting_until__gt=now).update(next_at=now, resting_until=now)


@unit
def clock_went_back(now: datetime) -> int:
    """Let links run whose last run lies in the future: else they would wait for it to come.

    Returns:
        How many.
    """
    rows = models.Timing.objects.filter(started_at__gt=now + _FORWARD, next_at__gt=now)
    locks.rows(rows)
    return rows.update(next_at=now, resting_until=None)


@tidy
def of(link: Link) -> Timing:
    """Give when a link runs.

    Raises:
        UnknownName: it was removed.
    """
    row = models.Timing.objects.filter(link_id=link.id).first()
    if row is None:
        raise UnknownName(f"the link {link.name!r} was removed")
    return _record(row)


@tidy
def counts(*, practice: bool) -> tuple[int, int]:
    """Say how many links a service runs, and how many it leaves alone: paused, or practice."""
    runs = _may_run(practice=practice).count()
    return runs, models.Timing.objects.count() - runs


def _may_run(*, practice: bool) -> QuerySet[models.Timing]:
    rows = models.Timing.objects.filter(link__paused="", link__integration__paused="")
    if practice:
        return rows
    return rows.exclude(
        Q(link__integration__left__kind=PRACTICE) | Q(link__integration__right__kind=PRACTICE)
    )


def _record(row: models.Timing) -> Timing:
    return Timing(link=row.link_id, **dict(_columns(row)))


def _columns(row: models.Timing | Timing) -> Iterator[tuple[str, Any]]:
    for name in Timing.__dataclass_fields__:
        if name != "link":
            yield name, getattr(row, name)


# What a nudge changes in a row, whatever is in it. A burst of webhooks asks for this many times a
# second, and Django would take longer to write it than the database to do it.
_NUDGED = """UPDATE store_timing SET
    nudges = nudges + 1,
    nudged_at = CASE WHEN nudges > taken THEN COALESCE(nudged_at, %(now)s) ELSE %(now)s END,
"""
_NUDGED_BY_A_PERSON = f"""{_NUDGED}
    nudged_by = '{By.PERSON}',
    next_at = CASE WHEN next_at < %(now)s THEN next_at ELSE %(now)s END
WHERE link_id IN ({{links}})
"""
_A_PERSON_WAITS = f"nudges > taken AND nudged_by = '{By.PERSON}'"
_IN_A_BURST = " OR ".join(
    f"nudges >= taken + {many} AND nudged_at > %(since_{many})s" for many, _ in _BURSTS
)
_NUDGED_BY_A_WEBHOOK = f"""{_NUDGED}
    nudged_by = CASE WHEN {_A_PERSON_WAITS} THEN nudged_by ELSE '{By.WEBHOOK}' END,
    next_at = CASE
        WHEN resting_until > %(settled)s AND resting_until < next_at THEN resting_until
        WHEN resting_until > %(settled)s OR {_A_PERSON_WAITS} THEN next_at
        WHEN {_IN_A_BURST} THEN %(quiet)s
        WHEN next_at < %(settled)s THEN next_at
        ELSE %(settled)s
    END,
    told_left_at = CASE WHEN %(left)s THEN %(now)s ELSE told_left_at END,
    told_right_at = CASE WHEN %(right)s THEN %(now)s ELSE told_right_at END
WHERE link_id IN ({{links}})
"""
