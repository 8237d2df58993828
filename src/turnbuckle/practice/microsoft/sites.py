"""SharePoint sites: where they are, their libraries, and what apps were granted on them."""

from dataclasses import dataclass, field
from uuid import UUID

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.grants import Grants


@dataclass(slots=True, kw_only=True)
class Site:
    """A SharePoint site and its libraries, the default one first."""

    id: str
    guid: UUID
    web: UUID
    host: str
    path: str  # "sites/HarbourTower"; empty: the root site
    title: str
    personal: bool = False
    drives: list[Drive] = field(default_factory=list)
    grants: Grants = field(default_factory=Grants)
