"""Change the key file: add a key, set replaced ones aside, begin anew where all are lost.

The file is always whole: it is written beside its place and moved there. A key that is taken out
of it was written elsewhere before, so that none is ever lost, wherever a change is broken off.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from django.db import connection

from turnbuckle.store import lock_files, server_locks
from turnbuckle.store.vault import Key, VaultError, key_file, new_key, set_aside

_PATIENCE_SECONDS = 10.0


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Keep others from changing keys, here and at this database, meanwhile.

    Raises:
        VaultError: somebody else is at it.
    """
    with ExitStack() as held:
        try:
            held.enter_context(lock_files.alone(data / "key.lock", _PATIENCE_SECONDS))
            if connection.vendor == "postgresql":
                held.enter_context(server_locks.alone("keys", _PATIENCE_SECONDS))
        except TimeoutError as error:
            raise VaultError("another `turnbuckle keys` is at work; wait for it") from error
        yield


def add(data: Path, known: Sequence[Key], today: date) -> Key:
    """Put a new key before the others.

    Args:
        data: the data folder.
        known: what the key file holds.
        today: the day, which is noted beside it.

    Raises:
        VaultError: the file cannot be written; it is as it was.
    """
    key = new_key(today)
    _write(key_file(data), [key, *known])
    return key


def keep_first(data: Path, known: Sequence[Key]) -> list[Path]:
    """Take all keys but the first out of the key file; give where they were put.

    Raises:
        VaultError: a file cannot be written; the key file is as it was.
    """
    asides = []
    for key in known[1:]:
        aside = set_aside(data, key.id)
        _write(aside, [key])
        asides.append(aside)
    _write(key_file(data), known[:1])
    return asides


def put_away(data: Path) -> Path | None:
    """Move a key file of no use out of the way; None where there is none.

    Raises:
        VaultError: it cannot be moved.
    """
    path = key_file(data)
    number = 1
    while (aside := data / f"key.unusable-{number}").exists():
        number += 1
    try:
        path.rename(aside)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unwritten(path, error) from error
    return aside


def _write(path: Path, keys: Sequence[Key]) -> None:
    """Write keys to a file, whole or not at all, for the owner of the folder alone."""
    place = path.resolve()  # where it is a symbolic link, that stays one
    draft = place.with_name("key.draft")
    try:
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write("".join(key.line for key in keys))
            file.flush()
            _give_to_owner(handle, place.parent)
            os.fsync(handle)
        draft.replace(place)
        _sync(place.parent)
    except OSError as error:
        raise _unwritten(path, error) from error


def _give_to_owner(handle: int, folder: Path) -> None:
    """Let an administrator's file belong to the user whom the service runs as."""
    if os.name == "posix" and os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)


def _sync(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritten(path: Path, error: OSError) -> VaultError:
    return VaultError(f"the key file {path} cannot be written: {error.strerror}")
