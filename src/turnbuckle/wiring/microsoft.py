"""Microsoft 365 put together: sign-in, wire, destinations, and a drive as a connector."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from turnbuckle.connectors.graph.api import graph_wire
from turnbuckle.connectors.graph.capabilities import CAPABILITIES
from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.connectors.graph.places import Place, Places
from turnbuckle.connectors.graph.preflight import preflight
from turnbuckle.connectors.graph.sign_in import AppTokens, Consent, Registration, person_tokens
from turnbuckle.connectors.graph.subscriptions import Subscriptions
from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.model.names import fit
from turnbuckle.ports.announcing import Announcer
from turnbuckle.ports.connector import Connector
from turnbuckle.transport.tokens import Tokens
from turnbuckle.transport.wire import Wire
from turnbuckle.wiring.picking import NotFound
from turnbuckle.wiring.remotes import Account, Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where files go, by names or ids: a channel of a team, a folder of a site, or a OneDrive.

    Attributes:
        folder: a path below the channel's folder, or below the top of the library.
        library: of a site; None: its usual one.
        onedrive: a person's login or id; "me": whoever is signed in.
    """

    team: str | None = None
    channel: str | None = None
    site: str | None = None
    library: str | None = None
    onedrive: str | None = None
    folder: str = ""


_DEEPEST = 200  # folders above one another; SharePoint's paths end at 400 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A folder that was found, or made.

    Attributes:
        drive: the id of its drive, which is the feed's address.
        path_units: UTF-16 units of the path from after the host down to it.
        shown: for people to read.
    """

    drive: str
    folder: ItemId
    path_units: int
    shown: str


class UnclearDestination(Exception):
    """The destination is not named, or in two ways at once; the text says how."""


def connector(account: Account, address: str, shared: Shared) -> Connector:
    """Open the connector of a drive; makes no call."""
    client_id = str(account.settings["client_id"])
    return GraphConnector(_wire(account, shared), drive_id=address, client_id=client_id)


def announcer(account: Account, address: str, shared: Shared) -> Announcer:
    """Open what subscribes to a drive; makes no call."""
    return Subscriptions(_wire(account, shared), address)


class MicrosoftAccount:
    """One account at Microsoft 365, for what is asked before a link runs."""

    def __init__(self, account: Account, shared: Shared) -> None:
        self._account = account
        self._shared = shared
        self._wire = _wire(account, shared)

    async def identify(self) -> str:
        """Sign in, and say whose account it is."""
        account, parts = self._account, self._shared
        await parts.tokens(account, lambda: _tokens(account, parts)).bearer()
        settings = self._account.settings
        return f"{settings.get('login') or 'the app'} in the tenant {settings['tenant']}"

    async def find(self, wanted: Destination) -> Found:
        """Find a destination and make sure that we may write there; nothing is changed.

        Raises:
            UnclearDestination: too little or too much is named.
            RemoteError: it is not there, no folder, full or closed to us; the text says which.
        """
        found = await self.see(wanted)
        await preflight(self._wire, found.drive, found.folder)
        return found

    async def ready(self, drive: str, folder: ItemId) -> None:
        """Make sure that a folder is there and can be written; nothing is changed.

        Raises:
            RemoteError: it cannot; the text says what to do.
        """
        await preflight(self._wire, drive, folder)

    async def see(self, wanted: Destination) -> Found:
        """Find a destination, without a try whether we may write there.

        Raises:
            UnclearDestination: too little or too much is named.
            RemoteError: it is not there, or no folder; the text says which.
        """
        places = Places(self._wire)
        place, shown = await self._place(places, wanted)
        if _names(wanted.folder):
            below = await self._walk(place, wanted.folder)
            place = await places.folder_by_id(place.drive_id, below)
            shown = " / ".join([shown, *_names(wanted.folder)])
        return _found(place, shown)

    async def team(self, name_or_id: str) -> str:
        """Give the id of a Team."""
        return (await Places(self._wire).team(name_or_id, by_app=self._account.by_app)).id

    async def layout(self, below: Found, names: list[str]) -> tuple[Found, list[ItemId]]:
        """Make sure that the folders of a link's layout are there; give the last one, and all."""
        files = connector(self._account, below.drive, self._shared)
        folders, shown = [below.folder], below.shown
        for name in names:
            fitted = fit(Name(name), Kind.FOLDER, CAPABILITIES.names)
            folders.append((await files.create_folder(folders[-1], fitted)).id)
            shown = f"{shown} / {fitted}"
        last = await Places(self._wire).folder_by_id(below.drive, folders[-1])
        return _found(last, shown), folders[1:]

    async def deepest(self, below: Found, names: list[str]) -> tuple[ItemId, int]:
        """Give the last folder of a layout that is there already, and how deep it is."""
        files = connector(self._account, below.drive, self._shared)
        folder = below.folder
        for depth, name in enumerate(names):
            found = await files.find(folder, fit(Name(name), Kind.FOLDER, CAPABILITIES.names))
            if found is None or found.kind is not Kind.FOLDER:
                return folder, depth
            folder = found.id
        return folder, len(names)

    async def line(self, drive: str, folder: ItemId) -> list[ItemId]:
        """Give a folder and those above it, up to the top of its drive."""
        files = connector(self._account, drive, self._shared)
        line: list[ItemId] = []
        current: ItemId | None = folder
        while current is not None and len(line) < _DEEPEST:
            line.append(current)
            found = await files.look(current)
            current = None if found is None else found.parent
        return line

    async def _place(self, places: Places, wanted: Destination) -> tuple[Place, str]:
        _require_one_way(wanted)
        if wanted.team is not None and wanted.channel is not None:
            team = await places.team(wanted.team, by_app=self._account.by_app)
            channel = await places.channel(team.id, wanted.channel)
            place = await places.channel_folder(team.id, channel)
            return place, f"{team.display_name} / {channel.display_name}"
        if wanted.site is not None:
            site = await places.site(wanted.site)
            drive = await places.library(site.id, wanted.library)
            place = await places.folder(drive.id)
            return place, f"{site.display_name or site.name} / {drive.name}"
        owner = None if wanted.onedrive == "me" else wanted.onedrive
        drive = await places.onedrive(owner)
        whose = "OneDrive" if owner is None else f"OneDrive of {owner}"
        return await places.folder(drive.id), whose

    async def _walk(self, start: Place, path: str) -> ItemId:
        files = connector(self._account, start.drive_id, self._shared)
        folder = start.folder_id
        for name in _names(path):
            found = await files.find(folder, Name(name))
            if found is None:
                raise NotFound(f"there is no folder {name!r} in the destination; make it first")
            if found.kind is not Kind.FOLDER:
                raise NotFound(f"{name!r} in the destination is not a folder; give a folder")
            folder = found.id
        return folder


def _require_one_way(wanted: Destination) -> None:
    if wanted.team is not None and wanted.channel is None:
        raise UnclearDestination("name the channel with --channel NAME")
    if wanted.channel is not None and wanted.team is None:
        raise UnclearDestination("name the Team of the channel with --team NAME")
    if wanted.library is not None and wanted.site is None:
        raise UnclearDestination("name the site of the library with --site ADDRESS")
    ways = [each for each in (wanted.team, wanted.site, wanted.onedrive) if each is not None]
    if len(ways) != 1:
        raise UnclearDestination(
            "name one destination: --team and --channel, or --site (and --library), or --onedrive"
        )


async def begin_consent(
    account: Account, shared: Shared, redirect_uri: str, state: str
) -> dict[str, Any]:
    """Start a person's sign-in; ``auth_uri`` of the answer is the page, the whole is a secret."""
    return await Consent(_registration(account), meter=shared.meter).begin(redirect_uri, state)


async def redeem(
    account: Account, shared: Shared, flow: dict[str, Any], answer: Mapping[str, str]
) -> dict[str, str]:
    """Change the code of a sign-in into tokens, kept in the account's token store.

    Returns:
        What the settings keep of the person: ``login``, ``person`` and the ``tenant`` they are of.
    """
    told = await Consent(_registration(account), meter=shared.meter).finish(flow, answer)
    account.tokens.save({"refresh_token": told["refresh_token"]})
    kept = {key: str(told[key]) for key in ("login", "person") if told[key]}
    return kept | ({"tenant": str(told["tenant"])} if told["tenant"] else {})


def _found(place: Place, shown: str) -> Found:
    return Found(
        drive=place.drive_id, folder=place.folder_id, path_units=place.path_units, shown=shown
    )


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name]


def _registration(account: Account) -> Registration:
    return Registration(
        cloud=account.cloud,
        tenant=str(account.settings["tenant"]),
        client_id=str(account.settings["client_id"]),
        secret=account.client_secret,
    )


def _tokens(account: Account, shared: Shared) -> Tokens:
    registration = _registration(account)
    if account.by_app:
        return AppTokens(registration, clock=shared.clock, meter=shared.meter)
    return person_tokens(
        registration,
        store=account.tokens,
        clock=shared.clock,
        meter=shared.meter,
        spread=shared.spread,
    )


def bare_wire(account: Account, shared: Shared) -> Wire:
    """Open the wire of an account, for the probe."""
    return _wire(account, shared)


def _wire(account: Account, shared: Shared) -> Wire:
    return graph_wire(
        cloud=account.cloud,
        tokens=shared.tokens(account, lambda: _tokens(account, shared)),
        budget=shared.budget(account),
        session=shared.session,
        clock=shared.clock,
        meter=shared.meter,
        connection=account.connection,
    )
