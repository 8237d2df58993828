"""One run of one link: recover, observe, plan, apply, until nothing is left to do."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from turnbuckle.model.plans import Plan
from turnbuckle.model.policy import Standing
from turnbuckle.planning.planner import plan
from turnbuckle.planning.wishes import wishes
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import FolderLost, RemoteError
from turnbuckle.store import closure, journal, leases, notes, runs, set_aside
from turnbuckle.store.closure import Concerned
from turnbuckle.store.records import Entry, Lease, Run
from turnbuckle.sync.applying import Applying, Known
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.journaling import Journaling
from turnbuckle.sync.observing import observe
from turnbuckle.sync.recovery import recover
from turnbuckle.sync.report import Report
from turnbuckle.sync.watching import Nobody, Watcher

_MOST_ROUNDS = 500
_LEASE = timedelta(minutes=5)
_RENEW_SECONDS = 60.0
_SLICE = timedelta(seconds=60)  # after this long, look again before going on


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A plan and what it was made of."""

    plan: Plan
    concerned: Concerned


async def run_link(
    ends: Ends, clock: Clock, watcher: Watcher | None = None, *, complete: bool = False
) -> Report:
    """Bring both sides of a link into step.

    Args:
        ends: the link.
        clock: the time.
        watcher: who looks on.
        complete: enumerate both sides anew, whatever the cursors say.

    Returns:
        What was done; `stopped` says why, in plain words, when a person has to act first.

    Raises:
        LinkBusy: another process runs this link.
        LeaseLost: another process took it over.
    """
    watcher = watcher or Nobody()
    report = Report()
    async with _lease(ends, clock) as lease:
        run = await asyncio.to_thread(lambda: runs.start(ends.link, lease, now=clock.now()))
        state = "failed"
        try:
            await recover(ends, run, clock, report)
            await _rounds(ends, run, clock, watcher, report, complete=complete)
            state = "done"
        except RemoteError as error:
            report.stopped = str(error)
            state = "stopped"
        finally:
            with contextlib.suppress(leases.LeaseLost):
                await asyncio.to_thread(
                    lambda: runs.finish(run, state, _kept(report), now=clock.now())
                )
    return report


async def preview(ends: Ends, clock: Clock, watcher: Watcher | None = None) -> Plan:
    """Say what a run would do now; nothing is written to either remote."""
    await observe(ends, clock, watcher or Nobody())
    return (await _look(ends, clock)).plan


async def _rounds(
    ends: Ends, run: Run, clock: Clock, watcher: Watcher, report: Report, *, complete: bool
) -> None:
    overtaken: dict[Any, int] = {}
    look_again = True
    told = set()
    for _ in range(_MOST_ROUNDS):
        if look_again:
            await observe(ends, clock, watcher, complete=complete)
            complete = False
        looked = await _look(ends, clock)
        made = looked.plan
        report.rounds += 1
        report.rows_read += looked.concerned.rows
        report.waiting = list(made.waiting)
        await _rest(ends, looked)
        news = [notice for notice in made.notices if notice not in told]
        told.update(news)
        report.notices.extend(news)
        entries = [
            Entry(side=notice.side, what=notice.reason, path=notice.path, detail=notice.detail)
            for notice in news
        ]
        if entries:
            await asyncio.to_thread(
                lambda kept=entries: journal.record(ends.link, run, kept, now=clock.now())  # type: ignore[misc]
            )
        if not made.steps:
            return
        watcher.planned(made)
        applying = Applying(
            ends=ends,
            journaling=Journaling(
                link=ends.link, run=run, marks=looked.concerned.marks, clock=clock
            ),
            known=Known.of(looked.concerned.base),
            clock=clock,
            watcher=watcher,
            report=report,
            overtaken=overtaken,
            until=clock.now() + _SLICE,
        )
        await applying.apply(made)
        look_again = applying.outdated or applying.cut
    report.stopped = "there is work left after so many looks; start it again and it goes on"


async def _look(ends: Ends, clock: Clock) -> Looked:
    terms = ends.terms
    concerned = await asyncio.to_thread(
        lambda: closure.concerned(ends.link, lambda side, item: wishes(side, item, terms))
    )
    if concerned.lost:
        where = " and ".join(sorted({f"on the {side} side" for side, _ in concerned.lost}))
        raise FolderLost(
            f"the folder that the link {ends.link.name!r} is bound to cannot be seen {where};"
            " nothing was changed. Bring it back or give the account access to it, or remove the"
            " link and add it anew"
        )
    aside = await asyncio.to_thread(set_aside.waiting, ends.link, clock.now())
    made = await asyncio.to_thread(
        plan, concerned.base, concerned.left, concerned.right, terms, Standing(set_aside=aside)
    )
    return Looked(plan=made, concerned=concerned)


async def _rest(ends: Ends, looked: Looked) -> None:
    """Drop the marks of what needs no more thought, and forget that it ever failed."""
    at_rest = looked.plan.at_rest
    resting = at_rest & looked.concerned.dirty
    if resting:
        marks = looked.concerned.marks
        await asyncio.to_thread(lambda: notes.clean(ends.link, resting, marks))
    if at_rest:  # what failed may be the other half of what was dirty
        await asyncio.to_thread(lambda: set_aside.clear(ends.link, at_rest))


@contextlib.asynccontextmanager
async def _lease(ends: Ends, clock: Clock) -> AsyncIterator[Lease]:
    """Hold the link while it runs, so that no second process writes to it."""
    owner = uuid.uuid4().hex
    lease = await asyncio.to_thread(
        lambda: leases.acquire(ends.link, owner, now=clock.now(), ttl=_LEASE)
    )

    async def renew() -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            await asyncio.to_thread(lambda: leases.renew(lease, now=clock.now(), ttl=_LEASE))

    renewing = asyncio.create_task(renew())
    try:
        yield lease
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        await asyncio.to_thread(leases.release, lease)


def _kept(report: Report) -> dict[str, Any]:
    """Give the report as it is kept in the database."""
    return {
        "writes": report.writes,
        "bytes_sent": report.bytes_sent,
        "linked": report.linked,
        "recovered": report.recovered,
        "rounds": report.rounds,
        "rows_read": report.rows_read,
        "waiting": len(report.waiting),
        "set_aside": len(report.set_aside),
        "stopped": report.stopped,
        "sides": {
            side.value: {
                "folders_made": tally.folders_made,
                "files_made": tally.files_made,
                "files_replaced": tally.files_replaced,
                "moved": tally.moved,
                "deleted": tally.deleted,
            }
            for side, tally in report.tallies.items()
        },
    }
