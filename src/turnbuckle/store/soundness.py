"""Whether the database is there, sound and up to date; nothing is changed, and no file is made.

The questions are asked before anything else may trust the database, so they do without its tables.
"""

import os
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from turnbuckle.store.units import tidy


@dataclass(frozen=True, slots=True)
class Migrations:
    """What is between the database and this program.

    Attributes:
        pending: names of migrations that are not applied yet.
        unknown: names of those that were applied, and that this program does not have.
    """

    pending: tuple[str, ...]
    unknown: tuple[str, ...]


def sqlite_file() -> Path | None:
    """Give the file that holds everything; None: it is a server's database."""
    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


@tidy
def answers() -> str:
    """Make sure that the database answers, and say what it is.

    Call it for an SQLite file only where that is there: it would be made.

    Raises:
        DatabaseError: it does not answer.
    """
    with connection.cursor() as sql:
        if connection.vendor == "sqlite":
            sql.execute("SELECT count(*) FROM sqlite_master")
            return f"SQLite {sqlite3.sqlite_version}"
        sql.execute("SHOW server_version")
        return f"PostgreSQL {sql.fetchone()[0]}"


@tidy
def migrations() -> Migrations:
    """Say which migrations are missing, on either side.

    Raises:
        DatabaseError: the database does not answer.
    """
    loader = (executor := MigrationExecutor(connection)).loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    return Migrations(
        pending=tuple(migration.name for migration, _ in plan),
        unknown=tuple(
            name for app, name in loader.applied_migrations if (app, name) not in loader.graph.nodes
        ),
    )


def flaw(file: Path, limit_seconds: float) -> str | None:
    """Look through an SQLite file for damage.

    Args:
        file: the database.
        limit_seconds: it is given up after that time.

    Returns:
        The first flaw; empty: it has none; None: it could not be looked through in time.
    """
    opened = sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, check_same_thread=False)
    stop = threading.Timer(limit_seconds, opened.interrupt)
    stop.start()
    try:
        said = str(opened.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return None
    finally:
        stop.cancel()
        stop.join()
        opened.close()
    return "" if said == "ok" else " ".join(said.split())


def log_bytes(file: Path) -> int:
    """Give the size of what was written to an SQLite database and is not merged into it yet."""
    try:
        return os.stat(f"{file}-wal").st_size
    except FileNotFoundError:
        return 0
