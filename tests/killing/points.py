"""Where a process is killed, and the hand that does it."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

KINDS = ("MakeFolder", "MakeFile", "ReplaceContent", "MoveItem", "DeleteItem")
"""The kinds of steps that the journal knows."""

OF_CALL = {
    "create_folder": "MakeFolder", "create_file": "MakeFile", "replace": "ReplaceContent",
    "move": "MoveItem", "delete": "DeleteItem",
}  # fmt: skip


class Moment(StrEnum):
    """When, in the life of a step; `ACCESS` is any access to the database."""

    BEFORE_INTENT = "before its intent"
    AFTER_INTENT = "after its intent"
    MID_TRANSFER = "in the middle of its transfer"
    AFTER_ANSWER = "after the remote's answer"
    AFTER_COMMIT = "after its commit"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Point:
    """The `nth` time (0 is the first) that a step of this kind comes to this moment.

    For an access to the database the kind is empty, and `nth` counts all accesses of the run.
    """

    moment: Moment
    kind: str = ""
    nth: int = 0

    def __str__(self) -> str:
        return f"{self.kind or 'database'} {self.nth}, {self.moment}"


class Hand:
    """Counts the moments, and kills this very process at the one that was chosen."""

    def __init__(self, point: Point | None) -> None:
        self._point = point
        self.passed: Counter[str] = Counter()

    def at(self, moment: Moment, kind: str = "") -> None:
        """Note a moment; it may be the last one."""
        key = f"{moment}|{kind}"
        nth = self.passed[key]
        self.passed[key] += 1
        if self._point is not None and self._point == Point(moment, kind, nth):
            os.kill(os.getpid(), signal.SIGKILL)

    def access(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Stand between Django and the database, as `execute_wrapper` asks for it."""
        self.at(Moment.ACCESS)
        if sql.startswith('INSERT INTO "store_intent"'):
            text = repr(params)
            for kind in KINDS:
                for _ in range(text.count(f'"{kind}"')):
                    self.at(Moment.BEFORE_INTENT, kind)
        return execute(sql, params, many, context)


def point_of(plain: dict[str, Any] | None) -> Point | None:
    """Read a point from plain values."""
    if plain is None:
        return None
    return Point(Moment(plain["moment"]), plain["kind"], plain["nth"])


def kept_bytes(folder: Path, marks: dict[bytes, str]) -> list[str]:
    """Say which files below a folder hold bytes of a content (I35)."""
    return [
        f"{path.name} holds the bytes of {token!r}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for held in (path.read_bytes(),)
        for mark, token in marks.items()
        if mark in held
    ]
