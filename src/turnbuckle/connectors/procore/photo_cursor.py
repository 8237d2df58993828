"""Where the feed of a project's photos was left.

Procore tells no deletion of a photo: neither a list of deleted ones nor a bin. What shows one is
the number of photos that each album says it holds, and which one it was shows by comparing ids. So
up to `MOST_REMEMBERED` ids are kept here, written as the steps from each to the next; beyond that
the whole list has to be told again.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from turnbuckle.model.items import Cursor
from turnbuckle.ports.errors import CursorExpired

MOST_REMEMBERED = 20_000
_FORM = 1


class AlbumMark(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of an album: how many photos it said it holds, its name, and its time.

    Whether putting a photo into an album changes the album's time is not published; where it does,
    it tells of a photo that took another one's place.
    """

    count: int
    seal: str
    updated: str = ""


class PhotoMark(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered between two looks.

    Attributes:
        since: changes from this moment on, by Procore's clock, are asked for next time.
        default: the album of what has none.
        albums: by Procore's number, that one too.
        photos: how many there were.
        aside: by how much the albums' counts exceed what is listed.
        ids: of all photos, `packed`; None where there were too many.
        made: without `ids`, the photos created from `since` on, which `photos` counts already.
    """

    project: int
    since: datetime
    default: int
    albums: Mapping[int, AlbumMark]
    photos: int
    aside: int
    ids: str | None
    made: frozenset[int]
    form: int = _FORM


def write(mark: PhotoMark) -> Cursor:
    """Write a mark as text; equal marks, equal text."""
    fields = msgspec.to_builtins(mark, str_keys=True)
    fields["made"] = sorted(fields["made"])
    fields["albums"] = {key: fields["albums"][key] for key in sorted(fields["albums"])}
    return Cursor(msgspec.json.encode(fields).decode("ascii"))


def read(cursor: Cursor, project: int) -> PhotoMark:
    """Read a mark.

    Raises:
        CursorExpired: it is no mark of this project's photos.
    """
    try:
        mark = msgspec.json.decode(cursor.encode(), type=PhotoMark, strict=True)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise CursorExpired("the place where Procore's photos were left is unreadable") from error
    if mark.form != _FORM or mark.project != project or mark.since.tzinfo is None:
        raise CursorExpired("the place where photos were left is not of this Procore project")
    return mark


def seal_of(name: str) -> str:
    """Give a short text that two different names do not share."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def packed(ids: Iterable[int]) -> str | None:
    """Write ids as text; None where there are too many of them."""
    ordered = sorted(set(ids))
    if len(ordered) > MOST_REMEMBERED:
        return None
    steps, last = bytearray(), 0
    for each in ordered:
        step, last = each - last, each
        while step > 0x7F:
            steps.append(0x80 | step & 0x7F)
            step >>= 7
        steps.append(step)
    return base64.b85encode(steps).decode("ascii")


def unpacked(text: str) -> set[int]:
    """Read ids back.

    Raises:
        CursorExpired: it is no such text.
    """
    try:
        steps = base64.b85decode(text)
    except (ValueError, binascii.Error) as error:
        raise CursorExpired("the place where Procore's photos were left is unreadable") from error
    ids, last, step, shift = set(), 0, 0, 0
    for byte in steps:
        step |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            last += step
            ids.add(last)
            step, shift = 0, 0
    return ids
