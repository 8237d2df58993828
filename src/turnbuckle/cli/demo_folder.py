"""The demo's own data folder: made by it, marked as such, and never one that holds other things."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from turnbuckle.cli.mistakes import Mistake

MARKER = ".turnbuckle-demo"
STARTUP = "practice.json"
_OURS = ("turnbuckle*.sqlite3*", "key", "errors.log", STARTUP, "practice.log")


@contextmanager
def demo_folder(folder: Path, *, keep: bool) -> Iterator[Path]:
    """Make the folder, or empty the one that an earlier demo left.

    Args:
        folder: where.
        keep: leave it there in the end.

    Raises:
        Mistake: it holds what no demo made, is in use, or cannot be written.
    """
    try:
        _prepare(folder)
    except OSError as error:
        raise Mistake(
            f"the data folder {folder} cannot be made or written ({error.strerror});"
            " choose another one with --data FOLDER"
        ) from error
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / MARKER).exists():
        if any(folder.iterdir()):
            raise Mistake(
                f"the folder {folder} holds something that the demo did not make; choose an empty"
                " or a new one with --data FOLDER"
            )
        (folder / MARKER).write_text("Made by `turnbuckle demo`, which empties it each time.\n")
        return
    _refuse_in_use(folder)
    for pattern in _OURS:
        for path in folder.glob(pattern):
            path.unlink()


def _refuse_in_use(folder: Path) -> None:
    """An earlier demo's practice mode removes its start-up file when it ends."""
    try:
        pid = int(json.loads((folder / STARTUP).read_text(encoding="utf-8"))["pid"])
        os.kill(pid, 0)
    except (OSError, ValueError, KeyError, TypeError):
        return
    raise Mistake(f"another demo is running in {folder}; end it, or choose another --data FOLDER")
