"""Look for what a feed does not tell any more, and for what it may tell too late.

Only a proof makes an item deleted, and only a look makes what our own write replaced true again.
"""

import asyncio
from dataclasses import dataclass

from turnbuckle.model.items import Item, ItemId
from turnbuckle.ports.budget import Purpose, lane, spending_for
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import AccessDenied, RemoteError, Transient, Unproven
from turnbuckle.store import extent, formers, missing, notes, trees
from turnbuckle.store.records import Feed
from turnbuckle.sync.retrying import repeated

_CHUNK = 100
_MOST_LOOKS = 2_000  # after a full enumeration
_MOST_DENIED = 10  # looks refused, after which the account is taken to see nothing at all
_MOST_LOOKS_BETWEEN = 50  # after any other page set, for what is left of an earlier one


async def prove(connector: Connector, feed: Feed, batch: trees.Batch, clock: Clock) -> None:
    """Look for missing items one by one, those first that were not looked for the longest.

    Args:
        connector: where to look.
        feed: what it tells.
        batch: the page set that has just become truth.
        clock: the time.
    """
    left = _MOST_LOOKS if batch.full else _MOST_LOOKS_BETWEEN
    await _settle_doubts(connector, feed, left, clock)
    emptied: frozenset[ItemId] | None = None
    looked = False
    while left > 0:
        items = await asyncio.to_thread(
            missing.tops, feed, min(left, _CHUNK), before=batch.generation, not_in=emptied or ()
        )
        if items and emptied is None:
            # what is in an empty listing of a whole link is for a person to judge
            emptied = await asyncio.to_thread(extent.unlisted_roots, feed)
            items = [item for item in items if item.parent not in emptied]
            if emptied:
                continue
        looks = _Looks(connector, feed, clock, in_vain=[])
        # a reserve is for some; thousands at once would keep everybody else waiting
        purpose = lane().purpose if looked else Purpose.PROOF
        with spending_for(purpose):
            went_on = await looks.over(items)
        looked = True
        if looks.in_vain:
            await asyncio.to_thread(notes.note_in_vain, feed, looks.in_vain)
        left -= len(items)
        if not items or not went_on:
            return


async def _settle_doubts(connector: Connector, feed: Feed, most: int, clock: Clock) -> None:
    """Look at items of which a feed told what we had replaced; where nobody can, our word holds."""
    for item in await asyncio.to_thread(formers.doubted, feed, most):
        try:
            await _look(connector, feed, item, clock)
        except Transient:
            return  # the next look at this feed goes on with them
        except RemoteError:
            pass  # the next enumeration tells of it again
        await asyncio.to_thread(formers.settle, feed, item)


async def _look(connector: Connector, feed: Feed, item: ItemId, clock: Clock) -> None:
    found = await repeated(lambda: connector.look(item), clock)
    if found is None:
        now = clock.now()
        await asyncio.to_thread(lambda: notes.note_gone(feed, item, now=now))
    else:
        await asyncio.to_thread(notes.note, feed, found)


@dataclass(frozen=True, slots=True)
class _Looks:
    connector: Connector
    feed: Feed
    clock: Clock
    in_vain: list[ItemId]  # still missing, so they come last the next time

    async def over(self, items: list[Item]) -> bool:
        """Look for each; tell whether it makes sense to go on with others."""
        refused = 0
        for item in items:
            try:
                await _look(self.connector, self.feed, item.id, self.clock)
            except Unproven:
                self.in_vain.append(item.id)
            except Transient:
                return False
            except AccessDenied:
                await asyncio.to_thread(notes.note_refused, self.feed, item.id)
                refused += 1
                if refused >= _MOST_DENIED:
                    return False
            except RemoteError:
                self.in_vain.append(item.id)
                return False
        return True
