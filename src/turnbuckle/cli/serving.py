"""Whether a service is at work on a data folder: it holds a lock file for as long as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from turnbuckle.cli.mistakes import Mistake
from turnbuckle.store.lock_files import alone

_LOCK = "serving.lock"


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Be the one service of a data folder.

    Raises:
        Mistake: there is one.
    """
    if connection.vendor != "sqlite":  # there any number may be at work
        yield
        return
    try:
        with alone(data / _LOCK, patience_seconds=0.0):
            yield
    except TimeoutError as error:
        raise Mistake(
            f"another `turnbuckle serve` is at work on {data}; end it first, or give this one a"
            " data folder of its own with --data FOLDER"
        ) from error


def is_served(data: Path) -> bool:
    """Tell whether a service is at work on a data folder; True where we cannot know."""
    if connection.vendor != "sqlite":
        return True
    try:
        with alone(data / _LOCK, patience_seconds=0.0):
            return False
    except TimeoutError:
        return True
