"""Gather what a plan is about: what changed, and just as much around it as the planner must see.

Around each dirty item that is: its pair and the item's counterpart, the folders above it up to the
link's root, the items whose names it could meet on either side, and all that lies below a folder
that appeared, vanished or left. What rests is never read, however large the tree: of what lies in a
renamed folder only the folders, and these only where the other side knows them by joined names.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from turnbuckle.model.items import ItemId, Kind, Name, Version
from turnbuckle.model.pairs import Base, Half, Pair
from turnbuckle.model.policy import Terms
from turnbuckle.model.side import Side
from turnbuckle.model.trees import Tree
from turnbuckle.store.gathering import DEEPEST, Gathering
from turnbuckle.store.longest import longest_below
from turnbuckle.store.namesakes import Wishes, include_namesakes
from turnbuckle.store.nesting import Nesting
from turnbuckle.store.records import Bound, Link, Marks
from turnbuckle.store.units import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """What a plan is about.

    Attributes:
        dirty: the marked items, by side; the plan's answer frees them.
        idle: of these, the ones of a tool that is switched off. No plan is about them, and they
            need no thought: whoever switches the tool on has everything looked at.
        lost: bound folders that cannot be seen, by side and tool; nothing of such a tool, and of a
            tool that is switched off, is in the trees; in the base it is where the other side's
            counterpart lies in a tool in play.
        marks: how far both sides were told.
        rows: rows read to gather this, for the report.
    """

    base: Base
    left: Tree
    right: Tree
    dirty: frozenset[tuple[Side, ItemId]]
    idle: frozenset[tuple[Side, ItemId]]
    lost: tuple[tuple[Side, str], ...]
    marks: Marks
    rows: int


@tidy
def concerned(
    link: Link,
    wishes: Wishes,
    about: Sequence[tuple[Side, ItemId]] | None = None,
    *,
    terms: Terms,
) -> Concerned:
    """Gather what a plan of this link is about, as the database holds it now.

    Args:
        link: whose dirty items are to be planned.
        wishes: says which names an item may come to take, so that their holders are read too.
        about: plan about these items instead, whether they are dirty or not.
        terms: what both remotes can do.
    """
    gathering = _Closure(link)
    gathering.nesting = nesting = Nesting(gathering, terms)
    marks = gathering.marks()
    dirty = gathering.dirty() if about is None else list(about)
    gathering.include(dirty)
    gathering.include_below()
    gathering.include_renamed()
    include_namesakes(gathering, wishes, nesting)
    longest = longest_below(gathering, terms, all_dirty=about is None)
    gathering.leave_out_idle_tools()
    return Concerned(
        base=Base([*map(_root_pair, gathering.in_play), *gathering.pairs.values()]),
        lost=gathering.lost,
        left=gathering.tree(Side.LEFT, longest[Side.LEFT]),
        right=gathering.tree(Side.RIGHT, longest[Side.RIGHT]),
        dirty=frozenset(dirty),
        idle=frozenset(one for one in dirty if gathering.is_idle(*one)),
        marks=marks,
        rows=gathering.rows,
    )


def _root_pair(bound: Bound) -> Pair:
    """Give the pair that binds a tool's two folders, by their ids, whatever they are called."""
    left, right = (
        Half(id=bound.on(side), parent=None, name=Name(""), version=Version("")) for side in Side
    )
    return Pair(kind=Kind.FOLDER, left=left, right=right)


@tidy
def pair_with(link: Link, side: Side, item: ItemId) -> Pair | None:
    """Give the pair that holds an item on one side of a link, or None."""
    return next(iter(Gathering(link).select_pairs(f"{side}_id", [item])), None)


class _Closure(Gathering):
    """What was read, and what else has to be because of it."""

    nesting: Nesting

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.left_out: dict[Side, set[ItemId]] = {side: set() for side in Side}
        self.elsewhere: dict[Side, set[ItemId]] = {side: set() for side in Side}

    def include_below(self) -> None:
        """Read all that lies in a folder that appeared, vanished or left, on both sides."""
        seen: set[tuple[Side, ItemId]] = set()
        while True:
            tops: dict[Side, list[ItemId]] = {side: [] for side in Side}
            for side in Side:
                for item_id, item in list(self.items[side].items()):
                    if item.kind is Kind.FOLDER and self._opens(side, item_id):
                        tops[side].append(item_id)
            fresh = {
                side: [one for one in ids if (side, one) not in seen] for side, ids in tops.items()
            }
            if not any(fresh.values()):
                return
            found: list[tuple[Side, ItemId]] = []
            for side, ids in fresh.items():
                seen.update((side, one) for one in ids)
                for one in Side:
                    folders = [self.on(one, side, item) for item in ids]
                    known = sorted({folder for folder in folders if folder is not None})
                    below = self.select_items(one, "parent_id", known)
                    found.extend((one, item.id) for item, _ in below)
                    pairs = self.select_pairs(f"{one}_parent", known)
                    found.extend((one, pair.half(one).id) for pair in pairs)
            self.include(found)

    def _opens(self, side: Side, item: ItemId) -> bool:
        """Tell whether what lies in this folder has to be read."""
        if item in self.roots[side]:
            return False
        pair = self.pair_of[side].get(item)
        scope = self.scope(side, item)
        if pair is None:
            return scope == "inside"
        if self.nesting.is_crossing(side, item):
            return True
        return any(self.scope(one, pair.half(one).id) == "gone" for one in Side)

    def include_renamed(self) -> None:
        """Read the folders, and these alone, in those that are shown otherwise than before."""
        for side in Side:
            changed = [
                item.id for item in self.items[side].values() if self.nesting.is_renamed(side, item)
            ]
            seen = set(changed)
            while changed:
                told = self.select_items(side, "parent_id", changed, only="kind = 'folder'")
                below = {item.id for item, state in told if state == "present"}
                self.include((side, item) for item in below)
                changed = sorted(below - seen)
                seen |= below

    def leave_out_idle_tools(self) -> None:
        """Leave out what belongs to a tool that is switched off or whose folder cannot be seen.

        What one side moved into such a tool lives on there, so its counterpart, in a tool in play,
        is shown: no folder may be deleted around it.
        """
        self.lost = tuple(
            (side, bound.tool)
            for bound in self.link.bounds
            if bound.enabled
            for side in Side
            if not self.is_there(side, bound.on(side))
        )
        lost = {tool for _, tool in self.lost}
        self.in_play = tuple(
            bound for bound in self.link.bounds if bound.enabled and bound.tool not in lost
        )
        if len(self.in_play) == len(self.link.bounds):
            return
        tools = {bound.tool for bound in self.in_play}
        for key, pair in list(self.pairs.items()):
            if all(self._tool(side, pair) in tools for side in Side):
                continue
            staying = next((side for side in Side if self._stays(side, pair, tools)), None)
            for side in Side:
                if side is not staying:
                    self.left_out[side].add(pair.half(side).id)
            if staying is None:
                del self.pairs[key]
            else:
                self.elsewhere[staying.other].add(pair.half(staying.other).id)
        for side in Side:
            self.left_out[side].update(
                item
                for item in self.items[side]
                if item not in self.pair_of[side] and self.tool_of(side, item) not in (None, *tools)
            )

    def is_idle(self, side: Side, item: ItemId) -> bool:
        """Tell whether an item lies, and always lay, in a tool that is switched off.

        What was moved there is not idle, nor is what lies in it: it may be moved back, and then
        its folder alone is told.
        """
        off = self._off()
        current: ItemId | None = item
        for _ in range(DEEPEST):
            if current is None or current in self.roots[side]:
                break
            pair = self.pair_of[side].get(current)
            if pair is not None and any(self.nesting.tool_then(at, pair) not in off for at in Side):
                return False
            found = self.items[side].get(current)
            current = found.parent if found else pair.half(side).parent if pair else None
        return self.tool_of(side, item) in off

    def _off(self) -> set[str]:
        return {bound.tool for bound in self.link.bounds if not bound.enabled}

    def _stays(self, side: Side, pair: Pair, tools: Collection[str]) -> bool:
        """Tell whether an item is in a tool in play, while its counterpart is in none."""
        item = pair.half(side).id
        there = self.scope(side, item) == "inside" and self.tool_of(side, item) in tools
        return there and self._tool(side.other, pair) not in tools

    def _tool(self, side: Side, pair: Pair) -> str | None:
        """Give the tool that a pair's item lies in now, or lay in when it was last agreed on."""
        found = self.tool_of(side, pair.half(side).id)
        parent = pair.half(side).parent
        return found or (self.tool_of(side, parent) if parent else None)

    def tree(self, side: Side, longest: Mapping[ItemId, int]) -> Tree:
        """Give one side as the planner sees it."""
        gone: list[ItemId] = []
        hidden: list[ItemId] = []
        known = {pair.half(side).id for pair in self.pairs.values()}
        shown = self.items[side].keys() - self.left_out[side]
        for item in (shown | known) - self.elsewhere[side]:
            scope = self.scope(side, item)
            if scope == "gone":
                gone.append(item)
            elif scope == "hidden":
                hidden.append(item)
        roots = {bound.on(side): bound.tool for bound in self.in_play}
        times = {item: self.gone_since(side, item) for item in gone}
        return Tree(
            side,
            roots,
            [self.items[side][item] for item in shown],
            gone,
            hidden,
            elsewhere=self.elsewhere[side],
            gone_at={item: at for item, at in times.items() if at is not None},
            longest_below=longest,
        )
