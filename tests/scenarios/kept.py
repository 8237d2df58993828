"""What rows of a catalogue came to, kept by the tests for the table that CI ends with.

Where `TURNBUCKLE_ROWS` names a folder (`.ci/run` makes one), each test that plays a row leaves a
small file there. The table takes from it what was played on this very tree, and plays the rest.
"""

import functools
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

_HOUSE = Path(__file__).parents[2]
_PARTS = ("src", "tests", "contracts", "pyproject.toml", "uv.lock")
"""What a row's outcome may depend on."""
_NOT_SOURCE = "__pycache__"


@dataclass(frozen=True, slots=True)
class KeptRow:
    """What one row came to in one theatre; `wrong` is empty where all is well."""

    theatre: str
    identity: str
    wrong: tuple[str, ...]
    seconds: float


def folder() -> Path | None:
    """Give the folder in which rows are to be kept; None where nobody wants them."""
    named = os.environ.get("TURNBUCKLE_ROWS")
    return Path(named) if named else None


def keep(place: Path, row: KeptRow, stamp: str) -> None:
    """Write a row down, all of it or nothing.

    Args:
        place: the folder; made where it is missing.
        row: what came out.
        stamp: the tree and the catalogue that it was played on, see `stamp_of`.
    """
    place.mkdir(parents=True, exist_ok=True)
    half = place / f"{_name(row.theatre, row.identity)}.{os.getpid()}"
    half.write_text(json.dumps({"stamp": stamp, **asdict(row)}), "utf-8")
    half.replace(place / f"{_name(row.theatre, row.identity)}.json")


def kept(place: Path, theatre: str, identity: str, stamp: str) -> KeptRow | None:
    """Give what a row came to; None where it was not played, or not on this tree."""
    file = place / f"{_name(theatre, identity)}.json"
    if not file.is_file():
        return None
    found = json.loads(file.read_text("utf-8"))
    if found["stamp"] != stamp:
        return None
    return KeptRow(theatre, identity, tuple(found["wrong"]), found["seconds"])


@functools.cache
def stamp_of(catalogue: Path) -> str:
    """Give a stamp of a catalogue and of all that its rows are played with.

    It changes with every byte of our sources, of our tests and of the locked versions.
    """
    digest = hashlib.sha256(catalogue.read_bytes())
    for part in _PARTS:
        top = _HOUSE / part
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and _NOT_SOURCE not in path.parts:
                digest.update(f"\n{path.relative_to(_HOUSE)}\n".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class Keeping:
    """Follows a test through its three parts, and gives the row once the last one is over.

    A row that came out as it should can still fail afterwards, when what went over the wire is
    held against the contracts.
    """

    def __init__(self, theatre: str, identity: str) -> None:
        self._theatre = theatre
        self._identity = identity
        self._wrong: list[str] = []
        self._seconds = 0.0
        self._was_played = False

    def see(self, report: pytest.TestReport, said: str) -> KeptRow | None:
        """Take in one part; gives the row at the end, unless it was not played at all.

        Args:
            report: how that part ended.
            said: what the error said, where it failed.
        """
        self._seconds += report.duration
        self._was_played = self._was_played or (report.when == "call" and not report.skipped)
        if report.failed:
            self._wrong += said.splitlines() or ["failed"]
        if report.when != "teardown" or not (self._was_played or self._wrong):
            return None
        return KeptRow(self._theatre, self._identity, tuple(self._wrong), self._seconds)


def _name(theatre: str, identity: str) -> str:
    return f"{theatre}-{identity}"
