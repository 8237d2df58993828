"""One pass of one row: people act, faults come, the engine runs until it rests, all is checked."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db.utils import DatabaseError
from scenarios import acts, database, expecting, standing, universal, upsets
from scenarios.acting import Fault, Row, Shown, World
from scenarios.between import WRITES, Moment, Moments, between
from scenarios.ledger import Ledger
from scenarios.outcome import Outcome, Snapshots
from scenarios.telling import differences, told
from scenarios.upsets import Crash, Database, Life, Once, OwnClock
from scenarios.vocabulary import spread_tree

from turnbuckle.connectors.memory.moments import When
from turnbuckle.model.pairs import Pair
from turnbuckle.model.plans import Plan
from turnbuckle.model.side import Side
from turnbuckle.store.leases import LeaseLost, LinkBusy
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.report import Report
from turnbuckle.sync.running import run_link
from turnbuckle.sync.watching import Nobody
from turnbuckle.sync.writes import Write

MOST_CYCLES = 60
_DAY_SECONDS = 24 * 3600.0
_LEASE_SECONDS = 600.0  # longer than a lease holds
_THROTTLE_SECONDS = 60.0
_MOST_REPLAYED = 200  # writes of an old journal, the last ones
_PATIENCE = 8  # cycles in a row that a remote stops before nothing more is hoped for
_CHANGES = (("a_changes", Side.LEFT), ("b_changes", Side.RIGHT))
_BEFORE_THE_FIRST_SYNC = frozenset({"rewrite_on_upload", "etag_bump_after_upload"})


class Recorder(Nobody):
    """Keeps the writes that were made, and makes their commits boundaries of the process's life."""

    def __init__(self, life: Life, moments: Moments) -> None:
        self.life = life
        self.writes: list[Write] = []
        self._moments = moments

    def planned(self, plan: Plan) -> None:
        """A plan was made and will be applied."""
        self._moments.planned = True

    def wrote(self, write: Write) -> None:
        """A write was made and noted."""
        self.writes.append(write)
        self.life.reach("after a commit")


@dataclass(slots=True)
class Playing:
    """One pass of a row in a world."""

    row: Row
    world: World
    life: Life = field(default_factory=Life)
    access: Database = field(default_factory=Database)
    ledger: Ledger = field(default_factory=Ledger)
    moments: Moments = field(default_factory=Moments)
    is_repeated: bool = False  # what holds at rest was checked by another pass of the row
    reports: list[Report] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    runs: int = 0
    wrong: list[str] = field(default_factory=list)
    _backup: database.Backup | None = None
    _clock_wrong_by: timedelta = timedelta(0)
    _workers: str | None = None
    _faulty: bool = False  # this phase or an earlier one had a fault

    async def play(self) -> list[str]:
        """Play all phases, and say what came out otherwise than expected."""
        await self.begin()
        return await self.go_on()

    async def go_on(self) -> list[str]:
        """Play all phases from where the row begins."""
        with (
            database.watched(self.life.statement),
            database.watched(self.access.statement),
        ):
            phases = (self.row, *self.row.get("then", ()))
            for number, phase in enumerate(phases):
                found = await self._phase(phase)
                mark = f"phase {number + 1}: " if len(phases) > 1 else ""
                self.wrong += [mark + text for text in found]
        return self.wrong

    async def begin(self) -> None:
        """Bring both sides to where the row begins."""
        initial = self.row["initial"]
        for fault in faults_of(self.row):
            if fault["kind"] in _BEFORE_THE_FIRST_SYNC:
                await self.world.arm(fault)
        if set(initial) == {"a", "b"}:
            for key, side in (("a", Side.LEFT), ("b", Side.RIGHT)):
                await self.world.hands[side].plant(spread_tree(initial[key]))
        elif initial:
            await self.world.hands[Side.LEFT].plant(spread_tree(initial))
            await self._settle()
        if any(fault["kind"] == "state_restored" for fault in self._all_faults()):
            self._backup = await asyncio.to_thread(database.Backup)
        if any(fault["kind"] == "remote_rollback" for fault in self._all_faults()):
            await self.world.remember()

    def _all_faults(self) -> list[Fault]:
        return [
            fault for phase in (self.row, *self.row.get("then", ())) for fault in faults_of(phase)
        ]

    # one phase

    async def _phase(self, phase: Row) -> list[str]:
        faults = faults_of(phase)
        self._faulty = self._faulty or bool(faults)
        self.world.zero()
        self.reports, self.writes, self.runs = [], [], 0
        base = await standing.pairs(self.world.ends.link)
        entry = await standing.newest_entry(self.world.ends.link)
        self.ledger.begin(await self._snapshots())
        for key, side in _CHANGES:
            for change in phase[key]:
                await acts.act(self.world, self.ledger, side, change)
        for fault in faults:
            await self._arm(fault)
        if any(fault["kind"] == "state_lost" for fault in faults):
            entry = 0
        before = await self._snapshots()
        self.life.counts = any(fault.get("at") == "each_step" for fault in faults)
        self.access.counts = any(fault.get("at") == "each_access" for fault in faults)
        try:
            rests = await self._settle()
        finally:
            self.life.counts = self.access.counts = False
        outcome = await self._outcome(faults, before, base, entry)
        expect = phase["expect"]
        found = [] if rests else [f"still at work after {MOST_CYCLES} cycles"]
        found += expecting.wrong(outcome, expect)
        found += await universal.wrong(outcome, expect, self.ledger)
        if rests and not self.is_repeated:
            found += await self._stays(outcome.after)
        await self._disarm()
        return found

    async def _outcome(
        self, faults: Sequence[Fault], before: Snapshots, base: Sequence[Pair], entry: int
    ) -> Outcome:
        link = self.world.ends.link
        holdings = await standing.holdings(link)
        codes = await standing.told_since(link, entry)
        for report in self.reports:
            codes |= {str(notice.reason) for notice in (*report.notices, *report.blocked)}
            codes |= {str(report.stopped_for)} if report.stopped_for else set()
        codes |= {each.reason for each in holdings}
        return Outcome(
            world=self.world,
            faults=faults,
            before=before,
            after=await self._snapshots(),
            base=(base, await standing.pairs(link)),
            reports=list(self.reports),
            codes=frozenset(codes),
            counts=replace(self.world.counts()),
            runs=self.runs,
            holdings=holdings,
        )

    async def _snapshots(self) -> dict[Side, Mapping[str, Shown]]:
        return {side: await self.world.hands[side].snapshot() for side in Side}

    async def _stays(self, after: Snapshots) -> list[str]:
        """At rest nothing is written: not by further cycles (U3), not by the old journal (U8)."""
        found = []
        self.world.zero()
        await self._cycle()
        await self._cycle(complete=True)
        if self.world.counts().writes:
            found.append(f"U3 {self.world.counts().writes} writes at rest")
        self.world.zero()
        if self.writes:
            await standing.reopen(self.world.ends.link, self.writes[-_MOST_REPLAYED:])
            await self._cycle()
        if self.world.counts().writes:
            found.append(f"U8 {self.world.counts().writes} writes for an old journal")
        now = await self._snapshots()
        for side in Side:
            found += [
                f"U8 at rest the {side} side {text}"
                for text in differences(told(now[side]), told(after[side]))
            ]
        return found

    # faults

    async def _arm(self, fault: Fault) -> None:
        match fault["kind"]:
            case "crash" if fault["at"] != "each_step":
                self.moments.acts.append(upsets.crash(fault, self.life))
            case "race":
                # before a crash at the same moment, else nobody would be quick enough
                self.moments.acts.insert(
                    0, upsets.race(fault, self.moments, lambda: self._race(fault))
                )
            case "state_lost":
                await asyncio.to_thread(database.lose)
                await self.world.link_anew()
            case "state_restored":
                assert self._backup is not None
                await asyncio.to_thread(self._backup.put_back)
            case "two_workers":
                self._workers = fault["mode"]
            case "reorder_completion":
                self.moments.acts.append(upsets.reordered(int(self.row["id"].strip("S") or 0)))
            case "clock_skew" if fault["who"] == "engine":
                self._clock_wrong_by = timedelta(seconds=fault["seconds"])
            case kind if kind in upsets.ENGINE_KINDS or kind in _BEFORE_THE_FIRST_SYNC:
                pass  # counted elsewhere, or armed already; a hint only says when to run
            case _:
                await self.world.arm(fault)
        if fault["kind"] in _BEFORE_THE_FIRST_SYNC:
            await self.world.arm(fault)

    async def _race(self, fault: Fault) -> None:
        for key, side in _CHANGES:
            for change in fault[key]:
                await acts.act(self.world, self.ledger, side, change)

    async def _disarm(self) -> None:
        self.moments.acts.clear()
        self._clock_wrong_by = timedelta(0)
        self._workers = None
        await self.world.disarm()

    # cycles

    async def _settle(self) -> bool:
        """Run cycles until nothing is done any more; False when that does not happen.

        A cycle that a remote stopped is tried again after a throttle wait. Once a fault was there,
        the daily comparison has its turn, too, and an ordinary cycle after it.
        """
        daily, comparing, stops = self._faulty and not self.is_repeated, False, 0
        for _ in range(MOST_CYCLES):
            before = self.world.counts().writes
            report = await self._cycle(complete=comparing)
            compared, comparing = comparing, False
            if report is None or report.linked or self.world.counts().writes > before:
                continue
            if report.stopped and report.stopped_for is None and stops < _PATIENCE:
                stops += 1
                self.world.clock.advance(_THROTTLE_SECONDS)
                continue
            if daily:
                daily, comparing = False, True
                self.world.clock.advance(_DAY_SECONDS)
            elif not compared:
                return True
        return False

    async def _cycle(self, *, complete: bool = False) -> Report | None:
        """Start the engine once; None when its process died, or was kept from working."""
        self.runs += 1
        recorder = Recorder(self.life, self.moments)
        self.moments.planned = False
        report: Report | None = None
        clock = OwnClock(self.world.clock, self._clock_wrong_by)
        try:
            if self._workers is not None:
                report = await self._two_workers(recorder, clock)
            else:
                report = await run_link(self._ends(), clock, recorder, complete=complete)
        except BaseException as error:
            if not self._may_end(error):
                raise
            self.world.clock.advance(_LEASE_SECONDS)
        self.life.dead = False
        self.writes += recorder.writes
        if report is not None:
            self.reports.append(report)
        return report

    def _may_end(self, error: BaseException) -> bool:
        """Tell whether the engine may end so here."""
        if isinstance(error, DatabaseError):
            return self.life.dead or self.access.fails_at is not None
        return self.life.dead or isinstance(error, Crash | LinkBusy | LeaseLost)

    def _ends(self) -> Ends:
        ends = self.world.ends
        watching = Moments([self.life.moment])

        async def others(moment: Any) -> None:
            await self.moments.reach(moment.when, moment.op, moment.side)

        watching.acts.insert(0, others)
        connectors = {side: between(ends.connectors[side], side, watching) for side in Side}
        return replace(ends, connectors=connectors)

    async def _two_workers(self, recorder: Recorder, clock: OwnClock) -> Report | None:
        """Start a second worker: at the same time, or while the first one sleeps past its lease."""
        mode, self._workers = self._workers, None

        async def second() -> Report:
            self.runs += 1
            return await run_link(self.world.ends, clock, Nobody())

        if mode == "simultaneous":
            found = await asyncio.gather(
                run_link(self._ends(), clock, recorder), second(), return_exceptions=True
            )
            reports = [each for each in found if isinstance(each, Report)]
            for each in found:
                if isinstance(each, BaseException) and not isinstance(each, LinkBusy):
                    raise each
            return reports[0] if reports else None

        async def overslept() -> None:
            self.world.clock.advance(_LEASE_SECONDS)
            self.reports.append(await second())

        zombie = Once(_is_a_write, overslept)
        self.moments.acts.append(zombie)
        with contextlib.suppress(LeaseLost):
            return await run_link(self._ends(), clock, recorder)
        return None


def _is_a_write(moment: Moment) -> bool:
    return moment.when is When.BEFORE and moment.op in WRITES


def faults_of(phase: Row) -> list[Fault]:
    """Give the faults of a phase."""
    fault = phase.get("fault")
    return [] if fault is None else [fault] if isinstance(fault, dict) else list(fault)
