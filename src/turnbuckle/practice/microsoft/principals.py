"""Who is calling, and what that caller may do.

App-only tokens carry roles, delegated ones scopes; a delegated right is the lesser of the app's
scope and the person's own right. What is granted on single sites or items is looked up at each
call: a grant works, and ends, at once. Source: section 1 of the fact sheet.
"""

from dataclasses import dataclass
from datetime import datetime

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Author, Entry
from turnbuckle.practice.microsoft.places import Place
from turnbuckle.practice.microsoft.refusals import access_denied
from turnbuckle.practice.persons import Person

WRITE_ALL = frozenset({"Files.ReadWrite.All", "Sites.ReadWrite.All", "Sites.FullControl.All"})
"""Each of these lets its holder write everywhere."""
_READ_ALL = WRITE_ALL | {"Files.Read.All", "Sites.Read.All"}
_OWN_WRITE = frozenset({"Files.ReadWrite"})
_OWN_READ = frozenset({"Files.Read"}) | _OWN_WRITE
_GROUPS = frozenset({"Group.Read.All", "Group.ReadWrite.All"})
_DIRECTORY = frozenset({"Directory.Read.All", "Directory.ReadWrite.All"})
_SITES_READ = frozenset({"Sites.Read.All", "Sites.ReadWrite.All", "Sites.FullControl.All"})
_SETTINGS = frozenset({"TeamSettings.Read.All", "TeamSettings.ReadWrite.All"})
_CHANNEL_SETTINGS = frozenset({"ChannelSettings.Read.All", "ChannelSettings.ReadWrite.All"})
_TAB_WRITE = frozenset(
    {"TeamsTab.ReadWrite.All", "TeamsTab.ReadWriteForTeam.All", "TeamsTab.ReadWriteForTeam"}
)
RIGHTS = {
    "me": frozenset({"User.Read", "User.ReadWrite", "User.Read.All", "User.ReadBasic.All"})
    | _DIRECTORY,
    "users": frozenset({"User.Read.All", "User.ReadBasic.All", "User.ReadWrite.All"}) | _DIRECTORY,
    "teams": frozenset({"Team.ReadBasic.All"}) | _SETTINGS | _GROUPS | _DIRECTORY,
    "make team": frozenset({"Team.Create", "Group.ReadWrite.All"}),
    "groups": frozenset({"GroupMember.Read.All", "GroupMember.ReadWrite.All"})
    | _GROUPS
    | _DIRECTORY,
    "channels": frozenset({"Channel.ReadBasic.All"}) | _CHANNEL_SETTINGS | _GROUPS,
    "make channel": frozenset({"Channel.Create", "Group.ReadWrite.All"}),
    "change channel": frozenset({"ChannelSettings.ReadWrite.All", "Group.ReadWrite.All"}),
    "delete channel": frozenset({"Channel.Delete.All", "Group.ReadWrite.All"}),
    "channel files": _READ_ALL | _GROUPS,
    "team members": frozenset({"TeamMember.Read.All", "TeamMember.ReadWrite.All"}) | _GROUPS,
    "channel members": frozenset({"ChannelMember.Read.All", "ChannelMember.ReadWrite.All"})
    | _GROUPS,
    "tabs": frozenset({"TeamsTab.Read.All"}) | _TAB_WRITE | _GROUPS,
    "make tab": frozenset({"TeamsTab.Create", "Group.ReadWrite.All"}) | _TAB_WRITE,
    "change tab": frozenset({"Group.ReadWrite.All"}) | _TAB_WRITE,
    "all sites": _SITES_READ,
    "grants": frozenset({"Sites.FullControl.All"}),
}
"""What each part of the directory asks for, any one of the set."""

PEOPLE_SCOPES = frozenset(
    {"Files.ReadWrite.All", "Sites.ReadWrite.All", "Team.ReadBasic.All", "User.Read"}
    | {"Channel.ReadBasic.All", "Files.ReadWrite", "Files.Read", "User.ReadBasic.All"}
)
"""What an administrator consented to for apps that people sign in to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The caller of one request, from its token."""

    author: Author
    app_id: str  # empty: a person by hand
    person: Person | None  # None: an app by itself
    granted: frozenset[str]  # roles or scopes
    expires: datetime

    @property
    def by_hand(self) -> bool:
        """A person who uses the web pages, not an app."""
        return not self.app_id

    def ensure(self, part: str) -> None:
        """Raise 403 unless the caller's app may do this; people by hand need no app."""
        if not self.by_hand and self.granted.isdisjoint(RIGHTS[part]):
            raise access_denied(f"The token holds none of: {', '.join(sorted(RIGHTS[part]))}.")

    def ensure_site(self, place: Place) -> None:
        """Raise 403 unless the caller may see the site of this library."""
        if self.by_hand or not self.granted.isdisjoint(_READ_ALL):
            return
        if not self._is_granted(place, write=False):
            raise access_denied()

    def ensure_drive(self, drive: Drive, *, write: bool) -> None:
        """Raise 403 unless the caller may read, or write, at least something in this library."""
        shared = drive.sharing.knows(self.person, self.app_id)
        if shared:
            return  # single items, which `may` looks at
        if self.person is not None and not drive.place.admits(self.person, write=write):
            raise access_denied()
        if not self.holds(drive.place, write=write):
            raise access_denied()

    def may(self, drive: Drive, entry: Entry, *, write: bool) -> bool:
        """Whether the caller may read, or change, this item: person and app both have to."""
        sharing = drive.sharing
        if self.person is not None and not sharing.admits(entry, self.person, write=write):
            return False
        if self.holds(drive.place, write=write) and not self._is_closed(drive, entry):
            return True
        selected = "Files.SelectedOperations.Selected" in self.granted
        return selected and sharing.admits_app(entry, self.app_id, write=write)

    def runs(self, place: Place) -> bool:
        """Whether the caller may give other apps single items: by a wide right, or as the site's
        owner by a grant."""
        if self.by_hand or "Sites.FullControl.All" in self.granted:
            return True
        return "Sites.Selected" in self.granted and place.grants.runs(self.app_id)

    def holds(self, place: Place, *, write: bool) -> bool:
        """Whether the app has the whole library: by a wide right, a grant, or as the person's."""
        if self.by_hand or not self.granted.isdisjoint(WRITE_ALL if write else _READ_ALL):
            return True
        own = place.kind == "business" and self.person is not None
        if own and not self.granted.isdisjoint(_OWN_WRITE if write else _OWN_READ):
            return True
        return self._is_granted(place, write=write)

    def _is_closed(self, drive: Drive, entry: Entry) -> bool:
        """Whether the item is private to an app that has the library by a grant alone."""
        if drive.switches.granted_apps_see_private_items or self.by_hand:
            return False
        if not self.granted.isdisjoint(_READ_ALL):
            return False
        return drive.place.kind != "business" and not drive.sharing.reaches_library(entry)

    def _is_granted(self, place: Place, *, write: bool) -> bool:
        return "Sites.Selected" in self.granted and place.grants.allow(self.app_id, write=write)
