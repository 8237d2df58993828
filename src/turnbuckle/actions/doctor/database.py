"""The database: whether it answers, is sound, and fits this program."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError

from turnbuckle.actions.doctor.finding import Finding, Grounds, note, trouble, well
from turnbuckle.store import soundness, upkeep
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.transport.redaction import redact

AREA = "database"
_LOOK_SECONDS = 45.0
_LARGE_LOG_BYTES = 256_000_000


async def examine(grounds: Grounds) -> list[Finding]:
    """Look at the database without changing it."""
    return await asyncio.to_thread(_examined, grounds.data)


def _examined(data: Path) -> list[Finding]:
    file = soundness.sqlite_file()
    if file is not None and not file.exists():
        return [
            trouble(
                AREA,
                f"there is no database in {file.parent} yet",
                "begin with `turnbuckle connect`, or name the right folder with --data FOLDER",
            )
        ]
    try:
        if file is None:
            upkeep.reach()
        return [*_answers(file), *_sound(file), *_migrated()]
    except StoreUnusable as error:
        return [trouble(AREA, str(error))]
    except (DatabaseError, sqlite3.Error, OSError) as error:
        known = upkeep.explain(error, data)
        return [trouble(AREA, known or redact(" ".join(str(error).split())))]


def _answers(file: Path | None) -> Iterator[Finding]:
    name = soundness.answers()
    yield well(AREA, f"{name} answers" + (f", in {file}" if file is not None else ""))


def _sound(file: Path | None) -> Iterator[Finding]:
    if file is None:  # a server looks after its files itself
        return
    flaw = soundness.flaw(file, _LOOK_SECONDS)
    if flaw is None:
        yield note(AREA, f"it is too large to be looked through in {_LOOK_SECONDS:.0f} s")
    elif flaw:
        yield trouble(
            AREA,
            f"the file {file} is damaged: {flaw}",
            "end all that uses it, keep the file, and put a backup back",
        )
    else:
        yield well(AREA, "the file is sound")
    waiting = soundness.log_bytes(file)
    if waiting > _LARGE_LOG_BYTES:
        yield trouble(
            AREA,
            f"{waiting / 1e6:,.0f} MB lie beside it in {file.name}-wal and are not merged",
            "end programs that keep the database open without need; then it merges by itself",
        )


def _migrated() -> Iterator[Finding]:
    between = soundness.migrations()
    if between.unknown:
        yield trouble(
            AREA,
            f"it was made by a newer Turnbuckle (it has {', '.join(between.unknown)})",
            "use that one, or go back to a copy from before",
        )
    elif between.pending:
        yield trouble(
            AREA,
            f"it is older than this program; {len(between.pending)} migrations are pending, the"
            f" first is {between.pending[0]}",
            "end all that uses it, keep a copy, and run `turnbuckle migrate`",
        )
    else:
        yield well(AREA, "it is up to date")
