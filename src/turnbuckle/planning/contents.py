"""Compare each side's content with the base: unchanged, changed, or not yet known."""

from enum import StrEnum

from turnbuckle.model.hashes import HashKind
from turnbuckle.model.items import Item
from turnbuckle.model.names import suffix
from turnbuckle.model.policy import Terms
from turnbuckle.model.side import Side
from turnbuckle.planning.matching import same_bytes, same_moment
from turnbuckle.planning.nodes import Node


class Change(StrEnum):
    """What one side did to a file's content since both sides agreed."""

    NONE = "none"
    NOTED = "noted"  # the same content under another version: only the base has to learn of it
    CHANGED = "changed"
    UNKNOWN = "unknown"  # somebody has to read it


def was_read(item: Item) -> bool:
    """Tell whether its content has been read to know it; what is then unknown counts as changed."""
    return any(text.startswith(HashKind.SHA256) for text in item.hashes)


def change_of(node: Node, side: Side, terms: Terms) -> Change:
    """Tell what became of the content on one side.

    What our own app wrote, and its remote then rewrote, is no change: it still carries the
    modified time that we gave it.
    """
    item = node.items.get(side)
    if node.pair is None or item is None:
        return Change.NONE
    half = node.pair.half(side)
    if item.version == half.version:
        return Change.NONE
    rewritten = suffix(item.name) in terms.capabilities(side).rewrites
    if rewritten and item.by_us and same_moment(item.modified, half.modified):
        return Change.NOTED
    same = same_bytes(item, half)
    if same is None and not was_read(item):
        return Change.UNKNOWN
    return Change.NOTED if same else Change.CHANGED
