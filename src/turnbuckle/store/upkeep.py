"""The database's upkeep: made, brought up to date, and what is wrong with it in plain words.

Before an existing SQLite database is changed, a copy of it is made beside it and checked. The copy
stays; it is the way back. A PostgreSQL is copied by those who look after it (pg_dump), so there
nothing is changed but by whoever asks for that, under a lock: of several processes that start
at one time one makes the tables, and the others find them.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from turnbuckle.store import server_locks
from turnbuckle.store.units import tidy
from turnbuckle.store.unusable import StoreUnusable, in_words

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LOCK_PATIENCE_SECONDS = 300.0


@tidy
def migrate(data: Path) -> Path | None:
    """Make the data folder and the database; bring one in the data folder up to date.

    Args:
        data: the data folder, as `settings.TURNBUCKLE_DATA` has it.

    Returns:
        The checked copy that was made of an older database; None when there was nothing to copy.

    Raises:
        StoreUnusable: the folder or the database cannot be used, or a PostgreSQL with data in it is
            to be brought up to date first; nothing was changed.
    """
    return _brought(data, upgrades=connection.vendor == "sqlite")[1]


@tidy
def upgrade(data: Path) -> tuple[int, Path | None]:
    """Make the database, or bring it up to date, wherever it is.

    Returns:
        How many migrations were carried out, and the copy as with `migrate`.

    Raises:
        StoreUnusable: the folder or the database cannot be used; nothing was changed.
    """
    return _brought(data, upgrades=True)


def explain(error: BaseException, data: Path) -> str | None:
    """Say in plain words what a database's or a file's error means for a person.

    Returns:
        What to do; None when the error is none of the known ones.
    """
    words = in_words(error)
    if words is not None:
        return words
    text = str(error).lower()
    number = error.errno if isinstance(error, OSError) else None
    if "is full" in text or "disk i/o error" in text or number in _FULL:
        return f"the data folder {data} cannot be written: the disk is full or failing; make room"
    if "not a database" in text or "malformed" in text:
        return (
            f"the file {_file()} is damaged or is no database of ours; put a copy back, or"
            " move it away to begin anew"
        )
    if "readonly" in text or "unable to open" in text or number in (errno.EACCES, errno.EROFS):
        return f"the data folder {data} cannot be written; choose another one with --data FOLDER"
    if "locked" in text:
        return f"another program holds the database in {data}; wait for it, or end it"
    if "no such table" in text:
        return f"the data folder {data} holds no data of ours yet; begin with `turnbuckle connect`"
    return None


def reach() -> None:
    """Connect once without the pool, which would try for long and not tell what is wrong.

    Raises:
        DatabaseError: there is no connection to be had.
    """
    import psycopg  # SQLite does without

    with connection.wrap_database_errors:
        psycopg.connect(**connection.get_connection_params()).close()


def _brought(data: Path, *, upgrades: bool) -> tuple[int, Path | None]:
    _make_folder(data)
    try:
        if connection.vendor != "sqlite":
            reach()
        connection.ensure_connection()
        _close_to_others()
        if not _pending(data, upgrades=True):
            return 0, None
        with _alone():  # whoever makes the tables is waited for, and only then is judged
            return _bring_up_to_date(data, _pending(data, upgrades=upgrades))
    except TimeoutError as error:
        raise StoreUnusable("another process is bringing the database up to date") from error
    except (DatabaseError, sqlite3.Error, OSError) as error:
        raise StoreUnusable(explain(error, data) or str(error)) from error


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


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other processes from changing the tables of a PostgreSQL meanwhile."""
    if connection.vendor == "sqlite":
        yield
        return
    with server_locks.alone("migrations", _LOCK_PATIENCE_SECONDS), connection.cursor() as sql:
        sql.execute("SET statement_timeout = 0")  # some migrations take their time
        yield
        sql.execute("RESET statement_timeout")


def _bring_up_to_date(data: Path, pending: Sequence[str]) -> tuple[int, Path | None]:
    if not pending:
        return 0, None  # somebody else was faster
    copy = _copy(data, pending[0]) if MigrationLoader(connection).applied_migrations else None
    call_command("migrate", interactive=False, verbosity=0)
    return len(pending), copy


def _pending(data: Path, *, upgrades: bool) -> list[str]:
    """Give the names of the migrations that are to be carried out.

    Raises:
        StoreUnusable: that may not be done, or not without being asked for.
    """
    loader = MigrationLoader(connection)
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = [key for key in loader.applied_migrations if key not in loader.disk_migrations]
    if unknown:
        raise StoreUnusable(
            f"the database {_place(data)} was made by a newer Turnbuckle; use that one, or go back"
            " to a copy from before"
        )
    if pending and loader.applied_migrations and not upgrades:
        raise StoreUnusable(
            f"the database {_place(data)} is older than this Turnbuckle; keep a copy of it"
            " (pg_dump), end all workers, and run `turnbuckle migrate`"
        )
    return [migration.name for migration, _ in pending]


def _place(data: Path) -> str:
    if connection.vendor == "sqlite":
        return f"in {data}"
    return repr(str(connection.settings_dict["NAME"]))


def _file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _close_to_others() -> None:
    """Take the database away from other users of the machine, whoever made the folder."""
    if connection.vendor == "sqlite" and os.name == "posix":
        for ending in ("", "-wal", "-shm"):
            path = Path(f"{_file()}{ending}")
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
