"""Tell by one page of an index that nothing changed: its newest rows, and how many rows there are.

Whatever is made, edited, renamed or restored comes to the top of the newest; whatever is deleted,
hidden or shown again changes the number. Where all rows are on the page, it shows everything there
is. Where they are not, two things escape that have no new time and cancel each other out, such as
one old file deleted and another restored: so every hour the bin is looked at all the same.

Source: the fact sheet, section 7.4 and section 16, row 6 (which changes set a time is unknown).
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from turnbuckle.connectors.procore.cursor import Mark
from turnbuckle.connectors.procore.index import IndexPage
from turnbuckle.connectors.procore.wire import DocumentRow

ROWS = 100
"""Rows of the page; a hundred of them weigh some tens of kilobytes."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_BELIEVED = timedelta(hours=1)


class Newest:
    """The newest rows of an index, gathered from pages in any order."""

    def __init__(self) -> None:
        self._rows: list[DocumentRow] = []

    def take(self, rows: Iterable[DocumentRow]) -> None:
        """Take rows in; only the newest are kept."""
        self._rows.extend(rows)
        if len(self._rows) > 4 * ROWS:
            self._cut()

    def seal(self, total: int) -> str:
        """Give a text that changes with the newest of `total` rows; empty where there is none."""
        self._cut()
        return newest_seal(self._rows, total)

    def _cut(self) -> None:
        timed = [row for row in self._rows if row.updated_at is not None]
        timed.sort(key=_time, reverse=True)
        self._rows = timed[:ROWS]


def newest_seal(rows: list[DocumentRow], total: int) -> str:
    """Give a text that changes with these rows, the newest of `total`; empty where there is none.

    Rows of one time come in any order, so those of the oldest time are left out where the page may
    have cut them apart.
    """
    if not rows or any(row.updated_at is None for row in rows):
        return ""
    whole = len(rows) >= total
    oldest = min(_time(row) for row in rows)
    told = sorted(_words(row) for row in rows if whole or _time(row) > oldest)
    return hashlib.blake2b("\n".join(told).encode(), digest_size=12).hexdigest()


def is_quiet(mark: Mark, page: IndexPage, *, closely: bool) -> bool:
    """Tell whether this page of the newest rows proves that nothing changed since the mark.

    Args:
        mark: where the feed was left.
        page: of the newest rows, without the bin.
        closely: what only cancels out is looked for, too.
    """
    if not mark.newest or page.total != mark.live + mark.aside:
        return False
    if newest_seal(page.rows, page.total) != mark.newest:
        return False
    if len(page.rows) >= page.total:
        return True
    reaches = _time(page.rows[-1]) < mark.since
    return reaches and not closely and page.served - mark.since < _BELIEVED


def _time(row: DocumentRow) -> datetime:
    return row.updated_at or _LONG_AGO


def _words(row: DocumentRow) -> str:
    """Write down what a plan looks at, and the time."""
    held, version = row.file, row.file.current_version if row.file else None
    return repr(
        (
            row.document_type,
            row.id,
            row.parent_id,
            row.name,
            row.updated_at and row.updated_at.timestamp(),
            row.is_deleted,
            row.is_recycle_bin,
            version and (version.id, version.size),
            held and held.checked_out_by and held.checked_out_by.id,
            held and held.checked_out_until and held.checked_out_until.timestamp(),
        )
    )
