"""Know which folders lie in folders of a tool whose folders are flat on the other side.

The planner shows such a folder under the joined names at the top of its tool; what it may meet
there, and all that is renamed with it, has to be read for it.
"""

from dataclasses import dataclass

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.names import JOINT, joined
from turnbuckle.model.pairs import Pair
from turnbuckle.model.policy import Terms
from turnbuckle.model.side import Side
from turnbuckle.store.gathering import Gathering

_DEEPEST = 2_000  # folders above one item


@dataclass(frozen=True, slots=True)
class Nesting:
    """What the terms of a link say about the folders read so far."""

    gathering: Gathering
    terms: Terms

    def is_deep(self, side: Side, item: ItemId) -> bool:
        """Tell whether an item lies where this side alone has folders in folders."""
        tool = self.gathering.tool_of(side, item)
        if tool is None:
            return False
        there = self.terms.capabilities(side.other, tool)
        return there.flat and not self.terms.capabilities(side, tool).flat

    def is_renamed(self, side: Side, item: Item) -> bool:
        """Tell whether a folder has another place or name, and all in it is shown otherwise."""
        pair = self.gathering.pair_of[side].get(item.id)
        if pair is None or item.kind is not Kind.FOLDER or not self.is_deep(side, item.id):
            return False
        half = pair.half(side)
        return (item.parent, item.name) != (half.parent, half.name)

    def is_crossing(self, side: Side, item: ItemId) -> bool:
        """Tell whether a folder got into another tool, where the other side cannot move it to."""
        pair = self.gathering.pair_of[side].get(item)
        if pair is None:
            return False
        then, now = self.tool_then(side, pair), self.gathering.tool_of(side, item)
        if then is None or now is None or then == now:
            return False
        return not self.terms.capabilities(side.other, then).crosses_tools

    def shown(self, side: Side, item: Item) -> list[tuple[ItemId, Name]]:
        """Give the names under which a nested folder is, and was, shown, each with its folder."""
        if item.kind is not Kind.FOLDER or not self.is_deep(side, item.id):
            return []
        pair = self.gathering.pair_of[side].get(item.id)
        found = []
        for root, names in (self._now(side, item.id), self._then(side, pair)):
            if root is not None and len(names) > 1:
                found.append((root, joined(names)))
        return found

    def inner(self, side: Side, item: Item) -> list[Name]:
        """Give the names that an album could give to its nested folder on the other side."""
        pair = self.gathering.pair_of[side].get(item.id)
        if pair is None or item.kind is not Kind.FOLDER:
            return []
        half = pair.half(side.other)
        if half.parent is None or not self.is_deep(side.other, half.id):
            return []
        _, outer = self._now(side.other, half.parent)
        album = self.gathering.pair_of[side.other].get(half.parent)
        prefixes = [joined(outer), album.half(side).name if album else Name("")]
        rests = (item.name.removeprefix(f"{prefix}{JOINT}") for prefix in prefixes if prefix)
        return [Name(rest) for rest in rests if rest and rest != item.name]

    def tool_then(self, side: Side, pair: Pair) -> str | None:
        """Give the tool that a pair's item of one side lay in when both sides agreed."""
        root, _ = self._then(side, pair)
        return None if root is None else self.gathering.roots[side][root]

    def _now(self, side: Side, item: ItemId) -> tuple[ItemId | None, list[Name]]:
        names: list[Name] = []
        current: ItemId | None = item
        for _ in range(_DEEPEST):
            if current is None or current in self.gathering.roots[side]:
                return current, names[::-1]
            found = self.gathering.items[side].get(current)
            if found is None:
                break
            names.append(found.name)
            current = found.parent
        return None, []

    def _then(self, side: Side, pair: Pair | None) -> tuple[ItemId | None, list[Name]]:
        names: list[Name] = []
        for _ in range(_DEEPEST):
            if pair is None:
                break
            half = pair.half(side)
            names.append(half.name)
            if half.parent in self.gathering.roots[side]:
                return half.parent, names[::-1]
            pair = None if half.parent is None else self.gathering.pair_of[side].get(half.parent)
        return None, []
