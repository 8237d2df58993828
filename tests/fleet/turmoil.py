"""What happens to the processes while they work: killed, frozen, started again; and to the remotes.

One round takes two minutes: each worker is killed once and once more, one is frozen for longer
than a lease holds, the schedule is killed, both remotes throttle twice. PostgreSQL
is restarted once.
"""

import asyncio
import os
import random
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

from aiohttp import web
from postgres.server import Server, end_with_parent

from turnbuckle.practice.guard import PEOPLE_HEADER
from turnbuckle.practice.microsoft.faults import Fault
from turnbuckle.practice.procore.faults import Event
from turnbuckle.practice.world import PracticeWorld

SCHEDULE = ("serve", "--no-runs", "--port", "0")
ROUND_SECONDS = 120.0
_FROZEN_SECONDS = 67.0  # a lease holds for 60
_THROTTLED_SECONDS = 5.0
_END_SECONDS = 60.0


@dataclass
class Post:
    """One place in the fleet: a command that runs, is killed, and is started again."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: Process | None = None
    deaths: list[tuple[int, datetime]] = field(default_factory=list)
    frozen: bool = False

    async def start(self) -> None:
        """Start the command; what it says goes into the log."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "turnbuckle", *self.command, "--allow-practice"),
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **self.environment}, preexec_fn=end_with_parent,
            )  # fmt: skip

    async def kill(self) -> None:
        """End it without a word."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.kill()
        await self.process.wait()
        self.deaths.append((self.process.pid, datetime.now(UTC)))

    async def end(self) -> int:
        """Tell it to end, as a person does; give its exit code."""
        assert self.process is not None
        self.thaw()
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), _END_SECONDS)

    def freeze(self) -> None:
        """Stop it where it is."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        self.frozen = True

    def thaw(self) -> None:
        """Let it go on."""
        if self.frozen and self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGCONT)
        self.frozen = False


class Fleet:
    """The schedule and the workers.

    Args:
        folder: for their logs.
        environment: names the database and the data folder.
        workers: how many.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], workers: int) -> None:
        commands = [SCHEDULE, *[("worker", "--slots", "4")] * workers]
        self.posts = [
            Post(command, environment, folder / f"{command[0]} {number}.log")
            for number, command in enumerate(commands)
        ]

    @property
    def schedule(self) -> Post:
        """Who looks what is due."""
        return self.posts[0]

    @property
    def workers(self) -> Sequence[Post]:
        """Who runs links."""
        return self.posts[1:]

    async def start(self) -> None:
        """Start all that do not run."""
        for post in self.posts:
            post.thaw()
            if post.process is None or post.process.returncode is not None:
                await post.start()

    async def kill(self) -> None:
        """Leave none behind."""
        for post in self.posts:
            await post.kill()

    def was_killed(self, number: int, before: datetime) -> bool:
        """Whether we killed a process of that number before that time."""
        deaths = [death for post in self.posts for death in post.deaths]
        return any(pid == number and at <= before for pid, at in deaths)

    def said(self) -> str:
        """All that they said."""
        return "\n".join(post.log.read_text(errors="replace") for post in self.posts)


class Turmoil:
    """Lets things happen at their times; the same for the same chance.

    Args:
        fleet: whom to trouble.
        world: the remotes.
        server: PostgreSQL.
        chance: when exactly.
    """

    def __init__(
        self, fleet: Fleet, world: PracticeWorld, server: Server, chance: random.Random
    ) -> None:
        self._fleet = fleet
        self._world = world
        self._server = server
        self._chance = chance
        self.happened: list[str] = []
        self.told_to_wait = 0  # calls of ours that a throttling remote refused

    async def rage(self, seconds: float) -> None:
        """Let one round follow the other, until the time is over."""
        began = time.monotonic()
        rounds = max(1, round(seconds / ROUND_SECONDS))
        length = seconds / rounds
        planned = [
            (number * length + at * length / ROUND_SECONDS, what, act)
            for number in range(rounds)
            for at, what, act in self._round(restarts=number == rounds // 2)
        ]
        async with asyncio.TaskGroup() as group:
            for at, what, act in sorted(planned, key=lambda each: each[0]):
                await asyncio.sleep(max(0.0, began + at - time.monotonic()))
                self.happened.append(f"{time.monotonic() - began:.0f} s: {what}")
                group.create_task(act())
            await asyncio.sleep(max(0.0, began + seconds - time.monotonic()))

    def _round(
        self, *, restarts: bool
    ) -> Iterator[tuple[float, str, Callable[[], Coroutine[Any, Any, None]]]]:
        frozen, *others = self._chance.sample(list(self._fleet.workers), len(self._fleet.workers))
        yield 8 + self._moment(), "a worker is frozen", lambda: self._freeze(frozen)
        for number in range(6):
            post = others[number % len(others)]
            yield 12 + 17 * number + self._moment(), "a worker is killed", self._kills(post)
        yield 92 + self._moment(), "the worker that was frozen is killed", self._kills(frozen)
        yield 70 + self._moment(), "the schedule is killed", self._kills(self._fleet.schedule)
        for at in (25, 85):
            yield at + self._moment(), "Procore throttles", self._procore_throttles
        for at in (35, 100):
            yield at + self._moment(), "Microsoft throttles", self._microsoft_throttles
        if restarts:
            yield 50 + self._moment(), "PostgreSQL is restarted", self._restart

    def _moment(self) -> float:
        return self._chance.uniform(0, 6)

    async def _freeze(self, post: Post) -> None:
        post.freeze()
        await asyncio.sleep(_FROZEN_SECONDS)
        post.thaw()

    def _kills(self, post: Post) -> Callable[[], Coroutine[Any, Any, None]]:
        pause = self._chance.uniform(0.2, 3)

        async def kill() -> None:
            if post.frozen:
                return
            await post.kill()
            await asyncio.sleep(pause)
            await post.start()

        return kill

    async def _restart(self) -> None:
        self._server.restart(signal.SIGINT)

    async def _procore_throttles(self) -> None:
        until = time.monotonic() + _THROTTLED_SECONDS

        async def refuse(event: Event) -> web.StreamResponse | None:
            left = until - time.monotonic()
            is_content = event.operation.endswith("storage")  # neither counted nor throttled
            if left <= 0 or is_content or PEOPLE_HEADER in event.request.headers:
                return None
            self.told_to_wait += 1
            headers = {"Retry-After": str(ceil(left))}
            return web.json_response({"errors": "Too many requests"}, status=429, headers=headers)

        self._world.procore.before.append(refuse)
        await asyncio.sleep(_THROTTLED_SECONDS)
        self._world.procore.before.remove(refuse)

    async def _microsoft_throttles(self) -> None:
        many = 1_000_000
        fault = self._world.microsoft.faults.order(
            Fault(
                status=429,
                code="activityLimitReached",
                retry_after_seconds=ceil(_THROTTLED_SECONDS),
                host="graph",
                spares_people=True,
                times=many,
            )
        )
        await asyncio.sleep(_THROTTLED_SECONDS)
        self._world.microsoft.faults.remove(fault)
        self.told_to_wait += many - fault.times
