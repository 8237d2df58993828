"""Who is calling, and what that caller may do.

App-only tokens carry roles, delegated ones scopes; a delegated right is the lesser of the app's
scope and the person's own right. Source: section 1 of the fact sheet.
"""

from dataclasses import dataclass
from datetime import datetime

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Author
from turnbuckle.practice.microsoft.refusals import access_denied
from turnbuckle.practice.persons import Person

WRITE_ALL = frozenset({"Files.ReadWrite.All", "Sites.ReadWrite.All", "Sites.FullControl.All"})
"""Each of these lets its holder write everywhere."""
_READ_ALL = WRITE_ALL | {"Files.Read.All", "Sites.Read.All"}
_OWN_WRITE = frozenset({"Files.ReadWrite"})
_OWN_READ = frozenset({"Files.Read"}) | _OWN_WRITE
_TEAMS = frozenset({"Team.ReadBasic.All", "TeamSettings.Read.All", "Group.Read.All"})
_CHANNELS = frozenset({"Channel.ReadBasic.All", "ChannelSettings.Read.All", "Group.Read.All"})
_SITES = frozenset(
    {"Sites.Read.All", "Sites.ReadWrite.All", "Sites.FullControl.All", "Sites.Selected"}
)
_USERS = frozenset({"User.Read", "User.Read.All", "User.ReadBasic.All", "Directory.Read.All"})
RIGHTS = {"teams": _TEAMS, "channels": _CHANNELS, "sites": _SITES | _READ_ALL, "users": _USERS}
"""What each part of the directory asks for, any one of the set."""

PEOPLE_SCOPES = frozenset(
    {"Files.ReadWrite.All", "Sites.ReadWrite.All", "Team.ReadBasic.All", "User.Read"}
    | {"Channel.ReadBasic.All", "Files.ReadWrite", "Files.Read"}
)
"""What a person may do by hand, in the browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The caller of one request, from its token."""

    author: Author
    app_id: str  # empty: a person by hand
    person: Person | None  # None: an app by itself
    granted: frozenset[str]  # roles or scopes
    expires: datetime
    selected_sites: frozenset[str] = frozenset()  # ids, with the role Sites.Selected

    @property
    def by_hand(self) -> bool:
        """A person who uses the web pages, not an app."""
        return not self.app_id

    def ensure(self, part: str) -> None:
        """Raise 403 unless the caller may read this part of the directory."""
        if self.granted.isdisjoint(RIGHTS[part]):
            raise access_denied(f"The token holds none of: {', '.join(sorted(RIGHTS[part]))}.")

    def ensure_drive(self, drive: Drive, *, write: bool) -> None:
        """Raise 403 unless the caller may read, or write, in this library."""
        if self.person is not None and not drive.place.admits(self.person):
            raise access_denied()
        if not self.granted.isdisjoint(WRITE_ALL if write else _READ_ALL):
            return
        if "Sites.Selected" in self.granted and drive.place.site_id in self.selected_sites:
            return
        own = drive.place.kind == "business" and self.person is not None
        if own and not self.granted.isdisjoint(_OWN_WRITE if write else _OWN_READ):
            return
        raise access_denied()
