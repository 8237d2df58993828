"""The database of a simulation: in memory, and as new for every case."""

import os
import sqlite3
from pathlib import Path
from typing import Any

_AT_ONCE = "PRAGMA synchronous=OFF;PRAGMA temp_store=MEMORY;"  # no power is lost here
_ON_DISK = f"PRAGMA journal_mode=WAL;{_AT_ONCE}"


def prepare(folder: Path, *, on_disk: bool = False) -> None:
    """Make Django ready with an empty database; before anything of ours that reads settings.

    Args:
        folder: the data folder, which holds the key file.
        on_disk: keep the database in a file there, as people have it; or in the PostgreSQL that
            `DATABASE_URL` names.
    """
    os.environ["TURNBUCKLE_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
    import django
    from django.conf import settings

    settings.TURNBUCKLE_DATA = folder
    database: dict[str, Any] = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        _keep_in_sqlite(database, folder, on_disk=on_disk)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def _keep_in_sqlite(database: dict[str, Any], folder: Path, *, on_disk: bool) -> None:
    database["NAME"] = str(folder / "turnbuckle.sqlite3") if on_disk else ":memory:"
    database["OPTIONS"]["init_command"] = _ON_DISK if on_disk else _AT_ONCE


def dump() -> bytes:
    """Give all of the database's bytes."""
    return _connection().serialize()


def put_back(dumped: bytes) -> None:
    """Make a database in memory what it was."""
    _connection().deserialize(dumped)


def is_in_memory() -> bool:
    """Tell whether it can be put back."""
    from django.db import connection

    return bool(connection.settings_dict["NAME"] == ":memory:")


def _connection() -> sqlite3.Connection:
    from django.db import connection

    connection.ensure_connection()
    raw = connection.connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
