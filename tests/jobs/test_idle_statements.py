"""What a link at rest asks of the database in each poll, exactly, on SQLite as on PostgreSQL.

Counted is what costs: statements, transactions that may write (on SQLite they exclude each other),
and on PostgreSQL how often a connection is borrowed, which costs a sign of life each time.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from jobs.neighbours import Wanted, side_by_side
from scenarios.database import watched

from turnbuckle.store import models
from turnbuckle.store.units import tidy

pytestmark = pytest.mark.usefixtures("transactional_db")

_OF_TRANSACTIONS = ("BEGIN", "SAVEPOINT", "RELEASE")
EXPECTED = {
    "sqlite": {"statements": 115, "writing": 18},
    "postgresql": {"statements": 122, "writing": 18, "borrowed": 38},
}
"""One of those that write is there because the clock of a test jumps, which no service's does."""


async def test_a_poll_that_finds_nothing_asks_the_database_for_no_more_than_this(
    tmp_path: Path,
) -> None:
    async with side_by_side(tmp_path, [Wanted()]) as links:
        await links.at_rest()

        with counted() as asked:
            await links.poll()

    assert asked == EXPECTED[connection.vendor]


async def test_a_poll_that_finds_nothing_leaves_its_run_and_no_other_row(tmp_path: Path) -> None:
    async with side_by_side(tmp_path, [Wanted()]) as links:
        await links.at_rest()
        before = await asyncio.to_thread(rows)

        await links.poll()

        assert await asyncio.to_thread(rows) - before == {models.Run.__name__: 1}
        assert await asyncio.to_thread(rows) >= before


@tidy
def rows() -> Counter[str]:
    """Count the rows of all tables."""
    tables = apps.get_app_config("store").get_models()
    return Counter({each.__name__: each._default_manager.count() for each in tables})


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count what is asked of the database, by all threads."""
    found: Counter[str] = Counter()
    lock = threading.Lock()
    begin = BaseDatabaseWrapper.set_autocommit

    def count(what: str) -> None:
        with lock:
            found[what] += 1

    def see(sql: str) -> None:
        if not sql.startswith(_OF_TRANSACTIONS):
            count("statements")

    def began(self: Any, autocommit: bool, *more: Any, **named: Any) -> None:
        if not autocommit:
            count("writing")
        begin(self, autocommit, *more, **named)

    def borrowed(**_: object) -> None:
        if connection.vendor == "postgresql":
            count("borrowed")

    connection_created.connect(borrowed)
    with pytest.MonkeyPatch.context() as patched, watched(see):
        patched.setattr(BaseDatabaseWrapper, "set_autocommit", began)
        yield found
    connection_created.disconnect(borrowed)
