"""Practice mode in a process of its own, which ends with us, however we end.

The child reads its standard input: a question a line, and the end of it means that we are gone.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.practice import COUNTS

_END_SECONDS = 60


class PracticeEnded(Mistake):
    """Practice mode did not start or is gone; it said itself why."""


class AttendedPractice:
    """A practice Procore and a practice Microsoft; a context manager.

    Args:
        startup_file: where the child writes its addresses and secrets.
        documents: the folder that is copied as the project; None: the sample.
        limits: whether the services' limits on calls are on.
    """

    def __init__(self, startup_file: Path, documents: Path | None, *, limits: bool) -> None:
        self._startup_file = startup_file
        self._log = startup_file.with_suffix(".log")
        self._command = [
            *(sys.executable, "-m", "turnbuckle", "practice", "--attended"),
            *("--startup", str(startup_file)),
            *([] if documents is None else ["--documents", str(documents)]),
            *([] if limits else ["--no-limits"]),
        ]

    def __enter__(self) -> Self:
        """Start, and wait until both services listen.

        Raises:
            Mistake: they did not start; the text says what to do.
        """
        with self._log.open("w") as log:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C is for us, and we end the child
            )
        try:
            if self._line() != "ready":
                raise PracticeEnded(self._last_words())
            self.startup: Mapping[str, Any] = json.loads(
                self._startup_file.read_text(encoding="utf-8")
            )
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def is_alive(self) -> bool:
        """Whether the child still runs."""
        return self._child.poll() is None

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Give what both services counted: ``calls``, ``writes`` and ``refused`` of each.

        Raises:
            PracticeEnded: the child is gone.
        """
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(f"{COUNTS}\n")
            self._child.stdin.flush()
            answer: Mapping[str, Mapping[str, int]] = json.loads(self._line())
        except (OSError, ValueError) as error:
            raise PracticeEnded("practice mode has ended; start the demo again") from error
        return answer

    def _line(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline().strip()

    def _last_words(self) -> str:
        self._child.wait(_END_SECONDS)
        said = self._log.read_text(encoding="utf-8").strip().splitlines()
        return said[-1].removeprefix("turnbuckle: ") if said else "practice mode did not start"

    def _end(self) -> None:
        with suppress(OSError):
            if self._child.stdin is not None:
                self._child.stdin.close()
        try:
            self._child.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdout is not None:
            self._child.stdout.close()
