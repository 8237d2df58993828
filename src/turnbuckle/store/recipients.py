"""Recipients of alerts: addresses that an organisation wants told, kept as connections.

Who knows such an address can write there, so it is a secret like any other: it lies sealed in the
vault, and people see its host alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min

from turnbuckle.store import models
from turnbuckle.store.connections import Connections, secrets_of
from turnbuckle.store.records import RECIPIENT, Connection
from turnbuckle.store.units import tidy, unit
from turnbuckle.store.vault import VaultError

MOST_AT_ONCE = 100
"""Tellings in one post."""

CLAIM = timedelta(minutes=2)
"""Whoever took a recipient's tellings has so long before another one takes them."""

_KEPT = timedelta(days=7)  # what was given up, for people to see


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The beginning or end of an alert, as a recipient is told it."""

    telling: int
    alert: int
    event: str  # opened | closed
    link: str
    kind: str
    said: str
    opened_at: datetime
    closed_at: datetime | None
    made_at: datetime
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What one recipient is to be told now, the oldest first."""

    recipient: Connection
    organisation: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """What one recipient was not told, and why.

    Attributes:
        waiting: events that are tried again.
        given_up: events that are not.
        trouble: of the last try.
    """

    recipient: Connection
    waiting: int
    given_up: int
    trouble: str


def add(
    connections: Connections, name: str, *, address: str, shown: str, kind: str, now: datetime
) -> Connection:
    """Keep a recipient; see `Connections.add`.

    Args:
        connections: of its organisation.
        name: for people.
        address: where it is told; sealed.
        shown: what people see of the address.
        kind: live, or practice for one on this machine.
        now: the time.
    """
    return connections.add(
        name,
        system=RECIPIENT,
        kind=kind,
        settings={},
        secrets={"address": address},
        account=shown,
        now=now,
    )


def of(connections: Connections) -> list[Connection]:
    """Give an organisation's recipients, by name."""
    return [each for each in connections.list() if each.system == RECIPIENT]


def address_of(recipient: Connection) -> str:
    """Give where a recipient is told.

    Raises:
        VaultError: the key does not open it, or it was forgotten when a key was lost.
    """
    address = secrets_of(recipient).get("address", "")
    if not address:
        raise VaultError(f'its address went with a key: turnbuckle alerts tell "{recipient.name}"')
    return str(address)


@tidy
def claim(now: datetime, *, kinds: Sequence[str]) -> list[Claimed]:
    """Take what recipients of these kinds are to be told now; nobody else takes it meanwhile."""
    due = models.Telling.objects.filter(given_up=False, next_at__lte=now)
    return _claim(now, kinds) if due.exists() else []


@unit
def _claim(now: datetime, kinds: Sequence[str]) -> list[Claimed]:
    rows = models.Telling.objects.filter(given_up=False, recipient__kind__in=kinds)
    due = rows.values("recipient_id").annotate(first=Min("next_at")).filter(first__lte=now)
    found = []
    for recipient in sorted(each["recipient_id"] for each in due):
        mine = rows.filter(recipient_id=recipient).select_for_update(of=("self",), no_key=True)
        taken = list(mine.select_related("alert", "recipient__organisation").order_by("id"))
        if not taken or min(each.next_at for each in taken) > now:
            continue  # somebody else was faster
        rows.filter(id__in=[each.id for each in taken]).update(next_at=now + CLAIM)
        found.append(_claimed(taken[:MOST_AT_ONCE]))
    return found


@unit
def told(claimed: Claimed, now: datetime) -> None:
    """A recipient was told; what waits for it besides goes at once."""
    ids = [each.telling for each in claimed.events]
    models.Telling.objects.filter(id__in=ids).delete()
    rest = models.Telling.objects.filter(recipient_id=claimed.recipient.id, given_up=False)
    rest.update(next_at=now)


@unit
def failed(claimed: Claimed, trouble: str, *, next_at: datetime, given_up: Sequence[int]) -> None:
    """A recipient could not be told.

    Args:
        claimed: what it was to be told.
        trouble: why, for people to read.
        next_at: when all that waits for it is tried again.
        given_up: tellings that are not.
    """
    rows = models.Telling.objects.filter(recipient_id=claimed.recipient.id, given_up=False)
    rows.update(next_at=next_at)
    for each in claimed.events:
        models.Telling.objects.filter(id=each.telling).update(
            tries=each.tries + 1, trouble=trouble, given_up=each.telling in set(given_up)
        )


@unit
def prune(now: datetime) -> int:
    """Forget what was given up long ago; tells how many."""
    old, _ = models.Telling.objects.filter(given_up=True, made_at__lt=now - _KEPT).delete()
    return old


@tidy
def untold(connections: Connections) -> list[Untold]:
    """Give the recipients that could not be told of something, with the reason."""
    found = []
    for recipient in of(connections):
        rows = models.Telling.objects.filter(recipient_id=recipient.id).exclude(trouble="")
        last = rows.order_by("-next_at", "-id").first()
        if last is not None:
            lost = rows.filter(given_up=True).count()
            every = models.Telling.objects.filter(recipient_id=recipient.id)
            found.append(
                Untold(
                    recipient=recipient,
                    waiting=every.filter(given_up=False).count(),
                    given_up=lost,
                    trouble=last.trouble,
                )
            )
    return found


@tidy
def counted() -> dict[str, int]:
    """Count events that wait for being told, and those that were given up; for metrics alone."""
    rows = models.Telling.objects
    return {
        "waiting": rows.filter(given_up=False).count(),
        "given_up": rows.filter(given_up=True).count(),
    }


def _claimed(rows: Sequence[Any]) -> Claimed:
    recipient = rows[0].recipient
    return Claimed(
        recipient=Connections(recipient.organisation_id).by_id(recipient.id),
        organisation=recipient.organisation.name,
        events=tuple(
            Event(
                telling=row.id,
                alert=row.alert_id,
                event=row.event,
                link=row.alert.name,
                kind=row.alert.kind,
                said=row.alert.said,
                opened_at=row.alert.opened_at,
                closed_at=row.alert.closed_at if row.event == "closed" else None,
                made_at=row.made_at,
                tries=row.tries,
            )
            for row in rows
        ),
    )
