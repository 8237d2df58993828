"""An organisation's integrations: two accounts joined, and what all links between them share.

One is made with the first link between two connections, and goes with either connection.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from turnbuckle.store import locks, models
from turnbuckle.store.names import UnknownName
from turnbuckle.store.records import Connection, Integration, Link
from turnbuckle.store.units import tidy, unit

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Integrations:
    """The integrations of one organisation."""

    organisation: int

    @unit
    def between(self, left: int, right: int, *, now: datetime) -> int:
        """Give the id of the integration of two connections, made now if it is new.

        Args:
            left: the id of the left feed's connection.
            right: the id of the right feed's connection.
            now: the time.

        Raises:
            UnknownName: a connection is none of this organisation's.
        """
        own = models.Connection.objects.filter(organisation_id=self.organisation)
        if own.filter(id__in={left, right}).count() != len({left, right}):
            raise UnknownName("an integration needs two connections of its own organisation")
        row, _ = models.Integration.objects.get_or_create(
            left_id=left,
            right_id=right,
            defaults={
                "organisation_id": self.organisation,
                "key": secrets.token_urlsafe(_KEY_BYTES),
                "created": now,
            },
        )
        return row.id

    @tidy
    def get(self, integration: int) -> Integration:
        """Give one.

        Raises:
            UnknownName: this organisation has none of that id.
        """
        row = self._rows().filter(id=integration).first()
        if row is None:
            raise UnknownName("this integration was removed")
        return _record(row)

    @tidy
    def of(self, link: Link) -> Integration:
        """Give the integration of a link."""
        return self.get(link.integration)

    @tidy
    def list(self) -> list[Integration]:
        """Give all, in the order in which they were made."""
        return [_record(row) for row in self._rows().order_by("id")]

    @unit
    def change(self, integration: Integration, settings: Mapping[str, Any]) -> Integration:
        """Replace what the owner set."""
        row = self._rows().select_for_update(no_key=True).get(id=integration.id)
        row.settings = dict(settings)
        row.save(update_fields=["settings"])
        return _record(row)

    @unit
    def pause(self, connection: Connection, reason: str) -> int:
        """Let no link run that needs a connection; the reason is for people to read.

        One that was paused already keeps its first reason. None is paused for a connection that
        somebody signed in for after the caller read it: then the reason is no more.

        Returns:
            How many integrations ran until now.
        """
        rows = models.Connection.objects.select_for_update(no_key=True)
        known = rows.filter(id=connection.id).first()
        if known is None or known.sign_ins != connection.sign_ins:
            return 0
        running = self._through(connection).filter(paused="")
        locks.rows(running)
        return running.update(paused=reason or "paused")

    @unit
    def resume(self, connection: Connection) -> int:
        """Let the links that need a connection run again.

        Those whose other account lost its secrets with the key wait on.

        Returns:
            How many links waited until now.
        """
        lost = models.Connection.objects.filter(secrets=b"").exclude(id=connection.id)
        through = self._through(connection).exclude(Q(left__in=lost) | Q(right__in=lost))
        waiting = through.exclude(paused="")
        links = models.Link.objects.filter(integration__in=waiting).count()
        # what kept them from running is over, so they do not rest from it any longer
        timings = models.Timing.objects.filter(link__integration__in=waiting)
        locks.rows(timings)
        timings.update(next_at=Coalesce(F("ended_at"), F("next_at")), resting_until=None)
        locks.rows(waiting)
        waiting.update(paused="")
        return links

    def _through(self, connection: Connection) -> QuerySet[models.Integration]:
        return self._rows().filter(Q(left_id=connection.id) | Q(right_id=connection.id))

    def _rows(self) -> QuerySet[models.Integration]:
        return models.Integration.objects.filter(organisation_id=self.organisation)


def _record(row: models.Integration) -> Integration:
    return Integration(
        id=row.id,
        organisation=row.organisation_id,
        left=row.left_id,
        right=row.right_id,
        key=row.key,
        settings=row.settings,
        paused=row.paused,
        created=row.created,
    )
