"""What one side holds now, for the items that a plan is about."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from turnbuckle.model.items import Item, ItemId
from turnbuckle.model.side import Side

DOCUMENTS = "documents"
"""The tool whose folders and files a link keeps in step unless it says otherwise."""

PHOTOS = "photos"


class Tree:
    """One side's items, by id; equal arguments make equal trees, whatever their order.

    Args:
        roots: the folders that the link is bound to, each with the tool it stands for; what lies
            outside them is not in the tree. One id alone stands for the tool `DOCUMENTS`.
        items: one entry per id. An item that is gone or hidden may be given as last seen.
        gone: ids whose deletion, or whose leaving of the link's folder, is proven.
        hidden: ids that cannot be seen now, without any proof that they were deleted.
        elsewhere: ids of items that live on in a tool of this side about which nothing is decided
            now: it is switched off, or its folder cannot be seen.
        gone_at: when what is gone was deleted, where that is known.
        longest_below: for folders, how many UTF-16 units the longest path below them has, as that
            side spells it; given only where a folder's own path could grow too long.
    """

    def __init__(
        self,
        side: Side,
        roots: Mapping[ItemId, str] | ItemId,
        items: Iterable[Item] = (),
        gone: Iterable[ItemId] = (),
        hidden: Iterable[ItemId] = (),
        *,
        elsewhere: Iterable[ItemId] = (),
        gone_at: Mapping[ItemId, datetime] | None = None,
        longest_below: Mapping[ItemId, int] | None = None,
    ) -> None:
        self.side = side
        self.roots = {roots: DOCUMENTS} if isinstance(roots, str) else dict(roots)
        self.items = {item.id: item for item in sorted(items, key=lambda item: item.id)}
        self.gone = frozenset(gone)
        self.hidden = frozenset(hidden)
        self.elsewhere = frozenset(elsewhere)
        self.gone_at = dict(gone_at or {})
        self.longest_below = dict(longest_below or {})
