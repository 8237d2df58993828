"""Both practice services, with our own connectors between them: the catalogue over real sockets.

A row gets services of its own, since they start within milliseconds, so nothing is left over from
another row. Nothing waits: services, people and engine share one simulated clock.
"""

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scenarios.acting import Counts, Fault, Hands, NotHere, Row, WorldClock
from scenarios.over_http.arming import Arming
from scenarios.over_http.connections import connected
from scenarios.over_http.contents import Contents, size_bytes
from scenarios.over_http.counting import Counting
from scenarios.over_http.left_hands import LeftHands
from scenarios.over_http.parts import Parts
from scenarios.over_http.reasons import REASONS
from scenarios.over_http.right_hands import RightHands
from scenarios.over_http.structure import Structure
from scenarios.policies import policy_of

from turnbuckle.connectors.procore.items import folder_id
from turnbuckle.connectors.procore.photo_items import top_id
from turnbuckle.model.items import ItemId
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS, PHOTOS
from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock, SkewedClock
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.persons import person
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreSwitches
from turnbuckle.store import organisations
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Bound, Link
from turnbuckle.sync.ends import Ends
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.procore import feed_address
from turnbuckle.wiring.registry import open_ends, to_keep

MORNING = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
PROJECT = "Harbour Tower"
LEVELS = ("Procore", PROJECT)
CHLOE = person("chloe")
_LONGEST_PATH = 400
_PAGE_ROWS = 100  # where a row wants a list to break off between two pages
_numbers = itertools.count(1)


class World:
    """Two services with a link between them, for one row."""

    def __init__(self, parts: Parts, row: Row, policy: Policy, stack: AsyncExitStack) -> None:
        self.clock: WorldClock = parts.clock
        self.hands: Mapping[Side, Hands] = {Side.LEFT: parts.left, Side.RIGHT: parts.right}
        self.ends: Ends
        self._parts = parts
        self._row = row
        self._policy = policy
        self._stack = stack
        self._structure = Structure(parts)
        self._counting = Counting(
            parts.procore, parts.microsoft, parts.left, parts.right, parts.clock
        )
        self._arming = Arming(parts)

    def counts(self) -> Counts:
        """Give what was counted since `zero`."""
        return self._counting.counts

    def zero(self) -> None:
        """Count from nothing again."""
        self._counting.zero()

    def complaints(self) -> Sequence[str]:
        """Give the rules that our app broke."""
        hasty = self._parts.microsoft.hasty
        return [f"{hasty} calls to Graph before the wait of a 429 was over"] if hasty else []

    async def structure(self, side: Side, change: Mapping[str, Any]) -> None:
        """Let somebody change levels 1 to 3, or the account."""
        if change["do"].startswith("reconnect_other"):
            await self._reconnect(side, change["do"])
        else:
            self._structure.change(side, change)

    async def arm(self, fault: Fault) -> None:
        """Make a service behave so until `disarm`."""
        self._arming.arm(fault)

    async def disarm(self) -> None:
        """Make both services behave again."""
        self._arming.disarm()

    async def remember(self) -> None:
        """Note the moment to which a library may go back."""
        self._arming.remember()

    async def link_anew(self) -> None:
        """Make connections and the link again, and open the link's ends."""
        scope, link = await asyncio.to_thread(_link, self._parts, self._row, self._policy)
        await self._open(scope, link)

    async def _open(self, scope: Scope, link: Link) -> None:
        opening = open_ends(scope, link, self._parts.clock, Meter())
        self.ends = await self._stack.enter_async_context(opening)

    async def _reconnect(self, side: Side, do: str) -> None:
        """Sign the left connection in as somebody else, or for another company."""
        if side is Side.RIGHT:
            raise NotHere("only the left account is exchanged over HTTP")
        changed = self._structure.exchanged_account(do)
        scope, link = self.ends.scope, self.ends.link

        def change() -> None:
            connection = scope.connections.by_id(self.ends.feed(side).connection)
            settings = {**connection.settings, **changed}
            scope.connections.change(connection, settings=settings, account=do)

        await asyncio.to_thread(change)
        await self._open(scope, link)


class OverHttp:
    """Where the catalogue's rows are played over HTTP.

    Args:
        policy: the catalogue's part of that name.
    """

    name = "HTTP"
    copies = False  # a server and its sockets are there once

    def __init__(self, policy: Mapping[str, Any]) -> None:
        self._policy = policy_of(policy)

    def why_not(self, row: Row) -> str:
        """Say why a row cannot be played here."""
        if row.get("memory_only"):
            return "only a simulator can rename photos or give them new bytes"
        if row["run"] == "manual":
            return "for a person and a live account"
        return REASONS.get(row["id"], "") or _foreign_caps(row)

    @asynccontextmanager
    async def world(self, row: Row) -> AsyncIterator[World]:
        """Start both services and bind their folders."""
        with tempfile.TemporaryDirectory(prefix="turnbuckle-row-") as folder:
            async with AsyncExitStack() as stack:
                parts = await _parts(Path(folder) / "blobs", row, stack)
                world = World(parts, row, self._policy, stack)
                await world.link_anew()
                yield world


def _foreign_caps(row: Row) -> str:
    """Say which overlay of a row's capabilities is none of our services'."""
    known = {
        "A": {"min_size", "max_size", "photos"},
        "B": {"max_path"},
    }
    for side, caps in row.get("caps", {}).items():
        for name in caps:
            if name not in known[side]:
                return f"no service of ours can be told to have another {name}"
    return ""


async def _parts(folder: Path, row: Row, stack: AsyncExitStack) -> Parts:
    clock = SimulatedClock(MORNING)
    left_clock, right_clock = SkewedClock(clock), SkewedClock(clock)
    blobs = Blobs(folder)
    caps = row.get("caps", {})
    left_caps, right_caps = caps.get("A", {}), caps.get("B", {})
    largest = left_caps.get("max_size")
    procore = PracticeProcore(
        blobs=blobs,
        clock=left_clock,
        limits=NO_LIMITS,
        switches=ProcoreSwitches(
            case_blind=False,
            clean_names=False,
            empty_uploads=left_caps.get("min_size", 0) == 0,
            largest_upload=None if largest is None else size_bytes(largest),
            binned_content=False,
            documents_per_page=_PAGE_ROWS if "partial_listing" in repr(row) else 1000,
        ),
        people_token="nobody needs it",
    )
    microsoft = PracticeMicrosoft(
        blobs=blobs,
        clock=right_clock,
        limits=GraphLimits.without_throttling(),
        switches=GraphSwitches(rewrite_after_seconds=None, open_file_holds_folder=False),
        people_token="nobody needs it",
    )
    stack.push_async_callback(procore.stop)
    await procore.start()
    stack.push_async_callback(microsoft.stop)
    await microsoft.start()
    project = procore.add_project(PROJECT)
    channel = microsoft.channel("Site Office")
    levels, tools = _layout(channel.drive, channel.folder, _says_photos(row))
    if "max_path" in right_caps:
        microsoft.limits.path_characters = _above(channel.drive, tools["D"]) + _below(right_caps)
    contents = Contents(blobs)
    return Parts(
        clock=clock,
        left_clock=left_clock,
        right_clock=right_clock,
        contents=contents,
        procore=procore,
        microsoft=microsoft,
        project=project,
        drive=channel.drive,
        levels=levels,
        tools=tools,
        accounts=[procore.service_account],
        left=LeftHands(procore.documents(project), procore.photos(project), contents, clock),
        right=RightHands(channel.drive, tools, contents, clock),
    )


def _layout(drive: Drive, channel: str, photos: bool) -> tuple[dict[int, str], dict[str, str]]:
    """Make the folders of levels 1 to 3."""
    levels, at = {}, channel
    for number, name in enumerate(LEVELS, 1):
        levels[number] = at = drive.add_folder(at, name, CHLOE)
    tools = {"D": drive.add_folder(at, "Documents", CHLOE)}
    if photos:
        tools["P"] = drive.add_folder(at, "Photos", CHLOE)
    return levels, tools


def _above(drive: Drive, folder: str) -> int:
    """How many characters the path down to a folder has, after the host."""
    return len(drive.place.web_path) + drive.tree.length(folder)


def _below(caps: Mapping[str, Any]) -> int:
    """How many characters a row leaves for paths below the tool's folder."""
    return int(caps["max_path"]) - len("D")


def _says_photos(row: Row) -> bool:
    return "'P/" in repr(row) or "'tool': 'P'" in repr(row)


def _link(parts: Parts, row: Row, policy: Policy) -> tuple[Scope, Link]:
    number = next(_numbers)
    now = parts.clock.now()
    scope = organisations.of()
    left, right = connected(scope, parts.procore, parts.microsoft, number=number, now=now)
    root = folder_id(parts.procore.documents(parts.project).root_id)
    caps = row.get("caps", {}).get("B", {})
    above = _above(parts.drive, parts.tools["D"])
    if "max_path" in caps:  # as if the site had so long an address
        above = _LONGEST_PATH - _below(caps)
    bounds = [Bound(tool=DOCUMENTS, left=root, right=ItemId(parts.tools["D"]))]
    if "P" in parts.tools:
        photos = top_id(parts.project)
        bounds.append(Bound(tool=PHOTOS, left=photos, right=ItemId(parts.tools["P"])))
    link = scope.links.add(
        f"row {number} over HTTP",
        left=scope.feeds.of(left, feed_address(parts.project, photos="P" in parts.tools)),
        right=scope.feeds.of(right, parts.drive.place.drive_id),
        bounds=bounds,
        project=Bound(tool="project", left=root, right=ItemId(parts.levels[2])),
        policy=to_keep(policy),
        path_start={Side.RIGHT: above},
        now=now,
    )
    return scope, link
