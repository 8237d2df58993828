"""Where files can go: Teams, channels, sites, libraries, folders, by the names that people use.

A destination is kept by its ids (drive, folder): channels and folders are renamed, ids stay.

Source: sections 2 and 10 of the Graph fact sheet.
"""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from turnbuckle.connectors.graph import addresses
from turnbuckle.connectors.graph.addresses import VERSION, segment
from turnbuckle.connectors.graph.api import GraphApi
from turnbuckle.connectors.graph.replies import InvalidRequest
from turnbuckle.connectors.graph.wire import Drive, DriveItem, Listing, Named, Site
from turnbuckle.model.items import ItemId
from turnbuckle.model.names import length
from turnbuckle.ports.errors import AccessDenied, Gone, Unacceptable, Unreachable
from turnbuckle.transport.wire import Wire

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TEAMS_ONLY = "resourceProvisioningOptions/Any(x:x eq 'Team')"
_MOST_SHOWN = 12
_STANDARD = "standard"
_RIGHTS = {
    "teams": "Team.ReadBasic.All (for one person's Teams) or GroupMember.Read.All (for all)",
    "channels": "Channel.ReadBasic.All",
    "drives": "Sites.Read.All",
}


class UnknownPlace(Unacceptable):
    """What a person named is not there, or not a folder; the text says what there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder in a drive, as a destination.

    Attributes:
        path_units: UTF-16 units of the decoded path from after the host down to this folder; what
            is put into it adds to that, up to SharePoint's 400.
    """

    drive_id: str
    folder_id: ItemId
    name: str
    web_url: str
    path_units: int


class Places:
    """Finds destinations with one connection's rights."""

    def __init__(self, wire: Wire) -> None:
        self._api = GraphApi(wire)

    async def teams(self, *, member: str | None = None, by_app: bool = False) -> list[Named]:
        """List Teams.

        Args:
            member: a person's id or login: that person's Teams; None: all that the app may see
                when `by_app`, else those of the person who is signed in.
            by_app: the app is signed in by itself.
        """
        if member is not None:
            address = f"{VERSION}/users/{segment(member)}/joinedTeams"
        elif by_app:
            address = (
                f"{VERSION}/groups?$filter={quote(_TEAMS_ONLY)}&$select=id,displayName&$top=999"
            )
        else:
            address = f"{VERSION}/me/joinedTeams"
        return await self._all(address, Listing[Named], "teams")

    async def team(
        self, name_or_id: str, *, member: str | None = None, by_app: bool = False
    ) -> Named:
        """Find one Team by its id or its name."""
        if _GUID.fullmatch(name_or_id):
            try:
                return await self._api.get(
                    f"{VERSION}/teams/{segment(name_or_id)}", Named, label="team"
                )
            except Gone as error:
                raise UnknownPlace(f"there is no Team with the id {name_or_id}") from error
            except AccessDenied as error:
                raise _not_listed("teams") from error
        found = await self.teams(member=member, by_app=by_app)
        return _the_one(name_or_id, found, _team_name, "Team")

    async def channels(self, team_id: str) -> list[Named]:
        """List the channels of a Team that the account may see."""
        address = f"{VERSION}/teams/{segment(team_id)}/channels"
        return await self._all(address, Listing[Named], "channels")

    async def channel(self, team_id: str, name_or_id: str) -> Named:
        """Find one channel by its id or its name."""
        return _the_one(name_or_id, await self.channels(team_id), _team_name, "channel")

    async def channel_folder(self, team_id: str, channel: Named) -> Place:
        """Give the folder that a channel keeps its files in.

        Asking is what makes Microsoft prepare the site of a new private or shared channel.

        Raises:
            UnknownPlace: the channel has none yet.
            AccessDenied: the account may not see the channel's files.
        """
        where = f"{VERSION}/teams/{segment(team_id)}/channels/{segment(channel.id)}/filesFolder"
        try:
            found = await self._api.get(where, DriveItem, label="channel folder")
        except Gone as error:
            raise UnknownPlace(_no_folder_yet(channel)) from error
        except AccessDenied as error:
            raise AccessDenied(
                f"Microsoft does not show the files of the channel {channel.display_name!r} to the"
                " connected account: a person has to be in the channel, an app needs"
                " Files.ReadWrite.All; with single sites (Sites.Selected) name the channel's site"
                " by its address instead, as the browser shows it"
            ) from error
        except (InvalidRequest, Unreachable):
            # seen for names with characters that SharePoint does not take
            return await self._channel_by_listing(team_id, channel)
        drive_id = found.parent_reference.drive_id if found.parent_reference else None
        if not drive_id:
            return await self._channel_by_listing(team_id, channel)
        return _place(drive_id, found)

    async def _channel_by_listing(self, team_id: str, channel: Named) -> Place:
        if channel.membership_type not in {None, _STANDARD}:
            raise UnknownPlace(  # the Team's library may have a folder of that name: another's
                f"Microsoft cannot tell the folder of the channel {channel.display_name!r}, which"
                " has a site of its own; name that site by its address instead"
            )
        base = f"{VERSION}/groups/{segment(team_id)}/drive"
        drive = await self._api.get(base, Drive, label="drive")
        async for one in self._api.each(
            f"{base}/root/children", Listing[DriveItem], label="children"
        ):
            if one.folder is not None and one.name == channel.display_name:
                return _place(drive.id, one)
        raise UnknownPlace(
            f"no folder of the channel {channel.display_name!r} is found in the Team's library; "
            "open its Files tab once in Teams, or give the library and the folder instead"
        )

    async def site(self, address_or_id: str) -> Site:
        """Find a site by its address in the browser, by ``host:/sites/name``, or by its id."""
        key = site_key(address_or_id)
        try:
            return await self._api.get(f"{VERSION}/sites/{key}", Site, label="site")
        except (Gone, InvalidRequest) as error:
            raise UnknownPlace(
                f"there is no site {address_or_id!r}, or it is not shown to the connected "
                "account; give its address as the browser shows it"
            ) from error
        except AccessDenied as error:
            raise AccessDenied(
                f"Microsoft does not open the site {address_or_id!r} to the connected account: an"
                " app that was given single sites (Sites.Selected) needs a grant with the role"
                " write on this very site, another app Sites.ReadWrite.All, a person has to be a"
                " member of the site"
            ) from error

    async def drives(self, site_id: str) -> list[Drive]:
        """List the libraries of a site."""
        address = f"{VERSION}/sites/{segment(site_id)}/drives"
        return await self._all(address, Listing[Drive], "drives")

    async def library(self, site_id: str, name_or_id: str | None = None) -> Drive:
        """Find one library of a site by its id or its name; None: the one that each site has,
        whose name is in the site's language."""
        if name_or_id is None:
            address = f"{VERSION}/sites/{segment(site_id)}/drive"
            return await self._api.get(address, Drive, label="drive")
        found = await self.drives(site_id)
        return _the_one(name_or_id, found, lambda drive: drive.name or "", "library")

    async def onedrive(self, person: str | None = None) -> Drive:
        """Give somebody's OneDrive; None: of the person who is signed in."""
        owner = "me" if person is None else f"users/{segment(person)}"
        try:
            return await self._api.get(f"{VERSION}/{owner}/drive", Drive, label="drive")
        except Gone as error:
            raise UnknownPlace(f"no OneDrive of {person or 'yours'!r} is found") from error
        except InvalidRequest as error:
            raise UnknownPlace(
                "an app that signs in by itself has no OneDrive; name the person's login"
            ) from error
        except AccessDenied as error:
            raise AccessDenied(
                f"Microsoft does not open the OneDrive of {person or 'yours'!r} to the connected"
                " account: an app needs Files.ReadWrite.All, or Sites.Selected and a grant with the"
                " role write on the OneDrive's site; or connect that person instead"
            ) from error

    async def folder(self, drive_id: str, path: str = "") -> Place:
        """Find a folder of a drive by its path, such as ``Site/Drawings``; empty: the top."""
        names = [name for name in path.split("/") if name]
        address = f"{addresses.drive(drive_id)}/root"
        if names:
            address += ":/" + "/".join(quote(name, safe="") for name in names)
        return await self._folder(drive_id, address, path)

    async def folder_by_id(self, drive_id: str, folder: ItemId) -> Place:
        """Give a folder of a drive by its id."""
        return await self._folder(drive_id, addresses.item(drive_id, folder), folder)

    async def _folder(self, drive_id: str, address: str, shown: str) -> Place:
        try:
            found = await self._api.get(address, DriveItem, label="folder")
        except (Gone, InvalidRequest) as error:
            raise UnknownPlace(f"there is no folder {shown!r} in this library") from error
        if found.folder is None and found.root is None:
            raise UnknownPlace(f"{found.name or shown!r} is not a folder; give a folder")
        return _place(drive_id, found)

    async def _all[T](self, address: str, shape: type[Listing[T]], label: str) -> list[T]:
        found: AsyncIterator[T] = self._api.each(address, shape, label=label)
        try:
            return [one async for one in found]
        except Gone as error:
            raise UnknownPlace(f"there are no {label} to be found there") from error
        except AccessDenied as error:
            raise _not_listed(label) from error


def _not_listed(label: str) -> AccessDenied:
    """Say which right is missing to find things by name, and the way without it."""
    return AccessDenied(
        f"Microsoft does not let the connected account list {label}; ask an administrator to "
        f"consent to {_RIGHTS[label]}, or name the site by its address instead of Team and channel"
    )


def _no_folder_yet(channel: Named) -> str:
    if channel.membership_type in {None, _STANDARD}:
        return (
            f"the channel {channel.display_name!r} has no folder yet; open its Files tab once in "
            "Teams, and try again after some minutes"
        )
    return (
        f"the site of the {channel.membership_type} channel {channel.display_name!r} is not there "
        "yet; we asked Microsoft to make it: try again after some minutes, or open the channel's "
        "Files tab once in Teams"
    )


def _team_name(named: Named) -> str:
    return named.display_name or ""


def _place(drive_id: str, folder: DriveItem) -> Place:
    web_url = folder.web_url or ""
    return Place(
        drive_id=drive_id,
        folder_id=ItemId(folder.id),
        name=folder.name or "",
        web_url=web_url,
        path_units=length(unquote(urlsplit(web_url).path).strip("/")),
    )


def site_key(text: str) -> str:
    """Turn what a person gives into Graph's word for a site."""
    if text.startswith("https://"):
        parts = urlsplit(text)
        names = [name for name in unquote(parts.path).split("/") if name][:2]
        host = parts.hostname or ""
        if not names or names[0].lower() not in {"sites", "teams", "personal"}:
            return host
        return f"{host}:/{'/'.join(quote(name, safe='') for name in names)}"
    host, colon, path = text.partition(":")
    return f"{segment(host)}:{quote(path)}" if colon else segment(text)


def _the_one[T: (Named, Drive)](
    wanted: str, found: Sequence[T], name_of: Callable[[T], str], what: str
) -> T:
    for one in found:
        if one.id == wanted:
            return one
    same = [one for one in found if name_of(one).casefold() == wanted.casefold()]
    if len(same) == 1:
        return same[0]
    if same:
        ids = ", ".join(one.id for one in same)
        raise UnknownPlace(f"{len(same)} are called {wanted!r}; give the {what}'s id: {ids}")
    names = sorted(name_of(one) for one in found)
    shown = ", ".join(names[:_MOST_SHOWN]) + (", ..." if len(names) > _MOST_SHOWN else "")
    there = f"there are: {shown}" if names else "none is shown to the connected account"
    raise UnknownPlace(f"there is no {what} {wanted!r}; {there}")
