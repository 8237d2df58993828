"""Look at one side: what its feed tells becomes what we know, and nothing is believed too early."""

import asyncio
from collections.abc import AsyncIterator

from turnbuckle.model.items import Cursor
from turnbuckle.model.pages import Page
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import (
    CursorExpired,
    MalformedReply,
    RateLimited,
    Transient,
)
from turnbuckle.store import trees
from turnbuckle.store.records import Feed
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.proving import prove
from turnbuckle.sync.retrying import MOST_RATE_LIMITS, TRIES, wait_after
from turnbuckle.sync.taking_turns import Turn
from turnbuckle.sync.watching import Watcher


async def observe(ends: Ends, clock: Clock, watcher: Watcher, *, complete: bool = False) -> None:
    """Take in what both feeds tell since the last look.

    Args:
        ends: the link.
        clock: the time.
        watcher: who looks on.
        complete: enumerate everything, whatever the cursors say.
    """
    for side in Side:
        await _observe_side(ends, side, clock, watcher, complete=complete)


async def _observe_side(
    ends: Ends, side: Side, clock: Clock, watcher: Watcher, *, complete: bool
) -> None:
    feed = await asyncio.to_thread(ends.feed, side)
    began = clock.now()
    since = None if complete else feed.cursor
    turn = Turn(feed, clock)
    failures = refusals = 0
    while True:
        if await turn.wait():
            feed = await asyncio.to_thread(ends.feed, side)
            done = feed.complete_at is not None and feed.complete_at >= began
            since = feed.cursor if done or not complete else None
        try:
            batch = await _take_in(
                ends.connectors[side], feed, since, turn, side=side, clock=clock, watcher=watcher
            )
        except CursorExpired:
            if since is None:
                raise
            since, complete = None, True
        except trees.Superseded:
            turn.lose()
        except RateLimited as error:
            refusals += 1
            if refusals >= MOST_RATE_LIMITS:
                raise
            await clock.sleep(max(error.wait.total_seconds(), 0.1))
        except Transient:
            failures += 1
            if failures >= TRIES:
                raise
            await clock.sleep(wait_after(failures))
        else:
            await prove(ends.connectors[side], feed, batch, clock)
            return


async def _take_in(
    connector: Connector,
    feed: Feed,
    since: Cursor | None,
    turn: Turn,
    *,
    side: Side,
    clock: Clock,
    watcher: Watcher,
) -> trees.Batch:
    """Stage one page set and make it the truth."""
    batch: trees.Batch | None = None
    told = 0
    last: Page | None = None
    try:
        async for page in _closing(connector.changes(since)):
            if batch is None or page.full != batch.full:
                batch = await _begin(feed, page.full, turn, batch)
                told = 0
            await asyncio.to_thread(trees.stage, batch, page)
            told += len(page.items)
            watcher.observed(side, told, page.expected)
            last = page
        if batch is None or last is None or last.cursor is None:
            raise MalformedReply("the list of changes ended without saying where to go on")
        cursor, single = last.cursor, _names_are_single(connector)
        await asyncio.to_thread(
            lambda: trees.apply(batch, cursor, now=clock.now(), names_are_single=single)
        )
    except (Exception, asyncio.CancelledError):
        if batch is not None:
            await asyncio.to_thread(trees.give_up, batch)
        raise
    return batch


def _names_are_single(connector: Connector) -> bool:
    can = connector.capabilities
    return not any(each.duplicate_names for each in (can, *can.tools.values()))


async def _begin(feed: Feed, full: bool, turn: Turn, mine: trees.Batch | None) -> trees.Batch:
    """Begin a page set, unless somebody else began one since we looked."""
    listing = await asyncio.to_thread(trees.listing, feed)
    ours = mine is not None and listing is not None and listing.generation == mine.generation
    if not ours and not turn.is_free(listing):
        raise trees.Superseded("another run has begun to list the same source")
    return await asyncio.to_thread(trees.begin_pages, feed, full)


async def _closing(pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    try:
        async for page in pages:
            yield page
    finally:
        close = getattr(pages, "aclose", None)
        if close is not None:
            await close()
