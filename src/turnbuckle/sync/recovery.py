"""After a crash: find out what became of the writes that were under way, before anything else."""

import asyncio

from turnbuckle.model.pairs import Pair
from turnbuckle.ports.clock import Clock
from turnbuckle.store import closure, journal, trees
from turnbuckle.store.records import OpenIntent, Run
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.outcomes import outcome_of
from turnbuckle.sync.probing import NotMade, find_made
from turnbuckle.sync.report import Report
from turnbuckle.sync.writes import MoveItem, ReplaceContent, from_journal


async def recover(ends: Ends, run: Run, clock: Clock, report: Report) -> bool:
    """End every open intent: as done where its effect is found, else as never made.

    What was never made is planned anew by the next look; what somebody else made instead is seen
    by it as their change.

    Returns:
        Whether there was any.
    """
    intents = await asyncio.to_thread(journal.open_intents, ends.link)
    for intent in intents:
        if await _recovered(ends, run, intent, clock):
            report.recovered += 1
    return bool(intents)


async def _recovered(ends: Ends, run: Run, intent: OpenIntent, clock: Clock) -> bool:
    write = from_journal(intent.step)
    marks = await asyncio.to_thread(trees.marks, ends.link)
    try:
        result = await find_made(write, ends, clock)
    except NotMade:
        await asyncio.to_thread(lambda: journal.void(run, intent.id, now=clock.now()))
        return False
    was: Pair | None = None
    if isinstance(write, MoveItem | ReplaceContent):
        was = await asyncio.to_thread(closure.pair_with, ends.link, write.side, write.item.id)
    if was is None and isinstance(write, MoveItem) and write.twin is not None:
        # a counterpart that was made anew is in no pair yet
        was = await asyncio.to_thread(closure.pair_with, ends.link, write.side.other, write.twin.id)
    outcome = outcome_of(write, result, intent=intent.id, was=was, hashes=frozenset())
    await asyncio.to_thread(
        lambda: journal.settle(ends.link, run, [outcome], marks=marks, now=clock.now())
    )
    return True
