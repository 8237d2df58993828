"""Link a project, or a company's own Documents, with a folder at Microsoft; both are checked."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from turnbuckle.model.items import Item, ItemId
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS, PHOTOS
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.names import NameTaken, UnknownName
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Bound, Connection, Feed, Link
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring import procore
from turnbuckle.wiring.microsoft import Destination, Found, MicrosoftAccount
from turnbuckle.wiring.procore import ProcoreAccount
from turnbuckle.wiring.registry import account_of, to_keep
from turnbuckle.wiring.remotes import shared

LAYOUT = "Procore/{project}/{tool}"
"""The folders that a link makes in its destination, where nobody says otherwise."""

PROJECT = "project"
"""Stands where a tool is named for the folder that bears the project's name."""

_FIELD = re.compile(r"\{(project|tool)\}")


class BadLayout(Exception):
    """The template of the folders cannot be used; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLink:
    """A link as a person asks for it.

    Attributes:
        name: None: the project's name, or the company's.
        procore: the connection's name; None: the only one of Procore.
        microsoft: the connection's name; None: the only one of Microsoft.
        project: its name or id; None: the only one.
        layout: the folders made in the destination; ``{project}`` and ``{tool}`` are put in, and
            an empty text means the destination itself.
        photos: keep the project's Photos in step, too, each tool in a folder of its own.
        company_documents: no project at all, but what the company keeps in Documents beside its
            projects; where the layout says project, the company's name stands.
    """

    destination: Destination
    name: str | None = None
    procore: str | None = None
    microsoft: str | None = None
    project: str | None = None
    layout: str = LAYOUT
    photos: bool = False
    company_documents: bool = False
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A new link, for people to read."""

    link: Link
    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """The left end, checked."""

    title: str  # of the project, or of the company
    tops: Mapping[str, Item]  # the top folder of each tool
    feed: str  # its address


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    title: str
    bounds: list[Bound]
    right: Found
    path_units: int  # of the longest path down to a bound folder
    project: Bound | None  # where the layout has a folder named after the project alone
    name: str
    feeds: tuple[Feed, Feed]


def add(scope: Scope, wanted: WantedLink, clock: Clock | None = None) -> Linked:
    """Check both sides, make the root folder in the destination, and keep the link.

    Nothing is changed anywhere unless both sides are ready.

    Raises:
        RemoteError: a side is not ready; the text says what to do.
        NotFound, UnclearDestination, BadLayout: what was named is not there, or not clear.
        NameTaken: there is a link of that name, or one of these very folders.
        UnknownName: there is no such connection.
    """
    clock = clock or agreed_clock()
    left = connection_named(scope, "procore", wanted.procore)
    right = connection_named(scope, "microsoft", wanted.microsoft)
    for tool in _tools(wanted).values():
        folders_of(wanted.layout, "project", tool)
    ready = asyncio.run(_prepare(scope, wanted, left, right, clock))
    return _keep(scope, ready, wanted.policy, clock.now())


def folders_of(layout: str, project: str, tool: str = "Documents") -> list[str]:
    """Give the names of the folders that a layout stands for.

    Raises:
        BadLayout: it holds a field that there is not, or a broken one.
    """
    put_in = {"project": project, "tool": tool}
    parts = [part for part in layout.split("/") if part]
    if any({"{", "}"} & set(_FIELD.sub("", part)) for part in parts):
        fields = " and ".join(f"{{{name}}}" for name in put_in)
        raise BadLayout(f"the layout {layout!r} may hold {fields} and nothing else")
    names = [_FIELD.sub(lambda found: put_in[found[1]], part) for part in parts]
    if any(name in {".", ".."} for name in names):
        raise BadLayout(f"the layout {layout!r} must name folders from the destination down")
    return names


def _tools(wanted: WantedLink) -> dict[str, str]:
    """Give what the folder of each tool is called.

    Raises:
        BadLayout: two tools would share a folder.
    """
    if not wanted.photos:
        return {DOCUMENTS: "Documents"}
    if "{tool}" not in wanted.layout:
        raise BadLayout(
            f"with Photos the layout {wanted.layout!r} must hold {{tool}}: each tool has a folder"
            " of its own"
        )
    return {DOCUMENTS: "Documents", PHOTOS: "Photos"}


async def _prepare(
    scope: Scope, wanted: WantedLink, left: Connection, right: Connection, clock: Clock
) -> _Ready:
    async with shared(clock, Meter()) as parts:
        source = ProcoreAccount(await asyncio.to_thread(account_of, left), parts)
        target = MicrosoftAccount(await asyncio.to_thread(account_of, right), parts)
        chosen = await _chosen(scope, wanted, source)
        tools, title, name = _tools(wanted), chosen.title, wanted.name or chosen.title
        found = await target.find(wanted.destination)
        layouts = {tool: folders_of(wanted.layout, title, said) for tool, said in tools.items()}
        for names in layouts.values():
            deepest, depth = await target.deepest(found, names)
            at = replace(found, folder=deepest)
            await _refuse_overlap(scope, right, target, at, whole=depth == len(names))
        roots: dict[str, Found] = {}
        folders: list[ItemId] = []
        for tool, names in layouts.items():
            roots[tool], folders = await target.layout(found, names)
    named = _project_folder(wanted.layout, folders)
    root = chosen.tops[DOCUMENTS].id  # it bears the project's name, or the company's
    return await asyncio.to_thread(
        lambda: _Ready(
            title=title,
            bounds=[
                Bound(tool=tool, left=chosen.tops[tool].id, right=roots[tool].folder)
                for tool in tools
            ],
            right=roots[DOCUMENTS],
            path_units=max(each.path_units for each in roots.values()),
            project=None if named is None else Bound(tool=PROJECT, left=root, right=named),
            name=name,
            feeds=(
                scope.feeds.of(left, chosen.feed),
                scope.feeds.of(right, roots[DOCUMENTS].drive),
            ),
        )
    )


async def _chosen(scope: Scope, wanted: WantedLink, source: ProcoreAccount) -> _Source:
    """Find what is meant at Procore, and make sure that it can be synced."""
    if wanted.company_documents:
        title, top = await source.ready_company()
        await asyncio.to_thread(_require_free, scope, wanted.name or title)
        return _Source(title=title, tops={DOCUMENTS: top}, feed=procore.COMPANY_ADDRESS)
    project, title = await source.project(wanted.project)
    await asyncio.to_thread(_require_free, scope, wanted.name or title)
    tops = (
        await source.ready_tools(project)
        if wanted.photos
        else {DOCUMENTS: await source.ready(project)}
    )
    feed = procore.feed_address(project, photos=wanted.photos)
    return _Source(title=title, tops=tops, feed=feed)


def _keep(scope: Scope, ready: _Ready, policy: Policy, now: datetime) -> Linked:
    left_feed, right_feed = ready.feeds
    link = scope.links.add(
        ready.name,
        left=left_feed,
        right=right_feed,
        bounds=ready.bounds,
        policy=to_keep(policy),
        path_start={Side.RIGHT: ready.path_units},
        now=now,
        project=ready.project,
    )
    tools = " and ".join(bound.tool.capitalize() for bound in ready.bounds)
    return Linked(link=link, left=f"Procore / {ready.title} / {tools}", right=ready.right.shown)


async def _refuse_overlap(
    scope: Scope, connection: Connection, target: MicrosoftAccount, wanted: Found, *, whole: bool
) -> None:
    """Two links may not write into the same folder, nor one into a folder of the other's.

    Args:
        scope: whose links.
        connection: the account of the destination.
        target: the same, open.
        wanted: the deepest folder of the new link's layout that is there.
        whole: it is the very folder that the new link will be bound to.
    """
    feed = await asyncio.to_thread(scope.feeds.of, connection, wanted.drive)
    above = await target.line(wanted.drive, wanted.folder)
    for link in await asyncio.to_thread(scope.links.list):
        if link.right_feed != feed.id:
            continue
        for bound in link.bounds:
            inside = whole and wanted.folder in await _line(target, wanted, bound.right)
            if bound.right in above or inside:
                raise NameTaken(
                    f"the link {link.name!r} already keeps this folder, one above it or one inside"
                    " it in step; choose another destination, or remove that link first"
                )


async def _line(target: MicrosoftAccount, wanted: Found, folder: ItemId) -> list[ItemId]:
    try:
        return await target.line(wanted.drive, folder)
    except RemoteError:
        return []  # it was deleted or is closed to us: nothing can be written into it


def _project_folder(layout: str, folders: list[ItemId]) -> ItemId | None:
    """Give the folder that bears the project's name and nothing else, if it is not the last one."""
    parts = [part for part in layout.split("/") if part]
    named = [folder for part, folder in zip(parts, folders, strict=True) if part == "{project}"]
    return named[0] if named and named[0] != folders[-1] else None


def _require_free(scope: Scope, name: str) -> None:
    if any(link.name == name for link in scope.links.list()):
        raise NameTaken(f"there is a link called {name!r} already; give the new one another --name")


def connection_named(scope: Scope, system: str, name: str | None) -> Connection:
    """Give the connection of that name, or the only one of a system.

    Raises:
        UnknownName: there is none, or one of another system, or several and none is named.
    """
    if name is not None:
        found = scope.connections.get(name)
        if found.system != system:
            raise UnknownName(f"the connection {name!r} is one of {found.system}, not of {system}")
        return found
    return _only(system, [each for each in scope.connections.list() if each.system == system])


def _only(system: str, found: Sequence[Connection]) -> Connection:
    if not found:
        raise UnknownName(f"{system} is not connected yet; do `turnbuckle connect {system}` first")
    if len(found) > 1:
        names = ", ".join(each.name for each in found)
        raise UnknownName(
            f"there are several connections of {system} ({names}); add --{system} NAME"
        )
    return found[0]


def remove(scope: Scope, name: str, now: datetime) -> None:
    """Forget a link; files stay on both sides.

    Raises:
        UnknownName: there is none of that name.
        LinkBusy: it is being run now.
    """
    scope.links.remove(name, now=now)
