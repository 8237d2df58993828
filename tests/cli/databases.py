"""Databases for commands, where all of their tests are carried out on a PostgreSQL.

With `DATABASE_URL` in the environment of a test process, each data folder of a test has a database
of its own beside it on that server, as up to date as SQLite's makes itself; a folder that is copied
has a copy of the database.
"""

import itertools
import os
from urllib.parse import urlsplit

import psycopg
import pytest

_SERVER = os.environ.get("DATABASE_URL", "")  # as it is before any test sets another one
_numbers = itertools.count(1)
of_sqlite = pytest.mark.skipif(bool(_SERVER), reason="not needed here: it is about SQLite's file")


def made(*, like: str = "") -> str:
    """Make a database; give its address, as `DATABASE_URL` takes it, or nothing on SQLite.

    Args:
        like: the address of another one, to be copied.
    """
    if not _SERVER:
        return ""
    name = f"commands_{os.getpid()}_{next(_numbers)}"
    template = f" TEMPLATE {_name(like)}" if like else ""
    with psycopg.connect(_SERVER, autocommit=True) as opened:
        opened.execute(f"CREATE DATABASE {name}{template}".encode())
    return urlsplit(_SERVER)._replace(path=f"/{name}").geturl()


def removed(address: str) -> None:
    """Take a database away, whoever still uses it."""
    if address:
        with psycopg.connect(_SERVER, autocommit=True) as opened:
            opened.execute(f"DROP DATABASE IF EXISTS {_name(address)} WITH (FORCE)".encode())


def _name(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")
