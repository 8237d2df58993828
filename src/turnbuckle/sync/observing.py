"""Look at one side: what its feed tells becomes what we know, and nothing is believed too early."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from turnbuckle.model.items import Cursor
from turnbuckle.model.pages import Page
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.connector import Connector, Skims
from turnbuckle.ports.errors import (
    CursorExpired,
    MalformedReply,
    RateLimited,
    Transient,
)
from turnbuckle.store import trees
from turnbuckle.store.looks import Look, Wanted, has_word
from turnbuckle.store.records import Feed
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.proving import prove
from turnbuckle.sync.retrying import MOST_RATE_LIMITS, TRIES, wait_after, wait_as_asked
from turnbuckle.sync.taking_turns import Turn, kept_alive
from turnbuckle.sync.watching import Watcher


async def observe(
    ends: Ends,
    clock: Clock,
    watcher: Watcher,
    *,
    complete: bool = False,
    wanted: Wanted | None = None,
) -> frozenset[Side]:
    """Take in what both feeds tell since the last look.

    Args:
        ends: the link.
        clock: the time.
        watcher: who looks on.
        complete: enumerate everything, whatever the cursors say.
        wanted: which looks at a feed will do, whoever made them; None: close ones from now on.

    Returns:
        The sides that were asked; for the others somebody else's look does.
    """
    asked = set()
    for side in Side:
        need = wanted or Wanted(after=clock.now(), closely=True)
        if await _Observing(ends, side, clock, watcher, need).through(complete=complete):
            asked.add(side)
    return frozenset(asked)


@dataclass(frozen=True, slots=True)
class _Observing:
    """The observation of one side."""

    ends: Ends
    side: Side
    clock: Clock
    watcher: Watcher
    wanted: Wanted

    @property
    def connector(self) -> Connector:
        return self.ends.connectors[self.side]

    async def through(self, *, complete: bool) -> bool:
        """Observe; tell whether the remote was asked."""
        feed = await self._feed()
        began = self.clock.now()
        if not complete and self.wanted.is_met_by(feed):
            return False
        since = None if complete else feed.cursor
        turn = Turn(feed, self.clock)
        failures = refusals = 0
        while True:
            if await turn.wait():
                feed = await self._feed()
                complete = complete and not (feed.complete_at and feed.complete_at >= began)
                if not complete and self.wanted.is_met_by(feed):
                    return False
                since = None if complete else feed.cursor
            try:
                batch = await self._take_in(feed, since, turn)
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
                await wait_as_asked(error, self.clock)
            except Transient:
                failures += 1
                if failures >= TRIES:
                    raise
                await self.clock.sleep(wait_after(failures))
            else:
                await prove(self.connector, feed, batch, self.clock)
                return True

    async def _feed(self) -> Feed:
        return await asyncio.to_thread(self.ends.feed, self.side)

    async def _take_in(self, feed: Feed, since: Cursor | None, turn: Turn) -> trees.Batch:
        """Stage one page set and make it the truth."""
        batch = await _begin(feed, since is None, turn, None)
        look, told, last = self._look(feed), 0, Page()
        try:
            async with kept_alive(batch):
                async for page in _closing(self.connector.changes(since)):
                    if page.full != batch.full:
                        batch, told = await _begin(feed, page.full, turn, batch), 0
                    if page.items or page.gone:
                        await asyncio.to_thread(trees.stage, batch, page)
                    told += len(page.items)
                    self.watcher.observed(self.side, told, page.expected)
                    last = page
            cursor, single = last.cursor, _names_are_single(self.connector)
            if cursor is None:
                raise MalformedReply("the list of changes ended without saying where to go on")
            await asyncio.to_thread(
                lambda: trees.apply(
                    batch, cursor, now=self.clock.now(), names_are_single=single, seen=look
                )
            )
        except (Exception, asyncio.CancelledError):
            await asyncio.to_thread(trees.give_up, batch)
            raise
        return batch

    def _look(self, feed: Feed) -> Look:
        """Begin a look, a close one where that is wanted, or the feed's hook said something."""
        closely = self.wanted.closely or has_word(feed)
        if not isinstance(self.connector, Skims):
            closely = True
        elif closely:
            self.connector.look_closely()
        return Look(began=self.clock.now(), closely=closely, heard_at=feed.said_at)


def _names_are_single(connector: Connector) -> bool:
    can = connector.capabilities
    return not any(each.duplicate_names for each in (can, *can.tools.values()))


async def _begin(feed: Feed, full: bool, turn: Turn, mine: trees.Batch | None) -> trees.Batch:
    """Begin a page set, unless somebody else began one since we looked."""
    return await asyncio.to_thread(lambda: trees.begin_pages(feed, full, over=turn.over(mine)))


async def _closing(pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    try:
        async for page in pages:
            yield page
    finally:
        close = getattr(pages, "aclose", None)
        if close is not None:
            await close()
