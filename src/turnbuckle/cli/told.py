"""Say what went wrong in one line that tells what to do; never a traceback.

The errors of all rooms come together here, so this is imported only where a command has failed.
"""

import sqlite3
import traceback
from pathlib import Path

from django.db import DatabaseError
from typer.exceptions import Abort, TyperException

from turnbuckle.actions.cadence import TooOften
from turnbuckle.actions.conflicts import NothingToDecide
from turnbuckle.actions.keys import NoNewKey, NothingLost
from turnbuckle.actions.links import BadLayout
from turnbuckle.actions.probe import NoSuchCheck, NothingToProbe, ScratchRefused
from turnbuckle.actions.runs import Paused
from turnbuckle.actions.undoing import NoSuchDeletion
from turnbuckle.actions.wishes import NoSuchRule, NothingWanted
from turnbuckle.cli.mistakes import INTERRUPTED, TROUBLE, USAGE, Mistake
from turnbuckle.portal.listening import CannotListen
from turnbuckle.ports.errors import RemoteError
from turnbuckle.practice.blobs import ForeignFolder
from turnbuckle.practice.folder_copy import NotAFolder
from turnbuckle.practice.playing.seen import Refused
from turnbuckle.practice.startup import CannotStart
from turnbuckle.store.holds import NoSuchBatch
from turnbuckle.store.leases import LeaseLost, LinkBusy
from turnbuckle.store.names import NameTaken, StillUsed, UnknownName
from turnbuckle.store.rollback import WentBack
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.store.upkeep import explain
from turnbuckle.store.vault import VaultError
from turnbuckle.transport.telling import BadAddress, NotTold
from turnbuckle.wiring.clouds import UnknownCloud
from turnbuckle.wiring.log_lines import UnknownLevel
from turnbuckle.wiring.microsoft import UnclearDestination
from turnbuckle.wiring.picking import NotFound
from turnbuckle.wiring.public_address import BadPublicAddress

LOG = "errors.log"

_USAGE = (
    BadLayout,
    NoSuchCheck,
    NoSuchRule,
    NothingWanted,
    UnclearDestination,
    UnknownCloud,
    BadAddress,
    BadPublicAddress,
    UnknownLevel,
)
_PLAIN = (
    Mistake,
    RemoteError,
    CannotListen,
    CannotStart,
    ForeignFolder,
    NotAFolder,
    Refused,
    LeaseLost,
    LinkBusy,
    NameTaken,
    NoSuchBatch,
    NoSuchDeletion,
    NoNewKey,
    NothingLost,
    NothingToDecide,
    NothingToProbe,
    TooOften,
    ScratchRefused,
    StillUsed,
    UnknownName,
    StoreUnusable,
    VaultError,
    NotFound,
    NotTold,
    Paused,
    WentBack,
)


def told(error: BaseException, data: Path) -> tuple[str, int]:
    """Give one line for a person, and the exit code.

    Args:
        error: what ended the command.
        data: the data folder; the details of what we did not foresee are written there.
    """
    match error:
        case KeyboardInterrupt() | Abort():
            return "stopped; start it again and it goes on where it was", INTERRUPTED
        case TyperException():
            return _one_line(error.format_message()), error.exit_code
        case BaseExceptionGroup():
            return told(error.exceptions[0], data)
    if isinstance(error, _USAGE):
        return _one_line(str(error)), USAGE
    if isinstance(error, _PLAIN):
        return _one_line(str(error)), TROUBLE
    if isinstance(error, DatabaseError | sqlite3.Error | OSError):
        return _one_line(explain(error, data) or f"{error}"), TROUBLE
    return _unforeseen(error, data), TROUBLE


def _unforeseen(error: BaseException, data: Path) -> str:
    """Write the details of a fault of ours where a person can find and send them."""
    short = _one_line(f"{type(error).__name__}: {error}")
    log = data / LOG
    try:
        with log.open("a", encoding="utf-8") as file:
            log.chmod(0o600)
            file.write("".join(traceback.format_exception(error)) + "\n")
    except OSError:
        return f"a fault of Turnbuckle's own ({short}); please report it"
    return f"a fault of Turnbuckle's own ({short}); please report it with the details in {log}"


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "it did not work, and nothing says why"
