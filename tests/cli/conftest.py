"""The command line as a person calls it: processes of their own, against practice services."""

import asyncio
import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest
from cli import databases

from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.world import PracticeWorld, WorldSettings

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Finished:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    def is_one_clear_line(self, *words: str) -> bool:
        """Whether it failed with one line on stderr that has these words, and no traceback."""
        assert self.code != 0, self.out
        assert "Traceback" not in self.err
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("turnbuckle: ")
        assert [word for word in words if word not in self.err] == [], self.err
        return True


@functools.cache
def nursery() -> str:
    """Give the socket of the process from which commands start quickly; see `nursery.py`."""
    folder = tempfile.mkdtemp(prefix="turnbuckle-nursery-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    address = f"{folder}/socket"
    process = subprocess.Popen(  # it ends with us, when nobody holds its stdin open any more
        [sys.executable, HERE / "nursery.py", address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    atexit.register(process.communicate)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return address


@dataclass
class Cli:
    """Calls `turnbuckle` with a data folder of its own, and perhaps a database on a server."""

    data: Path
    database: str = ""

    async def start(
        self, *arguments: str, alone: bool = False, **environment: str
    ) -> asyncio.subprocess.Process:
        """Start a command and leave it running; the caller ends it.

        Args:
            arguments: what follows `turnbuckle`.
            alone: not out of the nursery, but as a shell starts it, which takes a second longer.
            environment: variables besides those of this process.
        """
        quickly = ("-S", "-E", HERE / "starting.py", nursery())
        return await asyncio.create_subprocess_exec(
            *(sys.executable, *(("-m", "turnbuckle") if alone else quickly), *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_without_ours() | self._places() | environment,
        )

    async def __call__(self, *arguments: str, stdin: str = "", **environment: str) -> Finished:
        """Run a command to its end."""
        process = await self.start(*arguments, alone=False, **environment)
        try:
            async with asyncio.timeout(120):
                out, err = await process.communicate(stdin.encode())
        except BaseException:
            process.kill()
            raise
        assert process.returncode is not None
        return Finished(process.returncode, out.decode(), err.decode())

    def copied_to(self, other: Self) -> None:
        """Let another one go on where this one is; what it has is replaced."""
        shutil.copytree(self.data, other.data)
        databases.removed(other.database)
        other.database = databases.made(like=self.database)

    def _places(self) -> dict[str, str]:
        places = {"TURNBUCKLE_DATA": str(self.data)}
        return places | ({"DATABASE_URL": self.database} if self.database else {})


def _without_ours() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if not name.startswith("TURNBUCKLE")}


@dataclass
class Site:
    """Both practice services with a small project, and the commands that use them."""

    world: PracticeWorld
    cli: Cli

    def facts(self, system: str) -> dict[str, str]:
        """Give the start-up facts of one service as texts."""
        return {name: str(value) for name, value in self.world.startup[system].items()}

    async def connect(
        self, system: str, *more: str, secret: str | None = None, stdin: str = ""
    ) -> Finished:
        """Connect one of them, with its service account unless `more` says otherwise."""
        facts = self.facts(system)
        whose = (
            ("--company", facts["company_id"])
            if system == "procore"
            else ("--tenant", facts["tenant_id"])
        )
        return await self.cli(
            *("connect", system, "--practice", facts["address"], "--client-id", facts["client_id"]),
            *(whose if "--person" not in more or system == "microsoft" else ()),
            *more,
            stdin=stdin,
            TURNBUCKLE_CLIENT_SECRET=facts["client_secret"] if secret is None else secret,
        )

    async def add_link(self, *more: str, channel: str | None = None) -> Finished:
        """Link the project with the channel."""
        facts = self.facts("microsoft")
        return await self.cli(
            *("link", "add", "--team", facts["team_name"]),
            *("--channel", channel or facts["channel_name"], "--name", "tower", *more),
        )

    def in_teams(self) -> set[str]:
        """Give the paths of everything in the channel's library."""
        facts = self.facts("microsoft")
        drive = self.world.microsoft.drive(facts["drive_id"])
        return set(_paths(drive.root_id, drive.walk()))

    def in_procore(self) -> set[str]:
        """Give the paths of all documents of the project."""
        documents = self.world.procore.documents(self.world.project_id)
        return set(_paths(documents.root_id, documents.walk()))


def _paths(top: object, walked: Iterable[tuple[object, ...]]) -> Iterable[str]:
    known: dict[object, str] = {top: ""}
    for each in walked:
        identifier, parent, name = each[:3]
        known[identifier] = f"{known[parent]}/{name}"
        yield known[identifier]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a database with all tables and nothing in them; empty: on SQLite."""
    with emptied(databases.made()) as address:
        if address:
            done = asyncio.run(Cli(tmp_path_factory.mktemp("migrated"), address)("migrate"))
            assert done.code == 0, done.err
        yield address


@contextmanager
def emptied(address: str) -> Iterator[str]:
    """Take a database away afterwards."""
    try:
        yield address
    finally:
        databases.removed(address)


@pytest.fixture
def cli(tmp_path: Path, migrated: str) -> Iterator[Cli]:
    """Give the command line with an empty data folder."""
    cli = Cli(tmp_path / "data", databases.made(like=migrated))
    yield cli
    databases.removed(cli.database)


def plant(folder: Path) -> Path:
    """Make a small project on disk."""
    (folder / "Plans").mkdir(parents=True)
    (folder / "Plans" / "A-101.txt").write_text("ground floor")
    (folder / "Plans" / "Doors: all?.txt").write_text("forty")
    (folder / "Minutes.txt").write_text("")
    return folder


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Make a small project on disk."""
    return plant(tmp_path / "Tower")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeWorld]:
    """Run both services without limits, for all tests of this process."""
    with served(plant(tmp_path_factory.mktemp("project") / "Tower")) as world:
        yield world


@contextmanager
def served(documents: Path) -> Iterator[PracticeWorld]:
    """Run both services without limits in a thread, with a project out of a folder."""
    world = PracticeWorld(WorldSettings(documents=documents, limits="off"))
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        async with world:
            stop = asyncio.Event()
            started.set_result((asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    loop, stop = started.result(120)
    try:
        yield world
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


@pytest.fixture
def site(world: PracticeWorld, cli: Cli) -> Iterator[Site]:
    """Give both services, and put right afterwards what a test did to the accounts."""
    secret = world.startup["microsoft"]["client_secret"]
    yield Site(world, cli)
    world.procore.before.clear()
    world.procore.set_documents_on(world.project_id, True)
    for who in (world.procore.service_account, *PERSONS):
        world.procore.set_level(world.project_id, who, Level.ADMIN)
    world.microsoft.signin.apps[world.startup["microsoft"]["client_id"]].secret = secret


@contextmanager
def with_accounts(world: PracticeWorld, data: Path, migrated: str) -> Iterator[Cli]:
    """Give the command line with both services connected, to be copied."""
    with emptied(databases.made(like=migrated)) as address:
        cli = Cli(data, address)
        for system in ("procore", "microsoft"):
            done = asyncio.run(Site(world, cli).connect(system))
            assert done.code == 0, done.err
        yield cli


@pytest.fixture(scope="session")
def once_connected(
    world: PracticeWorld, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cli]:
    """Give the command line with both services connected, to be copied."""
    with with_accounts(world, tmp_path_factory.mktemp("connected") / "data", migrated) as cli:
        yield cli


@pytest.fixture
def connected(site: Site, once_connected: Cli) -> Site:
    """Give a site with both services connected."""
    once_connected.copied_to(site.cli)
    return site


@pytest.fixture(scope="session")
def once_linked(
    world: PracticeWorld, once_connected: Cli, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cli]:
    """Give the command line with the project linked to the channel, to be copied."""
    cli = Cli(tmp_path_factory.mktemp("linked") / "data")
    once_connected.copied_to(cli)
    with emptied(cli.database):
        done = asyncio.run(Site(world, cli).add_link())
        assert done.code == 0, done.err
        yield cli


@pytest.fixture
def linked(site: Site, once_linked: Cli) -> Site:
    """Give a site with the project linked to the channel, and nothing synced yet."""
    once_linked.copied_to(site.cli)
    return site
