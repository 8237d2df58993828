"""Both practice services and our engine between them, in one process and on one simulated clock."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scenarios.over_http.connections import connected
from sync.over_http.hand import Hand, Row

from turnbuckle.connectors.procore.items import folder_id
from turnbuckle.model.items import ItemId
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.practice.blobs import Blob, Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.comparison import Comparison, compare
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.persons import Person
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreLimits, ProcoreSwitches
from turnbuckle.store import organisations
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Bound, Link
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.report import Report
from turnbuckle.sync.running import run_link
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.registry import open_ends, to_keep

PEOPLE_TOKEN = "people-token-of-the-tests"
CHANNEL = "Site Office"
MORNING = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
_numbers = itertools.count(1)
_COUNTS = ("procore", "procore_writes", "graph", "graph_writes", "downloads", "uploads")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """How both services are to behave."""

    procore: ProcoreSwitches = field(
        default_factory=lambda: ProcoreSwitches(case_blind=False, clean_names=False)
    )
    procore_limits: ProcoreLimits = NO_LIMITS
    microsoft: GraphSwitches = field(default_factory=GraphSwitches)
    microsoft_limits: GraphLimits = field(default_factory=GraphLimits.without_throttling)
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What one run cost, as the two services counted it."""

    procore: int
    procore_writes: int
    graph: int
    graph_writes: int
    downloads: int  # requests for content, to either storage
    uploads: int  # requests with content, to either storage

    @property
    def writes(self) -> int:
        return self.procore_writes + self.graph_writes

    @property
    def transfers(self) -> int:
        return self.downloads + self.uploads


@dataclass
class Stage:
    """A link between a project and a channel, and everything that a test touches."""

    clock: SimulatedClock
    blobs: Blobs
    procore: PracticeProcore
    microsoft: PracticeMicrosoft
    project: int
    ends: Ends
    meter: Meter
    left: Hand
    right: Hand
    startup: dict[str, Any]
    cost: Calls = field(default_factory=lambda: Calls(**dict.fromkeys(_COUNTS, 0)))

    async def run(self, *, complete: bool = False) -> Report:
        """Run the link once, some seconds later; `cost` tells afterwards what it took."""
        self.clock.advance(5)
        before = self._counts()
        report = await run_link(self.ends, self.clock, complete=complete)
        after = self._counts()
        self.cost = Calls(**{name: after[name] - before[name] for name in _COUNTS})
        return report

    async def in_step(self) -> None:
        """Run until nothing is left to do, and make sure that nothing was left over."""
        await self.run()
        await self.run()
        assert self.cost.writes == 0, self.cost

    async def compare(self) -> Comparison:
        """Look at both sides from outside, over plain HTTP."""
        return await compare(self.startup)

    async def assert_equal(self) -> Comparison:
        found = await self.compare()
        assert found.is_equal, "\n".join(found.lines())
        return found

    def _counts(self) -> dict[str, int]:
        left, right = self.procore, self.microsoft
        held, kept = left.storage_counters, right.storage_counters
        return {
            "procore": left.counters.calls,
            "procore_writes": left.counters.writes,
            "graph": right.counters.calls,
            "graph_writes": right.counters.writes,
            "downloads": held["GET storage"] + kept["GET download"],
            "uploads": held["POST storage"] + held["PUT storage"] + kept["PUT fragment"],
        }


@asynccontextmanager
async def staged(
    folder: Path, scene: Scene, clock: SimulatedClock | None = None
) -> AsyncIterator[Stage]:
    """Start both services, empty, with a link between them; the clock may be that of others."""
    clock = clock or SimulatedClock(MORNING)
    blobs = Blobs(folder)
    async with AsyncExitStack() as stack:
        procore = PracticeProcore(
            blobs=blobs,
            clock=clock,
            limits=scene.procore_limits,
            switches=scene.procore,
            people_token=PEOPLE_TOKEN,
        )
        microsoft = PracticeMicrosoft(
            blobs=blobs,
            clock=clock,
            limits=scene.microsoft_limits,
            switches=scene.microsoft,
            people_token=PEOPLE_TOKEN,
        )
        project = procore.add_project("Harbour Tower")
        stack.push_async_callback(procore.stop)
        await procore.start()
        stack.push_async_callback(microsoft.stop)
        await microsoft.start()
        startup = _startup(procore, microsoft, project)
        ana = await ProcoreUser.sign_in(startup, "ana")
        stack.push_async_callback(ana.close)
        chloe = await TeamsUser.sign_in(startup, "chloe")
        stack.push_async_callback(chloe.close)
        scope, link = await asyncio.to_thread(
            _link, procore, microsoft, project, scene.policy, clock.now()
        )
        meter = Meter()
        ends = await stack.enter_async_context(open_ends(scope, link, clock, meter))
        yield Stage(
            clock,
            blobs,
            procore,
            microsoft,
            project,
            ends,
            meter,
            _left(ana, procore, project, blobs, clock),
            _right(chloe, microsoft, blobs, clock),
            startup,
        )


def _startup(
    procore: PracticeProcore, microsoft: PracticeMicrosoft, project: int
) -> dict[str, Any]:
    channel = microsoft.channel(CHANNEL)
    return {
        "people_token": PEOPLE_TOKEN,
        "procore": {
            "address": procore.address,
            "company_id": procore.company_id,
            "project_id": project,
        },
        "microsoft": {
            "address": microsoft.address,
            "drive_id": channel.drive.place.drive_id,
            "folder_id": channel.folder,
        },
    }


def _left(
    person: ProcoreUser, service: PracticeProcore, project: int, blobs: Blobs, clock: SimulatedClock
) -> Hand:
    tree = service.documents(project)

    def rows() -> Iterator[Row]:
        for number, parent, name, is_folder, size, sha256 in tree.walk():
            yield str(number), str(parent), name, is_folder, size, sha256

    def plant(parent: str, name: str, blob: Blob | None, by: Person, at: datetime) -> str:
        if blob is None:
            return str(tree.add_folder(int(parent), name, by, at))
        return str(tree.add_file(int(parent), name, blob, by, at))

    return Hand(person, rows, plant, blobs, clock)


def _right(
    person: TeamsUser, service: PracticeMicrosoft, blobs: Blobs, clock: SimulatedClock
) -> Hand:
    drive = service.channel(CHANNEL).drive

    def plant(parent: str, name: str, blob: Blob | None, by: Person, at: datetime) -> str:
        if blob is None:
            return drive.add_folder(parent, name, by, at)
        return drive.add_file(parent, name, blob, by, at)

    return Hand(person, drive.walk, plant, blobs, clock)


def _link(
    procore: PracticeProcore,
    microsoft: PracticeMicrosoft,
    project: int,
    policy: Policy,
    now: datetime,
) -> tuple[Scope, Link]:
    number = next(_numbers)
    scope = organisations.of()
    channel = microsoft.channel(CHANNEL)
    left, right = connected(scope, procore, microsoft, number=number, now=now)
    link = scope.links.add(
        f"Harbour Tower {number}",
        left=scope.feeds.of(left, f"{project}/documents"),
        right=scope.feeds.of(right, channel.drive.place.drive_id),
        bounds=[
            Bound(
                tool=DOCUMENTS,
                left=folder_id(procore.documents(project).root_id),
                right=ItemId(channel.folder),
            )
        ],
        policy=to_keep(policy),
        path_start={Side.RIGHT: len(channel.drive.place.web_path) + 1 + len(CHANNEL)},
        now=now,
    )
    return scope, link
