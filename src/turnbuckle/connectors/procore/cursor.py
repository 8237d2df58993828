"""Where the feed of a Documents tool was left.

Procore has no cursor of its own. Ours is the time from which on changes are asked for (earlier by
an overlap, since an answer may not show yet what was written a moment before), and the counts
with which the next look proves that nothing was missed. It holds no secret.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from turnbuckle.model.items import Cursor, ItemId
from turnbuckle.ports.errors import CursorExpired

OVERLAP = timedelta(minutes=5)
_FORM = 1


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered between two looks.

    Attributes:
        of: whose documents (`project.Holder.key`).
        since: changes from this moment on, by Procore's clock, are asked for next time.
        live: items that the tool holds, outside the bin.
        aside: rows that Procore counts as live and that are no items (the bin's own row).
        bin: rows in the bin.
        seal: `seal_of` all rows in the bin; None where not all of them were read.
        made: items created from `since` on, which `live` and `bin` count already.
        binned: rows in the bin that changed from `since` on, which `bin` counts already.
        newest: `newest.newest_seal` of the newest rows outside the bin; empty: not known.
    """

    of: str
    since: datetime
    live: int
    aside: int
    bin: int
    seal: int | None
    made: frozenset[ItemId]
    binned: frozenset[ItemId]
    newest: str = ""
    form: int = _FORM


def write(mark: Mark) -> Cursor:
    """Write a mark as text; equal marks, equal text."""
    fields = msgspec.to_builtins(mark)
    for name in ("made", "binned"):
        fields[name] = sorted(fields[name])
    return Cursor(msgspec.json.encode(fields).decode("ascii"))


def read(cursor: Cursor, of: str) -> Mark:
    """Read a mark.

    Raises:
        CursorExpired: it is no mark of these documents.
    """
    try:
        mark = msgspec.json.decode(cursor.encode(), type=Mark)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise CursorExpired("the place where Procore's changes were left is unreadable") from error
    if mark.form != _FORM or mark.of != of or mark.since.tzinfo is None:
        raise CursorExpired("the place where changes were left is not of these documents")
    return mark


def seal_of(ids: Iterable[ItemId]) -> int:
    """Give a number that two different sets of ids do not share, whatever their order."""
    seal = 0
    for each in ids:
        # 48 bits pass through JSON readers unharmed
        seal ^= int.from_bytes(hashlib.blake2b(each.encode(), digest_size=6).digest())
    return seal
