"""Both practice services with many companies, projects and Teams, and a link for each project."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.tree import DocumentTree
from turnbuckle.practice.world import PracticeWorld

_LINKS_OF_A_COMPANY = 10
_LINKS_OF_A_TEAM = 25
_LICENCES = 60_000  # the largest tenant: all links go to one
_PATH_UNITS = 80  # about what stands before the folder of a link in its address
CONTESTED = "Shared notes.txt"

type Tree = Mapping[str, str]
"""Every path below a link's folder, with the SHA-256 of the content; of a folder an empty text."""


@dataclass(frozen=True, slots=True)
class Place:
    """The two folders of one link."""

    name: str
    company: int
    project: int
    drive: Drive
    folder: str  # its id in the drive


class Site:
    """What is there, seen from inside the services."""

    def __init__(self, world: PracticeWorld, links: int) -> None:
        self.world = world
        self.places: Sequence[Place] = list(self._made(links))
        usual = GraphLimits.for_licences(_LICENCES)
        limits = world.microsoft.limits
        limits.app_units_a_minute = usual.app_units_a_minute
        limits.app_units_a_day = usual.app_units_a_day
        limits.tenant_units_in_five_minutes = usual.tenant_units_in_five_minutes

    def _made(self, links: int) -> Iterator[Place]:
        procore, tenant = self.world.procore, self.world.microsoft.tenant
        company = 0
        for number in range(links):
            if number % _LINKS_OF_A_COMPANY == 0:
                company = procore.add_company(f"Company {number}", tuple(procore.people))
                procore.connect_app(company_id=company)
            if number % _LINKS_OF_A_TEAM == 0:
                channel = tenant.add_team(f"Team {number}").channels[0]
            name = f"Project {number:03}"
            project = procore.add_project(name, company_id=company)
            for who in (*PERSONS, procore.service_account):
                procore.set_level(project, who, Level.ADMIN)
            self._plant(procore.documents(project), number)
            folder = channel.drive.add_folder(channel.folder, name, PERSONS[0])
            yield Place(name, company, project, channel.drive, folder)

    def _plant(self, tree: DocumentTree, number: int) -> None:
        """Put what nobody touches, and what both sides edit, into a project."""
        for name in ("As it was.txt", CONTESTED):
            blob = self.world.blobs.keep(f"{number} {name} as planted".encode())
            tree.add_file(tree.root_id, name, blob, PERSONS[0])

    def order(self, poll_seconds: float) -> dict[str, Any]:
        """Say what `making.py` is to make."""
        startup = self.world.startup
        return {
            "procore": startup["procore"],
            "microsoft": startup["microsoft"],
            "poll_seconds": poll_seconds,
            "links": [
                {
                    "name": place.name,
                    "company": place.company,
                    "project": place.project,
                    "left": f"folder:{self.world.procore.documents(place.project).root_id}",
                    "drive": place.drive.place.drive_id,
                    "right": place.folder,
                    "path_units": _PATH_UNITS + len(place.name),
                }
                for place in self.places
            ],
        }

    def startup(self, place: Place) -> dict[str, Any]:
        """Give the start-up facts as if this were the only link, for whoever compares."""
        facts = self.world.startup
        ids = {"company_id": place.company, "project_id": place.project}
        return {
            **facts,
            "procore": {**facts["procore"], **ids},
            "microsoft": {
                **facts["microsoft"],
                "drive_id": place.drive.place.drive_id,
                "folder_id": place.folder,
            },
        }

    def left(self, place: Place) -> Tree:
        """Give what a project holds."""
        documents = self.world.procore.documents(place.project)
        rows = {str(row[0]): (str(row[1]), row[2], row[5]) for row in documents.walk()}
        return _paths(rows, str(documents.root_id))

    def rights(self) -> dict[str, Tree]:
        """Give what each link's folder in Teams holds, by the link's name."""
        rows_of = {
            drive.place.drive_id: {row[0]: (str(row[1]), row[2], row[5]) for row in drive.walk()}
            for drive in {place.drive.place.drive_id: place.drive for place in self.places}.values()
        }
        return {
            place.name: _paths(rows_of[place.drive.place.drive_id], place.folder)
            for place in self.places
        }

    def ever_held(self, place: Place) -> set[str]:
        """Give the SHA-256 of all contents of a link that somebody can still get at.

        Those of older versions and those in the bins are among them.
        """
        documents = self.world.procore.documents(place.project)
        held = {version.blob.sha256 for version in documents.versions.values()}
        for entry in place.drive.tree.entries.values():
            held |= {older.content.blob.sha256 for older in entry.older}
            held |= {entry.content.blob.sha256} if entry.content is not None else set()
        return held


def _paths(rows: Mapping[str, tuple[str, str, str]], top: str) -> Tree:
    found = {}
    for parent, name, sha256 in rows.values():
        names, at = [name], parent
        while at != top and at in rows:
            names.append(rows[at][1])
            at = rows[at][0]
        if at == top:
            found["/".join(reversed(names))] = sha256
    return found
