"""Say what a tool of one side does not take: a type, a size, a path that is too long."""

from turnbuckle.model.items import Item, Kind, Name
from turnbuckle.model.names import length, suffix
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.nodes import Forest, Node

type Refusal = tuple[Reason, str]
"""Why, and the figures for people to read."""


def mark_blocked(forest: Forest) -> None:
    """Mark what one side has and the other one would never take as it is.

    A folder that holds it is not deleted because its counterpart was, nor made again for its sake.
    """
    for node in forest.nodes:
        side = node.only
        if side is None or node.kind is not Kind.FILE:
            continue
        item = node.items[side]
        if node.pair is not None and item.version == node.pair.half(side).version:
            continue
        refused = refusal(forest, node, side.other, item, item.name)
        node.blocked = refused[0] if refused else None


def refusal(forest: Forest, node: Node, side: Side, source: Item, name: Name) -> Refusal | None:
    """Say why a side takes no file with the content of `source` under this name, if so."""
    if node.kind is not Kind.FILE:
        return None
    there = forest.can(node, side)
    if there.suffixes is not None and suffix(name) not in there.suffixes:
        return Reason.TYPE_NOT_ALLOWED, suffix(name)
    if source.size < there.min_file_bytes:
        return Reason.EMPTY_NOT_ALLOWED, f"{source.size} bytes"
    if source.size > there.max_file_bytes:
        return Reason.TOO_LARGE, f"{source.size} bytes"
    return None


def too_long(forest: Forest, node: Node, side: Side, *, with_below: bool = False) -> Refusal | None:
    """Say by how much the path that a node is to have is too long for a side, if so.

    Args:
        forest: all nodes concerned.
        node: what is to be made, or moved with all below it.
        side: where.
        with_below: count the longest path below a folder too, where the tree tells it.
    """
    longest = forest.can(node, side).names.longest_path
    if longest is None:
        return None
    start = forest.terms.path_start.get(side, 0)
    units = start + 1 + length(path_of(node, side))
    item = node.items.get(side)
    if with_below and item is not None:
        below = forest.trees[side].longest_below.get(item.id, 0)
        units += below and below + 1
    if units <= longest:
        return None
    return Reason.PATH_TOO_LONG, f"{units} characters, {longest} at most"


def pin_what_cannot_go(forest: Forest) -> bool:
    """Leave items where they are that a side would not take at their new place, or so called.

    Returns:
        Whether there was one that was not pinned before; then names have to be handed out anew.
    """
    found = False
    for node in forest.nodes:
        if node.is_root or node.stays_put or len(node.items) < 2 or not node.names:
            continue
        for side, item in node.items.items():
            if not (forest.is_leaving(node, side) or forest.crosses(node, side)):
                continue
            name = node.names[side]
            refused = too_long(forest, node, side, with_below=True)
            if refused is None and (name != item.name or node.tool != forest.tool_at(node, side)):
                source = node.items[side.other]
                refused = refusal(forest, node, side, source, name)
            if refused is not None:
                node.refused = (side, path_of(node, side), *refused)
                node.stays_put = found = True
                break
    return found
