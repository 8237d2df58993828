"""Where a library is and whose it is."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from turnbuckle.practice.persons import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a library is and whose it is; fixed for its life."""

    drive_id: str
    library: UUID
    name: str  # "Documents"
    kind: Literal["documentLibrary", "business"]
    site_id: str
    host: str  # "harbourpoint.sharepoint.example"
    web_path: str  # "sites/HarbourTower/Shared Documents", decoded, without a slash at either end
    owner: dict[str, dict[str, str]]
    members: frozenset[str] | None = None  # keys of the people who may enter; None: all

    def admits(self, person: Person) -> bool:
        """Whether this person may enter."""
        return self.members is None or person.key in self.members
