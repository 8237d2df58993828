"""Read items with their pairs and the folders above them, each row once.

What lies where is told by what was read: an item is inside a folder of the link, gone (or elsewhere
in its feed), or hidden.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import connection

from turnbuckle.model.items import Item, ItemId
from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side
from turnbuckle.store.records import Bound, Link, Marks
from turnbuckle.store.rows import ITEM_COLUMNS, ITEM_SELECT, PAIR_SELECT, instant, item_of, pair_of

DEEPEST = 2_000
"""Folders above one item, at most."""

_CHUNK = 400  # ids in one query

type Place = tuple[ItemId, str]
"""A folder, and a name as `rows.key_folded` spells it."""


class Gathering:
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
        self.roots = {side: link.roots(side) for side in Side}
        self.twin_roots = {
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
            frontier[side].update(self.roots[side])
        for _ in range(DEEPEST):
            todo = {side: frontier[side] - self._asked[side] for side in Side}
            if not any(todo.values()):
                return
            frontier = {side: set() for side in Side}
            for side, ids in todo.items():
                self._asked[side] |= ids
                for told, state in self.select_items(side, "item_id", sorted(ids)):
                    self._keep(side, told, state)
                    if told.parent is not None:
                        frontier[side].add(told.parent)
                unpaired = ids - self.pair_of[side].keys()  # a pair is found from one of its ends
                for pair in self.select_pairs(f"{side}_id", sorted(unpaired)):
                    self._keep_pair(pair)
                    for one in Side:
                        half = pair.half(one)
                        frontier[one].add(half.id)
                        if half.parent is not None:
                            frontier[one].add(half.parent)

    def is_there(self, side: Side, item: ItemId) -> bool:
        """Tell whether an item, and each folder above it, is seen on its side."""
        current: ItemId | None = item
        for _ in range(DEEPEST):
            if current is None:
                return True
            if self.states[side].get(current) != "present":
                return False
            current = self.items[side][current].parent
        return False

    def scope(self, side: Side, item: ItemId) -> str:
        """Tell where an item is: inside the link's folder, gone (or outside it), or hidden."""
        current: ItemId | None = item
        unseen = False
        for _ in range(DEEPEST):
            if current is None:
                # it lies elsewhere in its feed: it left the link's folder
                return "hidden" if unseen else "gone"
            if current in self.roots[side]:
                return "hidden" if unseen else "inside"
            state = self.states[side].get(current)
            if state is None:
                return "hidden"
            if state == "gone":
                return "gone"  # what was last seen below it went with it
            unseen = unseen or state == "missing"
            current = self.items[side][current].parent
        return "hidden"

    def gone_since(self, side: Side, item: ItemId) -> datetime | None:
        """Tell when an item was deleted, or the folder that it lay in."""
        current: ItemId | None = item
        for _ in range(DEEPEST):
            if current is None or current in self.roots[side]:
                return None
            found = self.gone_at[side].get(current)
            if found is not None:
                return found
            known = self.items[side].get(current)
            current = known.parent if known is not None else None
        return None

    def tool_of(self, side: Side, item: ItemId) -> str | None:
        """Give the tool below whose folder an item lies, or lay when it was last seen."""
        current: ItemId | None = item
        for _ in range(DEEPEST):
            if current is None:
                return None
            if current in self.roots[side]:
                return self.roots[side][current]
            found = self.items[side].get(current)
            if found is None:
                pair = self.pair_of[side].get(current)
                current = pair.half(side).parent if pair else None
            else:
                current = found.parent
        return None

    def _keep(self, side: Side, item: Item, state: str) -> None:
        self.items[side][item.id] = item
        self.states[side][item.id] = state

    def _keep_pair(self, pair: Pair) -> None:
        self.pairs[(pair.left.id, pair.right.id)] = pair
        for side in Side:
            self.pair_of[side][pair.half(side).id] = pair

    def select_items(
        self, side: Side, column: str, values: list[ItemId], *, only: str = "TRUE"
    ) -> list[tuple[Item, str]]:
        """Read items by a column, each with its state."""
        found: list[tuple[Item, str]] = []
        question = (
            f"SELECT {ITEM_SELECT}, state, gone_at FROM store_seen "  # noqa: S608
            f"WHERE {column} IN ({{}}) AND feed_id = %s AND {only}"
        )
        for row in self._select(question, [(value,) for value in values], self.link.feed(side)):
            item, (state, gone_at) = item_of(row), row[len(ITEM_COLUMNS) :]
            found.append((item, state))
            deleted = instant(gone_at)
            if state == "gone" and deleted is not None:
                self.gone_at[side][item.id] = deleted
        return found

    def select_named(self, side: Side, places: list[Place]) -> list[tuple[Item, str]]:
        """Read the items of these names in these folders, but for those that are gone."""
        # CROSS JOIN keeps the names outside, so that each is looked up by the index
        question = (
            "WITH wanted(folder, named) AS (VALUES {}) "  # noqa: S608
            f"SELECT {ITEM_SELECT}, state FROM wanted CROSS JOIN store_seen "
            "WHERE feed_id = %s AND parent_id = folder AND key_folded = named "
            "AND state <> 'gone'"
        )
        rows = self._select(question, places, self.link.feed(side))
        return [(item_of(row), row[len(ITEM_COLUMNS)]) for row in rows]

    def select_pairs(self, column: str, values: list[ItemId]) -> list[Pair]:
        """Read pairs by a column."""
        question = (
            f"SELECT {PAIR_SELECT} FROM store_pair "  # noqa: S608
            f"WHERE {column} IN ({{}}) AND link_id = %s"
        )
        rows = self._select(question, [(value,) for value in values], self.link.id)
        return [pair_of(row) for row in rows]

    def _select(
        self, question: str, wanted: Sequence[tuple[str, ...]], scope: int
    ) -> Iterator[tuple[Any, ...]]:
        """Ask for some of what is wanted at a time, and count the rows.

        Args:
            question: with a place for the marks of what is wanted, and one for `scope` behind it.
            wanted: the values that a row is found by.
            scope: the feed, or the link.
        """
        with connection.cursor() as cursor:
            for some in batched(wanted, _CHUNK):
                marks = ", ".join([f"({', '.join(['%s'] * len(some[0]))})"] * len(some))
                values = [value for each in some for value in each]
                cursor.execute(question.format(marks), [*values, scope])
                rows = cursor.fetchall()
                self.rows += len(rows)
                yield from rows

    def on(self, wanted: Side, side: Side, item: ItemId) -> ItemId | None:
        """Give the counterpart of an item on one side, or the item itself on its own."""
        if wanted is side:
            return item
        if item in self.roots[side]:
            return self.twin_roots[side][item]
        pair = self.pair_of[side].get(item)
        return pair.half(wanted).id if pair else None
