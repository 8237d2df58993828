"""An organisation's feeds: remote sources of changes, each shared by the links that read it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from turnbuckle.model.items import Cursor
from turnbuckle.store import locks, models
from turnbuckle.store.names import UnknownName
from turnbuckle.store.records import Connection, Feed
from turnbuckle.store.units import tidy, unit


@dataclass(frozen=True, slots=True)
class Feeds:
    """The feeds of one organisation."""

    organisation: int

    @unit
    def of(self, connection: Connection, address: str) -> Feed:
        """Give the feed at an address of a connection, made now if it is new.

        Raises:
            UnknownName: the connection is none of this organisation's.
        """
        locks.organisation(self.organisation)
        connections = models.Connection.objects.filter(organisation_id=self.organisation)
        if not connections.filter(id=connection.id).exists():
            raise UnknownName(f"there is no connection called {connection.name!r}")
        row, _ = models.Feed.objects.get_or_create(
            connection_id=connection.id,
            address=address,
            defaults={"organisation_id": self.organisation},
        )
        return self.get(row.id)

    @tidy
    def get(self, feed: int) -> Feed:
        """Give a feed as it stands now, with its cursor.

        Raises:
            UnknownName: this organisation has none of that id.
        """
        rows = models.Feed.objects.filter(organisation_id=self.organisation, id=feed)
        row = _with_word(rows).first()
        if row is None:
            raise UnknownName("this source was removed")
        return _record(row)

    @unit
    def read_by(self, feed: Feed, account: str, tenant: str) -> None:
        """Note by which account, of which company or tenant, a feed is read from now on."""
        rows = models.Feed.objects.filter(organisation_id=self.organisation, id=feed.id)
        rows.update(account=account, tenant=tenant)


def _with_word(rows: QuerySet[models.Feed]) -> QuerySet[models.Feed]:
    """Add when the feed's hook was made, and when it told last."""
    hooks = models.Hook.objects.filter(
        connection_id=OuterRef("connection_id"), feed_address=OuterRef("address")
    )
    return rows.annotate(
        told_at=Subquery(hooks.values("told_at")), hooked_at=Subquery(hooks.values("made_at"))
    )


def _record(row: models.Feed) -> Feed:
    words: list[datetime | None] = [vars(row)["told_at"], vars(row)["hooked_at"]]
    return Feed(
        id=row.id,
        organisation=row.organisation_id,
        connection=row.connection_id,
        address=row.address,
        cursor=Cursor(row.cursor) if row.cursor else None,
        complete_at=row.complete_at,
        account=row.account,
        tenant=row.tenant,
        observed_at=row.observed_at,
        closely_at=row.closely_at,
        said_at=max((word for word in words if word is not None), default=None),
        heard_at=row.heard_at,
        changed_at=row.changed_at,
    )
