"""Write the rows of a page set down in bulk, each item once: the last word about it holds.

On SQLite in transactions of a thousand rows, so that other writers wait only milliseconds. On
PostgreSQL, where they do not wait, ten thousand at a time come in by COPY: into a table of the
connection alone, since COPY cannot replace rows, and from there in one statement.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from turnbuckle.model.pages import Page
from turnbuckle.store.rows import ITEM_COLUMNS, ITEM_SELECT, item_values, micros
from turnbuckle.store.storable import storable_row

_SQLITE_ROWS, _POSTGRES_ROWS = 1_000, 10_000
_WORTH_A_COPY = 100  # rows; fewer are written at once, one after the other

type Row = tuple[Any, ...]


def most_rows() -> int:
    """Tell how many rows one transaction writes."""
    return _SQLITE_ROWS if connection.vendor == "sqlite" else _POSTGRES_ROWS


def rows_of(batch: int, page: Page, told: int, gone: int) -> list[Row]:
    """Give the rows of a page, the ends of items last.

    Args:
        batch: the id of the page set.
        page: what was told.
        told: the verdict to begin with on what is there.
        gone: the verdict to begin with on what is gone.
    """
    there = [(batch, False, None, told, *item_values(item)) for item in page.items]
    ends = [
        (batch, True, micros(page.gone_at.get(item)), gone, *_tombstone(item)) for item in page.gone
    ]
    return [*there, *ends]


def write(rows: Sequence[Row]) -> None:
    """Write rows, inside the caller's transaction."""
    with connection.cursor() as sql:
        if connection.vendor == "sqlite" or len(rows) < _WORTH_A_COPY:
            sql.executemany(_WRITE, rows)
            return
        sql.execute(_MAKE_PLACE)
        with sql.copy(f"COPY pg_temp.{_PLACE} ({_COLUMNS}) FROM STDIN") as copy:
            for row in {row[_ITEM]: row for row in rows}.values():
                copy.write_row(storable_row(row))
        sql.execute(_TAKE_OVER)


def count(batch: int) -> None:
    """Have PostgreSQL count what came in, before it plans how to compare much of it.

    Believing that there is next to nothing, it would look through all of it for each known item.
    """
    if connection.vendor != "sqlite":
        with connection.cursor() as sql:
            sql.execute(_HAS_MANY, [batch, _WORTH_COUNTING])
            if sql.fetchone() is not None:
                sql.execute("ANALYZE store_staged")


def _tombstone(item: str) -> Row:
    return (item, "", "", "", "file", "", 0, None, None, "", "", "", "", False, "")


_WORTH_COUNTING = 1_000  # rows
_HAS_MANY = "SELECT 1 FROM store_staged WHERE batch_id = %s OFFSET %s LIMIT 1"
_ITEM = 4  # where a row has its item's id
_PLACE = "turnbuckle_incoming"
_COLUMNS = f"batch_id, gone, gone_at, verdict, {ITEM_SELECT}"
_REPLACE = "ON CONFLICT (batch_id, item_id) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in ("gone", "gone_at", "verdict", *ITEM_COLUMNS[1:])
)
_WRITE = (
    f"INSERT INTO store_staged ({_COLUMNS})"  # noqa: S608
    f" VALUES ({', '.join(['%s'] * (4 + len(ITEM_COLUMNS)))}) {_REPLACE}"
)
_MAKE_PLACE = (
    f"CREATE TEMPORARY TABLE IF NOT EXISTS {_PLACE} ON COMMIT DELETE ROWS"  # noqa: S608
    f" AS SELECT {_COLUMNS} FROM store_staged WITH NO DATA"
)
_TAKE_OVER = (
    f"INSERT INTO store_staged ({_COLUMNS})"  # noqa: S608
    f" SELECT {_COLUMNS} FROM pg_temp.{_PLACE} {_REPLACE}"
)
