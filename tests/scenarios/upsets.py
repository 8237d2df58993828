"""Faults that are the engine's own: its process dies, its database fails, its users are quick."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.utils import OperationalError
from scenarios.acting import Fault, WorldClock
from scenarios.between import OPS, STEPS, UPLOADS, WRITES, Moment, Moments

from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.model.side import Side

ENGINE_KINDS = frozenset(
    {
        "crash",
        "db_error",
        "race",
        "state_lost",
        "state_restored",
        "two_workers",
        "webhook",
        "reorder_completion",
    }
)
"""Kinds of faults that the runner itself makes; all others are the remotes'."""


class Crash(BaseException):
    """The process ends here; nothing of ours may catch it."""


@dataclass(slots=True)
class Life:
    """Whether the engine's process lives. Once it is dead, nothing that it tries succeeds."""

    dead: bool = False
    came: list[str] = field(default_factory=list)  # boundaries of steps, in their order
    dies_at: int | None = None  # at which of them
    counts: bool = False  # whether boundaries are counted now
    on_death: list[Callable[[], None]] = field(default_factory=list)

    def check(self) -> None:
        """Refuse to go on after the end."""
        if self.dead:
            raise Crash

    def die(self) -> None:
        """End the process."""
        self.dead = True
        raise Crash

    def reach(self, boundary: str) -> None:
        """Come to a boundary of a step."""
        self.check()
        if not self.counts:
            return
        self.came.append(boundary)
        if len(self.came) == self.dies_at:
            self.die()

    def statement(self, sql: str) -> None:
        """See a statement: the journal's are boundaries."""
        self.check()
        if sql.startswith('INSERT INTO "store_intent"'):
            self.reach("before an intent")
        elif sql.startswith('UPDATE "store_intent" SET'):
            self.reach("before a commit")

    def moment(self, moment: Moment) -> None:
        """See a call: before it and after its answer are boundaries."""
        self.check()
        if moment.op in WRITES and moment.when is not When.DURING:
            self.reach(f"{moment.when} {moment.op} on the {moment.side} side")


@dataclass(slots=True)
class Database:
    """Counts accesses to the database, and lets one of them fail."""

    accesses: list[str] = field(default_factory=list)  # the statements, in their order
    fails_at: int | None = None
    counts: bool = False

    def statement(self, sql: str) -> None:
        """See an access."""
        if not self.counts:
            return
        self.accesses.append(sql)
        if len(self.accesses) - 1 == self.fails_at:
            raise OperationalError("disk I/O error")

    def telling(self, most: int) -> list[int]:
        """Give the accesses whose failure may tell something new: each statement's first ones.

        Args:
            most: of each statement, the last one counted beside these.
        """
        times: dict[str, list[int]] = {}
        for number, sql in enumerate(self.accesses):
            times.setdefault(sql, []).append(number)
        return sorted({each for found in times.values() for each in (*found[:most], found[-1])})


@dataclass(slots=True)
class Once:
    """Does something at the first moment that fits."""

    fits: Callable[[Moment], bool]
    done: Callable[[], Awaitable[None] | None]
    is_over: bool = False

    async def __call__(self, moment: Moment) -> None:
        if self.is_over or not self.fits(moment):
            return
        self.is_over = True
        answer = self.done()
        if answer is not None:
            await answer


def crash(fault: Fault, life: Life) -> Once:
    """Let the process end at the moment that a fault names."""
    ops = OPS[fault.get("op", "any")] & WRITES
    when = {
        "before_op": When.BEFORE,
        "after_op": When.AFTER,
        "after_response": When.AFTER,
        "mid_transfer": When.DURING,
    }[fault["at"]]
    return Once(lambda moment: moment.when is when and moment.op in ops, life.die)


def race(fault: Fault, moments: Moments, acts: Callable[[], Awaitable[None]]) -> Once:
    """Let users act at the moment that a fault names."""
    side = Side.LEFT if fault["a_changes"] else Side.RIGHT
    if fault["when"] == "after_plan":  # whatever call comes next, they were quicker
        return Once(lambda moment: moments.planned and moment.when is When.BEFORE, acts)
    fits = _RACES[fault["when"]]
    return Once(lambda moment: fits(moment, side), acts)


_RACES: dict[str, Callable[[Moment, Side], bool]] = {
    "after_listing": lambda moment, side: (
        moment.when is When.AFTER and moment.op in (Op.LIST, Op.DELTA) and moment.side is side
    ),
    "during_download": lambda moment, _: moment.when is When.DURING and moment.op is Op.DOWNLOAD,
    "during_upload": lambda moment, _: moment.when is When.DURING and moment.op in UPLOADS,
    "before_commit": lambda moment, _: moment.when is When.AFTER and moment.op in WRITES,
}


RACES = frozenset({*_RACES, "after_plan"})


def reordered(seed: int) -> Callable[[Moment], Awaitable[None]]:
    """Let calls that run side by side wait for each other in a random order."""
    chance = random.Random(seed)

    async def wait(moment: Moment) -> None:
        if moment.op in STEPS:
            for _ in range(chance.randrange(12)):
                await asyncio.sleep(0)

    return wait


@dataclass(slots=True)
class OwnClock:
    """The engine's clock: the world's, wrong by so many seconds."""

    world: WorldClock
    wrong_by: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Tell the time that the engine believes in."""
        return self.world.now() + self.wrong_by

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        await self.world.sleep(seconds)
