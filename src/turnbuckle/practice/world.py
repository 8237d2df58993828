"""Start a Procore and a Microsoft together, with one project and one channel to keep in step."""

import asyncio
import os
import secrets
import signal
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from aiohttp import web

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import PracticeClock, ShiftedClock
from turnbuckle.practice.facts import microsoft_facts, person_facts, procore_facts
from turnbuckle.practice.folder_copy import CopyReport, copy_folder
from turnbuckle.practice.keeping import Keeper
from turnbuckle.practice.keys import every_role
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.panel.graph_panel import graph_panel
from turnbuckle.practice.panel.panel_routes import panel_routes
from turnbuckle.practice.panel.procore_panel import procore_panel
from turnbuckle.practice.people.desk import Desk, UserKind
from turnbuckle.practice.people.door import Door
from turnbuckle.practice.people.item_desk import ItemDesk
from turnbuckle.practice.people.pages import HOME
from turnbuckle.practice.people.routes import people_routes
from turnbuckle.practice.persons import Person
from turnbuckle.practice.planting import plant
from turnbuckle.practice.playing.photo_user import PhotoUser
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreLimits, ProcoreSwitches
from turnbuckle.practice.real_names import RealNames
from turnbuckle.practice.sample.project import LARGE_FILE_POINTS, PROJECT, sample_project
from turnbuckle.practice.startup import CannotStart, write_startup

CHANNEL = "Site Office"
PHOTOS_HOME = f"{HOME}photos/"
_PROCORE_TOOLS = (("Documents", HOME), ("Photos", PHOTOS_HOME))

Limits = Literal["real", "off"]
Documents = Literal["sample", "empty"] | Path


@dataclass(frozen=True, slots=True)
class Ports:
    """Where to listen; 0 takes a free port."""

    procore: int = 0
    procore_storage: int = 0
    microsoft: int = 0
    microsoft_storage: int = 0
    proxy: int = 0  # only with TLS

    @classmethod
    def beginning_at(cls, first: int) -> Self:
        """Name one port after the other, from the first on; 0 leaves all of them free."""
        return cls(*(first and first + number for number in range(len(fields(cls)))))

    def or_else(self, others: "Ports") -> "Ports":
        """Take the others' where these are free."""
        return Ports(
            *(getattr(self, one.name) or getattr(others, one.name) for one in fields(self))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSettings:
    """What a practice world is made of."""

    documents: Documents = "sample"  # a Path: that folder is copied
    folder: Path | None = None  # for all there is; None: a temporary one, removed at the end
    startup_file: Path | None = None
    limits: Limits = "real"
    ports: Ports = field(default_factory=Ports)
    tls: bool = False  # https behind our own certificate, and a proxy for the real names
    large_file_points: int = LARGE_FILE_POINTS  # size of the sample's one large file


class PracticeWorld:
    """Both services, seeded, or as they were kept in their folder; an async context manager.

    Args:
        settings: what to start.
        clock: the time for both; by default the machine's own, which the panel may set ahead.
    """

    def __init__(
        self, settings: WorldSettings | None = None, clock: PracticeClock | None = None
    ) -> None:
        self.settings = settings or WorldSettings()
        self.clock = clock or ShiftedClock()
        self.people_token = secrets.token_urlsafe(24)
        self.copied: CopyReport | None = None  # only for a folder that was copied
        self.place = self._project_name()
        self.files = 0  # in the project at the start
        self._client_secret = secrets.token_urlsafe(24)
        self._stack = AsyncExitStack()
        self._startup: Mapping[str, Any] = {}

    @property
    def startup(self) -> Mapping[str, Any]:
        """The content of the start-up file; see `facts` for its keys."""
        return self._startup

    @property
    def people_pages(self) -> Sequence[str]:
        """The addresses for people's browsers, with the token: Procore's, then Teams'."""
        return tuple(str(self._startup[side]["people_page"]) for side in ("procore", "microsoft"))

    async def __aenter__(self) -> Self:
        """Seed and start.

        Raises:
            CannotStart: a port is busy, or a folder cannot be used as asked.
            NotAFolder: the documents' folder cannot be read.
            ForeignFolder: the folder for bytes holds something else.
        """
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _start(self, stack: AsyncExitStack) -> None:
        self.blobs = self._blobs(stack)
        keeper = self._keeper(stack)
        kept: Kept | None = keeper.last() if keeper is not None else None
        if kept is None:
            self._build()
            self.project_id = self.procore.add_project(self.place)
            await self._seed()
        else:
            self._take_up(kept)
        self._open()
        stack.push_async_callback(self._stop)
        try:
            await self._listen(Ports() if kept is None else kept.ports)
        except OSError as error:
            raise CannotStart(f"a port is busy, name another one: {error.strerror}") from error
        self._startup = self._facts()
        self._write_startup(stack)
        if keeper is not None:  # a start that failed keeps nothing
            keeper.start(self._kept)
            stack.push_async_callback(self._end, keeper)

    def _keeper(self, stack: AsyncExitStack) -> Keeper | None:
        if self.settings.folder is None:
            return None
        keeper = Keeper(self.blobs, self.clock)
        stack.callback(keeper.close)
        return keeper

    def _kept(self) -> "Kept":
        """What is to be there again at another start."""
        clock = self.clock
        return Kept(
            procore=self.procore,
            microsoft=self.microsoft,
            project_id=self.project_id,
            place=self.place,
            files=self.files,
            people_token=self.people_token,
            ports=self._ports,
            shared=self.blobs.shared,
            ahead_seconds=clock.ahead_seconds if isinstance(clock, ShiftedClock) else 0.0,
        )

    async def _end(self, keeper: Keeper) -> None:
        """Take the last picture when nobody can change anything any more, and all is calm."""
        await keeper.stop()
        await self._stop()
        for panel in self._panels:
            panel.orders.calm()
        await keeper.take(self._kept())

    def _take_up(self, kept: "Kept") -> None:
        """Go on where another start ended.

        Raises:
            CannotStart: the settings ask for other documents.
        """
        if isinstance(self.settings.documents, Path):
            raise CannotStart(
                f"{self.settings.folder} keeps a world of its own; leave --documents out,"
                " or name another folder"
            )
        self.procore, self.microsoft = kept.procore, kept.microsoft
        self.project_id, self.place, self.files = kept.project_id, kept.place, kept.files
        self.people_token, self.blobs.shared = kept.people_token, kept.shared
        if isinstance(self.clock, ShiftedClock):
            self.clock.ahead_seconds = kept.ahead_seconds
        real = self.settings.limits == "real"
        self.procore.set_limits(ProcoreLimits() if real else NO_LIMITS)
        self.microsoft.limits.set_throttling(real)

    async def _listen(self, before: Ports) -> None:
        """Listen; `before` are the ports of another start, taken again unless others are named."""
        ports, names = self.settings.ports.or_else(before), self._names
        tls = None if names is None else names.context
        await self.procore.start(ports.procore, ports.procore_storage, tls)
        await self.microsoft.start(ports.microsoft, ports.microsoft_storage, tls)
        if names is not None:
            await names.start(ports.proxy)
        self._ports = Ports(
            _port(self.procore.address),
            _port(self.procore.storage_address),
            _port(self.microsoft.address),
            _port(self.microsoft.storage_address),
            before.proxy if names is None else names.port,
        )

    def _blobs(self, stack: AsyncExitStack) -> Blobs:
        folder = self.settings.folder
        try:
            if folder is not None:
                return Blobs(folder)
            blobs = Blobs(Path(tempfile.mkdtemp(prefix="turnbuckle-practice-")))
        except OSError as error:
            place = folder or tempfile.gettempdir()
            raise CannotStart(f"{place} cannot be written: {error.strerror}") from error
        stack.callback(blobs.clear)
        return blobs

    def _build(self) -> None:
        real = self.settings.limits == "real"
        self.procore = ProcoreWithPages(
            blobs=self.blobs,
            clock=self.clock,
            limits=ProcoreLimits() if real else NO_LIMITS,
            switches=ProcoreSwitches(case_blind=False, clean_names=False),
            people_token=self.people_token,
            client_secret=self._client_secret,
        )
        self.microsoft = MicrosoftWithPages(
            blobs=self.blobs,
            clock=self.clock,
            limits=GraphLimits() if real else GraphLimits.without_throttling(),
            switches=GraphSwitches(),
            people_token=self.people_token,
            client_secret=self._client_secret,
        )
        self.microsoft.app.roles |= every_role()

    def _open(self) -> None:
        """Put up the people's pages and the panels, and what TLS needs."""
        self._desks: list[Desk] = []
        self._panels = (
            procore_panel(self.procore, self.clock, self._enrol),
            graph_panel(self.microsoft, self.clock, self._enrol),
        )
        of_procore, of_microsoft = (panel_routes(one, self.people_token) for one in self._panels)
        procore = "Practice Procore"
        self.procore.pages = [
            *self._pages(procore, ProcoreUser, lambda: self.procore.people),
            *self._pages(procore, PhotoUser, lambda: self.procore.people, PHOTOS_HOME),
            *of_procore,
        ]
        self.microsoft.pages = [
            *self._pages("Practice Teams", TeamsUser, self._people_of_the_tenant),
            *of_microsoft,
        ]
        self._names = RealNames(self.procore, self.microsoft) if self.settings.tls else None

    def _pages(
        self,
        service: str,
        user: UserKind,
        people: Callable[[], Sequence[Person]],
        home: str = HOME,
    ) -> Sequence[web.RouteDef]:
        door = Door(self.people_token)
        desk = Desk(
            service,
            user,
            lambda: self._startup,
            self.blobs,
            door,
            people=people,
            home=home,
            tools=() if user is TeamsUser else _PROCORE_TOOLS,
        )
        self._desks.append(desk)
        return people_routes(desk, ItemDesk(desk, self.clock.now), door)

    def _enrol(self, name: str) -> Person:
        """Give somebody an account on both services, in the sample company."""
        made = self.procore.add_person(name)
        self.microsoft.tenant.add_person(made)
        return made

    def _people_of_the_tenant(self) -> Sequence[Person]:
        return tuple(self.microsoft.tenant.persons.values())

    def _project_name(self) -> str:
        documents = self.settings.documents
        return documents.resolve().name or "Files" if isinstance(documents, Path) else PROJECT

    async def _seed(self) -> None:
        documents, tree = self.settings.documents, self.procore.documents(self.project_id)
        if isinstance(documents, Path):
            self.copied = await asyncio.to_thread(copy_folder, documents, tree, self.blobs)
            self.files = self.copied.files
        elif documents == "sample":
            entries = sample_project(self.settings.large_file_points)
            self.files = await plant(entries, tree, self.blobs)

    async def _stop(self) -> None:
        for desk in self._desks:
            await desk.close()
        if self._names is not None:
            await self._names.stop()
        await self.microsoft.stop()
        await self.procore.stop()

    def _write_startup(self, stack: AsyncExitStack) -> None:
        path = self.settings.startup_file
        if path is None:
            return
        try:
            write_startup(path, self._startup)
        except OSError as error:
            raise CannotStart(f"{path} cannot be written: {error.strerror}") from error
        stack.callback(path.unlink, missing_ok=True)

    def _facts(self) -> dict[str, Any]:
        """Everything that somebody outside needs, as it is written to the start-up file."""
        name, token = self.place, self.people_token
        return {
            "version": 1,
            "pid": os.getpid(),
            "people_token": token,
            **({"tls": False} if self._names is None else self._names.facts(self.blobs.folder)),
            "kept_in": None if self.settings.folder is None else str(self.settings.folder),
            "place": name,
            "files": self.files,
            "skipped": [
                {"path": one.path, "reason": one.reason}
                for one in (self.copied.skipped if self.copied else ())
            ],
            "persons": person_facts(self.microsoft.tenant),
            "procore": procore_facts(self.procore, self.project_id, name, token),
            "microsoft": microsoft_facts(self.microsoft, CHANNEL, token),
        }


def _port(address: str) -> int:
    return urlsplit(address).port or 0


def _without_doors(service: PracticeProcore | PracticeMicrosoft) -> dict[str, Any]:
    """Give what a service knows, without that by which it listens."""
    return {name: one for name, one in vars(service).items() if name != "pages"} | {"_runners": []}


class ProcoreWithPages(PracticeProcore):
    """The practice Procore with the people's pages in its own application."""

    pages: Sequence[web.RouteDef] = ()

    def __getstate__(self) -> dict[str, Any]:
        return _without_doors(self)

    def _api_app(self) -> web.Application:
        app = super()._api_app()
        app.add_routes(self.pages)
        return app


class MicrosoftWithPages(PracticeMicrosoft):
    """The practice Microsoft with the people's pages in its own application."""

    pages: Sequence[web.RouteDef] = ()

    def __getstate__(self) -> dict[str, Any]:
        return _without_doors(self)

    def _main_app(self) -> web.Application:
        app = super()._main_app()
        app.add_routes(self.pages)
        return app


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a picture of a world shows."""

    procore: ProcoreWithPages
    microsoft: MicrosoftWithPages
    project_id: int
    place: str
    files: int
    people_token: str
    ports: Ports
    shared: set[str]  # ids of blobs that stay, whoever drops them
    ahead_seconds: float


async def serve(
    world: PracticeWorld, announce: Callable[[PracticeWorld], None] | None = None
) -> None:
    """Run the services until SIGINT or SIGTERM.

    Args:
        world: not started yet.
        announce: called once both listen, for the start-up line.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    caught = (signal.SIGINT, signal.SIGTERM)
    for number in caught:
        loop.add_signal_handler(number, stop.set)
    try:
        async with world:
            if announce is not None:
                announce(world)
            await stop.wait()
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
