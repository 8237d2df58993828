"""Several links with two people at each, practice mode and our service as processes beside them."""

import asyncio
import os
import random
import signal
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli.ports import free_ports
from figures.installation import Installation
from figures.neighbours import SIDES, Change, Deed, Neighbours
from figures.strangers import Stranger, practice

from turnbuckle.practice.comparison import compare

LOOK_SECONDS = 0.1  # between two looks of the people; times are right to so much
_LONGEST_SECONDS = 400.0  # then a change counts as lost
_QUIET_SECONDS = 3.0  # so long does nothing change before anything is measured
_DEEDS = {Deed.NEW: 8, Deed.VERSION: 6, Deed.RENAME: 3, Deed.MOVE: 3, Deed.DELETION: 2}
_MADE = "posts word of changes from now on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How people work.

    Attributes:
        pause_seconds: between two acts of theirs, on all links together, on the average.
        burst: changes made at once, now and then.
        burst_in: one of so many acts is such a burst.
    """

    pause_seconds: float = 2.0
    burst: int = 8
    burst_in: int = 20


@dataclass(slots=True)
class Neighbourhood:
    """Practice mode with some links, and the people there; made by `settled`."""

    stranger: Stranger
    installation: Installation
    all: list[Neighbours] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    _startups: list[Mapping[str, Any]] = field(default_factory=list)

    async def work(self, count: int, pace: Pace, chance: random.Random) -> list[Change]:
        """Let people make so many changes, and look until all of them have arrived."""
        done: list[Change] = []
        acting = asyncio.create_task(self._act(count, pace, chance, done))
        until = time.monotonic() + count * (pace.pause_seconds + 2) + _LONGEST_SECONDS
        while not acting.done() or any(each.pending for each in self.all):
            assert time.monotonic() < until, [one.path for each in self.all for one in each.pending]
            for each in self.all:
                if each.pending:
                    await each.look_at_both()
            await asyncio.sleep(LOOK_SECONDS)
        await acting
        return done

    async def _act(self, count: int, pace: Pace, chance: random.Random, done: list[Change]) -> None:
        deeds = [deed for deed, weight in _DEEDS.items() for _ in range(weight)]
        while len(done) < count:
            await asyncio.sleep(chance.expovariate(1 / pace.pause_seconds))
            who, side = chance.choice(self.all), chance.choice(SIDES)
            is_burst = chance.randrange(pace.burst_in) == 0
            done += [
                await who.act(chance.choice(deeds), side, is_burst=is_burst)
                for _ in range(min(pace.burst if is_burst else 1, count - len(done)))
            ]

    async def in_step(self) -> None:
        """Wait until both sides of every link show the same."""
        until = time.monotonic() + _LONGEST_SECONDS
        for each in self.all:
            await each.look_at_both()
            while not each.is_in_step:
                assert time.monotonic() < until, "the links do not come into step"
                await asyncio.sleep(LOOK_SECONDS)
                await each.look_at_both()

    async def assert_equal(self) -> None:
        """Compare both sides of every link, byte by byte."""
        for name, startup in zip(self.names, self._startups, strict=True):
            found = await compare(startup)
            assert found.is_equal, "\n".join([name, *found.lines()])

    async def poll_every(self, seconds: int) -> None:
        """Let all links be polled that often, however webhooks did."""
        span = f"{seconds}s"
        await self.installation.do(
            "cadence", self.names[0], "--poll", span, "--closest", span, "--rarest", span
        )

    @asynccontextmanager
    async def served(self, log: Path, *, hooked: bool) -> AsyncIterator[None]:
        """Keep the links in step; with webhooks, begin when all hooks are there."""
        port = free_ports()
        command = ["serve", "--allow-practice", "--port", str(port)]
        if hooked:
            command += ["--public-address", f"http://127.0.0.1:{port}"]
        start, processes = self.installation.start, list[Process]()
        try:
            if os.environ.get("DATABASE_URL"):
                command.append("--no-runs")
                processes.append(await start("worker", "--allow-practice"))
            processes.append(await start(*command, log=log))
            await self.in_step()
            while hooked and log.read_text().count(_MADE) < len(self.all) + 1:
                assert processes[-1].returncode is None, log.read_text()
                await asyncio.sleep(LOOK_SECONDS)
            await asyncio.sleep(_QUIET_SECONDS)
            yield
        finally:
            for process in processes:
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
                await process.wait()

    async def add(self, number: int) -> Neighbours:
        """Make a project and a channel of the one Team, link them, and let two people move in."""
        procore, microsoft = self.stranger.procore, self.stranger.microsoft
        name, company = f"Block {number}", str(procore["company_id"])
        project = await self.stranger.make(procore, kind="project", name=name, company=company)
        channel = await self.stranger.make(
            microsoft, kind="channel", name=name, team=microsoft["team_id"], membership="standard"
        )
        await self.installation.do(
            "link", "add", "--name", name, "--project", str(project["project_id"]),
            "--team", microsoft["team_name"], "--channel", name, "--layout", "",
        )  # fmt: skip
        startup = {
            **self.stranger.facts, "procore": {**procore, **project},
            "microsoft": {**microsoft, **channel},
        }  # fmt: skip
        who = await Neighbours.meet(startup, random.Random(number))
        await who.settle_in()
        self.all.append(who)
        self.names.append(name)
        self._startups.append(startup)
        return who


@asynccontextmanager
async def settled(folder: Path, links: int, *options: str) -> AsyncIterator[Neighbourhood]:
    """Start practice mode with these options, and furnish so many links, which nobody runs yet."""
    documents = folder / "documents"
    documents.mkdir()
    arguments = ("--attended", "--documents", str(documents), *options)
    async with AsyncExitStack() as stack:
        stranger = await stack.enter_async_context(practice(folder, *arguments))
        place = Neighbourhood(stranger, Installation(folder / "ours"))
        for service in (stranger.procore, stranger.microsoft):
            await stranger.turn(service, {"loopback_hooks": True})
        if os.environ.get("DATABASE_URL"):
            await place.installation.do("migrate")
        await place.installation.connect(stranger.facts)
        for number in range(links):
            stack.push_async_callback((await place.add(number)).leave)
        yield place


def share(figures: Sequence[float], part: float) -> float:
    """Give the figure that so large a part of all does not pass."""
    ordered = sorted(figures)
    enough = -(-round(part * 1000) * len(ordered) // 1000)
    return ordered[max(enough, 1) - 1]
