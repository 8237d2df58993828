"""Rows into items and pairs, and back; from plain tuples, since a tree has a million of them.

Source of the columns: `models.ItemColumns` and `models.PairRow`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from turnbuckle.model.hashes import HashKind
from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.names import NameRules
from turnbuckle.model.pairs import Half, Pair

ITEM_COLUMNS = (
    "item_id",
    "parent_id",
    "name",
    "key_folded",
    "kind",
    "version",
    "size",
    "modified",
    "created",
    "sha256",
    "quickxor",
    "tag",
    "locked_by",
    "by_us",
    "author",
)
"""The columns of `store_seen` and `store_staged` that hold an item, in the order of the tuples."""

HALF_COLUMNS = ("id", "parent", "name", "version", "size", "hashes", "modified")

PAIR_COLUMNS = (
    "kind",
    *(f"left_{column}" for column in HALF_COLUMNS),
    *(f"right_{column}" for column in HALF_COLUMNS),
)
"""The columns of `store_pair` that hold a pair, in the order of the tuples."""

ITEM_SELECT = ", ".join(ITEM_COLUMNS)
PAIR_SELECT = ", ".join(PAIR_COLUMNS)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FOLDED = NameRules(folds=True)
_SHA256 = f"{HashKind.SHA256}:"
_QUICKXOR = f"{HashKind.QUICKXOR}:"


def key_folded(name: str) -> str:
    """Give what names are looked up by: equal for names equal but for case and Unicode form."""
    return _FOLDED.key(name)


def micros(time: datetime | None) -> int | None:
    """Count whole microseconds from 1970 (UTC) to `time`, which has a time zone."""
    return None if time is None else (time - _EPOCH) // _MICROSECOND


def instant(count: int | None) -> datetime | None:
    """Give the time (UTC) that `micros` counted."""
    return None if count is None else _EPOCH + timedelta(microseconds=count)


def hash_values(hashes: frozenset[str]) -> tuple[str, str]:
    """Part hashes into the columns `sha256` and `quickxor`; empty where there is none."""
    sha256 = quickxor = ""
    for text in hashes:
        if text.startswith(_SHA256):
            sha256 = text[len(_SHA256) :]
        elif text.startswith(_QUICKXOR):
            quickxor = text[len(_QUICKXOR) :]
    return sha256, quickxor


def hashes_of(sha256: str, quickxor: str) -> frozenset[str]:
    """Take the columns `sha256` and `quickxor` for the hashes of an item."""
    if sha256:
        if quickxor:
            return frozenset((_SHA256 + sha256, _QUICKXOR + quickxor))
        return frozenset((_SHA256 + sha256,))
    return frozenset((_QUICKXOR + quickxor,)) if quickxor else frozenset()


def item_values(item: Item) -> tuple[Any, ...]:
    """Take an item apart into the values of `ITEM_COLUMNS`."""
    return (
        item.id,
        item.parent or "",
        item.name,
        key_folded(item.name),
        item.kind.value,
        item.version,
        item.size,
        micros(item.modified),
        micros(item.created),
        *hash_values(item.hashes),
        item.tag,
        item.locked_by,
        item.by_us,
        item.author,
    )


def item_of(values: Sequence[Any]) -> Item:
    """Make an item of a row of `ITEM_COLUMNS`; further columns behind them are left alone."""
    return Item(
        id=ItemId(values[0]),
        parent=ItemId(values[1]) if values[1] else None,
        name=Name(values[2]),
        kind=Kind(values[4]),
        version=Version(values[5]),
        size=values[6],
        modified=instant(values[7]),
        created=instant(values[8]),
        hashes=hashes_of(values[9], values[10]),
        tag=values[11],
        locked_by=values[12],
        by_us=bool(values[13]),
        author=values[14],
    )


def pair_values(pair: Pair) -> tuple[Any, ...]:
    """Take a pair apart into the values of `PAIR_COLUMNS`."""
    return (pair.kind.value, *_half_values(pair.left), *_half_values(pair.right))


def pair_of(values: Sequence[Any]) -> Pair:
    """Make a pair of a row of `PAIR_COLUMNS`; further columns behind them are left alone."""
    return Pair(kind=Kind(values[0]), left=_half_of(values, 1), right=_half_of(values, 8))


def _half_values(half: Half) -> tuple[Any, ...]:
    return (
        half.id,
        half.parent or "",
        half.name,
        half.version,
        half.size,
        " ".join(sorted(half.hashes)),
        micros(half.modified),
    )


def _half_of(values: Sequence[Any], start: int) -> Half:
    hashes = values[start + 5]
    return Half(
        id=ItemId(values[start]),
        parent=ItemId(values[start + 1]) if values[start + 1] else None,
        name=Name(values[start + 2]),
        version=Version(values[start + 3]),
        size=values[start + 4],
        hashes=frozenset(hashes.split(" ")) if hashes else frozenset(),
        modified=instant(values[start + 6]),
    )
