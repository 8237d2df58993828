"""Gather what a plan is about: what changed, and just as much around it as the planner must see.

Around each dirty item that is: its pair and the item's counterpart, the folders above it up to the
link's root, the items whose names it could meet on either side, and all that lies below a folder
that appeared, vanished or left. What rests is never read, however large the tree.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.pairs import Base, Half, Pair
from turnbuckle.model.side import Side
from turnbuckle.model.trees import Tree
from turnbuckle.store.records import Bound, Link, Marks
from turnbuckle.store.rows import (
    ITEM_COLUMNS,
    ITEM_SELECT,
    PAIR_SELECT,
    instant,
    item_of,
    key_folded,
    pair_of,
)
from turnbuckle.store.units import tidy

_CHUNK = 400  # ids in one query
_DEEPEST = 2_000  # folders above one item

type Place = tuple[ItemId, str]
type Wishes = Callable[[Side, Item], Iterable[tuple[Side, Name]]]
"""The names that an item could come to have, or to give to another, on each side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """What a plan is about.

    Attributes:
        dirty: the marked items, by side; the plan's answer frees them.
        lost: bound folders that cannot be seen, by side and tool; nothing of such a tool, and of a
            tool that is switched off, is in the trees or the base.
        marks: how far both sides were told.
        rows: rows read to gather this, for the report.
    """

    base: Base
    left: Tree
    right: Tree
    dirty: frozenset[tuple[Side, ItemId]]
    lost: tuple[tuple[Side, str], ...]
    marks: Marks
    rows: int


@tidy
def concerned(
    link: Link, wishes: Wishes, about: Sequence[tuple[Side, ItemId]] | None = None
) -> Concerned:
    """Gather what a plan of this link is about, as the database holds it now.

    Args:
        link: whose dirty items are to be planned.
        wishes: says which names an item may come to take, so that their holders are read too.
        about: plan about these items instead, whether they are dirty or not.
    """
    gathering = _Gathering(link)
    marks = gathering.marks()
    dirty = gathering.dirty() if about is None else list(about)
    gathering.include(dirty)
    gathering.include_below()
    gathering.include_namesakes(wishes)
    gathering.leave_out_idle_tools()
    return Concerned(
        base=Base([*map(_root_pair, gathering.in_play), *gathering.pairs.values()]),
        lost=gathering.lost,
        left=gathering.tree(Side.LEFT),
        right=gathering.tree(Side.RIGHT),
        dirty=frozenset(dirty),
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
    return next(iter(_Gathering(link).select_pairs(f"{side}_id", [item])), None)


def _spelled(item: Item, side: Side, pair: Pair | None) -> Iterator[Item]:
    """Give an item under the name that it has, and under the one that it had before."""
    yield item
    if pair is not None and pair.half(side).name != item.name:
        yield replace(item, name=pair.half(side).name)


class _Gathering:
    """The rows read so far, by side and id."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.items: dict[Side, dict[ItemId, Item]] = {side: {} for side in Side}
        self.states: dict[Side, dict[ItemId, str]] = {side: {} for side in Side}
        self.gone_at: dict[Side, dict[ItemId, datetime]] = {side: {} for side in Side}
        self.pairs: dict[tuple[ItemId, ItemId], Pair] = {}
        self.pair_of: dict[Side, dict[ItemId, Pair]] = {side: {} for side in Side}
        self._asked: dict[Side, set[ItemId]] = {side: set() for side in Side}
        self.rows = 0
        self.lost: tuple[tuple[Side, str], ...] = ()
        self.in_play: tuple[Bound, ...] = link.bounds
        self._roots = {side: link.roots(side) for side in Side}
        self._twin_roots = {
            side: {bound.on(side): bound.on(side.other) for bound in link.bounds} for side in Side
        }

    def marks(self) -> Marks:
        """Note how far each side was told."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, generation FROM store_feed WHERE id IN (%s, %s)",
                [self.link.left_feed, self.link.right_feed],
            )
            found = dict(cursor.fetchall())
        return Marks(found[self.link.left_feed], found[self.link.right_feed])

    def dirty(self) -> list[tuple[Side, ItemId]]:
        """Give the marked items."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT side, item_id FROM store_dirty WHERE link_id = %s ORDER BY side, item_id",
                [self.link.id],
            )
            return [(Side(side), ItemId(item)) for side, item in cursor.fetchall()]

    def include(self, wanted: Iterable[tuple[Side, ItemId]]) -> None:
        """Read items with their pairs, their counterparts, and the folders above them."""
        frontier: dict[Side, set[ItemId]] = {side: set() for side in Side}
        for side, item in wanted:
            frontier[side].add(item)
        for side in Side:
            frontier[side].update(self._roots[side])
        for _ in range(_DEEPEST):
            todo = {side: frontier[side] - self._asked[side] for side in Side}
            if not any(todo.values()):
                return
            frontier = {side: set() for side in Side}
            for side, ids in todo.items():
                self._asked[side] |= ids
                for told, state in self._select_items(side, "item_id", sorted(ids)):
                    self._keep(side, told, state)
                    if told.parent is not None:
                        frontier[side].add(told.parent)
                for pair in self.select_pairs(f"{side}_id", sorted(ids)):
                    self._keep_pair(pair)
                    for one in Side:
                        half = pair.half(one)
                        frontier[one].add(half.id)
                        if half.parent is not None:
                            frontier[one].add(half.parent)

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
                    folders = [self._on(one, side, item) for item in ids]
                    known = sorted({folder for folder in folders if folder is not None})
                    below = self._select_items(one, "parent_id", known)
                    found.extend((one, item.id) for item, _ in below)
                    pairs = self.select_pairs(f"{one}_parent", known)
                    found.extend((one, pair.half(one).id) for pair in pairs)
            self.include(found)

    def _opens(self, side: Side, item: ItemId) -> bool:
        """Tell whether what lies in this folder has to be read."""
        if item in self._roots[side]:
            return False
        pair = self.pair_of[side].get(item)
        scope = self._scope(side, item)
        if pair is None:
            return scope == "inside"
        return any(self._scope(one, pair.half(one).id) == "gone" for one in Side)

    def _on(self, wanted: Side, side: Side, item: ItemId) -> ItemId | None:
        if wanted is side:
            return item
        if item in self._roots[side]:
            return self._twin_roots[side][item]
        pair = self.pair_of[side].get(item)
        return pair.half(wanted).id if pair else None

    def include_namesakes(self, wishes: Wishes) -> None:
        """Read the items that hold a name that one of the concerned could come to take."""
        places: dict[Side, set[Place]] = {side: set() for side in Side}
        for side in Side:
            for item in list(self.items[side].values()):
                pair = self.pair_of[side].get(item.id)
                if not self._may_need_a_name(side, item, pair):
                    continue
                names = {name for one in _spelled(item, side, pair) for name in wishes(side, one)}
                folders = {(side, item.parent)}
                twin = self.items[side.other].get(pair.half(side.other).id) if pair else None
                if twin is not None:
                    names.update(wishes(side.other, twin))
                    if twin.name != item.name:
                        names.update(wishes(side, replace(item, name=twin.name)))
                        names.update(wishes(side.other, replace(twin, name=item.name)))
                    folders.add((side.other, twin.parent))
                for where, name in names:
                    for at, parent in folders:
                        folder = self._on(where, at, parent) if parent else None
                        if folder is not None:
                            places[where].add((folder, key_folded(name)))
        found = [
            (side, item.id)
            for side, wanted in places.items()
            for item, _ in self._select_named(side, sorted(wanted))
        ]
        self.include(found)

    def _may_need_a_name(self, side: Side, item: Item, pair: Pair | None) -> bool:
        if item.id in self._roots[side] or item.parent is None:
            return False
        if self._scope(side, item.id) != "inside":
            return False
        if pair is None:
            return True
        half, other = pair.half(side), pair.half(side.other)
        if (item.parent, item.name) != (half.parent, half.name):
            return True
        return item.version != half.version or self._scope(side.other, other.id) == "gone"

    def _scope(self, side: Side, item: ItemId) -> str:
        """Tell where an item is: inside the link's folder, gone (or outside it), or hidden."""
        current: ItemId | None = item
        unseen = False
        for _ in range(_DEEPEST):
            if current is None:
                # it lies elsewhere in its feed: it left the link's folder
                return "hidden" if unseen else "gone"
            if current in self._roots[side]:
                return "hidden" if unseen else "inside"
            state = self.states[side].get(current)
            if state is None:
                return "hidden"
            if state == "gone":
                return "gone"  # what was last seen below it went with it
            unseen = unseen or state == "missing"
            current = self.items[side][current].parent
        return "hidden"

    def _gone_at(self, side: Side, item: ItemId) -> datetime | None:
        """Tell when an item was deleted, or the folder that it lay in."""
        current: ItemId | None = item
        for _ in range(_DEEPEST):
            if current is None or current in self._roots[side]:
                return None
            found = self.gone_at[side].get(current)
            if found is not None:
                return found
            known = self.items[side].get(current)
            current = known.parent if known is not None else None
        return None

    def leave_out_idle_tools(self) -> None:
        """Drop what belongs to a tool that is switched off or whose folder cannot be seen."""
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
        # of a pair that one side moved from tool to tool, both tools have to be in play
        idle = [
            pair
            for pair in self.pairs.values()
            if any(self._tool(side, pair) not in tools for side in Side)
        ]
        for pair in idle:
            del self.pairs[(pair.left.id, pair.right.id)]
            for side in Side:
                self.pair_of[side].pop(pair.half(side).id, None)
                self.items[side].pop(pair.half(side).id, None)
        for side in Side:
            for item in list(self.items[side]):
                if item not in self.pair_of[side] and self._tool_of(side, item) not in tools:
                    del self.items[side][item]

    def _tool(self, side: Side, pair: Pair) -> str | None:
        """Give the tool that a pair's item lies in now, or lay in when it was last agreed on."""
        found = self._tool_of(side, pair.half(side).id)
        parent = pair.half(side).parent
        return found or (self._tool_of(side, parent) if parent else None)

    def _tool_of(self, side: Side, item: ItemId) -> str | None:
        current: ItemId | None = item
        for _ in range(_DEEPEST):
            if current is None:
                return None
            if current in self._roots[side]:
                return self._roots[side][current]
            found = self.items[side].get(current)
            if found is None:
                pair = self.pair_of[side].get(current)
                current = pair.half(side).parent if pair else None
            else:
                current = found.parent
        return None

    def is_there(self, side: Side, item: ItemId) -> bool:
        """Tell whether an item, and each folder above it, is seen on its side."""
        current: ItemId | None = item
        for _ in range(_DEEPEST):
            if current is None:
                return True
            if self.states[side].get(current) != "present":
                return False
            current = self.items[side][current].parent
        return False

    def tree(self, side: Side) -> Tree:
        """Give one side as the planner sees it."""
        gone: list[ItemId] = []
        hidden: list[ItemId] = []
        known = {pair.half(side).id for pair in self.pairs.values()}
        for item in {*self.items[side], *known}:
            scope = self._scope(side, item)
            if scope == "gone":
                gone.append(item)
            elif scope == "hidden":
                hidden.append(item)
        roots = {bound.on(side): bound.tool for bound in self.in_play}
        times = {item: self._gone_at(side, item) for item in gone}
        return Tree(
            side,
            roots,
            self.items[side].values(),
            gone,
            hidden,
            gone_at={item: at for item, at in times.items() if at is not None},
        )

    def _keep(self, side: Side, item: Item, state: str) -> None:
        self.items[side][item.id] = item
        self.states[side][item.id] = state

    def _keep_pair(self, pair: Pair) -> None:
        self.pairs[(pair.left.id, pair.right.id)] = pair
        for side in Side:
            self.pair_of[side][pair.half(side).id] = pair

    def _select_items(
        self, side: Side, column: str, values: list[ItemId]
    ) -> list[tuple[Item, str]]:
        found: list[tuple[Item, str]] = []
        with connection.cursor() as cursor:
            for start in range(0, len(values), _CHUNK):
                chunk = values[start : start + _CHUNK]
                marks = ", ".join(["%s"] * len(chunk))
                cursor.execute(
                    f"SELECT {ITEM_SELECT}, state, gone_at FROM store_seen "  # noqa: S608
                    f"WHERE feed_id = %s AND {column} IN ({marks})",
                    [self.link.feed(side), *chunk],
                )
                for row in cursor.fetchall():
                    item, (state, gone_at) = item_of(row), row[len(ITEM_COLUMNS) :]
                    found.append((item, state))
                    deleted = instant(gone_at)
                    if state == "gone" and deleted is not None:
                        self.gone_at[side][item.id] = deleted
        self.rows += len(found)
        return found

    def _select_named(self, side: Side, places: list[Place]) -> list[tuple[Item, str]]:
        found: list[tuple[Item, str]] = []
        with connection.cursor() as cursor:
            for start in range(0, len(places), _CHUNK):
                chunk = places[start : start + _CHUNK]
                marks = ", ".join(["(%s, %s)"] * len(chunk))
                # CROSS JOIN keeps the names outside, so that each is looked up by the index
                cursor.execute(
                    f"WITH wanted(folder, named) AS (VALUES {marks}) "  # noqa: S608
                    f"SELECT {ITEM_SELECT}, state FROM wanted CROSS JOIN store_seen "
                    "WHERE feed_id = %s AND parent_id = folder AND key_folded = named "
                    "AND state <> 'gone'",
                    [*(value for place in chunk for value in place), self.link.feed(side)],
                )
                found.extend((item_of(row), row[len(ITEM_COLUMNS)]) for row in cursor.fetchall())
        self.rows += len(found)
        return found

    def select_pairs(self, column: str, values: list[ItemId]) -> list[Pair]:
        found: list[Pair] = []
        with connection.cursor() as cursor:
            for start in range(0, len(values), _CHUNK):
                chunk = values[start : start + _CHUNK]
                marks = ", ".join(["%s"] * len(chunk))
                cursor.execute(
                    f"SELECT {PAIR_SELECT} FROM store_pair "  # noqa: S608
                    f"WHERE link_id = %s AND {column} IN ({marks})",
                    [self.link.id, *chunk],
                )
                found.extend(pair_of(row) for row in cursor.fetchall())
        self.rows += len(found)
        return found
