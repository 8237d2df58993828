"""A run as it goes: a bar in a terminal, a line now and then elsewhere."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn

from turnbuckle.cli.amounts import amount, duration
from turnbuckle.cli.sides import NAMES
from turnbuckle.model.plans import CreateFile, Plan, Replace
from turnbuckle.model.side import Side
from turnbuckle.sync.writes import MakeFile, ReplaceContent, Write

_LINE_SECONDS = 5.0  # between two lines where there is no terminal
_TRIAL_BYTES = 20_000_000  # until so many went across, the line's speed is not known
_TRIAL_RATE = 2_000_000.0  # bytes a second, taken for granted until then


@dataclass(slots=True)
class Reckoning:
    """How far a run is: what is done, what is to do, and what that means in time."""

    started: float
    writes: int = 0
    files: int = 0
    bytes: int = 0
    writes_in_all: int = 0
    files_in_all: int = 0
    bytes_in_all: int = 0
    best_rate: float = 0.0  # bytes a second, of the best second so far
    _window: tuple[float, int] = (0.0, 0)  # when it began, and the bytes before it

    def plan(self, plan: Plan) -> None:
        """Take in a plan: what it holds comes on top of what is done."""
        sources = [step.source for step in plan.steps if isinstance(step, CreateFile | Replace)]
        self.writes_in_all = self.writes + len(plan.writes)
        self.files_in_all = self.files + len(sources)
        self.bytes_in_all = self.bytes + sum(source.size for source in sources)

    def sent(self, count: int, now: float) -> None:
        """Count bytes that went across."""
        self.bytes += count
        began, before = self._window
        if now - began >= 1:
            self.best_rate = max(self.best_rate, (self.bytes - before) / (now - began))
            self._window = (now, self.bytes)

    def wrote(self, write: Write) -> None:
        """Count one write."""
        self.writes += 1
        self.files += isinstance(write, MakeFile | ReplaceContent)

    def seconds_left(self, now: float) -> float | None:
        """Give the longer of what the writes and the bytes take; None at the start.

        Small files are bound by calls and say little of the line, so bytes are reckoned at the
        best rate that was seen.
        """
        spent = now - self.started
        if self.writes < 5 or spent < 1:
            return None
        by_writes = (self.writes_in_all - self.writes) * spent / self.writes
        rate = max(self.best_rate, _TRIAL_RATE if self.bytes < _TRIAL_BYTES else 1.0)
        return max(by_writes, (self.bytes_in_all - self.bytes) / rate, 0.0)

    def line(self, now: float) -> str:
        """Say it all in one line."""
        rate = self.bytes / max(now - self.started, 0.1)
        left = self.seconds_left(now)
        return (
            f"{self.files:,} of {self.files_in_all:,} files,"
            f" {amount(self.bytes)} of {amount(self.bytes_in_all)},"
            f" {amount(round(rate))}/s" + ("" if left is None else f", about {duration(left)} left")
        )


@dataclass(slots=True)
class ShowProgress:
    """A watcher that shows how far a run is; a context manager, so that the bar ends with it."""

    console: Console
    planned_first: Callable[[Plan], None] = lambda plan: None
    now: Callable[[], float] = time.monotonic
    _reckoning: Reckoning = field(init=False)
    _bar: Progress | None = field(init=False, default=None)
    _task: TaskID = field(init=False, default=TaskID(0))
    _told_at: float = field(init=False, default=0.0)
    _plans: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._reckoning = Reckoning(self.now())
        self._told_at = self.now()  # what is quick needs no line

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._bar = Progress(
                SpinnerColumn(),
                BarColumn(bar_width=30),
                TextColumn("{task.description}", markup=False),
                console=self.console,
                transient=True,
            )
            self._task = self._bar.add_task("Looking at both sides", total=None)
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def observed(self, side: Side, told: int, expected: int | None) -> None:
        """Say how many items were read."""
        if self._plans == 0:
            of = f" of {expected:,}" if expected else ""
            self._show(f"Looking at {NAMES[side]}: {told:,}{of} items")

    def planned(self, plan: Plan) -> None:
        """Take in what is to do."""
        if self._plans == 0:
            self._reckoning.started = self.now()
            self.planned_first(plan)
        self._plans += 1
        self._reckoning.plan(plan)
        self._advance()

    def sent(self, count: int) -> None:
        """Take in bytes that went across."""
        self._reckoning.sent(count, self.now())
        self._advance()

    def wrote(self, write: Write) -> None:
        """Take in a write."""
        self._reckoning.wrote(write)
        self._advance()

    def failed(self, side: Side, path: str, why: str) -> None:
        """Say nothing now: the report tells in the end what is left."""

    def _advance(self) -> None:
        reckoning = self._reckoning
        if self._bar is not None:
            self._bar.update(
                self._task, total=reckoning.writes_in_all or None, completed=reckoning.writes
            )
        self._show(None)

    def _show(self, text: str | None) -> None:
        now = self.now()
        if now - self._told_at < (0.1 if self._bar is not None else _LINE_SECONDS):
            return
        self._told_at = now
        text = text or self._reckoning.line(now)
        if self._bar is not None:
            self._bar.update(self._task, description=text)
        else:
            self.console.print(f"  {text}")
