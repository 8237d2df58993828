"""The items of a memory remote, their places and their names; nothing of calls or of time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from turnbuckle.connectors.memory.blobs import Blob
from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.model.names import NameRules


@dataclass(slots=True)
class Node:
    """One item, alive or in the bin."""

    id: ItemId
    parent: ItemId | None
    name: Name
    kind: Kind
    modified: datetime
    created: datetime
    blob: Blob = b""
    serial: int = 0  # number of its version in the whole remote; 0 for a folder
    changes: int = 0  # how often anything of it changed
    locked_by: str = ""
    by_us: bool = False
    author: str = ""
    binned: bool = False  # put into the bin itself, not merely with a folder above it
    hidden: bool = False  # cannot be seen, without being deleted
    history: list[tuple[int, Blob]] = field(default_factory=list)  # earlier versions, oldest first
    ours: set[int] = field(default_factory=set)  # numbers of all versions that our own app wrote


class Shelf:
    """All nodes by id, by folder and by name.

    A node in the bin keeps its parent, and what is below it stays below it, so that bringing it
    back is one change.
    """

    def __init__(self, root: Node, rules: NameRules) -> None:
        self.root = root
        self._rules = rules
        self._nodes = {root.id: root}
        self._children: dict[ItemId, dict[ItemId, None]] = {root.id: {}}
        self._named: dict[tuple[ItemId, str], list[ItemId]] = {}

    def get(self, item: ItemId) -> Node | None:
        """Give a node, alive or not; None when there never was one."""
        return self._nodes.get(item)

    def put(self, node: Node) -> None:
        """Take a new node, or one that was taken off, into the folder and under the name it has."""
        assert node.parent is not None
        self._nodes[node.id] = node
        self._children.setdefault(node.id, {})
        self._children[node.parent][node.id] = None
        self._named.setdefault((node.parent, self._rules.key(node.name)), []).append(node.id)

    def take_off(self, node: Node) -> None:
        """Remove a node from its folder; the node itself stays known."""
        assert node.parent is not None
        self._children[node.parent].pop(node.id)
        self._named[node.parent, self._rules.key(node.name)].remove(node.id)

    def children(self, parent: ItemId) -> list[Node]:
        """Give what a folder holds, oldest first."""
        return [self._nodes[item] for item in self._children.get(parent, ())]

    def named(self, parent: ItemId, name: str) -> list[Node]:
        """Give the items of a folder whose name is the same by its rules, oldest first."""
        return [self._nodes[item] for item in self._named.get((parent, self._rules.key(name)), ())]

    def line(self, node: Node) -> list[Node]:
        """Give the node and the folders above it, the root last."""
        line = [node]
        while node.parent is not None:
            node = self._nodes[node.parent]
            line.append(node)
        return line

    def below(self, node: Node) -> Iterator[Node]:
        """Give everything below a node, parents first."""
        for child in self.children(node.id):
            yield child
            yield from self.below(child)

    def is_gone(self, node: Node) -> bool:
        """Tell whether it, or a folder above it, is in the bin."""
        return any(above.binned for above in self.line(node))

    def is_hidden(self, node: Node) -> bool:
        """Tell whether it, or a folder above it, cannot be seen."""
        return any(above.hidden for above in self.line(node))

    def path(self, node: Node) -> str:
        """Give the names from the root down to the node, the root's own left out."""
        return "/".join(above.name for above in reversed(self.line(node)[:-1]))

    def all(self) -> Iterator[Node]:
        """Give every node that was ever there, in the order of creation."""
        yield from tuple(self._nodes.values())
