"""The database's upkeep: made, brought up to date, and what is wrong with it in plain words.

Before an existing SQLite database is changed, a copy of it is made beside it and checked. The copy
stays; it is the way back.
"""

import errno
import os
import sqlite3
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from turnbuckle.store.units import tidy

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StoreUnusable(Exception):
    """The database cannot be used; the message says what a person should do."""


@tidy
def migrate(data: Path) -> Path | None:
    """Make the data folder and the database, or bring them up to date.

    Args:
        data: the data folder, as `settings.TURNBUCKLE_DATA` has it.

    Returns:
        The checked copy that was made of an older database; None when there was nothing to copy.

    Raises:
        StoreUnusable: the folder or the database cannot be used; nothing was changed.
    """
    _make_folder(data)
    try:
        return _bring_up_to_date(data)
    except (DatabaseError, sqlite3.Error, OSError) as error:
        raise StoreUnusable(explain(error, data) or str(error)) from error


def explain(error: BaseException, data: Path) -> str | None:
    """Say in plain words what a database's or a file's error means for a person.

    Returns:
        What to do; None when the error is none of the known ones.
    """
    text = str(error).lower()
    number = error.errno if isinstance(error, OSError) else None
    if "is full" in text or "disk i/o error" in text or number in _FULL:
        return f"the data folder {data} cannot be written: the disk is full or failing; make room"
    if "not a database" in text or "malformed" in text:
        return (
            f"the file {_database(data)} is damaged or is no database of ours; put a copy back, or"
            " move it away to begin anew"
        )
    if "readonly" in text or "unable to open" in text or number in (errno.EACCES, errno.EROFS):
        return f"the data folder {data} cannot be written; choose another one with --data FOLDER"
    if "locked" in text:
        return f"another program holds the database in {data}; wait for it, or end it"
    if "no such table" in text:
        return f"the data folder {data} holds no data of ours yet; begin with `turnbuckle connect`"
    return None


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data / f".writable-{os.getpid()}"
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise StoreUnusable(
            f"the data folder {data} cannot be made or written ({error.strerror});"
            " choose another one with --data FOLDER"
        ) from error


def _bring_up_to_date(data: Path) -> Path | None:
    connection.ensure_connection()
    _close_to_others(data)
    loader = MigrationLoader(connection)
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = [key for key in loader.applied_migrations if key not in loader.disk_migrations]
    if unknown:
        raise StoreUnusable(
            f"the database in {data} was made by a newer Turnbuckle; use that one, or go back to a"
            " copy from before"
        )
    if not pending:
        return None
    copy = _copy(data, pending[0][0].name) if loader.applied_migrations else None
    call_command("migrate", interactive=False, verbosity=0)
    return copy


def _database(data: Path) -> Path:
    return data / "turnbuckle.sqlite3"


def _close_to_others(data: Path) -> None:
    """Take the database away from other users of the machine, whoever made the folder."""
    if connection.vendor == "sqlite" and os.name == "posix":
        for ending in ("", "-wal", "-shm"):
            path = Path(f"{_database(data)}{ending}")
            if path.exists():
                path.chmod(0o600)


def _copy(data: Path, migration: str) -> Path | None:
    """Copy the database as it is before `migration`, and check the copy."""
    if connection.vendor != "sqlite":
        return None
    copy = data / f"turnbuckle-before-{migration}.sqlite3"
    draft = copy.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with connection.cursor() as sql:
        sql.execute("VACUUM INTO %s", [str(draft)])
    _check(draft)
    draft.replace(copy)
    return copy


def _check(copy: Path) -> None:
    opened = sqlite3.connect(copy)
    try:
        verdict = opened.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        opened.close()
    if verdict != "ok":
        raise StoreUnusable(
            f"the database could not be copied soundly before its upgrade ({verdict}); nothing was"
            " changed; put an older copy back"
        )
