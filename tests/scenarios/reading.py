"""Read a file of the catalogue's vocabulary, and say in one line what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from scenarios.acting import Row
from scenarios.acts import VERBS
from scenarios.playing import faults_of
from scenarios.upsets import RACES
from scenarios.vocabulary import LOADER

_ROW = ("id", "run", "title", "initial", "a_changes", "b_changes", "expect")
_PHASE = ("a_changes", "b_changes", "expect")
_RUNS = ("auto", "sim", "manual")
_EXPECT = frozenset(
    {
        *("tree", "a", "b", "tree_any", "transfers", "moves", "deletes", "writes", "runs"),
        *("conflicts", "state", "held", "blocked", "notices", "new_ids"),
    }
)
_KINDS = frozenset(
    {
        *("crash", "db_error", "http", "response_lost", "partial_listing", "empty_listing"),
        *("stale_read", "vanish", "delta_reset", "delta_quirk", "webhook", "token_revoked"),
        *("permission_lost", "quota_full", "rewrite_on_upload", "etag_bump_after_upload"),
        *("corrupt_download", "growing_upload", "clock_skew", "race", "state_lost"),
        *("state_restored", "remote_rollback", "two_workers", "budget", "reorder_completion"),
        "poison",
    }
)


class Malformed(Exception):
    """The file is none of the catalogue's vocabulary; the text is one line for people."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The three parts of a file."""

    meta: Mapping[str, Any]
    policy: Mapping[str, Any]
    rows: list[Row]


def read(path: Path) -> Catalogue:
    """Read a catalogue.

    Raises:
        Malformed: it cannot be read, or says something that the vocabulary has no word for.
    """
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), LOADER)
    except OSError as error:
        raise Malformed(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Malformed(f"{path} is no text in UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        what = getattr(error, "problem", None) or "it cannot be parsed"
        raise Malformed(f"{path}{where} is no YAML: {what}") from error
    if isinstance(found, list):
        found = {"scenarios": found}
    if not isinstance(found, dict) or not isinstance(found.get("scenarios"), list):
        raise Malformed(f"{path} has no list of rows under `scenarios`")
    for number, row in enumerate(found["scenarios"], 1):
        _check(row, f"{path}, row {number}")
    identities = [row["id"] for row in found["scenarios"]]
    twice = sorted({each for each in identities if identities.count(each) > 1})
    if twice:
        raise Malformed(f"{path} has {', '.join(twice)} more than once")
    return Catalogue(found.get("meta") or {}, found.get("policy") or {}, found["scenarios"])


def _check(row: Any, where: str) -> None:
    if not isinstance(row, dict):
        raise Malformed(f"{where} is no mapping")
    where = f"{where} ({row.get('id', 'without an id')})"
    _need(row, _ROW, where)
    if row["run"] not in _RUNS:
        raise Malformed(f"{where}: run is {row['run']!r}, not one of {', '.join(_RUNS)}")
    if not isinstance(row["initial"], dict):
        raise Malformed(f"{where}: initial is no tree")
    then = row.get("then", [])
    if not isinstance(then, list) or not all(isinstance(phase, dict) for phase in then):
        raise Malformed(f"{where}: then is no list of phases")
    for phase in (row, *then):
        _need(phase, _PHASE, where)
        _check_phase(phase, where)


def _check_phase(phase: Row, where: str) -> None:
    for key in ("a_changes", "b_changes"):
        _check_changes(phase[key], f"{where}, {key}")
    if not isinstance(phase["expect"], dict):
        raise Malformed(f"{where}: expect is no mapping")
    unknown = sorted(map(str, phase["expect"].keys() - _EXPECT))
    if unknown:
        raise Malformed(f"{where}: nothing can be expected of {', '.join(unknown)}")
    if not isinstance(phase.get("fault"), dict | list | None):
        raise Malformed(f"{where}: fault is neither null, nor a mapping, nor a list")
    for fault in faults_of(phase):
        kind = fault.get("kind") if isinstance(fault, dict) else fault
        if kind not in _KINDS:
            raise Malformed(f"{where}: there is no fault of the kind {kind!r}")
        if kind == "race":
            _need(fault, ("when", "a_changes", "b_changes"), where)
            if fault["when"] not in RACES:
                raise Malformed(f"{where}: nobody acts {fault['when']!r}")
            for key in ("a_changes", "b_changes"):
                _check_changes(fault[key], f"{where}, the race's {key}")


def _check_changes(changes: Any, where: str) -> None:
    if not isinstance(changes, list):
        raise Malformed(f"{where} is no list")
    for change in changes:
        if not isinstance(change, dict) or len(change) != 1:
            raise Malformed(f"{where}: {change!r} is no change of one word")
        (verb,) = change
        if verb not in VERBS:
            raise Malformed(f"{where}: the catalogue has no word {verb!r}")


def _need(mapping: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    lacking = [key for key in keys if key not in mapping]
    if lacking:
        raise Malformed(f"{where} lacks {', '.join(lacking)}")
