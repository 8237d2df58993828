"""A service with many links, all of whose hooks are known to whoever sends a burst."""

import asyncio
import json
import os
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from cli.ports import free_ports
from figures.installation import Installation
from portal.burst import Target, from_microsoft, from_procore

from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.world import CHANNEL, PracticeWorld, WorldSettings

TAKEN, WRONG_SECRET, UNKNOWN = 202, 401, 404
LARGE = "Large"  # the link that copies while the burst lasts
_FILES = 150
_MOST_SECONDS = 60.0
_EVERY_SECONDS = 0.1


@dataclass
class Besieged:
    """One service at work, its links and its hooks.

    Attributes:
        links: how many there are whose projects have hooks that posts come for.
    """

    world: PracticeWorld
    installed: Installation
    links: int
    base: str = ""
    hooks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    large: int = 0  # the project of the link that copies

    async def furnish(self) -> None:
        """Make projects, folders, links and hooks."""
        self.base = f"http://127.0.0.1:{free_ports()}"
        startup = self.world.startup
        order = {
            "procore": startup["procore"],
            "microsoft": startup["microsoft"],
            "base": self.base,
            "links": [self._place(number) for number in range(self.links + 1)],
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(Path(__file__).parent / "doorways.py")),
            env={**os.environ, "TURNBUCKLE_DATA": str(self.installed.data)},
            stdin=PIPE, stdout=PIPE,
        )  # fmt: skip
        told, _ = await process.communicate(json.dumps(order).encode())
        assert process.returncode == 0
        self.hooks = {feed: tuple(hook) for feed, hook in json.loads(told).items()}

    def _place(self, number: int) -> dict[str, Any]:
        """Make project and folder of one link; the last one is that which copies."""
        procore, name = self.world.procore, f"Site {number}" if number < self.links else LARGE
        self.large = project = procore.add_project(name)
        for who in (*PERSONS, procore.service_account):
            procore.set_level(project, who, Level.ADMIN)
        channel = self.world.microsoft.channel(CHANNEL)
        return {
            "name": name,
            "left_feed": f"{project}/documents",
            "right_feed": channel.drive.place.drive_id,
            "left": f"folder:{procore.documents(project).root_id}",
            "right": channel.drive.add_folder(channel.folder, name, PERSONS[0]),
        }

    def targets(self) -> list[tuple[Target, int]]:
        """Give whom to post to in turn, and what is to be answered.

        Of ten posts six are word of projects, one brings three notices of the library, and three
        are forged: with a wrong secret, a wrong `clientState`, and for a hook that there is not.
        """
        large = f"{self.large}/documents"
        known = {feed: hook for feed, hook in self.hooks.items() if feed != large}
        (library,) = (hook for feed, hook in known.items() if not feed.endswith("/documents"))
        found = []
        for feed, (path, secret) in known.items():
            if feed.endswith("/documents"):
                found.append((from_procore(path, secret), TAKEN))
                if len(found) % 10 == 6:
                    found.append((from_microsoft(*library, notices=3), TAKEN))
                    found.append((from_procore(path, secret[::-1]), WRONG_SECRET))
                    found.append((from_microsoft(library[0], "guessed"), WRONG_SECRET))
                    found.append((from_procore(f"{path}000", secret), UNKNOWN))
        return found

    def begin_copying(self) -> None:
        """Put files into the large link's project."""
        tree = self.world.procore.documents(self.large)
        folder = tree.add_folder(tree.root_id, f"Set {len(tree.nodes)}", PERSONS[0])
        for number in range(_FILES):
            blob = self.world.blobs.keep(f"{number}".encode() * 1000)
            tree.add_file(folder, f"{number}.txt", blob, PERSONS[0])
        self.ask(
            f"UPDATE store_timing SET next_at = '2000-01-01 00:00:00' WHERE link_id IN"
            f" (SELECT id FROM store_link WHERE name = '{LARGE}')"
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the service's database."""
        address = os.environ.get("DATABASE_URL")
        if address:
            with psycopg.connect(address, autocommit=True) as opened:
                cursor = opened.execute(sql.encode())
                return cursor.fetchall() if cursor.description else []
        path = self.installed.data / "turnbuckle.sqlite3"
        with closing(sqlite3.connect(path, timeout=30, autocommit=True)) as file:
            return file.execute(sql).fetchall()

    async def idle(self) -> None:
        """Wait until every link had its runs, and nobody asks for one."""
        waiting = (
            "SELECT count(*) FROM store_timing"
            " WHERE ended_at IS NULL OR nudges > taken OR started_at > ended_at OR failures > 0"
        )
        async with asyncio.timeout(_MOST_SECONDS):
            while self.ask(waiting) != [(0,)]:
                await asyncio.sleep(_EVERY_SECONDS)

    def no_polls(self) -> None:
        """Let no link be due by itself while a burst lasts."""
        self.ask("UPDATE store_timing SET next_at = '2100-01-01 00:00:00'")

    def runs(self) -> dict[str, int]:
        """Count the runs of each link."""
        rows = self.ask(
            "SELECT store_link.name, count(*) FROM store_run"
            " JOIN store_link ON store_link.id = store_run.link_id GROUP BY store_link.name"
        )
        return {str(name): int(count) for name, count in rows}

    def recorded(self) -> int:
        """Count the deliveries."""
        return int(self.ask("SELECT count(*) FROM store_delivery")[0][0])


@asynccontextmanager
async def besieged(folder: Path, links: int) -> AsyncIterator[Besieged]:
    """Start both practice services and a service, and wait until all links are in step."""
    async with PracticeWorld(WorldSettings(documents="empty", limits="off")) as world:
        site = Besieged(world, Installation(folder), links)
        await site.furnish()
        port = site.base.rpartition(":")[2]
        process = await site.installed.start(
            *("serve", "--allow-practice", "--port", port, "--public-address", site.base)
        )
        try:
            await site.idle()
            yield site
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
