"""The engine's database in a test: what asks it, copies of it, and an empty one.

Django gives each thread a connection of its own; every one that is opened passes its statements by
`watch` first. Tests that end a process only in thought need no durable commits.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.backends.signals import connection_created

type Watch = Callable[[str], None]

_watching: list[Watch] = []


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Let somebody see each statement before the database does; what it raises ends it."""
    _watching.append(watch)
    try:
        yield
    finally:
        _watching.remove(watch)


def _pass_by(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    for watch in tuple(_watching):
        watch(sql)
    return execute(sql, params, many, context)


def _opened(connection: Any, **_: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    if _pass_by not in connection.execute_wrappers:
        connection.execute_wrappers.append(_pass_by)


connection_created.connect(_opened)
if connection.connection is not None:
    _opened(connection)


class Backup:
    """A copy of the whole database, as it is now."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self._copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(self._copy)

    def put_back(self) -> None:
        """Make the database what it was then."""
        connection.ensure_connection()
        self._copy.backup(connection.connection)


def lose() -> None:
    """Empty the database, as a newly migrated one is."""
    call_command("flush", interactive=False, verbosity=0)
