"""The first observation of a run: can our records be believed, or is there a reason for caution?

A file that our own app wrote and that we know nothing of says that our records are older than the
remote: the database was put back from an older copy. Then both sides are looked at as a whole, and
no deletion is made by what those records say.
"""

import asyncio
from collections.abc import Mapping, Sequence

from turnbuckle.model.items import Item
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.store import cautions
from turnbuckle.store.structure import is_inside
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.observing import observe
from turnbuckle.sync.watching import Watcher


async def observe_first(
    ends: Ends, clock: Clock, watcher: Watcher, *, complete: bool, trust: bool
) -> Reason | None:
    """Take in what both sides tell, as a whole where there is a reason to be cautious.

    Args:
        ends: the link.
        clock: the time.
        watcher: who looks on.
        complete: as a whole in any case.
        trust: no write was under way, so our records should know of every file of ours.

    Returns:
        The reason to hold all deletions until the link has come to rest.
    """
    whole = complete or await asyncio.to_thread(cautions.caution, ends.link) is not None
    ours = await observe(ends, clock, watcher, complete=whole)
    if trust and await asyncio.to_thread(_any_inside, ends, ours):
        await asyncio.to_thread(cautions.begin, ends.link, Reason.ROLLED_BACK)
    caution = await asyncio.to_thread(cautions.caution, ends.link)
    if caution is not None and not whole:
        await observe(ends, clock, watcher, complete=True)
    return caution


def _any_inside(ends: Ends, items: Mapping[Side, Sequence[Item]]) -> bool:
    """Tell whether one of these items lies in a folder of the link."""
    return any(is_inside(ends.link, side, item) for side, told in items.items() for item in told)
