"""A whole remote goes back to an earlier time, as a library does when its owner restores it.

Nothing is lost for good by that: what was made since goes into the bin, an older content becomes
the newest version, and the feed tells all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from turnbuckle.connectors.memory.blobs import Blob
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.model.items import ItemId, Kind, Name

_AUTHOR = "System"


@dataclass(frozen=True, slots=True)
class Was:
    """One item as it was."""

    parent: ItemId | None
    name: Name
    blob: Blob
    binned: bool


type Past = Mapping[ItemId, Was]


def remembered(remote: MemoryRemote) -> Past:
    """Note how everything is now."""
    return {
        node.id: Was(node.parent, node.name, node.blob, node.binned) for node in remote.shelf.all()
    }


def roll_back(remote: MemoryRemote, past: Past) -> None:
    """Bring everything back to how it was then."""
    shelf = remote.shelf
    for made in list(shelf.all()):
        if made.id not in past and not shelf.is_gone(made):
            remote.throw_away(made, author=_AUTHOR)
    for item, was in past.items():
        node = shelf.get(item)
        if node is None or node.parent is None or was.parent is None:
            continue
        if node.binned and not was.binned:
            remote.bring_back(node, was.parent)
        if (node.parent, node.name) != (was.parent, was.name):
            remote.relocate(node, was.parent, was.name, author=_AUTHOR)
        if node.kind is Kind.FILE and node.blob != was.blob:
            remote.write(node, was.blob, author=_AUTHOR)
