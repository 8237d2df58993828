"""Exchange keys while it is broken off at every step: `python tests/store/rotating.py FOLDER`.

Each try begins with a copy of FOLDER, which holds a database and its key file, and kills itself
before one more step than the last one: a statement, a commit, a file that is opened, moved or
removed. After each, a process of its own looks whether all secrets open, says the exchange again
and looks once more. One JSON object is printed.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

_MOST = 200
_FILES = {"open", "os.rename", "os.remove"}


class Killer:
    """Ends this process hard before one of its steps."""

    def __init__(self, before: int) -> None:
        self._left = before

    def step(self) -> None:
        """Take a step, or die."""
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Count what the database and the file system are asked for."""
        from django.db import connection

        def see(execute: Any, *arguments: Any) -> Any:
            self.step()
            return execute(*arguments)

        connection.ensure_connection()
        connection.execute_wrappers.append(see)
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FILES and "key" in Path(str(arguments[0])).name:
            self.step()


def _in(folder: Path) -> None:
    from django.conf import settings
    from django.db import connection

    settings.TURNBUCKLE_DATA = folder
    connection.settings_dict["NAME"] = str(folder / "turnbuckle.sqlite3")


def secrets() -> list[dict[str, Any]]:
    """Give the secrets of all connections."""
    from turnbuckle.store import organisations
    from turnbuckle.store.connections import secrets_of

    return [secrets_of(one) for one in organisations.of().connections.list()]


def _killed(folder: Path, before: int) -> dict[str, Any]:
    from turnbuckle.actions import keys

    _in(folder)
    Killer(before).watch()
    keys.rotate(folder)
    return {}


def _again(folder: Path) -> dict[str, Any]:
    from turnbuckle.actions import keys

    _in(folder)
    before = secrets()
    keys.rotate(folder)
    return {
        "before": before,
        "after": secrets(),
        "keys": len((folder / "key").read_text().splitlines()),
        "drafts": [path.name for path in folder.glob("*.draft")],
    }


def _child(work: Callable[[], dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    """Do work in a process of its own; give how that ended, and what it gave."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, json.dumps(work()).encode())
            os._exit(0)
        except BaseException as error:  # noqa: BLE001  it is told
            os.write(writing, json.dumps({"wrong": repr(error)}).encode())
            os._exit(1)
    os.close(writing)
    with open(reading) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    return status, json.loads(said or "{}")


def main() -> None:
    """Break an exchange off at every step; print what came of each."""
    import django

    django.setup()
    import turnbuckle.actions.keys  # noqa: F401  children find it imported

    source = Path(sys.argv[1])
    found = []
    for before in range(_MOST):
        folder = source.with_name(f"try-{before}")
        shutil.copytree(source, folder)
        status, said = _child(partial(_killed, folder, before))
        found.append({"said": said, **_child(partial(_again, folder))[1]})
        shutil.rmtree(folder)
        if not os.WIFSIGNALED(status):
            break
    print(json.dumps(found))


if __name__ == "__main__":
    main()
