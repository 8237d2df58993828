"""After a crash: find out what became of the writes that were under way, before anything else."""

import asyncio
from dataclasses import replace

from turnbuckle.model.items import Item, Kind
from turnbuckle.model.pairs import Pair
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError
from turnbuckle.store import closure, journal, set_aside, trees
from turnbuckle.store.journal import Outcome
from turnbuckle.store.records import Marks, OpenIntent, Run
from turnbuckle.store.strays import strays
from turnbuckle.store.structure import is_inside
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.outcomes import items_of, outcome_of, with_what_enters
from turnbuckle.sync.probing import NotMade, find_made
from turnbuckle.sync.report import Report
from turnbuckle.sync.transfer import read_hashes
from turnbuckle.sync.writes import (
    MakeFile,
    MakeFolder,
    MoveItem,
    ReplaceContent,
    Write,
    from_journal,
)

_MOST_READ = 5  # files of one size that are read to find the one that a lost answer was about


async def recover(ends: Ends, run: Run, clock: Clock, report: Report) -> list[OpenIntent]:
    """End open intents: as done where their effect is found, else as never made.

    What was never made is planned anew by the next look; what somebody else made instead is seen
    by it as their change.

    Returns:
        The intents that are open still: of new items that are not where they were to be made. A
        user may have moved them since, so `adopt` decides once both sides were observed.
    """
    unfound = []
    for intent in await asyncio.to_thread(journal.open_intents, ends.link):
        write = from_journal(intent.step)
        try:
            result = await find_made(write, ends, clock)
        except NotMade:
            if isinstance(write, MakeFile | MakeFolder):
                unfound.append(intent)
            else:
                await _void(run, intent, write, clock)
            continue
        was: Pair | None = None
        if isinstance(write, MoveItem | ReplaceContent):
            was = await asyncio.to_thread(closure.pair_with, ends.link, write.side, write.item.id)
        if was is None and isinstance(write, MoveItem) and write.twin is not None:
            # a counterpart that was made anew is in no pair yet
            was = await asyncio.to_thread(
                closure.pair_with, ends.link, write.side.other, write.twin.id
            )
        outcome = outcome_of(write, result, intent=intent.id, was=was, hashes=frozenset())
        await settle_found(ends, run, clock, write, outcome)
        report.recovered += 1
    return unfound


async def adopt(
    ends: Ends, run: Run, clock: Clock, report: Report, unfound: list[OpenIntent]
) -> None:
    """End the intents that `recover` left: as done where exactly one new item can be theirs.

    Such an item is noted as it was made, so that its new name or place is a change of a user's.
    """
    for intent in unfound:
        write = from_journal(intent.step)
        assert isinstance(write, MakeFile | MakeFolder)
        found = await _candidates(ends, write, clock)
        if len(found) != 1:
            await _void(run, intent, write, clock)
            continue
        made = replace(found[0], parent=write.parent, name=write.name)
        outcome = outcome_of(write, made, intent=intent.id, was=None, hashes=frozenset())
        now = (write.side, found[0])
        again = [*outcome.single, (write.side, made.id)]
        await settle_found(ends, run, clock, write, replace(outcome, seen=[now], single=again))
        report.recovered += 1


async def _candidates(ends: Ends, write: MakeFile | MakeFolder, clock: Clock) -> list[Item]:
    """Give the new items of ours that this write made, for all that can be known."""
    link, side = ends.link, write.side
    kind = Kind.FOLDER if isinstance(write, MakeFolder) else Kind.FILE
    new = await asyncio.to_thread(strays, link, side, kind)
    found = [item for item in new if await asyncio.to_thread(is_inside, link, side, item)]
    if isinstance(write, MakeFolder):
        return found
    same = [item for item in found if item.size == write.source.size][:_MOST_READ]
    return [item for item in same if await _same_bytes(ends, write, item, clock)]


async def _same_bytes(ends: Ends, write: MakeFile, item: Item, clock: Clock) -> bool:
    """Read and compare; where the remote rewrote the bytes nobody can tell, so it is not."""
    try:
        theirs = await read_hashes(ends.connectors[write.source_side], write.source, clock)
        mine = item.hashes or await read_hashes(ends.connectors[write.side], item, clock)
    except RemoteError:
        return False
    return bool(mine & theirs)


async def _void(run: Run, intent: OpenIntent, write: Write, clock: Clock) -> None:
    """End an intent; a content that is on its way from a frozen process may arrive later."""
    end = journal.give_up if isinstance(write, MakeFile | ReplaceContent) else journal.void
    await asyncio.to_thread(lambda: end(run, intent.id, now=clock.now()))


async def settle_found(
    ends: Ends,
    run: Run,
    clock: Clock,
    write: Write,
    outcome: Outcome,
    *,
    marks: Marks | None = None,
) -> None:
    """Commit what was found; whatever failed without an answer did not fail after all.

    Args:
        ends: the link.
        run: who found it.
        clock: the time.
        write: whose effect was found.
        outcome: what it came to.
        marks: as with `journal.settle`; None: as of now.
    """
    if marks is None:
        marks = await asyncio.to_thread(trees.marks, ends.link)
    outcome = with_what_enters(outcome, ends.policy)
    await asyncio.to_thread(
        lambda: journal.settle(ends.link, run, [outcome], marks=marks, now=clock.now())
    )
    await asyncio.to_thread(set_aside.clear, ends.link, items_of(write))
