"""Hooks: where remotes post word of changes, and when each of them is to be tended.

A hook's row is there before its remote is asked for one, and until the remote has forgotten it: a
process that is killed in between leaves a row that says where to look. Of the secret that posts
carry only its SHA-256 is kept. The secret has 256 random bits, so nothing else can be made of it,
and whoever reads the database cannot forge a post.

Who tends looks across all organisations, as the queue does.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q, QuerySet

from turnbuckle.store import locks, models
from turnbuckle.store.connections import Connections
from turnbuckle.store.records import Connection
from turnbuckle.store.units import tidy, unit

CLAIM = timedelta(minutes=10)
"""Whoever took a hook to tend has so long before another one takes it."""

_SECRET_BYTES = 32


class State(StrEnum):
    """How a hook stands."""

    MISSING = "missing"  # its remote has none, or nobody knows
    WORKING = "working"
    REFUSED = "refused"  # the account may not have it; polling alone
    BROKEN = "broken"  # tending it failed; tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """The hook of one feed, as it stood at one moment."""

    id: int
    organisation: int
    connection: int
    feed: str  # the address of the feed
    remote_id: str  # empty: none is known
    state: State
    trouble: str
    tries: int
    asked: str  # by the remote: renew, or anew; empty: nothing
    made_at: datetime | None
    expires_at: datetime | None
    told_at: datetime | None
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A hook that its holder tends now.

    Attributes:
        connection: whose feed it is for.
        key: of the integration through which word comes; empty: no link reads the feed any more.
        keys: of all integrations of the connection, by which our own addresses are known.
    """

    hook: Hook
    connection: Connection
    key: str
    keys: frozenset[str]


def proof_of(secret: str) -> str:
    """Give what is kept of a secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@unit
def sow(now: datetime, *, systems: Collection[str], kinds: Collection[str]) -> int:
    """Make a row for every feed that a link reads and that has none; it is due at once.

    Args:
        now: the time.
        systems: the remotes that can post.
        kinds: the kinds of connection that can reach our address.

    Returns:
        How many.
    """
    feeds = models.Feed.objects.filter(
        _is_read(OuterRef("connection_id"), OuterRef("address")),
        connection__system__in=systems,
        connection__kind__in=kinds,
    )
    known = models.Hook.objects.filter(
        connection_id=OuterRef("connection_id"), feed_address=OuterRef("address")
    )
    rows = [
        models.Hook(
            organisation_id=feed.organisation_id,
            connection_id=feed.connection_id,
            feed_address=feed.address,
            next_at=now,
        )
        for feed in feeds.filter(~Exists(known))
    ]
    models.Hook.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@unit
def reap(now: datetime, *, base: str) -> int:
    """Let hooks be tended now that nobody reads any more, or that lead to an older address.

    Args:
        now: the time.
        base: our public address; empty: there is none, and no hook is wanted.

    Returns:
        How many.
    """
    read = _is_read(OuterRef("connection_id"), OuterRef("feed_address"))
    late = models.Hook.objects.filter(next_at__gt=now)
    unread = ~read & ~Q(state=State.BROKEN)  # one that could not be taken away waits its time
    meant = late.filter(~Q(base=base) | unread)
    locks.rows(meant)
    return meant.update(next_at=now, base=base)


@unit
def claim(now: datetime, most: int, *, base: str) -> list[Claimed]:
    """Take hooks that are due, the longest due first; nobody else takes them meanwhile."""
    due = list(models.Hook.objects.filter(next_at__lte=now).order_by("next_at")[:most])
    locks.rows(models.Hook.objects.filter(id__in=[row.id for row in due]))
    taken = []
    for row in due:
        mine = models.Hook.objects.filter(id=row.id, next_at=row.next_at)
        if mine.update(next_at=now + CLAIM, base=base):
            taken.append(_claimed(row))
    return taken


@unit
def begin(claimed: Claimed) -> str:
    """Give the secret of a hook that is about to be made, the only one that counts from now on."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    through = models.Integration.objects.filter(key=claimed.key).first()
    models.Hook.objects.filter(id=claimed.hook.id).update(
        proof=proof_of(secret), integration=through, remote_id="", state=State.MISSING
    )
    return secret


@unit
def made(
    claimed: Claimed, remote_id: str, *, expires: datetime | None, now: datetime, next_at: datetime
) -> None:
    """Note that a remote has set a hook up, until when, and when it is tended next."""
    models.Hook.objects.filter(id=claimed.hook.id).update(remote_id=remote_id, made_at=now)
    well(claimed, expires=expires, next_at=next_at)


@unit
def well(claimed: Claimed, *, expires: datetime | None, next_at: datetime) -> None:
    """Note that a hook works, until when, and when it is tended next.

    What its remote asked for meanwhile stays asked for, and due.
    """
    rows = models.Hook.objects.filter(id=claimed.hook.id)
    rows.update(state=State.WORKING, trouble="", tries=0, expires_at=expires)
    rows.filter(asked=claimed.hook.asked).update(asked="", next_at=next_at)


@unit
def put_off(claimed: Claimed, until: datetime) -> None:
    """Tend a hook later; what its remote asked for stays asked for."""
    models.Hook.objects.filter(id=claimed.hook.id).update(next_at=until)


@unit
def failed(claimed: Claimed, state: State, trouble: str, *, next_at: datetime) -> None:
    """Note why a hook could not be tended, and when it is tried again."""
    models.Hook.objects.filter(id=claimed.hook.id).update(
        state=state, trouble=trouble, tries=claimed.hook.tries + 1, next_at=next_at
    )


@unit
def forget(claimed: Claimed) -> None:
    """Take a hook's row away, since its remote has none any more."""
    rows = models.Hook.objects.filter(id=claimed.hook.id)
    locks.rows(rows)  # else word that comes just now would be left without its hook
    rows.delete()


@tidy
def known(numbers: Collection[int]) -> set[int]:
    """Give those of these hooks that there are."""
    return set(models.Hook.objects.filter(id__in=numbers).values_list("id", flat=True))


@tidy
def of(connection: Connection) -> Sequence[Hook]:
    """Give the hooks of a connection."""
    rows = models.Hook.objects.filter(connection_id=connection.id).order_by("id")
    return [_record(row) for row in rows]


def readers(connection: object, address: object) -> QuerySet[models.Link]:
    """Give the links that read a feed, each known by its connection and address."""
    left = Q(left_feed__connection_id=connection, left_feed__address=address)
    right = Q(right_feed__connection_id=connection, right_feed__address=address)
    return models.Link.objects.filter(left | right)


def _is_read(connection: object, address: object) -> Exists:
    return Exists(readers(connection, address))


def _claimed(row: models.Hook) -> Claimed:
    through = readers(row.connection_id, row.feed_address).order_by("integration_id")
    of_connection = models.Integration.objects.filter(
        Q(left_id=row.connection_id) | Q(right_id=row.connection_id)
    )
    return Claimed(
        hook=_record(row),
        connection=Connections(row.organisation_id).by_id(row.connection_id),
        key=through.values_list("integration__key", flat=True).first() or "",
        keys=frozenset(of_connection.values_list("key", flat=True)),
    )


def _record(row: models.Hook) -> Hook:
    return Hook(
        id=row.id,
        organisation=row.organisation_id,
        connection=row.connection_id,
        feed=row.feed_address,
        remote_id=row.remote_id,
        state=State(row.state),
        trouble=row.trouble,
        tries=row.tries,
        asked=row.asked,
        made_at=row.made_at,
        expires_at=row.expires_at,
        told_at=row.told_at,
        next_at=row.next_at,
    )
