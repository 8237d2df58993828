"""What a feed tells: pages of items, and the cursor to go on from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from turnbuckle.model.items import Cursor, Item, ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a page set; the last one carries the cursor.

    The last occurrence of an item in a page set is the one that holds. A full page set tells
    everything that the feed holds, so an item it does not name is missing; that alone never
    proves a deletion. `gone` does: a tombstone or a recycle-bin row.
    """

    items: Sequence[Item] = ()
    gone: Sequence[ItemId] = ()
    gone_at: Mapping[ItemId, datetime] = field(default_factory=dict)  # where the remote tells when
    full: bool = False  # this page set enumerates the whole feed; the same on all of its pages
    expected: int | None = None  # items the whole page set will tell, where the remote says so
    cursor: Cursor | None = None  # on the last page only
