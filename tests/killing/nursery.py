"""Starts processes that sync and may be killed: `python -m killing.nursery`.

Everything is imported once; each order, a line of JSON, is carried out by a child process of its
own, forked before any thread or database connection was made. A killed child is a process that
SIGKILL ended: nothing of it ran afterwards.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

_LONGEST_SECONDS = 180  # of a process that would else hang; it needs one or two
LINK = "killed"


def main() -> None:
    """Carry out orders until there are no more; answer each with a line."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
    import django

    django.setup()
    import killing.carrying  # noqa: F401 - children find it imported

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _be_a_child(json.loads(line))
        _, status = os.waitpid(child, 0)
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1
        print(json.dumps({"killed_by": killed, "code": code}), flush=True)


def _be_a_child(order: dict[str, Any]) -> None:
    """Carry out one order, and never come back."""
    signal.alarm(_LONGEST_SECONDS)
    code = 1
    try:
        _use(Path(order["data"]))
        from killing import carrying

        now = datetime.fromisoformat(order["now"])
        socket = Path(order["socket"])
        if order["do"] == "link":
            carrying.link(LINK, order["roots"], now)
        else:
            told = asyncio.run(carrying.run(LINK, socket, now, order["point"]))
            Path(order["answer"]).write_text(json.dumps(told))
        code = 0
    except Exception as error:  # noqa: BLE001 - it is told to whoever gave the order
        Path(order["answer"]).write_text(json.dumps({"error": repr(error)}))
    finally:
        os._exit(code)


def _use(data: Path) -> None:
    """Work in this data folder; no power is lost here, so nobody waits for the disk."""
    from django.conf import settings
    from django.db import connection

    settings.TURNBUCKLE_DATA = data
    connection.settings_dict["NAME"] = str(data / "turnbuckle.sqlite3")
    options = connection.settings_dict["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    assert "synchronous=OFF" in options["init_command"]


if __name__ == "__main__":
    main()
