"""Databases for commands, where all of their tests are carried out on a PostgreSQL.

With `DATABASE_URL` in the environment of a test process, each data folder of a test has a database
of its own beside it on that server, as up to date as SQLite's makes itself; a folder that is copied
has a copy of the database.
"""

import itertools
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import psycopg
import pytest

of_sqlite = pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="not needed here: it is about SQLite's file"
)
_numbers = itertools.count(1)


def made(environment: Mapping[str, str] = os.environ, *, like: str = "") -> str:
    """Make a database; give its address, as `DATABASE_URL` takes it.

    Args:
        environment: without `DATABASE_URL` none is made, and the address is empty.
        like: the address of another one, to be copied.
    """
    server = environment.get("DATABASE_URL", "")
    if not server:
        return ""
    name = f"commands_{os.getpid()}_{next(_numbers)}"
    template = f" TEMPLATE {_name(like)}" if like else ""
    with psycopg.connect(server, autocommit=True) as opened:
        opened.execute(f"CREATE DATABASE {name}{template}".encode())
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def removed(address: str, environment: Mapping[str, str] = os.environ) -> None:
    """Take a database away, whoever still uses it."""
    if address:
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as opened:
            opened.execute(f"DROP DATABASE IF EXISTS {_name(address)} WITH (FORCE)".encode())


def _name(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")
