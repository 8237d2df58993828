"""Fixtures with a real PostgreSQL, for the tests of any room.

The server starts when the first test asks for it. Where it cannot start, such tests are skipped on
a person's machine; in CI they fail.
"""

import os
from collections.abc import Iterator

import pytest
from postgres.server import CannotStart, Server


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
