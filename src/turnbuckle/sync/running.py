"""One run of one link: recover, observe, plan, apply, until nothing is left to do."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from turnbuckle.model.plans import Plan
from turnbuckle.ports.budget import NoCallsLeft, Purpose, driving
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError, SignInNeeded
from turnbuckle.store import leases, rollback, runs
from turnbuckle.store.looks import Wanted
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.sync.claiming import claimed_on
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.first_observation import observe_first
from turnbuckle.sync.looking import look
from turnbuckle.sync.one_run import OneRun
from turnbuckle.sync.outlook import Outlook
from turnbuckle.sync.reasons import stopped_for
from turnbuckle.sync.report import Report
from turnbuckle.sync.subject import about
from turnbuckle.sync.watching import Nobody, Watcher


def _goes_on() -> bool:
    return False


async def run_link(
    ends: Ends,
    clock: Clock,
    watcher: Watcher | None = None,
    *,
    complete: bool = False,
    is_to_end: Callable[[], bool] = _goes_on,
    wanted: Wanted | None = None,
    purpose: Purpose = Purpose.ORDINARY,
    is_patient: bool = True,
    report: Report | None = None,
) -> Report:
    """Bring both sides of a link into step.

    Args:
        ends: the link.
        clock: the time.
        watcher: who looks on.
        complete: enumerate both sides anew, whatever the cursors say.
        is_to_end: asked before each step; once it says so, the steps under way are finished and
            no other is begun. The report is then `cut_short`.
        wanted: which looks at a feed will do, whoever made them, so that links of one feed share
            its calls. After word of a change: close ones from that moment on; a poll: any since the
            last one was due. None: both sides are asked anew.
        purpose: what its looks are for: fresh work where somebody waits for it. A link's first
            sync and a complete enumeration are bulk work whoever asks.
        is_patient: whether it waits for calls however long that takes. Else it ends where an
            account has none for a while: what is under way is through as far as it comes, the
            report is `cut_short` and says until when, and the next run begins with the journal.

    Returns:
        What was done; `stopped` says why, in plain words, when a person has to act first.

    Raises:
        LinkBusy: another process runs this link.
        LeaseLost: another process took it over.
    """
    watcher = watcher or Nobody()
    report = report or Report()
    async with claimed_on(ends.link, clock) as lease:
        run = await asyncio.to_thread(lambda: runs.start(ends.link, lease, now=clock.now()))
        report.run = run.id
        with about(organisation=ends.scope.name, link=ends.link.name, run=run.id):
            state = "failed"
            kept = Outlook(run, clock, watcher)
            one = OneRun(
                ends=ends,
                run=run,
                clock=clock,
                watcher=kept,
                report=report,
                is_to_end=is_to_end,
            )
            for_looks = Purpose.BULK if run.is_first or complete else purpose
            try:
                with driving(str(ends.link.id), for_looks, is_patient=is_patient) as kept.lane:
                    await one.through(complete=complete, wanted=wanted)
                state = "stopped" if report.cut_short else "done"
            except NoCallsLeft as error:
                report.cut_short, report.none_until = True, error.until
                report.stopped = str(error)
                state = "stopped"
            except RemoteError as error:
                report.stopped, report.stopped_for = str(error), stopped_for(error)
                if isinstance(error, SignInNeeded):
                    await one.sign_out(error)
                state = "stopped"
            except (
                StoreUnusable
            ) as error:  # the next run finds in the journal how far this one came
                report.stopped = str(error)
                state = "stopped"
            finally:
                with contextlib.suppress(leases.LeaseLost, StoreUnusable):
                    if state != "failed":
                        await one.conclude()
                    if state != "failed" and not report.cut_short:
                        await one.take_news()
                    await asyncio.to_thread(
                        lambda: runs.finish(run, state, _kept(report), now=clock.now())
                    )
                await kept.close()
    report.apart = max(kept.lane.apart.values(), default=None)
    return report


async def preview(ends: Ends, clock: Clock, watcher: Watcher | None = None) -> Plan:
    """Say what a run would do now; nothing is written to either remote."""
    await asyncio.to_thread(rollback.went_back)
    caution, _ = await observe_first(ends, clock, watcher or Nobody(), complete=False)
    return (await look(ends, clock, caution=caution)).plan


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
        "blocked": len(report.blocked),
        "held": report.held,
        "state": report.state,
        "stopped": report.stopped,
        "stopped_for": report.stopped_for or "",
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
