"""When links run: who is due, who asked for it, what came of it. The queue's view of all links.

A nudge is counted, and a run that is over takes as many as there were when it began: one that comes
while the link runs is left over and causes one more run, whatever the clocks of the machines say.
Nothing is taken and nothing is put off before a run is over, so a process that is killed leaves its
link as due as it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import batched
from typing import Any

from django.db.models import Case, DateTimeField, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, Greatest, Least

from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.names import UnknownName
from turnbuckle.store.records import Link
from turnbuckle.store.units import tidy, unit

PRACTICE = "practice"  # the kind of connection that a service is to be allowed first
_MOST_AT_ONCE = 500  # links in one statement
_FORWARD = timedelta(minutes=1)  # so far may the clocks of two machines lie apart


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
        """Say for how long the link has been due; zero when it is not."""
        return max(now - (self.nudged_at or self.next_at), timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What a run that is over means for the next one."""

    next_at: datetime
    failures: int = 0
    resting_until: datetime | None = None
    swept_at: datetime | None = None
    unheralded_at: datetime | None = None
    unheralded_on: str = ""
    missed_at: datetime | None = None


@unit
def nudge(links: Sequence[int], by: By, *, now: datetime, side: Side | None = None) -> int:
    """Let links run soon; a link that rests after a failure does so only for a person.

    Args:
        links: their ids; others than those that there are do no harm.
        by: who asks.
        now: the time.
        side: on which side something changed, where that is known. Our own writes are told of
            as well, so word of the other side is no proof that webhooks of this one work.

    Returns:
        How many of them there are.
    """
    return sum(
        models.Timing.objects.filter(link_id__in=some).update(**_nudged(by, now, side))
        for some in batched(sorted(set(links)), _MOST_AT_ONCE)
    )


@unit
def due_now(links: Sequence[int], *, now: datetime) -> int:
    """Let links run for which a look at a feed that they share found news; not those that rest.

    Returns:
        How many were not due before.
    """
    awake = Q(resting_until__isnull=True) | Q(resting_until__lte=now)
    return sum(
        models.Timing.objects.filter(awake, link_id__in=some, next_at__gt=now).update(next_at=now)
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
    timing = _record(row)
    row.started_at, row.late_seconds = now, timing.late(now).total_seconds()
    row.save(update_fields=["started_at", "late_seconds"])
    return _record(row)


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
    row.taken, row.ended_at = began.nudges, now
    row.next_at, row.failures, row.resting_until = (
        after.next_at,
        after.failures,
        after.resting_until,
    )
    row.swept_at, row.missed_at = after.swept_at, after.missed_at
    row.unheralded_at, row.unheralded_on = after.unheralded_at, after.unheralded_on
    if row.nudges > row.taken:
        rests = row.resting_until if row.nudged_by != By.PERSON else None
        row.next_at, row.nudged_at = min(row.next_at, rests or now), began.started_at
    else:
        row.nudged_at, row.nudged_by = None, ""
    row.save()


@unit
def put_off(began: Timing, until: datetime) -> None:
    """Try again later, because somebody else runs the link now; whoever asked still waits."""
    rows = models.Timing.objects.filter(link_id=began.link, nudges=began.nudges)
    rows.update(next_at=until)


@unit
def clock_went_back(now: datetime) -> int:
    """Let links run whose last run lies in the future: else they would wait for it to come.

    Returns:
        How many.
    """
    rows = models.Timing.objects.filter(started_at__gt=now + _FORWARD, next_at__gt=now)
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


def _nudged(by: By, now: datetime, side: Side | None) -> dict[str, Any]:
    """Say what a nudge changes in a row, whatever is in it."""
    at = Value(now, output_field=DateTimeField())
    waits = Q(nudges__gt=F("taken"))
    changed: dict[str, Any] = {
        "nudges": F("nudges") + 1,
        "nudged_at": Case(When(waits, then=Coalesce(F("nudged_at"), at)), default=at),
        "next_at": Least(F("next_at"), at),
    }
    if by is By.PERSON:
        return changed | {"nudged_by": by.value}
    rested = Greatest(at, Coalesce(F("resting_until"), at))
    person = When(waits & Q(nudged_by=By.PERSON.value), then=Value(By.PERSON.value))
    return changed | {
        "nudged_by": Case(person, default=Value(by.value), output_field=TextField()),
        "next_at": Least(F("next_at"), rested),
        **{f"told_{one.value}_at": at for one in Side if side in (one, None)},
    }


def _record(row: models.Timing) -> Timing:
    return Timing(**dict(_columns(row)))


def _columns(row: models.Timing) -> Iterator[tuple[str, Any]]:
    yield "link", row.link_id
    for name in Timing.__dataclass_fields__:
        if name != "link":
            yield name, getattr(row, name)
