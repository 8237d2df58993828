"""What changed in a project's photos, out of lists that tell no deletion.

One counted call tells a quiet project from a changed one: the albums with the number of photos that
each holds. A photo can get neither another name nor other content, so all that escapes is one that
took the place of another in its album; every half hour, after word of a change, and after an upload
of ours, what was updated is asked for all the same. Where something changed it is asked for, too:
new photos, moves and new names show there; a number that is too small shows that photos were
deleted, and then their ids are swept and each missing one is proven. Where the numbers do not fit
together, everything is told again.

Whether a move changes `updated_at` is not published. A move that it does not show leaves an album
with more photos than it should have; only where a deletion or another such move hides that, it is
found by the next complete listing. So is a photo that we uploaded and somebody deleted before any
look at the list, unless the same process looks that uploaded it.

Source: the fact sheet, sections 10, 14, 16 (row 6) and 18.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from turnbuckle.connectors.procore.cursor import OVERLAP
from turnbuckle.connectors.procore.photo_cursor import (
    AlbumMark,
    PhotoMark,
    packed,
    read,
    seal_of,
    unpacked,
    write,
)
from turnbuckle.connectors.procore.photo_items import (
    PhotoItems,
    album_id,
    default_of,
    part_of,
    photo_id,
)
from turnbuckle.connectors.procore.photo_lists import PhotoLists
from turnbuckle.connectors.procore.photo_proof import PhotoProof
from turnbuckle.connectors.procore.wire import AlbumRow, PhotoRow
from turnbuckle.model.items import Cursor, Item, ItemId
from turnbuckle.model.pages import Page

_MOST_PROVEN = 200  # missing photos; with more, telling everything costs hardly more
_WORTH_LESS_THAN_ALL = 1000  # updated photos
_BELIEVED = timedelta(minutes=30)  # the numbers alone, since the last look at what was updated
_WORTH_A_SECOND_LOOK = 5000  # photos; with fewer, telling everything costs hardly more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One look at what changed."""

    served: datetime
    updated: list[PhotoRow]
    albums: list[AlbumRow]
    new: frozenset[int]  # ids among the updated ones
    gone: list[ItemId]
    ids: set[int] | None  # of all photos now; None: not known


def _overlapped(served: datetime) -> datetime:
    return (served - OVERLAP).replace(microsecond=0)


class PhotoChanges:
    """The feed of one project's photos."""

    def __init__(
        self, lists: PhotoLists, items: PhotoItems, proof: PhotoProof, project: int
    ) -> None:
        self._lists = lists
        self._items = items
        self._proof = proof
        self._project = project
        self._own: set[int] = set()
        self._closely = False

    def note_own(self, photo: int) -> None:
        """Remember a photo that we uploaded: no list may ever have named it when it is deleted."""
        self._own.add(photo)
        self._closely = True

    def look_closely(self) -> None:
        """Let the next look at what changed not believe the albums' numbers alone."""
        self._closely = True

    async def since(self, cursor: Cursor | None) -> AsyncIterator[Page]:
        """Tell what changed after `cursor`; everything when it is None.

        Raises:
            CursorExpired: the cursor is not of this feed.
        """
        closely, self._closely = self._closely, False
        if cursor is not None:
            mark = read(cursor, self._project)
            albums, served = await self._lists.albums_served()
            if not closely and _is_quiet(mark, albums, served):
                yield Page(cursor=cursor)
                return
            look = await self._look(mark, albums)
            if look is None and mark.photos > _WORTH_A_SECOND_LOOK:
                # something may have changed between the calls
                look = await self._look(mark, await self._lists.albums())
            if look is not None:
                for page in self._pages(mark, look):
                    yield page
                return
        async for page in self._everything():
            yield page

    # Everything

    async def _everything(self) -> AsyncIterator[Page]:
        """Tell the tool itself, the albums, and then the photos from the oldest on."""
        albums = await self._lists.albums()
        default = default_of(albums)
        pages = self._lists.photos(label="list photos")
        first = await anext(pages)
        since = _overlapped(first.served)
        rows = _living(first.rows)
        expected = len(albums) + first.total - (len(first.rows) - len(rows))
        known = [self._items.of_album(row) for row in albums if row.id != default]
        yield Page(items=[self._items.of_top(), *known], full=True, expected=expected)
        yield Page(items=self._made(rows, default), full=True, expected=expected)
        ids, made = {row.id for row in rows}, _made_since(rows, since)
        async for page in pages:
            rows = _living(page.rows)
            yield Page(items=self._made(rows, default), full=True, expected=expected)
            ids |= {row.id for row in rows}
            made |= _made_since(rows, since)
        kept = packed(ids)
        mark = PhotoMark(
            project=self._project,
            since=since,
            default=default,
            albums=_marks(albums),
            photos=len(ids),
            aside=_counted(albums) - len(ids),
            ids=kept,
            made=frozenset(made if kept is None else ()),
        )
        yield Page(full=True, expected=expected, cursor=write(mark))

    def _made(self, rows: list[PhotoRow], default: int) -> list[Item]:
        return [self._items.of_photo(row, default) for row in rows]

    # What changed

    async def _look(self, mark: PhotoMark, albums: list[AlbumRow]) -> _Look | None:
        """Find out what changed; None where everything has to be told again."""
        updated, served = await self._read_updated(mark)
        if served is None or default_of(albums) != mark.default:
            return None
        known = None if mark.ids is None else unpacked(mark.ids) | self._own
        new = self._new(mark, updated, known)
        before = mark.photos if known is None else len(known)
        surplus = _counted(albums) - mark.aside - before - len(new)
        if surplus > 0 or not _explains(mark, albums, updated, new):
            return None
        missing: list[ItemId] = []
        if surplus < 0:
            if known is None:
                return None
            swept = await self._lists.ids()
            if swept - known - new:
                return None
            missing = [photo_id(each) for each in sorted((known | new) - swept)]
            updated = [row for row in updated if row.id in swept]
            if not missing or len(missing) > _MOST_PROVEN:
                return None
        there = {row.id for row in albums}
        missing += [album_id(each) for each in mark.albums if each not in there]
        if missing and not await self._proof.all_gone(missing):
            return None
        self._own -= {part_of(each)[1] for each in missing}
        return _Look(
            served=served,
            updated=updated,
            albums=albums,
            new=frozenset(new),
            gone=missing,
            ids=None if known is None else known | new,
        )

    async def _read_updated(self, mark: PhotoMark) -> tuple[list[PhotoRow], datetime | None]:
        """Read what was updated; no time where telling everything is cheaper."""
        rows: list[PhotoRow] = []
        served: datetime | None = None
        async for page in self._lists.photos(label="ask what changed", updated=mark.since):
            served = served or page.served
            rows.extend(_living(page.rows))
            if page.total > max(_WORTH_LESS_THAN_ALL, mark.photos // 2) and not page.last:
                return rows, None
        return rows, served

    @staticmethod
    def _new(mark: PhotoMark, updated: list[PhotoRow], known: set[int] | None) -> set[int]:
        if known is not None:
            return {row.id for row in updated} - known
        return _made_since(updated, mark.since) - mark.made

    def _pages(self, mark: PhotoMark, look: _Look) -> list[Page]:
        changed = [
            self._items.of_album(row)
            for row in look.albums
            if row.id != mark.default
            and (row.id not in mark.albums or mark.albums[row.id].seal != seal_of(row.name))
        ]
        photos = self._made(look.updated, mark.default)
        told = [Page(items=items) for items in (changed, photos) if items]
        after = self._mark_after(mark, look)
        return [*told, Page(gone=look.gone, cursor=write(after))]

    def _mark_after(self, mark: PhotoMark, look: _Look) -> PhotoMark:
        since = _overlapped(look.served)
        left = None if look.ids is None else look.ids - {part_of(each)[1] for each in look.gone}
        kept = None if left is None else packed(left)
        return PhotoMark(
            project=self._project,
            since=since,
            default=mark.default,
            albums=_marks(look.albums),
            photos=mark.photos + len(look.new) if left is None else len(left),
            aside=mark.aside,
            ids=kept,
            made=frozenset(_made_since(look.updated, since) if kept is None else ()),
        )


def _living(rows: list[PhotoRow]) -> list[PhotoRow]:
    return [row for row in rows if not row.permanently_deleted]


def _counted(albums: list[AlbumRow]) -> int:
    return sum(row.count or 0 for row in albums)


def _marks(albums: list[AlbumRow]) -> dict[int, AlbumMark]:
    return {row.id: AlbumMark(row.count or 0, seal_of(row.name), _time(row)) for row in albums}


def _time(row: AlbumRow) -> str:
    return "" if row.updated_at is None else row.updated_at.isoformat()


def _is_quiet(mark: PhotoMark, albums: list[AlbumRow], served: datetime) -> bool:
    """Tell whether the albums alone say that nothing changed."""
    return _marks(albums) == mark.albums and served - mark.since < _BELIEVED


def _made_since(rows: list[PhotoRow], since: datetime) -> set[int]:
    return {row.id for row in rows if row.created_at and row.created_at >= since}


def _explains(
    mark: PhotoMark, albums: list[AlbumRow], updated: list[PhotoRow], new: set[int]
) -> bool:
    """Tell whether every photo that an album has more than before is among the updated ones."""
    there = {row.id for row in albums}
    arrived = Counter(row.image_category_id or mark.default for row in updated)
    if not arrived.keys() <= there:
        return False
    return all(
        (row.count or 0) - (mark.albums[row.id].count if row.id in mark.albums else 0)
        <= arrived[row.id]
        for row in albums
    )
