"""The log of a memory remote, and what its feed tells of it, well or badly."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from turnbuckle.connectors.memory.nodes import Node, Shelf
from turnbuckle.model.items import Cursor, Item, ItemId, Name
from turnbuckle.ports.errors import CursorExpired, MalformedReply


class Quirk(StrEnum):
    """What a feed of changes may do wrong, as real ones do."""

    MISSING_TOMBSTONE = "missing_tombstone"  # deletions are not told
    CHILD_BEFORE_PARENT = "child_before_parent"
    DUPLICATE_ITEM = "duplicate_item"  # an item comes with each place it had, the last one last
    RECREATED_FOLDER_NO_TOMBSTONE = "recreated_folder_no_tombstone"


@dataclass(frozen=True, slots=True)
class Logged:
    """One change: of which item, and where it was after it."""

    id: ItemId
    parent: ItemId | None
    name: Name


@dataclass(frozen=True, slots=True)
class Told:
    """What one page set tells."""

    items: Sequence[Item]
    gone: Sequence[ItemId]
    cursor: Cursor


@dataclass(slots=True)
class Feed:
    """What happened, in order, and how readers go on from where they were.

    Args:
        shelf: the items.
        item: gives a node as the remote reports it.
        is_told: says whether a node is told at all.
    """

    shelf: Shelf
    item: Callable[[Node], Item]
    is_told: Callable[[Node], bool]
    quirk: Quirk | None = None
    log: list[Logged] = field(default_factory=list)
    _epoch: int = 1
    _past: Sequence[Item] = ()  # everything, as it was when the feed began to lag
    _past_place: int = 0
    _lagging: int = 0  # page sets that still lag

    def note(self, node: Node) -> None:
        """Enter a change."""
        self.log.append(Logged(node.id, node.parent, node.name))

    def last_noted(self, item: ItemId) -> int:
        """Give the place in the log of an item's newest change; -1 when there is none."""
        for place in range(len(self.log) - 1, -1, -1):
            if self.log[place].id == item:
                return place
        return -1

    def cursor(self) -> Cursor:
        """Give the place after the newest change."""
        return Cursor(f"{self._epoch}:{len(self.log)}")

    def expire(self) -> None:
        """Forget where every reader was."""
        self._epoch += 1

    def lag(self, page_sets: int) -> None:
        """Tell, for so many page sets, only what is known up to now."""
        self._past, self._past_place = list(self._everything()), len(self.log)
        self._lagging = page_sets

    def tell(self, since: Cursor | None) -> Told:
        """Give the items to tell, parents first, and the ids that are gone.

        Raises:
            CursorExpired: the cursor is of an earlier time.
            MalformedReply: it is none of ours.
        """
        start = None if since is None else self._place(since)
        upto = len(self.log)
        if self._lagging:
            self._lagging -= 1
            upto = max(self._past_place, start or 0)
        cursor = Cursor(f"{self._epoch}:{upto}")
        if start is None:
            items = self._past if upto < len(self.log) else list(self._everything())
            return Told(items, (), cursor)
        return Told(*self._changes(self.log[start:upto]), cursor)

    def _place(self, since: Cursor) -> int:
        epoch, _, place = since.partition(":")
        if not place.isdecimal():
            raise MalformedReply("this is no cursor of a memory remote")
        if epoch != str(self._epoch) or int(place) > len(self.log):
            raise CursorExpired("the feed cannot go on from there; everything is told again")
        return int(place)

    def _everything(self) -> Iterator[Item]:
        return map(self.item, self._in_order(node for node in self.shelf.all()))

    def _changes(self, entries: Sequence[Logged]) -> tuple[list[Item], list[ItemId]]:
        last = dict.fromkeys(entry.id for entry in reversed(entries))
        nodes = [node for each in reversed(last) if (node := self.shelf.get(each)) is not None]
        gone = [node.id for node in nodes if self.shelf.is_gone(node) and not self._untold(node)]
        items = [self.item(node) for node in self._in_order(nodes)]
        if self.quirk is Quirk.CHILD_BEFORE_PARENT:
            items.reverse()
        if self.quirk is Quirk.DUPLICATE_ITEM:
            items = list(_with_earlier_places(items, entries))
        return items, gone

    def _in_order(self, nodes: Iterable[Node]) -> list[Node]:
        told = [node for node in nodes if self.is_told(node)]
        told.sort(key=lambda node: len(self.shelf.line(node)))
        return told

    def _untold(self, node: Node) -> bool:
        """Tell whether the feed keeps this deletion to itself."""
        if self.quirk is Quirk.MISSING_TOMBSTONE:
            return True
        if self.quirk is not Quirk.RECREATED_FOLDER_NO_TOMBSTONE:
            return False
        return any(
            above.parent is not None and self.shelf.named(above.parent, above.name)
            for above in self.shelf.line(node)
            if above.binned
        )


def _with_earlier_places(items: Sequence[Item], entries: Sequence[Logged]) -> Iterator[Item]:
    for item in items:
        for entry in entries:
            if entry.id == item.id and (entry.parent, entry.name) != (item.parent, item.name):
                yield replace(item, parent=entry.parent, name=entry.name)
        yield item
