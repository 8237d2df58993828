"""A tenant: its people, Teams with channels, sites, libraries and OneDrives.

The sample is one Team with three channels, two more sites and a OneDrive each; tests, the fault
panel and calls to Graph add to it. All ids are made from words and from the order in which things
are made, so they are the same every time.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.grants import ROLES, Grant
from turnbuckle.practice.microsoft.identifiers import drive_id, fixed_guid
from turnbuckle.practice.microsoft.items import Author
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.places import Place
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.sites import Site
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.microsoft.teams import Channel, Membership, Team, check_channel_name
from turnbuckle.practice.persons import COMPANY_NAME, DOMAIN, PERSONS, Person

HOST = DOMAIN.replace(".example", ".sharepoint.example")
PERSONAL_HOST = HOST.replace(".sharepoint", "-my.sharepoint")
TEAM_NAME = "Harbour Tower"
PRIVATE_CHANNEL = "Commercial"
_FIRST = PERSONS[0]
_NOT_IN_FOLDERS = str.maketrans("", "", '"*:<>?/\\|')


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
        self._clock = clock
        self._limits = limits
        self._switches = switches
        self.id = str(fixed_guid("tenant"))
        self.name = COMPANY_NAME
        self.domain = DOMAIN
        self.persons = {person.graph_id: person for person in PERSONS}
        self.drives: dict[str, Drive] = {}
        self.sites: dict[str, Site] = {}
        self.teams: dict[str, Team] = {}
        self.personal: dict[str, Drive] = {}  # OneDrives by the person's id
        self._used: set[str] = set()  # addresses of sites and libraries, those of deleted ones too
        self._found()

    def _found(self) -> None:
        self.root_site = self.add_site("", COMPANY_NAME)
        self.add_library(self.root_site, "Documents", "Shared Documents")
        self.team = self.add_team(TEAM_NAME, "The tower at the harbour", owners=PERSONS[:1])
        self.library = self.team.site.drives[0]
        self.add_channel(self.team, "Site Office")
        inner = PERSONS[:3]
        self.add_channel(self.team, PRIVATE_CHANNEL, "private", members=inner)
        self.handover_site = self.add_site("sites/Handover", "Handover")
        self.handover = self.add_library(self.handover_site, "Documents", "Shared Documents")
        self.add_library(self.handover_site, "Records", "Records")
        for person in PERSONS:
            self._onedrive(person)

    # -- making ----------------------------------------------------------------------------------

    def add_person(self, person: Person) -> None:
        """Somebody joins the company: an account and a OneDrive; no Team, but the open sites."""
        self.persons[person.graph_id] = person
        self._onedrive(person)

    def add_site(self, path: str, title: str) -> Site:
        """Make a site without a library, such as ``sites/Handover``; a taken path is numbered."""
        return self._enter(self._site(HOST, self._free_path(path), title))

    def add_library(
        self,
        site: Site,
        name: str,
        folder: str | None = None,
        *,
        members: Collection[str] | None = None,
        readers: Iterable[str] = (),
    ) -> Drive:
        """Make a library.

        Args:
            site: where.
            name: as people see it.
            folder: its part of the address; None: the name.
            members: keys of the people who may write; None: everybody.
            readers: keys of those who may only read.
        """
        drive = self._library(site, name, folder or name, members=members)
        drive.place.readers.update(readers)
        return drive

    def add_team(
        self,
        name: str,
        description: str = "",
        *,
        owners: Iterable[Person] = PERSONS[:1],
        members: Iterable[Person] | None = None,
        visibility: str = "private",
    ) -> Team:
        """Make a Team with its site, library and the channel General; its people: all, or some."""
        plain = "".join(letter for letter in name if letter.isalnum()) or "Team"
        site = self.add_site(f"sites/{plain}", name)
        extra = site.path.removeprefix(f"sites/{plain}")
        group = fixed_guid("team", name + extra)
        run = {person.key for person in owners}
        everybody = self.persons.values() if members is None else members
        belong = {person.key for person in everybody} | run
        team = Team(
            id=str(group),
            name=name,
            description=description,
            site=site,
            created=self.now(),
            ready=self.now(),
            members=belong,
            owners=run,
            visibility=visibility,
        )
        owner = _owned_by_group(team)
        self._library(site, "Documents", "Shared Documents", owner, members=belong, owners=run)
        self.teams[team.id] = team
        self.add_channel(team, "General")
        return team

    def add_channel(
        self,
        team: Team,
        name: str,
        membership: Membership = "standard",
        *,
        members: Iterable[Person] = (),
        owners: Iterable[Person] = PERSONS[:1],
        opened: bool = True,
    ) -> Channel:
        """Make a channel.

        Args:
            team: where.
            name: not taken, and not that of a channel deleted lately.
            membership: standard, private or shared.
            members: of a private or shared one, beside its owners.
            owners: of a private or shared one.
            opened: somebody opened its files, so that its folder is there.

        Raises:
            Refusal: 400, for the name.
        """
        self.check_free(team, name)
        run = {person.key for person in owners}
        belong = {person.key for person in members} | run
        site, drive = team.site, team.site.drives[0]
        if membership == "standard":
            belong, run = team.members, team.owners
        else:
            path = self._free_path(f"{team.site.path}-{''.join(filter(str.isalnum, name))}")
            site = self._site(HOST, path, f"{team.name}-{name}")
            owner = _owned_by_group(team)
            title = "Shared Documents"
            drive = self._library(site, "Documents", title, owner, members=belong, owners=run)
        channel = Channel(
            id=self._thread(team, name),
            name=name,
            membership=membership,
            drive=drive,
            site=site,
            created=self.now(),
            members=belong,
            owners=run,
        )
        team.channels.append(channel)
        if opened:
            self.open_files(channel)
        return channel

    def open_files(self, channel: Channel, by: Person = _FIRST) -> None:
        """Somebody opens a channel's files: its site, if it has one, and its folder are made."""
        if channel.folder:
            return
        if channel.has_own_site:
            self._enter(channel.site)
        root = channel.drive.get("root")
        name = channel.name.translate(_NOT_IN_FOLDERS)
        channel.folder = channel.drive.make_folder(root, name, Author(by), "replace").id

    def grant(self, site: Site, app_id: str, app_name: str, role: str) -> Grant:
        """Grant an app with Sites.Selected a role on a site: read, write, owner or fullcontrol.

        Raises:
            KeyError: there is no such role.
        """
        if role not in ROLES:
            raise KeyError(role)
        return site.grants.give(app_id, app_name, role)

    # -- changing --------------------------------------------------------------------------------

    def check_free(self, team: Team, name: str) -> None:
        """Raise unless a channel of the Team may have this name."""
        check_channel_name(name)
        folded = name.lower()
        if any(channel.name.lower() == folded for channel in team.channels):
            raise Refusal(400, "BadRequest", "Another channel of the Team has this name.")
        gone = team.deleted.get(folded)
        kept = timedelta(days=self._limits.deleted_channel_days)
        if gone is not None and self.now() < gone + kept:
            raise Refusal(400, "BadRequest", "A channel deleted not long ago had this name.")

    def rename_channel(self, team: Team, channel: Channel, name: str, author: Author) -> None:
        """Rename a channel; of the folders only General's follows, unless a switch says more."""
        if name == channel.name:
            return
        if name.lower() != channel.name.lower():
            self.check_free(team, name)
        follows = self._switches.renamed_channel_renames_folder or channel is team.channels[0]
        if channel.folder and follows and not channel.has_own_site:
            drive = channel.drive
            plain = name.translate(_NOT_IN_FOLDERS)
            drive.rename_or_move(drive.get(channel.folder), drive.get("root"), plain, author)
        channel.name = name

    def delete_channel(self, team: Team, channel: Channel) -> None:
        """Delete a channel; a standard one's folder stays, an own site goes with its channel."""
        if channel is team.channels[0]:
            raise Refusal(400, "BadRequest", "The channel General cannot be deleted.")
        team.channels.remove(channel)
        team.deleted[channel.name.lower()] = self.now()
        if channel.has_own_site:
            self.sites.pop(channel.site.id, None)
            self.drives.pop(channel.drive.place.drive_id, None)

    # -- parts -----------------------------------------------------------------------------------

    def _site(self, host: str, path: str, title: str, *, personal: bool = False) -> Site:
        guid, web = fixed_guid("site", host, path), fixed_guid("web", host, path)
        return Site(
            id=f"{host},{guid},{web}",
            guid=guid,
            web=web,
            host=host,
            path=path,
            title=title,
            personal=personal,
        )

    def _enter(self, site: Site) -> Site:
        """From now on the site and its libraries can be found."""
        self.sites[site.id] = site
        for drive in site.drives:
            self.drives[drive.place.drive_id] = drive
        return site

    def _free_path(self, path: str) -> str:
        free, number = path, 1
        while free.lower() in self._used:
            free, number = f"{path}{number}", number + 1
        self._used.add(free.lower())
        return free

    def _thread(self, team: Team, name: str) -> str:
        """The id of a new channel: of the same words a second time it is another one."""
        known = {channel.id for each in self.teams.values() for channel in each.channels}
        number = len(team.deleted) + sum(each.name == team.name for each in self.teams.values()) - 1
        words = ["channel", team.name, name, *([str(number)] if number else [])]
        thread = f"19:{fixed_guid(*words).hex}@thread.tacv2"
        while thread in known:
            words.append("again")
            thread = f"19:{fixed_guid(*words).hex}@thread.tacv2"
        return thread

    def _library(
        self,
        site: Site,
        name: str,
        folder: str,
        owner: dict[str, dict[str, str]] | None = None,
        *,
        members: Collection[str] | None = None,
        owners: Collection[str] = (_FIRST.key,),
        person: Person = _FIRST,
    ) -> Drive:
        folder = self._free_path(f"{site.host}/{site.path}/{folder}").rpartition("/")[2]
        guid = fixed_guid("library", site.host, site.path, folder)
        place = Place(
            drive_id=drive_id(site.guid, site.web, guid),
            library=guid,
            name=name,
            kind="business" if site.personal else "documentLibrary",
            site_id=site.id,
            site_title=site.title,
            host=site.host,
            web_path=f"{site.path}/{folder}".lstrip("/"),
            owner=owner or {"group": {"displayName": f"{site.title} Owners"}},
            members=members,
            owners=owners,
            grants=site.grants,
        )
        drive = Drive(place, founder=Author(person), **self._parts)
        site.drives.append(drive)
        if site.id in self.sites:
            self.drives[place.drive_id] = drive
        return drive

    def _onedrive(self, person: Person) -> None:
        word = "".join(letter if letter.isalnum() else "_" for letter in person.login)
        site = self._enter(
            self._site(PERSONAL_HOST, f"personal/{word}", person.name, personal=True)
        )
        user = {"id": person.graph_id, "displayName": person.name, "email": person.login}
        own = frozenset({person.key})
        self.personal[person.graph_id] = self._library(
            site, "OneDrive", "Documents", {"user": user}, members=own, owners=own, person=person
        )

    def now(self) -> datetime:
        """The time now."""
        return self._clock.now()

    # -- looking up ------------------------------------------------------------------------------

    def person(self, key: str) -> Person | None:
        """A person by object id or by login."""
        for person in self.persons.values():
            if key.lower() in {person.graph_id, person.login}:
                return person
        return None

    def site(self, key: str) -> Site | None:
        """A site by id, by ``root``, by its host, or by ``host:/path:``; one without a library
        is not found yet."""
        if key.lower() in {"root", HOST}:
            return self.root_site
        host, _, path = key.rstrip(":").partition(":")
        path = path.strip("/").lower()
        for site in self.sites.values():
            keys = {site.id, f"{site.guid},{site.web}"}
            place = (site.host, site.path.lower())
            if site.drives and (key in keys or place == (host.lower(), path)):
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


def _owned_by_group(team: Team) -> dict[str, dict[str, str]]:
    email = f"{team.mail}@{DOMAIN}"
    return {"group": {"id": team.id, "displayName": team.name, "email": email}}
