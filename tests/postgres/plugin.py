"""Fixtures with a real PostgreSQL, for the tests of any room.

The server starts when the first test asks for it. Where it cannot start, such tests are skipped on
a person's machine; in CI they fail.

Tests may be carried out on a PostgreSQL as a whole, with `DATABASE_URL` set. There a process has
twelve connections: a thread that asked without a unit keeps one, and takes it along when it ends.
So after each test the pool gets back what ended threads kept.
"""

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.signals import connection_created
from postgres.server import CannotStart, Server

_borrowed: list[Any] = []  # wrappers of Django's, each of one thread


def _opened(connection: Any, **_: object) -> None:
    if connection.vendor == "postgresql" and connection not in _borrowed:
        _borrowed.append(connection)


connection_created.connect(_opened)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Give back to the pool what threads of the test kept that have ended."""
    yield
    alive = {thread.ident for thread in threading.enumerate()}
    for each in [one for one in _borrowed if one._thread_ident not in alive]:
        _borrowed.remove(each)
        each.inc_thread_sharing()
        each.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """Give the PostgreSQL of this test process; whoever ends it starts it again."""
    try:
        server = Server()
    except CannotStart as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"not needed here: {error}")
    yield server
    server.stop()


@pytest.fixture
def postgres(postgres_server: Server) -> Iterator[str]:
    """Give the address of an empty database of its own, as `DATABASE_URL` takes it."""
    name = postgres_server.fresh()
    yield postgres_server.url(name)
    postgres_server.drop(name)
