"""What the journal keeps of a write: all that is needed to make it, or to see if it was made."""

from typing import Any

import msgspec

from turnbuckle.model.items import Item, ItemId, Name
from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side


class MakeFolder(msgspec.Struct, tag=True, frozen=True, kw_only=True):
    """Make a folder on `side` for `source`, a folder of the other side."""

    side: Side
    parent: ItemId
    name: Name
    source: Item
    path: str
    supersedes: Item | None = None


class MakeFile(msgspec.Struct, tag=True, frozen=True, kw_only=True):
    """Make a file on `side` of the content of `source`; `twin` is what it is paired with."""

    side: Side
    parent: ItemId
    name: Name
    source_side: Side
    source: Item
    twin: Item | None
    path: str
    supersedes: Item | None = None


class ReplaceContent(msgspec.Struct, tag=True, frozen=True, kw_only=True):
    """Give `item` the content of `source`, its counterpart."""

    side: Side
    item: Item
    source: Item
    path: str


class MoveItem(msgspec.Struct, tag=True, frozen=True, kw_only=True):
    """Move or rename `item`; with `twin`, both sides' places agree afterwards."""

    side: Side
    item: Item
    parent: ItemId
    name: Name
    twin: Item | None
    path: str


class DeleteItem(msgspec.Struct, tag=True, frozen=True, kw_only=True):
    """Put `item` into the bin and forget `pairs`."""

    side: Side
    item: Item
    pairs: tuple[Pair, ...]
    path: str


type Write = MakeFolder | MakeFile | ReplaceContent | MoveItem | DeleteItem

_ANY = MakeFolder | MakeFile | ReplaceContent | MoveItem | DeleteItem


def to_journal(write: Write) -> dict[str, Any]:
    """Give a write as plain JSON values."""
    plain = msgspec.to_builtins(write)
    assert isinstance(plain, dict)
    return plain


def from_journal(plain: Any) -> Write:
    """Read a write back.

    Raises:
        msgspec.ValidationError: the journal was written by another release.
    """
    write: Write = msgspec.convert(plain, _ANY)
    return write
