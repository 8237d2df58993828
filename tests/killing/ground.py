"""The ground on which processes are killed: remotes that stay, and a data folder to begin from."""

import contextlib
import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from killing.points import Point, kept_bytes
from killing.serving import Serving, serving
from killing.states import state_of
from scenarios.stage import TRAITS
from simulation.case import Word
from simulation.contents import content, mark_of, token_of

from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.model.items import Kind
from turnbuckle.model.side import Side

TESTS = Path(__file__).parents[1]
KILLED = 9
_BEGIN = datetime(2025, 3, 3, 9, tzinfo=UTC)
_MOST_RUNS = 6

type Remotes = dict[Side, MemoryRemote]
type Held = list[tuple[str, ...]]
"""Everything that the remotes ever held: side, path, state, and the tokens of all versions."""


@dataclass
class Ended:
    """What came of a run that was not killed, and of all that came before it."""

    held: Held
    runs: list[dict[str, Any]]
    was_killed: bool
    kept: list[str]  # bytes of contents found on the disk, right after the kill or at the end


class Ground:
    """Two remotes in step and a data folder that knows it; every case begins with a copy."""

    def __init__(self, folder: Path, served: Serving, nursery: "subprocess.Popen[str]") -> None:
        self._folder = folder
        self._served = served
        self._nursery = nursery
        self._cases = 0
        self._gone_on: dict[str, Ended] = {}  # what came of the states that kills left
        self._base = folder / "base"
        self._remotes = _remotes()
        self.tokens: set[str] = set()

    def begin(self, tree: Mapping[str, str]) -> None:
        """Put a tree on the left and bring both sides into step."""
        self._folder.mkdir(exist_ok=True)
        left = People(self._remotes[Side.LEFT])
        for path, token in tree.items():
            self._put(left, path, token)
        roots = {side.value: People(self._remotes[side]).id_of("D") for side in Side}
        self._base.mkdir()
        self._served.take(self._remotes)
        self._order(self._base, "link", 0, roots=roots)
        self._order(self._base, "run", 0)
        for remote in self._remotes.values():
            remote.calls.reset()

    def act(self, left: Sequence[Word], right: Sequence[Word]) -> None:
        """Let users change both sides while nothing runs."""
        for side, words in ((Side.LEFT, left), (Side.RIGHT, right)):
            people = People(self._remotes[side])
            for word in words:
                ((verb, what),) = word.items()
                if verb == "put":
                    self._put(people, *what)
                elif isinstance(what, str):
                    getattr(people, verb)(what)
                else:
                    getattr(people, verb)(*what)

    def play(self, point: Point | None, *, to_rest: bool = True) -> Ended:
        """Run until nothing is left to do; the first run is killed at the point.

        Args:
            point: where; None: nowhere.
            to_rest: run once more after a run that wrote something, as it has to write nothing.
                Otherwise a state that an earlier kill left behind, too, is not gone on from again.
        """
        data, remotes = self._copy()
        marks = {mark_of(token): token for token in self.tokens}
        runs: list[dict[str, Any]] = []
        kept: list[str] = []
        status, told = self._order(data, "run", 1, point)
        was_killed = status["killed_by"] == KILLED
        if not was_killed:
            runs.append(told)
        kept += kept_bytes(self._folder, marks)
        left = ""
        if was_killed and not to_rest:
            self._served.finish()
            left = state_of(data, remotes)
            known = self._gone_on.get(left)
            if known is not None:
                shutil.rmtree(data)
                return replace(known, kept=[*kept, *known.kept])
        for number in range(2, _MOST_RUNS):
            if runs and (runs[-1]["writes"] == 0 or not to_rest):
                break
            _, told = self._order(data, "run", number)
            runs.append(told)
        kept += kept_bytes(self._folder, marks)
        shutil.rmtree(data)
        ended = Ended(held=_held(remotes), runs=runs, was_killed=was_killed, kept=kept)
        if left:
            self._gone_on[left] = ended
        return ended

    def _put(self, people: People, path: str, token: str) -> None:
        self.tokens.add(token)
        people.put(path, content(token))

    def _copy(self) -> tuple[Path, Remotes]:
        self._cases += 1
        data = self._folder / f"case-{self._cases}"
        shutil.copytree(self._base, data)
        remotes = copy.deepcopy(self._remotes)
        self._served.take(remotes)
        return data, remotes

    def _order(
        self, data: Path, do: str, hours: int, point: Point | None = None, **more: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        answer = self._folder / "answer.json"
        answer.unlink(missing_ok=True)
        order = {
            "do": do, "data": str(data), "socket": str(self._served.socket), "answer": str(answer),
            "now": (_BEGIN + timedelta(hours=hours)).isoformat(),
            "point": None if point is None else asdict(point), **more,
        }  # fmt: skip
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(json.dumps(order) + "\n")
        self._nursery.stdin.flush()
        status = json.loads(self._nursery.stdout.readline())
        told = json.loads(answer.read_text()) if answer.is_file() else {}
        assert status["code"] == 0 or status["killed_by"] == KILLED, (status, told)
        return status, told


@contextlib.contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Give a ground in an empty folder."""
    temporary = folder / "temporary"
    temporary.mkdir()
    nursery = subprocess.Popen(
        [sys.executable, "-m", "killing.nursery"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]),
            "TMPDIR": str(temporary),
            "TURNBUCKLE_DATA": str(folder / "nowhere"),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with serving(folder / "remotes") as served:
            yield Ground(folder, served, nursery)
    finally:
        nursery.kill()
        nursery.wait()


def _remotes() -> Remotes:
    clock = StepClock()
    remotes = {side: MemoryRemote(TRAITS[side], clock, prefix=f"{side[0]}-") for side in Side}
    for remote in remotes.values():
        People(remote).mkdir("D")
    return remotes


def _held(remotes: Remotes) -> Held:
    """Tell all that is and was there, bins and histories too: nothing may be there twice."""
    told: Held = []
    for side, remote in remotes.items():
        for node in remote.shelf.all():
            blobs = [*(blob for _, blob in node.history), node.blob]
            tokens = [str(token_of(blob)) for blob in blobs] if node.kind is Kind.FILE else []
            state = "in the bin" if remote.shelf.is_gone(node) else "there"
            told.append((side.value, remote.shelf.path(node), state, *tokens))
    return sorted(told)
