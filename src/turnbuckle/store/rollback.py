"""Notice that the database was put back from an older copy.

A counter grows with every run. A file says the same, written after the commit: a file that is
ahead of its database says that the database went back. It lies beside a SQLite database; with
PostgreSQL it lies in the data folder of each machine that runs links, and knows how far that
machine saw the counter come.

A PostgreSQL says more: a row tells which server it was written on and on which of its timelines.
Whoever restores a copy gets another server (its system identifier), whoever goes back to a point
in time or takes a standby for the primary another timeline; in each case the last commits may be
missing. Where a server does not tell, nothing is concluded.

Then every link is cautious, from the same transaction on that makes all of it equal again.

Source: PostgreSQL's documentation, pg_control_system and pg_control_checkpoint.
"""

import glob
import json
import os
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from turnbuckle.model.plans import Reason
from turnbuckle.store import cautions, models
from turnbuckle.store.records import Link
from turnbuckle.store.units import unit

_DRAFT_SECONDS = 600.0  # nobody writes the file for so long
_ONLY = 1  # the id of the one row there is


class WentBack(Exception):
    """The database was put back, and no run has compared the link with the remotes since."""


def refuse_old_records(link: Link) -> None:
    """Let nobody decide by what the database says of a link, where that may be out of date.

    Raises:
        WentBack: it was put back; the next run makes it true again.
    """
    if went_back() or cautions.caution(link) is Reason.ROLLED_BACK:
        raise WentBack(
            "the database was put back to an earlier state, so what it lists may be out of date:"
            f' run once first, `turnbuckle run "{link.name}"`, then decide'
        )


def went_back() -> bool:
    """Count one more use; where the database is older than it was before, begin to be cautious.

    Ask before anything is done by what the database says.

    Returns:
        Whether it is older. That is told once: from then on both counters are equal again.
    """
    path = _file()
    kept = None if path is None else _read(path)
    installation, counter, back = _count(kept)
    if path is not None:
        _write(path, installation, counter)
    return back


@unit
def _count(kept: tuple[str, int] | None) -> tuple[str, int, bool]:
    rows = models.Epoch.objects.select_for_update(no_key=True).order_by("id")
    row = rows.first()
    if row is None:  # the same id for all, so that two who begin at once make one row
        new = {"installation": secrets.token_hex(8)}
        row, _ = rows.get_or_create(id=_ONLY, defaults=new)
    # the file was read before this transaction began, so it cannot be ahead by others' runs
    behind = kept is not None and kept[0] == row.installation and kept[1] > row.counter
    server = _server()
    back = behind or bool(server and row.server and server != row.server)
    row.counter = max(row.counter, kept[1] if behind and kept else 0) + 1
    row.server = server or row.server
    row.save()
    if back:
        cautions.begin_all(Reason.ROLLED_BACK)
    return row.installation, row.counter, back


def _server() -> str:
    """Name the server and its timeline; empty where it does not tell, as a SQLite file."""
    if connection.vendor != "postgresql":
        return ""
    try:
        with transaction.atomic(), connection.cursor() as sql:
            sql.execute(_IDENTITY)
            system, timeline = sql.fetchone()
    except DatabaseError:
        if not connection.is_usable():
            raise
        return ""  # who looks after it took that right away
    return f"{system} {timeline}"


_IDENTITY = """
SELECT (SELECT system_identifier FROM pg_control_system()),
    (SELECT timeline_id FROM pg_control_checkpoint())
"""


def _file() -> Path | None:
    """Give the path of the file; None where the database is none."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        return Path(settings.TURNBUCKLE_DATA) / "postgres-epoch"
    if ":memory:" in name or "mode=memory" in name:
        return None
    return Path(f"{name.removeprefix('file:')}-epoch")


def _read(path: Path) -> tuple[str, int] | None:
    try:
        kept = json.loads(path.read_text())
        return str(kept["installation"]), int(kept["counter"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # nothing is known, so nothing is concluded


def _write(path: Path, installation: str, counter: int) -> None:
    """Replace the file in one move; where that cannot be done, the older one stays."""
    _clear_drafts(path)
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    text = json.dumps({"installation": installation, "counter": counter})
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)


def _clear_drafts(path: Path) -> None:
    """Take away what processes left killed while writing left; others may be writing now."""
    for draft in path.parent.glob(f"{glob.escape(path.name)}.*-*"):
        try:
            if time.time() - draft.stat().st_mtime > _DRAFT_SECONDS:
                draft.unlink()
        except OSError:
            continue  # somebody else took it away, or nobody may
