"""The first observation of a run: can our records be believed, or is there a reason for caution?

Where our records may be older than the remotes (see `trees` and `rollback`), both sides are looked
at as a whole, and no deletion is made by what those records say.
"""

import asyncio

from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.store import cautions
from turnbuckle.store.looks import Wanted
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.observing import observe
from turnbuckle.sync.watching import Watcher


async def observe_first(
    ends: Ends, clock: Clock, watcher: Watcher, *, complete: bool, wanted: Wanted | None = None
) -> tuple[Reason | None, frozenset[Side]]:
    """Take in what both sides tell, as a whole where there is a reason to be cautious.

    Args:
        ends: the link.
        clock: the time.
        watcher: who looks on.
        complete: as a whole in any case.
        wanted: which looks will do, whoever made them; None: from now on.

    Returns:
        The reason to hold all deletions until the link has come to rest, and the sides that were
        asked.
    """
    wanted = wanted or Wanted(after=clock.now(), closely=False)
    whole = complete or await asyncio.to_thread(cautions.caution, ends.link) is not None
    asked = await observe(ends, clock, watcher, complete=whole, wanted=wanted)
    caution = await asyncio.to_thread(cautions.caution, ends.link)
    if caution is not None and not whole:
        asked = await observe(ends, clock, watcher, complete=True)
    return caution, asked
