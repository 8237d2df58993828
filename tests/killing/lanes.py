"""Several grounds side by side, so that both cores of a machine are at work."""

import contextlib
import itertools
import queue
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from killing.ground import Ended, Ground, ground
from killing.points import Moment, Point
from simulation.case import Word

from turnbuckle.model.names import TEMPORARY

LANES = 2
_AT_ONCE = 8  # points next to each other, which often leave the same behind, for one ground


@dataclass(frozen=True, slots=True)
class Batch:
    """What both sides hold in step, and what users change then."""

    initial: Mapping[str, str]
    left: Sequence[Word]
    right: Sequence[Word]


class Lanes:
    """Grounds that begin with the same, and what comes of it when nobody is killed."""

    def __init__(self, grounds: Sequence[Ground]) -> None:
        self._grounds = grounds
        self.calm = grounds[0].play(None)
        self._passed = Counter(self.calm.runs[0]["passed"])

    def count(self, moment: Moment, kind: str = "") -> int:
        """Tell how often a moment comes in the run."""
        return self._passed[f"{moment}|{kind}"]

    def killed_at(self, points: Sequence[Point], *, to_rest: bool) -> list[str]:
        """Kill a process at each point, go on with another one, and say what is otherwise."""
        left: queue.SimpleQueue[Sequence[Point]] = queue.SimpleQueue()
        for some in itertools.batched(points, _AT_ONCE):
            left.put(some)
        with ThreadPoolExecutor(len(self._grounds)) as lanes:
            work = [lanes.submit(self._work, each, left, to_rest) for each in self._grounds]
            return [wrong for each in work for wrong in each.result()]

    def _work(
        self, one: Ground, left: "queue.SimpleQueue[Sequence[Point]]", to_rest: bool
    ) -> list[str]:
        wrong: list[str] = []
        with contextlib.suppress(queue.Empty):
            while True:
                for point in left.get_nowait():
                    ended = one.play(point, to_rest=to_rest)
                    wrong += [f"killed at: {point}: {each}" for each in self._other(ended, point)]
        return wrong

    def _other(self, ended: Ended, point: Point) -> Iterator[str]:
        if not ended.was_killed and point.moment is not Moment.ACCESS:
            yield "this moment did not come"  # accesses are not as many in every run
        calm = set(self.calm.held)
        yield from (f"is missing: {row}" for row in sorted(calm.difference(ended.held)))
        yield from (f"is too much: {row}" for row in sorted(set(ended.held) - calm))
        if len(ended.held) != len(self.calm.held):
            yield "something is there twice"
        yield from (f"a temporary name: {row[1]}" for row in ended.held if TEMPORARY in row[1])
        if ended.runs[-1]["stopped"]:
            yield f"stopped: {ended.runs[-1]['stopped']}"
        yield from ended.kept


@contextlib.contextmanager
def lanes(folder: Path, batch: Batch) -> Iterator[Lanes]:
    """Give grounds that users changed since both sides were in step."""
    with contextlib.ExitStack() as stack:
        grounds = []
        for number in range(LANES):
            own = folder / str(number)
            own.mkdir()
            made = stack.enter_context(ground(own))
            made.begin(batch.initial)
            made.act(batch.left, batch.right)
            grounds.append(made)
        yield Lanes(grounds)
