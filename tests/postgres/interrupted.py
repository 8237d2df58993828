"""Bring two sides into step while the server goes away: `python tests/postgres/interrupted.py`.

It says `midway` in the middle of a unit that writes, and goes on when it is told a line.
"""

import asyncio
import json
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.stage import Stage

_FILES = 40
_MIDWAY = 10  # intents


def main() -> None:
    """Make the database, then run a link until both sides are equal; print what came of it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from scenarios.database import watched
    from scenarios.stage import Stage

    stage = Stage()
    for number in range(_FILES):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())
    waiting = _Waiting()
    with watched(waiting.see):
        told = asyncio.run(_play(stage))
    print(json.dumps(told), flush=True)


class _Waiting:
    """Waits once, in the middle of a unit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen = 0

    def see(self, sql: str) -> None:
        with self._lock:
            self._seen += sql.startswith('INSERT INTO "store_intent"')
            if self._seen == _MIDWAY:
                self._seen += 1
                print("midway", flush=True)
                sys.stdin.readline()


async def _play(stage: "Stage") -> dict[str, Any]:
    from turnbuckle.store import models

    first = await stage.run()
    seen = [len(stage.right.snapshot("D"))]
    runs = await stage.settle()
    seen.append(len(stage.right.snapshot("D")))
    return {
        "stopped": first.stopped,
        "seen": seen,
        "runs": runs,
        "equal": stage.left.snapshot("D") == stage.right.snapshot("D"),
        "open": await asyncio.to_thread(models.Intent.objects.filter(state="open").count),
        "states": await asyncio.to_thread(
            lambda: list(models.Run.objects.order_by("id").values_list("state", flat=True))
        ),
    }


if __name__ == "__main__":
    main()
