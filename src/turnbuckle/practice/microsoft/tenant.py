"""The sample tenant: its people, one Team with three channels, sites, libraries and OneDrives.

All ids are made from words, so they are the same every time. A standard channel is a folder in
the Team site's library; the private one has a site and a library of its own.
"""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.identifiers import drive_id, fixed_guid
from turnbuckle.practice.microsoft.items import Author
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.places import Place
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.persons import COMPANY_NAME, DOMAIN, PERSONS, Person

HOST = DOMAIN.replace(".example", ".sharepoint.example")
PERSONAL_HOST = HOST.replace(".sharepoint", "-my.sharepoint")
TEAM_NAME = "Harbour Tower"
PRIVATE_CHANNEL = "Commercial"
_INNER_CIRCLE = frozenset(person.key for person in PERSONS[:3])

Membership = Literal["standard", "private"]


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


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel of a Team, and the folder that holds its files."""

    id: str
    name: str
    membership: Membership
    drive: Drive
    folder: str  # item id
    description: str = ""


@dataclass(slots=True, kw_only=True)
class Team:
    """A Team, which is a Microsoft 365 group with a site."""

    id: str
    name: str
    description: str
    site: Site
    members: frozenset[str]  # keys of people
    channels: list[Channel] = field(default_factory=list)  # the first is General


class Tenant:
    """Everything that the directory and SharePoint know of one company."""

    def __init__(
        self, *, blobs: Blobs, clock: PracticeClock, limits: GraphLimits, switches: GraphSwitches
    ) -> None:
        self._parts: dict[str, Any] = {
            "blobs": blobs,
            "clock": clock,
            "limits": limits,
            "switches": switches,
        }
        self.id = str(fixed_guid("tenant"))
        self.name = COMPANY_NAME
        self.domain = DOMAIN
        self.persons = {person.graph_id: person for person in PERSONS}
        self.drives: dict[str, Drive] = {}
        self.sites: dict[str, Site] = {}
        self.teams: dict[str, Team] = {}
        self.personal: dict[str, Drive] = {}  # OneDrives by the person's id
        self._found()

    def _found(self) -> None:
        self.root_site = self._site(HOST, "", COMPANY_NAME)
        self._library(self.root_site, "Documents", "Shared Documents")
        self.team = self._team(TEAM_NAME, "The tower at the harbour")
        self.library = self.team.site.drives[0]
        self.handover_site = self._site(HOST, "sites/Handover", "Handover")
        self.handover = self._library(self.handover_site, "Documents", "Shared Documents")
        self._library(self.handover_site, "Records", "Records")
        for person in PERSONS:
            self._onedrive(person)

    def _site(self, host: str, path: str, title: str, *, personal: bool = False) -> Site:
        guid, web = fixed_guid("site", host, path), fixed_guid("web", host, path)
        site = Site(
            id=f"{host},{guid},{web}",
            guid=guid,
            web=web,
            host=host,
            path=path,
            title=title,
            personal=personal,
        )
        self.sites[site.id] = site
        return site

    def _library(
        self,
        site: Site,
        name: str,
        folder: str,
        *,
        owner: dict[str, dict[str, str]] | None = None,
        members: frozenset[str] | None = None,
        person: Person | None = None,
    ) -> Drive:
        guid = fixed_guid("library", site.host, site.path, folder)
        place = Place(
            drive_id=drive_id(site.guid, site.web, guid),
            library=guid,
            name=name,
            kind="business" if site.personal else "documentLibrary",
            site_id=site.id,
            host=site.host,
            web_path=f"{site.path}/{folder}".lstrip("/"),
            owner=owner or {"group": {"displayName": f"{site.title} Owners"}},
            members=members,
        )
        drive = Drive(place, founder=Author(person or PERSONS[0]), **self._parts)
        site.drives.append(drive)
        self.drives[place.drive_id] = drive
        return drive

    def _team(self, name: str, description: str) -> Team:
        group = fixed_guid("team", name)
        plain = name.replace(" ", "")
        site = self._site(HOST, f"sites/{plain}", name)
        email = f"{plain}@{DOMAIN}"
        owner = {"group": {"id": str(group), "displayName": name, "email": email}}
        library = self._library(site, "Documents", "Shared Documents", owner=owner)
        everybody = frozenset(person.key for person in PERSONS)
        team = Team(id=str(group), name=name, description=description, site=site, members=everybody)
        self.teams[team.id] = team
        for channel in ("General", "Site Office"):
            self._channel(team, channel, library, "standard")
        inner = self._site(HOST, f"sites/{plain}-{PRIVATE_CHANNEL}", f"{name}-{PRIVATE_CHANNEL}")
        private = self._library(
            inner, "Documents", "Shared Documents", owner=owner, members=_INNER_CIRCLE
        )
        self._channel(team, PRIVATE_CHANNEL, private, "private")
        return team

    def _channel(self, team: Team, name: str, drive: Drive, membership: Membership) -> Channel:
        thread = fixed_guid("channel", team.name, name).hex
        channel = Channel(
            id=f"19:{thread}@thread.tacv2",
            name=name,
            membership=membership,
            drive=drive,
            folder=drive.add_folder(drive.root_id, name, PERSONS[0]),
        )
        team.channels.append(channel)
        return channel

    def _onedrive(self, person: Person) -> None:
        word = "".join(letter if letter.isalnum() else "_" for letter in person.login)
        site = self._site(PERSONAL_HOST, f"personal/{word}", person.name, personal=True)
        user = {"id": person.graph_id, "displayName": person.name, "email": person.login}
        drive = self._library(
            site,
            "OneDrive",
            "Documents",
            owner={"user": user},
            members=frozenset({person.key}),
            person=person,
        )
        self.personal[person.graph_id] = drive

    # -- looking up ------------------------------------------------------------------------------

    def person(self, key: str) -> Person | None:
        """A person by object id or by login."""
        for person in PERSONS:
            if key.lower() in {person.graph_id, person.login}:
                return person
        return None

    def site(self, key: str) -> Site | None:
        """A site by id, by ``root``, by its host, or by ``host:/path:``."""
        if key in {"root", HOST}:
            return self.root_site
        if key in self.sites:
            return self.sites[key]
        host, _, path = key.rstrip(":").partition(":")
        path = path.strip("/")
        for site in self.sites.values():
            guids = f"{site.guid},{site.web}"
            if key == guids or (site.host == host and site.path.lower() == path.lower()):
                return site
        return None

    def channel(self, name: str) -> Channel:
        """A channel of the sample Team by name.

        Raises:
            KeyError: there is none of that name.
        """
        for channel in self.team.channels:
            if channel.name == name:
                return channel
        raise KeyError(name)
