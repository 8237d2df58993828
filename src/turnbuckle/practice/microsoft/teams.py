"""Teams, their channels, tabs and members, and what a channel may be called.

A standard channel is a folder in the Team site's library. A private or shared one has a site and
a library of its own. Nobody's folder is there before somebody opened the channel's files, or
asked for them. Source: section 10 of the fact sheet.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.sites import Site

Membership = Literal["standard", "private", "shared"]
MEMBERSHIPS: tuple[Membership, ...] = ("standard", "private", "shared")

_LONGEST_NAME = 50


@dataclass(slots=True, kw_only=True)
class Tab:
    """A page beside the posts of a channel."""

    id: str
    name: str
    app: str  # "com.microsoft.teamspace.tab.web"
    configuration: dict[str, str | None]


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel of a Team, and the folder that holds its files.

    Attributes:
        folder: an item id; empty: nobody opened the channel's files yet.
        ready: when the site that was asked for will be there; None: nobody asked.
    """

    id: str
    name: str
    membership: Membership
    drive: Drive
    site: Site
    created: datetime
    members: set[str]  # keys of people; of a standard channel: the Team's own
    owners: set[str]
    folder: str = ""
    description: str = ""
    ready: datetime | None = None
    tabs: dict[str, Tab] = field(default_factory=dict)

    @property
    def has_own_site(self) -> bool:
        """Whether its files are in a library of its own."""
        return self.membership != "standard"


@dataclass(slots=True, kw_only=True)
class Team:
    """A Team, which is a Microsoft 365 group with a site.

    Attributes:
        ready: from when on it can be found; making one takes the service a while.
        deleted: channels deleted so far, by name in small letters, and when.
    """

    id: str
    name: str
    description: str
    site: Site
    created: datetime
    members: set[str]  # keys of people, owners included
    owners: set[str]
    ready: datetime
    operation: str = ""  # the id of the work that made it; empty: not by a call
    visibility: str = "private"
    channels: list[Channel] = field(default_factory=list)  # the first is General
    deleted: dict[str, datetime] = field(default_factory=dict)

    @property
    def mail(self) -> str:
        """The group's nickname for mail, which is the site's too."""
        return self.site.path.rpartition("/")[2]

    def channel(self, key: str) -> Channel | None:
        """A channel by its id."""
        return next((channel for channel in self.channels if channel.id == key), None)


def check_channel_name(name: str) -> None:
    """Raise the refusal that Teams gives to a channel's name, if it gives one."""
    if not name.strip():
        raise _refused("A channel needs a displayName.")
    if len(name) > _LONGEST_NAME:
        raise _refused(f"A channel's name has {_LONGEST_NAME} characters at most.")
    if name.startswith(("_", ".")) or name.endswith("."):
        raise _refused("A channel's name begins with no _ or full stop, and ends with no full stop")


def _refused(sentence: str) -> Refusal:
    return Refusal(400, "BadRequest", sentence)
