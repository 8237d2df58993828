"""Undo deletions that a run carried out, batch by batch.

What an app may take out of a recycle bin is taken out; what it may only read there is sent again;
the rest is named, with where a person finds it. The next run brings both sides into step.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError, SignInNeeded
from turnbuckle.store import deletions, journal, runs
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.deletions import DeletionBatch
from turnbuckle.store.leases import hold
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Entry, Link, Run
from turnbuckle.store.rollback import refuse_old_records
from turnbuckle.store.units import unit
from turnbuckle.sync import signed_out
from turnbuckle.sync.bringing_back import How, Undone, bring_back
from turnbuckle.sync.claiming import claimed_on
from turnbuckle.sync.ends import Ends
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.registry import open_ends

KEPT_FOR = timedelta(days=93)
"""How long SharePoint's recycle bins keep what was deleted; older batches are not listed."""


class NoSuchDeletion(Exception):
    """No run of that number deleted anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What became of a batch; empty `items`: it had been undone before."""

    link: Link
    batch: DeletionBatch
    items: tuple[Undone, ...]

    def count(self, how: How) -> int:
        """Count the items of which this became."""
        return sum(each.how is how for each in self.items)


def batches(link: Link, clock: Clock | None = None) -> list[DeletionBatch]:
    """Give the deletions of the last 93 days, newest first."""
    return deletions.batches(link, (clock or agreed_clock()).now() - KEPT_FOR)


def undo(scope: Scope, name: str, number: int, clock: Clock | None = None) -> Undoing:
    """Bring back what the run of that number deleted, as far as it is not back yet.

    Raises:
        UnknownName: there is no such link.
        NoSuchDeletion: that run deleted nothing.
        LinkBusy: the link is being run now.
        WentBack: the database was put back, so its batches may not be what was deleted last.
        SignInNeeded: a remote does not accept the sign-in any more; its links are paused, as by a
            run.
        RemoteError: a remote cannot be reached, or does not let us in; do it again later.
    """
    return asyncio.run(_undo(scope, name, number, clock or agreed_clock()))


async def _undo(scope: Scope, name: str, number: int, clock: Clock) -> Undoing:
    link = await asyncio.to_thread(scope.links.get, name)
    async with open_ends(scope, link, clock, Meter()) as ends:
        return await undone(ends, number, clock)


async def undone(ends: Ends, number: int, clock: Clock) -> Undoing:
    """Bring back what the run of that number deleted, over connectors that are open."""
    link = ends.link
    await asyncio.to_thread(refuse_old_records, link)
    batch = await asyncio.to_thread(deletions.batch, link, number)
    if batch is None:
        raise NoSuchDeletion(
            f"run {number} of the link {link.name!r} deleted nothing; `turnbuckle undo` lists"
            " those that did"
        )
    if not batch.left:
        return Undoing(link=link, batch=batch, items=())
    async with claimed_on(link, clock) as lease:
        run = await asyncio.to_thread(
            lambda: runs.start(link, lease, now=clock.now(), is_undoing=True)
        )
        found: list[Undone] = []
        state, stopped = "failed", ""
        try:
            async for some in bring_back(ends, clock, batch):
                await asyncio.to_thread(_keep, link, run, some, clock)
                found += some
            state = "done"
        except SignInNeeded as error:
            paused = await asyncio.to_thread(signed_out.pause, ends, error)
            state, stopped = "stopped", str(error) if paused is None else paused.text
            raise SignInNeeded(stopped) from error
        except RemoteError as error:
            state, stopped = "stopped", str(error)
            raise
        finally:
            counts = dict(Counter(each.how.value for each in found))
            report = {runs.UNDONE: counts, "stopped": stopped}
            await asyncio.to_thread(lambda: runs.finish(run, state, report, now=clock.now()))
    return Undoing(link=link, batch=batch, items=tuple(found))


@unit
def _keep(link: Link, run: Run, some: Sequence[Undone], clock: Clock) -> None:
    """Note what is back, so that nobody undoes it again and no limit counts it.

    Raises:
        LeaseLost: another process may run the link by now, and may have deleted it again.
    """
    hold(run)
    now = clock.now()
    back = [each for each in some if each.how is not How.BY_HAND]
    deletions.note_undone(link, [each.item for each in back], now=now)
    entries = [
        Entry(
            side=each.side,
            what=each.how.value,
            path=each.item.path,
            detail=f"undo of run {each.item.run}",
        )
        for each in back
        if each.how is not How.THERE
    ]
    journal.record(link, run, entries, now=now)
