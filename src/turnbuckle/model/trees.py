"""What one side holds now, for the items that a plan is about."""

from collections.abc import Iterable

from turnbuckle.model.items import Item, ItemId
from turnbuckle.model.side import Side


class Tree:
    """One side's items, by id; equal arguments make equal trees, whatever their order.

    Args:
        root: the folder that the link is bound to; what lies outside it is not in the tree.
        items: one entry per id. An item that is gone or hidden may be given as last seen.
        gone: ids whose deletion, or whose leaving of the link's folder, is proven.
        hidden: ids that cannot be seen now, without any proof that they were deleted.
    """

    def __init__(
        self,
        side: Side,
        root: ItemId,
        items: Iterable[Item] = (),
        gone: Iterable[ItemId] = (),
        hidden: Iterable[ItemId] = (),
    ) -> None:
        self.side = side
        self.root = root
        self.items = {item.id: item for item in sorted(items, key=lambda item: item.id)}
        self.gone = frozenset(gone)
        self.hidden = frozenset(hidden)
