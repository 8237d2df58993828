"""The orders in which the flat index can be asked for, kept sorted while items change.

Sorting 50,000 rows for each page would cost more than the page; so every order that was asked for
once is kept, and a changed item is taken out of its old place and put into its new one.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable

from turnbuckle.practice.procore.nodes import Node

_Key = tuple[str | int, ...]


def _kind(node: Node) -> str:
    return "folder" if node.is_folder else "file"


_KEYS: dict[str, Callable[[Node], _Key]] = {
    "": lambda node: (node.id,),
    "updated_at": lambda node: (node.updated, node.id),
    "name": lambda node: (node.name.casefold(), node.id),
    "document_type": lambda node: (_kind(node), node.id),
    "document_type_then_name": lambda node: (_kind(node), node.name.casefold(), node.id),
    "document_type_then_created_at": lambda node: (_kind(node), node.created, node.id),
    "document_type_then_updated_at": lambda node: (_kind(node), node.updated, node.id),
}

SORTS = frozenset(_KEYS) - {""} | {f"-{name}" for name in _KEYS if name}
"""All values of `sort`."""


class _Order:
    def __init__(self, key: Callable[[Node], _Key], nodes: Iterable[Node]) -> None:
        self._key = key
        self._places = {node.id: key(node) for node in nodes}
        self.sorted = sorted(self._places.values())

    def renew(self, node: Node) -> None:
        new = self._key(node)
        old = self._places.get(node.id)
        if old == new:
            return
        if old is not None:
            del self.sorted[bisect_left(self.sorted, old)]
        self._places[node.id] = new
        insort(self.sorted, new)


class Orders:
    """All items of one project in every order that somebody asked for."""

    def __init__(self, nodes: dict[int, Node]) -> None:
        self._nodes = nodes
        self._orders: dict[str, _Order] = {}

    def __getstate__(self) -> dict[str, object]:
        """Orders are made again when somebody asks."""
        return {"_nodes": self._nodes, "_orders": {}}

    def renew(self, node: Node) -> None:
        """An item is new, or something about it changed."""
        for order in self._orders.values():
            order.renew(node)

    def listed(self, sort: str) -> list[Node]:
        """All items in this order; a minus turns the whole order round; empty is by id."""
        name = sort.removeprefix("-")
        if name not in self._orders:
            self._orders[name] = _Order(_KEYS[name], self._nodes.values())
        keys = self._orders[name].sorted
        nodes = self._nodes
        listed = [nodes[key[-1]] for key in keys]  # type: ignore[index]  # the id comes last
        if sort.startswith("-"):
            listed.reverse()
        return listed


def arranged(nodes: Iterable[Node], sort: str) -> list[Node]:
    """Give some items in an order; a minus turns it round; empty is by id."""
    key = _KEYS[sort.removeprefix("-")]
    return sorted(nodes, key=key, reverse=sort.startswith("-"))
