"""What changed in a Documents tool, out of an index that has no feed of changes.

One counted call tells a quiet tool from a changed one: the newest rows, and how many there are; see
`newest`. One more tells what changed: the bin's newest rows (and a third one where more was updated
than a page of the newest holds). The counts are the proof: live and binned rows together grow only
by creations, and the bin only by deletions. Where a count does not fit (a restored item whose time
did not change, something hidden or shown by a permission), everything is told again.

Deletions are told only from rows in the bin. Whether deleting, moving or restoring changes an
item's `updated_at` is not published; nothing here depends on it for being right, only for cost.

Source: the fact sheet, sections 7.4, 14, 16 (rows 6 and 8) and 18.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from turnbuckle.connectors.procore.cursor import OVERLAP, Mark, read, seal_of, write
from turnbuckle.connectors.procore.index import NEWEST_CHANGE_FIRST, Index, IndexPage, from_on
from turnbuckle.connectors.procore.items import Items, row_id
from turnbuckle.connectors.procore.newest import ROWS, Newest, is_quiet, newest_seal
from turnbuckle.connectors.procore.wire import DocumentRow
from turnbuckle.model.items import Cursor, Item, ItemId
from turnbuckle.model.pages import Page

_CHANGED = "ask what changed"
_WORTH_A_SECOND_LOOK = 5000  # live rows; with fewer, telling everything costs hardly more


@dataclass(slots=True, kw_only=True)
class _Bin:
    """What was read of the bin."""

    rows: list[DocumentRow]
    total: int
    whole: bool

    @property
    def ids(self) -> set[ItemId]:
        return {row_id(row) for row in self.rows}

    @property
    def seal(self) -> int | None:
        return seal_of(self.ids) if self.whole else None

    def changed(self, since: datetime) -> set[ItemId]:
        """The ids of rows that changed from then on, as far as they were read."""
        return {row_id(row) for row in self.rows if row.updated_at and row.updated_at >= since}


@dataclass(slots=True, kw_only=True)
class _Look:
    """One incremental look, and whether its counts fit."""

    served: datetime
    updated: list[DocumentRow]
    bin: _Bin
    live: int
    gone: set[ItemId]
    newest: str
    fits: bool


@dataclass(slots=True, kw_only=True)
class _Counted:
    """What a mark keeps of the rows outside the bin; `made` since it was left."""

    live: int = 0
    aside: int = 0
    made: set[ItemId] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class _Tally(_Counted):
    """What a complete listing counts on its way."""

    since: datetime
    newest: Newest = field(default_factory=Newest)

    @property
    def seal(self) -> str:
        return self.newest.seal(self.live + self.aside)

    def take(self, rows: Iterable[DocumentRow]) -> list[DocumentRow]:
        """Count rows; give those that are items."""
        kept = []
        rows = list(rows)
        self.newest.take(rows)
        for row in rows:
            if not is_item(row):
                self.aside += 1
                continue
            kept.append(row)
            self.live += 1
            if row.created_at and row.created_at >= self.since:
                self.made.add(row_id(row))
        return kept


def is_item(row: DocumentRow) -> bool:
    """Tell whether a row is an item: not the bin, and not in it."""
    return not (row.is_recycle_bin or row.is_deleted)


def _overlapped(served: datetime) -> datetime:
    return (served - OVERLAP).replace(microsecond=0)


class Changes:
    """The feed of one Documents tool; `of` says whose (`project.Holder.key`)."""

    def __init__(self, index: Index, items: Items, of: str) -> None:
        self._index = index
        self._items = items
        self._of = of
        self._closely = False

    def look_closely(self) -> None:
        """Let the next look at what changed pass nothing over; see `newest`."""
        self._closely = True

    async def since(self, cursor: Cursor | None) -> AsyncIterator[Page]:
        """Tell what changed after `cursor`; everything when it is None.

        Raises:
            CursorExpired: the cursor is not of this feed.
        """
        closely, self._closely = self._closely, False
        if cursor is None:
            bin_, served = await self._read_bin()
            async for page in self._everything(bin_, served, set()):
                yield page
            return
        mark = read(cursor, self._of)
        newest = await self._read_newest()
        if is_quiet(mark, newest, closely=closely):
            yield Page(cursor=cursor)
            return
        look = await self._look(mark, newest)
        if not look.fits and look.live > _WORTH_A_SECOND_LOOK:
            # something may have changed between the calls
            look = await self._look(mark, await self._read_newest())
        if not look.fits:
            async for page in self._everything(look.bin, look.served, look.gone):
                yield page
            return
        for page in self._pages(mark, look):
            yield page

    # Everything

    async def _everything(
        self, bin_: _Bin, served: datetime, gone: set[ItemId]
    ) -> AsyncIterator[Page]:
        """List folders, then files, each from the oldest on: parents mostly come first."""
        tally = _Tally(since=_overlapped(served))
        lists = [
            self._index.pages(label="list documents", filters={"document_type": kind})
            for kind in ("folder", "file")
        ]
        firsts = [await anext(each) for each in lists]
        heads = [tally.take(page.rows) for page in firsts]
        expected = sum(page.total for page in firsts) - tally.aside
        yield Page(gone=sorted(gone), full=True, expected=expected)
        for head, rest in zip(heads, lists, strict=True):
            yield Page(items=self._made(head), full=True, expected=expected)
            async for page in rest:
                items = self._made(tally.take(page.rows))
                yield Page(items=items, full=True, expected=expected)
        mark = self._mark(served, bin_, tally, tally.seal)
        yield Page(full=True, expected=expected, cursor=write(mark))

    def _made(self, rows: Iterable[DocumentRow]) -> list[Item]:
        return [self._items.of_row(row) for row in rows]

    def _mark(self, served: datetime, bin_: _Bin, counted: _Counted, newest: str) -> Mark:
        since = _overlapped(served)
        in_bin = {row_id(row) for row in bin_.rows if row.created_at and row.created_at >= since}
        return Mark(
            of=self._of,
            since=since,
            live=counted.live,
            aside=counted.aside,
            bin=bin_.total,
            seal=bin_.seal,
            made=frozenset(counted.made | in_bin),
            binned=frozenset(bin_.changed(since)),
            newest=newest,
        )

    # What changed

    async def _read_newest(self) -> IndexPage:
        return await self._index.page(1, label=_CHANGED, sort=NEWEST_CHANGE_FIRST, rows=ROWS)

    async def _look(self, mark: Mark, newest: IndexPage) -> _Look:
        updated, is_too_much = await self._read_updated(mark, newest)
        bin_, _ = await self._read_bin(mark)
        live = newest.total - mark.aside
        touched = bin_.changed(mark.since) - mark.binned
        made = self._created(mark, updated, bin_)
        growth = bin_.total - mark.bin
        fits_live = live + bin_.total == mark.live + mark.bin + len(made)
        gone, fits_bin = self._judge_bin(mark, bin_, touched, growth)
        return _Look(
            served=newest.served,
            updated=updated,
            bin=bin_,
            live=live,
            gone=gone,
            newest=newest_seal(newest.rows, newest.total),
            fits=fits_live and fits_bin and not is_too_much,
        )

    async def _read_updated(self, mark: Mark, newest: IndexPage) -> tuple[list[DocumentRow], bool]:
        """Give what was updated; tell whether it is so much that telling everything is cheaper."""
        times = [row.updated_at for row in newest.rows]
        if newest.last or (times and times[-1] is not None and times[-1] < mark.since):
            return [r for r in newest.rows if r.updated_at and r.updated_at >= mark.since], False
        rows: list[DocumentRow] = []
        pages = self._index.pages(
            label=_CHANGED,
            sort=NEWEST_CHANGE_FIRST,
            filters={"updated_at": from_on(mark.since)},
        )
        async for page in pages:
            rows.extend(page.rows)
            if page.total > max(_WORTH_A_SECOND_LOOK, mark.live // 2) and not page.last:
                return rows, True
        return rows, False

    async def _read_bin(self, mark: Mark | None = None) -> tuple[_Bin, datetime]:
        """Read the newest rows of the bin; more of it where it grew by more than they explain."""
        first = await self._bin_page(1)
        bin_ = _Bin(rows=list(first.rows), total=first.total, whole=first.last)
        if mark is None or first.last:
            return bin_, first.served
        number, page = 1, first
        while not page.last and self._is_unexplained(mark, bin_, page):
            number += 1
            page = await self._bin_page(number)
            bin_.rows.extend(page.rows)
        bin_.whole = page.last
        return bin_, first.served

    def _is_unexplained(self, mark: Mark, bin_: _Bin, page: IndexPage) -> bool:
        """Tell whether the next page of the bin must be read too."""
        oldest = page.rows[-1].updated_at
        goes_on = oldest is not None and oldest >= mark.since
        return goes_on or bin_.total - mark.bin > len(bin_.changed(mark.since) - mark.binned)

    async def _bin_page(self, number: int) -> IndexPage:
        return await self._index.page(
            number, label="look into the bin", in_bin=True, sort=NEWEST_CHANGE_FIRST, extended=False
        )

    def _created(self, mark: Mark, updated: list[DocumentRow], bin_: _Bin) -> set[ItemId]:
        """The rows made since the last look, wherever they are now."""
        return {
            row_id(row)
            for row in (*(each for each in updated if is_item(each)), *bin_.rows)
            if row.created_at and row.created_at >= mark.since and not row.is_recycle_bin
        } - mark.made

    def _judge_bin(
        self, mark: Mark, bin_: _Bin, touched: set[ItemId], growth: int
    ) -> tuple[set[ItemId], bool]:
        """Give the deletions that the bin proves, and whether they explain all of its growth."""
        shown = {row_id(row) for row in bin_.rows if not row.is_recycle_bin}
        if growth > len(touched):  # deleted without a new time, or with their folder
            return shown, True
        if growth < len(touched):  # restored, too, or no longer shown
            return touched & shown, False
        if mark.seal is not None and bin_.seal is not None:
            is_same = bin_.seal == mark.seal ^ seal_of(touched)
            return (touched if is_same else shown) & shown, is_same
        return touched & shown, True

    def _pages(self, mark: Mark, look: _Look) -> list[Page]:
        updated = [row for row in look.updated if is_item(row)]
        updated.reverse()  # oldest change first: a new folder comes before what was put into it
        since = _overlapped(look.served)
        made = {row_id(row) for row in updated if row.created_at and row.created_at >= since}
        counted = _Counted(live=look.live, aside=mark.aside, made=made)
        after = self._mark(look.served, look.bin, counted, look.newest)
        size = self._index.rows_a_page
        pages = [
            Page(items=self._made(updated[place : place + size]))
            for place in range(0, len(updated), size)
        ]
        return [*pages, Page(gone=sorted(look.gone), cursor=write(after))]
