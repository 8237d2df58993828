"""Alerts: a link is late, failing or stopped. Opened once and closed once, however often one looks.

Whoever serves reviews all links now and then, over all organisations. Several may: an open alert of
a link and kind is there once, and whoever passes its beginning or end on takes the mark off it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count

from turnbuckle.model.plans import WORDS
from turnbuckle.store import models
from turnbuckle.store.link_states import LinkState, with_states
from turnbuckle.store.records import RECIPIENT, Link
from turnbuckle.store.units import tidy, unit

MOST_AT_ONCE = 200
"""So many are opened, closed or passed on in one transaction; the next look takes the next ones."""

KEPT = timedelta(days=90)  # after it was closed


class Kind(StrEnum):
    """What an alert is about."""

    LATE = "late"  # nobody ran it for too long
    FAILING = "failing"  # it did not get through several times in a row
    STOPPED = "stopped"  # a person has to mend something first


_KINDS = {state: Kind(state.value) for state in LinkState if state.value in set(Kind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert; see `models.Alert`."""

    id: int
    organisation: int
    link: int | None
    name: str
    kind: Kind
    said: str
    opened_at: datetime
    closed_at: datetime | None


@tidy
def review(now: datetime, *, practice: bool, judges_late: bool) -> None:
    """Open an alert for what is wrong and has none, and close those whose reason is gone.

    Where nothing changed it only reads, and nobody waits for it.

    Args:
        now: the time.
        practice: links with practice services as well; see `link_states`.
        judges_late: whether links that are late get one. After a night without a service all are,
            for the first minutes.
    """
    states = with_states(now, practice=practice).filter(state__in=list(_KINDS))
    wrong = {
        (link, _KINDS[LinkState(state)]) for link, state in states.values_list("link_id", "state")
    }
    opened = models.Alert.objects.filter(closed_at=None).values_list("link_id", "kind", "id")
    known = {(link, Kind(kind)): number for link, kind, number in opened}
    # one that was not passed on yet waits till it was: its end is told after its beginning
    over = sorted(number for key, number in known.items() if key not in wrong)[:MOST_AT_ONCE]
    fresh = dict(
        sorted(key for key in wrong - set(known) if judges_late or key[1] is not Kind.LATE)[
            :MOST_AT_ONCE
        ]
    )
    if over or fresh:
        rows = states.filter(link_id__in=list(fresh)).select_related("link__integration")
        _change([_opened(row, fresh[row.link_id], now) for row in rows], over, now)


@unit
def _change(fresh: Sequence[models.Alert], over: Sequence[int], now: datetime) -> None:
    models.Alert.objects.bulk_create(fresh, ignore_conflicts=True)
    told = models.Alert.objects.filter(id__in=over, closed_at=None, is_news=False)
    told.update(closed_at=now, is_news=True)


@tidy
def pass_on(now: datetime) -> list[Alert]:
    """Take what is new, and let it be told to all recipients of its organisation.

    Returns:
        What is new, for the log; nobody else gets the same.
    """
    return _passed_on(now) if models.Alert.objects.filter(is_news=True).exists() else []


@unit
def _passed_on(now: datetime) -> list[Alert]:
    rows = models.Alert.objects.select_for_update(no_key=True).filter(is_news=True)
    news = list(rows.order_by("id")[:MOST_AT_ONCE])
    recipients = models.Connection.objects.filter(system=RECIPIENT)
    by_organisation: dict[int, list[int]] = {}
    for organisation, recipient in recipients.values_list("organisation_id", "id"):
        by_organisation.setdefault(organisation, []).append(recipient)
    tellings = [
        models.Telling(
            alert=row,
            recipient_id=recipient,
            event="opened" if row.closed_at is None else "closed",
            made_at=now,
            next_at=now,
        )
        for row in news
        for recipient in by_organisation.get(row.organisation_id, ())
    ]
    models.Telling.objects.bulk_create(tellings, ignore_conflicts=True)
    models.Alert.objects.filter(id__in=[row.id for row in news]).update(is_news=False)
    return [record(row) for row in news]


@unit
def prune(now: datetime) -> int:
    """Forget alerts that were closed long ago; tells how many."""
    old, _ = models.Alert.objects.filter(closed_at__lt=now - KEPT).delete()
    return old


@tidy
def of(organisation: int, *, most_closed: int = 0) -> list[Alert]:
    """Give an organisation's open alerts, the newest first, and then those closed last."""
    rows = models.Alert.objects.filter(organisation_id=organisation)
    opened = rows.filter(closed_at=None).order_by("-opened_at", "-id")
    closed = rows.exclude(closed_at=None).order_by("-closed_at", "-id")[:most_closed]
    return [record(row) for row in (*opened, *closed)]


@tidy
def of_link(link: Link) -> list[Alert]:
    """Give a link's open alerts."""
    rows = models.Alert.objects.filter(link_id=link.id, closed_at=None)
    return [record(row) for row in rows.order_by("opened_at")]


@tidy
def counted() -> dict[tuple[str, Kind], int]:
    """Count open alerts by organisation and kind; for metrics alone."""
    rows = models.Alert.objects.filter(closed_at=None).values_list("organisation__name", "kind")
    return {
        (name, Kind(kind)): count
        for name, kind, count in rows.annotate(count=Count("id")).order_by()
    }


def record(row: models.Alert) -> Alert:
    """Give a row as other rooms see it."""
    return Alert(
        id=row.id,
        organisation=row.organisation_id,
        link=row.link_id,
        name=row.name,
        kind=Kind(row.kind),
        said=row.said,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def _opened(row: Any, kind: Kind, now: datetime) -> models.Alert:
    return models.Alert(
        organisation_id=row.link.organisation_id,
        link_id=row.link_id,
        name=row.link.name,
        kind=kind.value,
        said=_said(row, kind),
        opened_at=now,
    )


def _said(row: Any, kind: Kind) -> str:
    match kind:
        case Kind.LATE:
            return f"it has been due since {row.since:%Y-%m-%d %H:%M} UTC, and no run began"
        case Kind.FAILING:
            why = _last_word(row.link_id)
            said = f"its last {row.failures} runs did not get through"
            return f"{said}: {why}" if why else said
        case Kind.STOPPED:
            trouble = row.link.trouble
            known = _last_word(row.link_id) or _WORDS.get(trouble, trouble)
            return str(row.link.integration.paused or known)


_WORDS = {reason.value: words for reason, words in WORDS.items()}


def _last_word(link: int) -> str:
    """Say why a link's last run stopped, where that is known."""
    last = models.Run.objects.filter(link_id=link).exclude(state="running").order_by("-id").first()
    return str(last.report.get("stopped", "")) if last is not None else ""
