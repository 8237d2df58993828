"""The engine's database in a test: what asks it, copies of it, and an empty one.

Django gives each thread a connection of its own; every one that is opened passes its statements by
`watch` first. Tests that end a process only in thought need no durable commits.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.signals import connection_created

from turnbuckle.store.units import tidy

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
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    if _pass_by not in connection.execute_wrappers:
        connection.execute_wrappers.append(_pass_by)


connection_created.connect(_opened)
if connection.connection is not None:
    _opened(connection)


class Backup:
    """A copy of the whole database, as it is now."""

    @tidy
    def __init__(self) -> None:
        connection.ensure_connection()
        self._copy = sqlite3.connect(":memory:", check_same_thread=False)
        self._rows: dict[str, bytes] = {}
        if connection.vendor == "sqlite":
            connection.connection.backup(self._copy)
            return
        with connection.cursor() as cursor:
            for table in _tables():
                with cursor.copy(f"COPY {table} TO STDOUT") as rows:
                    self._rows[table] = b"".join(rows)

    @tidy
    def put_back(self) -> None:
        """Make the database what it was then."""
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self._copy.backup(connection.connection)
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(self._rows)}")
            for table, kept in self._rows.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as rows:
                    rows.write(kept)
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
                    f" (SELECT COALESCE(MAX(id), 0) + 1 FROM {table}), FALSE)"
                )


def _tables() -> list[str]:
    """Name the tables of ours."""
    return [model._meta.db_table for model in apps.get_app_config("store").get_models()]


class Installation(Backup):
    """The same with the file beside it, so that the engine does not notice that it went back."""

    def __init__(self) -> None:
        super().__init__()
        self._beside = _epoch()
        self._told = self._beside.read_bytes() if self._beside.is_file() else None

    def put_back(self) -> None:
        """Make both what they were then."""
        super().put_back()
        if self._told is None:
            self._beside.unlink(missing_ok=True)
        else:
            self._beside.write_bytes(self._told)


def _epoch() -> Path:
    """Give the file that tells how far the database had come; see `store.rollback`."""
    if connection.vendor == "postgresql":
        return Path(settings.TURNBUCKLE_DATA) / "postgres-epoch"
    return Path(f"{connection.settings_dict['NAME']}-epoch")


@tidy
def lose() -> None:
    """Empty the database, as a newly migrated one is."""
    call_command("flush", interactive=False, verbosity=0)
