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
    RemoteError,
    Transient,
    Unproven,
)
from turnbuckle.store import notes, trees
from turnbuckle.store.records import Feed
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.retrying import MOST_RATE_LIMITS, TRIES, repeated, wait_after
from turnbuckle.sync.watching import Watcher

_MOST_LOOKS = 200  # items looked for one by one after a full enumeration


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
    since = None if complete else feed.cursor
    failures = refusals = 0
    while True:
        try:
            full = await _take_in(
                ends.connectors[side], feed, since, side=side, clock=clock, watcher=watcher
            )
        except CursorExpired:
            if since is None:
                raise
            since = None
        except trees.Superseded:
            await clock.sleep(wait_after(1))
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
            if full:
                await _prove(ends, side, feed, clock)
            return


async def _take_in(
    connector: Connector,
    feed: Feed,
    since: Cursor | None,
    *,
    side: Side,
    clock: Clock,
    watcher: Watcher,
) -> bool:
    """Stage one page set and make it the truth; tell whether it was a full enumeration."""
    batch: trees.Batch | None = None
    told = 0
    last: Page | None = None
    async for page in _closing(connector.changes(since)):
        if batch is None or page.full != batch.full:
            batch = await asyncio.to_thread(trees.begin_pages, feed, page.full)
            told = 0
        await asyncio.to_thread(trees.stage, batch, page)
        told += len(page.items)
        watcher.observed(side, told, page.expected)
        last = page
    if batch is None or last is None or last.cursor is None:
        raise MalformedReply("the list of changes ended without saying where to go on")
    await asyncio.to_thread(lambda: trees.apply(batch, last.cursor, now=clock.now()))
    return batch.full


async def _closing(pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    try:
        async for page in pages:
            yield page
    finally:
        close = getattr(pages, "aclose", None)
        if close is not None:
            await close()


async def _prove(ends: Ends, side: Side, feed: Feed, clock: Clock) -> None:
    """Look for items that a full enumeration did not tell: only proof makes them deleted."""
    connector = ends.connectors[side]
    for missing in await asyncio.to_thread(trees.missing, feed, _MOST_LOOKS):
        try:
            found = await repeated(lambda item=missing: connector.look(item.id), clock)  # type: ignore[misc]
        except Unproven:
            continue
        except RemoteError:
            return
        if found is None:
            await asyncio.to_thread(lambda item=missing: notes.note_gone(feed, item.id))  # type: ignore[misc]
        else:
            await asyncio.to_thread(lambda item=found: notes.note(feed, item))  # type: ignore[misc]
