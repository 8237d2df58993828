"""Where a library is, whose it is, and who may enter."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from turnbuckle.practice.microsoft.grants import Grants
from turnbuckle.practice.persons import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a library is and whose it is; fixed for its life, but for who belongs to it.

    Attributes:
        members: keys of the people who may write; None: everybody. A Team's own set, so that who
            leaves the Team leaves the library.
        owners: keys of those who see all of it whatever was made private.
        readers: keys of those who may only read.
        grants: of the site, for apps with Sites.Selected.
    """

    drive_id: str
    library: UUID
    name: str  # "Documents"
    kind: Literal["documentLibrary", "business"]
    site_id: str
    site_title: str
    host: str  # "harbourpoint.sharepoint.example"
    web_path: str  # "sites/HarbourTower/Shared Documents", decoded, without a slash at either end
    owner: dict[str, dict[str, str]]
    members: Collection[str] | None = None
    owners: Collection[str] = ()
    readers: set[str] = field(default_factory=set)
    grants: Grants = field(default_factory=Grants)

    def admits(self, person: Person, *, write: bool = False) -> bool:
        """Whether this person may enter, or write."""
        if person.key in self.owners:
            return True
        if person.key in self.readers:
            return not write
        return self.members is None or person.key in self.members
