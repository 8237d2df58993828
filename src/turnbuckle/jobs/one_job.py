"""One run of one link as a job: begun if it is still due, and its outcome put into the schedule.

Whatever happens to a link stays with it: its errors are told in the log, it rests for a while, and
the service goes on. So does what the database does not take of one link alone. Where even that
cannot be noted, because the database is away or its disk is full, the job is as due as before, and
the schedule waits for the database.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, DataError, IntegrityError, ProgrammingError

from turnbuckle.jobs.cadence import Cadence, cadence_of
from turnbuckle.jobs.schedule import after, after_failure, is_sweep, looks_that_will_do
from turnbuckle.jobs.seats import AGAIN_LONG, Guest, Seats, back_after
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError
from turnbuckle.store import organisations, timings
from turnbuckle.store.leases import LeaseLost, LinkBusy
from turnbuckle.store.names import UnknownName
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.store.rollback import WentBack
from turnbuckle.store.timings import By, Timing
from turnbuckle.store.units import together
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.store.vault import VaultError
from turnbuckle.sync.arrivals import Arrivals
from turnbuckle.sync.counting import Outcome, RunCounts
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.report import Report
from turnbuckle.sync.running import run_link
from turnbuckle.sync.subject import about

_log = logging.getLogger(__name__)
_BUSY = timedelta(seconds=15)  # then somebody else's run of the link is looked at again
_KNOWN = (RemoteError, VaultError, WentBack)
_NOT_TAKEN = (DataError, IntegrityError, ProgrammingError)  # by a database that is well


@dataclass(frozen=True, slots=True, kw_only=True)
class OneJob:
    """Keeps `Job`.

    Attributes:
        open_ends: opens both ends of a link of an organisation.
        clock: the time.
        on_database_trouble: told when the database failed the job.
        is_to_end: whether runs under way are to come to a safe point and end.
        practice: whether links with practice services may run.
        chance: spreads what failed together.
        counts: of the runs of this process.
        seats: who may run beside whom in it.
        ring: told when a link became due.
    """

    open_ends: Callable[[Scope, Link], Awaitable[Ends]]
    clock: Clock
    is_to_end: Callable[[], bool]
    on_database_trouble: Callable[[Exception], None]
    practice: bool = False
    chance: random.Random = field(default_factory=random.Random)
    counts: RunCounts = field(default_factory=RunCounts)
    seats: Seats = field(default_factory=lambda: Seats(1))
    ring: Callable[[], None] = lambda: None
    _under_way: set[int] = field(default_factory=set, init=False)  # links

    async def __call__(self, link: int) -> None:
        """See `Job`.

        A queue that took this process for dead may give it a link that it runs already.
        """
        is_alone = link not in self._under_way
        self._under_way.add(link)
        try:
            began = await asyncio.to_thread(
                lambda: timings.begin(link, now=self.clock.now(), practice=self.practice)
            )
            if began is not None and is_alone:
                await self._run(began)
            elif began is not None:
                await self._is_busy(began, "this process runs this link already")
        except (DatabaseError, StoreUnusable) as error:
            self.on_database_trouble(error)
        except UnknownName:
            _log.info("the link was removed before its run", extra={"link": link})
        finally:
            if is_alone:
                self._under_way.discard(link)

    async def _run(self, began: Timing) -> None:
        scope, link, cadence = await asyncio.to_thread(_told_of, began)
        report, steady = Report(), time.monotonic()
        with about(organisation=scope.name, link=link.name):
            outcome = await self._carried_out(began, scope, link, cadence, report)
        self.counts.ran(outcome, report, time.monotonic() - steady)

    async def _carried_out(
        self, began: Timing, scope: Scope, link: Link, cadence: Cadence, report: Report
    ) -> Outcome:
        swept = is_sweep(began, cadence, link.created)
        guest = _guest(began, link, swept)
        try:
            ends = await self.open_ends(scope, link)
            if (until := self._kept_away(guest, ends)) is not None:
                await asyncio.to_thread(timings.put_off, began, until)
                self.seats.is_put_off(guest)
                await self._call_in()
                return Outcome.BUSY
            try:
                await run_link(
                    ends,
                    self.clock,
                    self._watcher(began),
                    report=report,
                    complete=swept,
                    is_to_end=lambda: self.is_to_end() or self._makes_room(link),
                    purpose=guest.purpose,
                    is_patient=False,
                    wanted=looks_that_will_do(began, cadence),
                )
            finally:
                self.seats.leave(link.id)
                await self._call_in()
        except LinkBusy as error:
            return await self._is_busy(began, error)
        except LeaseLost as error:
            _log.warning("the run ended early and is due again: %s", error, extra=_of(report))
            return Outcome.LOST
        except _NOT_TAKEN:
            _log.exception("the run failed: the database did not take it", extra=_of(report))
        except (DatabaseError, StoreUnusable):
            raise
        except _KNOWN as error:
            _log.warning("the run failed: %s", error, extra=_of(report))
        except Exception:  # noqa: BLE001  one link's trouble ends no service
            _log.exception("the run failed in a way that was not foreseen", extra=_of(report))
        else:
            return await self._over(began, link, cadence, report, swept=swept)
        await self._failed(began)
        return Outcome.FAILED

    async def _is_busy(self, began: Timing, why: object) -> Outcome:
        _log.info("put off: %s", why)
        await asyncio.to_thread(timings.put_off, began, self.clock.now() + _BUSY)
        return Outcome.BUSY

    async def _over(
        self, began: Timing, link: Link, cadence: Cadence, report: Report, *, swept: bool
    ) -> Outcome:
        bound = {**_of(report), "writes": report.writes, "state": report.state.value}
        if report.cut_short:
            why = (
                report.stopped if report.none_until is not None else "the run came to a safe point"
            )
            _log.info("%s; it is due again", why, extra=bound)
            if not self.is_to_end():
                until = self._goes_on_at(_guest(began, link, swept), report)
                await asyncio.to_thread(timings.put_off, began, until)
            return Outcome.CUT_SHORT
        if report.stopped:
            _log.warning("the run stopped: %s", report.stopped, extra=bound)
            await self._failed(began)
            return Outcome.STOPPED
        _log.log(logging.INFO if report.writes else logging.DEBUG, "in step", extra=bound)
        now = self.clock.now()
        following = after(
            began,
            cadence,
            news=_news(report),
            swept=swept,
            made_at=link.created,
            now=now,
            apart=report.apart,
        )
        await asyncio.to_thread(lambda: timings.end(began, following, now=now))
        return Outcome(report.state.value)

    async def _call_in(self) -> None:
        """Let a link that was turned away have a free seat; else it comes back by itself."""
        called = None if self.is_to_end() else self.seats.call_in(self.clock.now())
        if called is not None:
            with suppress(DatabaseError, StoreUnusable):
                await asyncio.to_thread(lambda: timings.call_in(called, now=self.clock.now()))
                self.ring()

    def _kept_away(self, guest: Guest, ends: Ends) -> datetime | None:
        """Say until when a run has to stay away; None: it has a seat, until it leaves."""
        now = self.clock.now()
        known = (each.dry_until(guest.purpose) for each in ends.budgets)
        dry = max(filter(None, known), default=None)
        if dry is not None:
            return dry + back_after(guest) * self.chance.random()
        is_crowded = any(each.is_crowded(guest.purpose) for each in ends.budgets)
        wait = self.seats.take(guest, now, is_crowded=is_crowded)
        return None if wait is None else now + wait * (0.75 + 0.5 * self.chance.random())

    def _goes_on_at(self, guest: Guest, report: Report) -> datetime:
        """Say when a run that was cut short is followed by the next one."""
        if report.none_until is None:
            return self.clock.now() + AGAIN_LONG
        return report.none_until + back_after(guest) * self.chance.random()

    def _makes_room(self, link: Link) -> bool:
        return self.seats.is_to_make_room(link.id, self.clock.now())

    def _watcher(self, began: Timing) -> Arrivals:
        return Arrivals(
            self.clock,
            last_run=began.ended_at,
            told_at=began.nudged_at if began.nudged_by == By.WEBHOOK else None,
            take=self.counts.arrival_seconds.take,
        )

    async def _failed(self, began: Timing) -> None:
        now = self.clock.now()
        following = after_failure(began, now=now, chance=self.chance.random())
        await asyncio.to_thread(lambda: timings.end(began, following, now=now))


def _guest(began: Timing, link: Link, swept: bool) -> Guest:
    return Guest(
        link=link.id,
        together=link.integration,
        is_long=began.ended_at is None,
        is_nudged=began.is_nudged,
        is_sweep=swept,
    )


def _of(report: Report) -> dict[str, int]:
    """Name the run in a log line that is written after it; it may not have begun."""
    return {"run": report.run} if report.run else {}


@together
def _told_of(timing: Timing) -> tuple[Scope, Link, Cadence]:
    scope = organisations.of_link(timing.link)
    link = scope.links.by_id(timing.link)
    return scope, link, cadence_of(scope.integrations.of(link).settings)


def _news(report: Report) -> Side | None:
    """Say on which side something had changed: what was written came from the other one."""
    return next((side for side in Side if report.tallies[side.other].writes), None)
