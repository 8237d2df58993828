"""The only door to rows: an organisation's scope."""

from dataclasses import dataclass

from turnbuckle.store import models
from turnbuckle.store.apps import DEFAULT_ORGANISATION
from turnbuckle.store.connections import Connections
from turnbuckle.store.feeds import Feeds
from turnbuckle.store.integrations import Integrations
from turnbuckle.store.links import Links
from turnbuckle.store.names import UnknownName
from turnbuckle.store.units import tidy, unit


@dataclass(frozen=True, slots=True)
class Scope:
    """What belongs to one organisation; nothing else can be reached from it."""

    id: int
    name: str

    @property
    def connections(self) -> Connections:
        """Its connections."""
        return Connections(self.id)

    @property
    def feeds(self) -> Feeds:
        """Its feeds."""
        return Feeds(self.id)

    @property
    def integrations(self) -> Integrations:
        """Its integrations."""
        return Integrations(self.id)

    @property
    def links(self) -> Links:
        """Its links."""
        return Links(self.id)


@tidy
def of(name: str = DEFAULT_ORGANISATION) -> Scope:
    """Give the scope of an organisation.

    Raises:
        UnknownName: there is none of that name.
    """
    row = models.Organisation.objects.filter(name=name).first()
    if row is None:
        raise UnknownName(f"there is no organisation called {name!r}")
    return Scope(row.id, row.name)


@tidy
def of_link(link: int) -> Scope:
    """Give the scope of the organisation that a link belongs to; for the queue alone.

    Raises:
        UnknownName: there is no such link.
    """
    row = models.Organisation.objects.filter(link__id=link).first()
    if row is None:
        raise UnknownName("this link was removed")
    return Scope(row.id, row.name)


@tidy
def every() -> list[Scope]:
    """Give the scopes of all organisations; for the doctor and metrics alone."""
    return [Scope(row.id, row.name) for row in models.Organisation.objects.order_by("name")]


@unit
def add(name: str) -> Scope:
    """Make an organisation, or give the one that is there."""
    row, _ = models.Organisation.objects.get_or_create(name=name)
    return Scope(row.id, row.name)
