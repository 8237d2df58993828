"""Whether a service is at work on a database: it holds a lock file for as long as it is.

On SQLite the lock lies beside the database's file, which two data folders may share.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from turnbuckle.cli.mistakes import Mistake
from turnbuckle.store.lock_files import alone

_LOCK = "serving.lock"
_USUAL = "turnbuckle.sqlite3"  # whose lock has no longer name, as it never had one


@contextmanager
def only_one() -> Iterator[None]:
    """Be the one service of a database.

    Raises:
        Mistake: there is one.
    """
    if connection.vendor != "sqlite":  # there any number may be at work
        yield
        return
    file = _file()
    try:
        with alone(_lock(file), patience_seconds=0.0):
            yield
    except TimeoutError as error:
        raise Mistake(
            f"another `turnbuckle serve` is at work on {file}; end it first, or give this one a"
            " database of its own with --data FOLDER (or with DATABASE_URL, where that is set)"
        ) from error


def is_served() -> bool:
    """Tell whether a service is at work on the database; True where we cannot know."""
    if connection.vendor != "sqlite":
        return True
    try:
        with alone(_lock(_file()), patience_seconds=0.0):
            return False
    except TimeoutError:
        return True


def _file() -> Path:
    return Path(connection.settings_dict["NAME"]).resolve()  # the same by whatever way it is named


def _lock(file: Path) -> Path:
    return file.with_name(_LOCK if file.name == _USUAL else f"{file.name}.{_LOCK}")
