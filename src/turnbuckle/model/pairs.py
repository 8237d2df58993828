"""The base: what both sides held when they last agreed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.side import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One side of a pair, as it was when both sides agreed."""

    id: ItemId
    parent: ItemId | None  # None for the root of the link
    name: Name
    version: Version
    size: int = 0  # bytes
    hashes: frozenset[str] = frozenset()  # of this side's bytes; the sides differ after a rewrite
    modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two items that are the same document, or the same folder, on the two sides."""

    kind: Kind
    left: Half
    right: Half

    def half(self, side: Side) -> Half:
        """Give one side's half."""
        return self.left if side is Side.LEFT else self.right


def half_of(item: Item) -> Half:
    """Take an item as it is now for the half of a pair."""
    return Half(
        id=item.id,
        parent=item.parent,
        name=item.name,
        version=item.version,
        size=item.size,
        hashes=item.hashes,
        modified=item.modified,
    )


def agreed(was: Pair | None, left: Item, right: Item, *, place: bool, content: bool) -> Pair:
    """Give the pair as it is once both sides agree on the place, the content, or both.

    Args:
        was: the pair so far; None when the two are paired for the first time (then both agree).
    """
    halves = {}
    for side, item in ((Side.LEFT, left), (Side.RIGHT, right)):
        new = half_of(item)
        if was is not None:
            old = was.half(side)
            if not place:
                new = replace(new, parent=old.parent, name=old.name)
            if not content:
                new = replace(
                    new,
                    version=old.version,
                    size=old.size,
                    hashes=old.hashes,
                    modified=old.modified,
                )
        halves[side] = new
    return Pair(kind=left.kind, left=halves[Side.LEFT], right=halves[Side.RIGHT])


class Base:
    """The pairs concerned, found by either side's id."""

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        self.pairs = tuple(pairs)
        self._by_id: Mapping[Side, Mapping[ItemId, Pair]] = {
            side: {pair.half(side).id: pair for pair in self.pairs} for side in Side
        }

    def of(self, side: Side, item: ItemId | None) -> Pair | None:
        """Give the pair that holds this item, if there is one."""
        return None if item is None else self._by_id[side].get(item)
