"""How the answers of a probe are printed, summed up and written for programs."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from rich.console import Console

from turnbuckle.actions.probe import UNASKED, Asked, Told
from turnbuckle.cli.amounts import counted
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.ports.probe import Value
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.procore.switches import ProcoreSwitches

_WIDTH = 8
_PRACTICE: Mapping[str, type[ProcoreSwitches] | type[GraphSwitches]] = {
    "Procore": ProcoreSwitches,
    "Microsoft": GraphSwitches,
}


class Shown:
    """Prints each answer as it comes."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen

    def begins(self, remote: str, shown: str) -> None:
        """The questions to a remote begin."""
        self._screen.print(f"\n{remote}, {shown}")

    def asked(self, asked: Asked) -> None:
        """One was asked."""
        if asked.reason != UNASKED:
            for line in _lines(asked):
                self._screen.print(line, markup=False)

    def tidied(self, remote: str, stayed: Sequence[str]) -> None:
        """What was made is in the bin, but for what stayed."""
        if not stayed:
            self._screen.print(f"\nWhat the probe made at {remote} is in the recycle bin.")
        for each in stayed:
            self._screen.print(f"\nNot removed, please do so by hand: {each}", markup=False)


def _lines(asked: Asked) -> Iterator[str]:
    yield f"\n  {asked.question}  [{asked.name}, {_cost(asked)}]"
    if asked.answer is None:
        yield _line("open", asked.reason)
        return
    yield _line("seen", asked.answer.seen)
    for name, value in asked.answer.switches.items():
        yield _line("switch", f"{name} = {_text(value)}")
    yield _line("to set", asked.answer.setting)


def _line(what: str, text: str) -> str:
    return f"    {what:<{_WIDTH}}{text}"


def _cost(asked: Asked) -> str:
    calls = counted(asked.calls, "call")
    return f"{calls}, {counted(asked.transfers, 'transfer')}" if asked.transfers else calls


def _text(value: Value) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _usual(remote: str) -> dict[str, Value]:
    """Give how practice mode is switched by default, told as a probe tells it."""
    switches = _PRACTICE[remote]()
    return {each.name: _told(getattr(switches, each.name)) for each in fields(switches)}


def _told(value: Any) -> Value:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, set | frozenset):
        return sorted(value)
    plain: Value = value
    return plain


def unlike(told: Told) -> dict[str, tuple[Value, Value]]:
    """Give the switches that are otherwise than practice mode's: what was found, its default."""
    usual = _usual(told.remote)
    found = {name: value for each in told.asked for name, value in _switches(each).items()}
    return {name: (value, usual[name]) for name, value in found.items() if value != usual.get(name)}


def _switches(asked: Asked) -> Mapping[str, Value]:
    return {} if asked.answer is None else asked.answer.switches


def sum_up(told: Sequence[Told], screen: Console) -> None:
    """Say at the end what is otherwise than practice mode takes it, and what stays open."""
    for each in told:
        asked = [one for one in each.asked if one.reason != UNASKED]
        settled = [one for one in asked if one.answer is not None]
        screen.print(
            f"\n{each.remote}: {len(settled)} of {counted(len(asked), 'check')} settled with"
            f" {counted(each.calls, 'call')}"
        )
        if len(asked) < len(each.asked):
            screen.print(f"  {len(each.asked) - len(asked)} more are {UNASKED}")
        for line in (*_unlike_lines(each), *_open_lines(each)):
            screen.print(line, markup=False)


def _unlike_lines(told: Told) -> Iterator[str]:
    differing = unlike(told)
    if differing:
        yield "  Otherwise than practice mode takes it by default; switch it so:"
    for name, (found, usual) in sorted(differing.items()):
        yield f"    {name} = {_text(found)}  (by default {_text(usual)})"


def _open_lines(told: Told) -> Iterator[str]:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for name, reason in sorted(told.open.items()):
        by_reason[reason].append(name)
    if by_reason:
        yield "  Not settled:"
    for reason, names in by_reason.items():
        yield f"    {', '.join(names)}: {reason}"


def write(where: str, told: Sequence[Told]) -> None:
    """Write everything as JSON into a file, or print it where that is ``-``.

    Raises:
        Mistake: the file cannot be written.
    """
    text = json.dumps(
        {
            "version": 1,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "remotes": [_plain(each) for each in told],
        },
        indent=2,
        ensure_ascii=False,
    )
    if where == "-":
        print(text)
        return
    try:
        Path(where).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Mistake(f"{where} cannot be written: {error.strerror}") from error


def _plain(told: Told) -> dict[str, Any]:
    return {
        "remote": told.remote,
        "place": told.shown,
        "calls": told.calls,
        "checks": [_plain_check(each) for each in told.asked],
        "unlike_practice_mode": {
            name: {"found": found, "default": usual}
            for name, (found, usual) in sorted(unlike(told).items())
        },
        "not_settled": dict(sorted(told.open.items())),
        "not_removed": list(told.stayed),
    }


def _plain_check(asked: Asked) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": asked.name,
        "question": asked.question,
        "settled": asked.answer is not None,
        "calls": asked.calls,
        "transfers": asked.transfers,
    }
    if asked.answer is None:
        return plain | {"reason": asked.reason}
    return plain | {
        "seen": asked.answer.seen,
        "switches": dict(asked.answer.switches),
        "setting": asked.answer.setting,
    }
