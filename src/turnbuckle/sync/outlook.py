"""How long a run still takes: counted while it works, and recorded now and then.

The time is the larger one of two: at the pace so far, and as the account's calls allow. A run that
makes no calls (to remotes without limits) records nothing.
"""

import asyncio
import math
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from turnbuckle.model.plans import Agree, Compare, Forget, Plan
from turnbuckle.model.side import Side
from turnbuckle.ports.budget import Lane, Standing
from turnbuckle.ports.clock import Clock
from turnbuckle.store import budgets, outlooks
from turnbuckle.store.leases import LeaseLost
from turnbuckle.store.records import Run
from turnbuckle.store.units import together
from turnbuckle.sync.watching import Watcher
from turnbuckle.sync.writes import Write

_EVERY = timedelta(seconds=10)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What some steps took."""

    steps: int
    seconds: float
    calls: int  # to one account


def seconds_left(steps: int, pace: Pace, standing: Standing, now: datetime) -> int | None:
    """Estimate how long steps take.

    Args:
        steps: how many are left.
        pace: of those before them.
        standing: of the account that they need.
        now: the time.

    Returns:
        Seconds from now; None when no step is done that one could go by.
    """
    if not steps:
        return 0
    if not pace.steps:
        return None
    at_this_pace = steps * pace.seconds / pace.steps
    if standing.left is None or not standing.limit:
        return math.ceil(at_this_pace)
    beyond = steps * pace.calls / pace.steps - standing.left
    if beyond <= 0:
        return math.ceil(at_this_pace)
    this_window = (standing.until - now) if standing.until else _HOUR
    whole, rest = divmod(beyond, standing.limit)
    last = rest * pace.seconds / max(1, pace.calls)
    waited = this_window.total_seconds() + whole * _HOUR.total_seconds() + last
    return math.ceil(max(at_this_pace, waited))


@dataclass(slots=True)
class Outlook:
    """A watcher that counts for itself what it passes on to another one."""

    run: Run
    clock: Clock
    watcher: Watcher
    lane: Lane = field(default_factory=Lane)
    _left: int = 0
    _done: int = 0
    _began: datetime | None = None  # the first step
    _spent_before: dict[str, int] = field(default_factory=dict)
    _recorded: datetime | None = None
    _recording: asyncio.Task[None] | None = None

    def observed(self, side: Side, told: int, expected: int | None) -> None:
        """Pass it on."""
        self.watcher.observed(side, told, expected)

    def planned(self, plan: Plan) -> None:
        """Count the steps that write."""
        quiet = Agree | Compare | Forget
        self._left = sum(not isinstance(step, quiet) for step in plan.steps)
        if self._began is None:
            self._began, self._spent_before = self.clock.now(), dict(self.lane.spent)
        self.watcher.planned(plan)
        self._record_sometimes()

    def sent(self, count: int) -> None:
        """Pass it on."""
        self.watcher.sent(count)

    def wrote(self, write: Write) -> None:
        """Count a step as done."""
        self._step()
        self.watcher.wrote(write)

    def failed(self, side: Side, path: str, why: str) -> None:
        """Count a step as done with."""
        self._step()
        self.watcher.failed(side, path, why)

    async def close(self) -> None:
        """Record how the run ended."""
        if self._recording is not None:
            await asyncio.gather(self._recording, return_exceptions=True)
        if self.lane.spent:
            await self._record()

    def _step(self) -> None:
        self._left, self._done = max(0, self._left - 1), self._done + 1
        self._record_sometimes()

    def _record_sometimes(self) -> None:
        now = self.clock.now()
        is_due = self._recorded is None or now - self._recorded >= _EVERY
        if self.lane.spent and is_due and (self._recording is None or self._recording.done()):
            self._recorded = now
            self._recording = asyncio.create_task(self._record())

    async def _record(self) -> None:
        now, left = self.clock.now(), self._left
        paces = {account: self._pace(account, now) for account in self.lane.spent}
        await asyncio.to_thread(self._keep, paces, left, now)

    def _pace(self, account: str, now: datetime) -> Pace:
        began = self._began or now
        calls = self.lane.spent[account] - self._spent_before.get(account, 0)
        return Pace(steps=self._done, seconds=(now - began).total_seconds(), calls=calls)

    @together
    def _keep(self, paces: dict[str, Pace], left: int, now: datetime) -> None:
        """Record the account that takes longest; where all take the same, that with fewest left."""
        told: list[tuple[int | None, Standing]] = []
        for account, pace in paces.items():
            standing = budgets.standing(account, now)
            if standing is not None:
                told.append((seconds_left(left, pace, standing, now), standing))
        if not told:
            return
        seconds, standing = max(told, key=_shortness)
        outlook = outlooks.Outlook(
            recorded_at=now,
            is_first=self.run.is_first,
            steps_left=left,
            seconds_left=seconds,
            account=standing.account,
            calls_left=standing.left,
            calls_limit=standing.limit,
            calls_until=standing.until,
        )
        with suppress(LeaseLost):  # the next write of the run says so
            outlooks.record(self.run, outlook)


def _shortness(told: tuple[int | None, Standing]) -> tuple[float, float]:
    seconds, standing = told
    return (seconds or 0, -math.inf if standing.left is None else -standing.left)
