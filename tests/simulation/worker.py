"""Plays seed after seed in a process of its own: `python -m simulation.worker --help`.

It stops after so many seeds or so much time, keeps its progress in a file and goes on from there,
and prints every failing seed as a row of the catalogue, as small as it goes.
"""

import argparse
import gc
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

from simulation import database

_MOST_SHRUNK = 3  # failing seeds that are made small; of others only the number is kept
_SECONDS_A_SEED = 120
_SAVED_EVERY = 20
_SWEPT_EVERY = 40


@dataclass
class Progress:
    """How far a worker has come.

    Attributes:
        next: the seed to go on with.
        played: seeds played so far.
        again: of these, those that were played twice, and once more without their faults.
        runs: runs of the engine in all of them.
        held: seeds that ended with something held for a person.
        failed: seeds that went wrong, with the row of each.
    """

    next: int
    played: int = 0
    again: int = 0
    runs: int = 0
    held: int = 0
    seconds: float = 0.0
    failed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, file: Path | None, first: int) -> "Progress":
        """Read it from a file that an earlier worker left; else begin."""
        if file is not None and file.is_file():
            return cls(**json.loads(file.read_text()))
        return cls(next=first)

    def save(self, file: Path | None) -> None:
        """Keep it, whole or not at all."""
        if file is not None:
            draft = file.with_suffix(".draft")
            draft.write_text(json.dumps(asdict(self)))
            draft.replace(file)


def main() -> None:
    """Play; the exit code is 1 when a seed failed."""
    arguments = _arguments()
    arguments.data.mkdir(parents=True, exist_ok=True)
    database.prepare(arguments.data, on_disk=arguments.on_disk)
    from simulation.playing import Playing  # it needs the database

    signal.signal(signal.SIGALRM, _too_long)
    playing = Playing(on_disk=arguments.on_disk, data=arguments.data)
    progress = Progress.of(arguments.progress, arguments.first)
    begun = time.monotonic()
    until = begun + arguments.minutes * 60 if arguments.minutes else float("inf")
    before = progress.seconds
    gc.freeze()
    gc.disable()
    for seed in _seeds(progress.next, arguments):
        if time.monotonic() >= until:
            break
        _one(playing, progress, seed, arguments.again_every)
        progress.next = seed + arguments.step
        progress.seconds = before + time.monotonic() - begun
        if progress.played % _SAVED_EVERY == 0:
            progress.save(arguments.progress)
        if progress.played % _SWEPT_EVERY == 0:
            gc.collect()
    progress.save(arguments.progress)
    json.dump(asdict(progress), sys.stdout)
    sys.exit(1 if progress.failed else 0)


def _one(playing: "Playing", progress: Progress, seed: int, again_every: int) -> None:  # type: ignore[name-defined]  # noqa: F821
    signal.alarm(_SECONDS_A_SEED)
    again = again_every > 0 and seed % again_every == 0
    played, wrong = playing.one(seed, again=again)
    progress.played += 1
    progress.again += again
    progress.runs += played.runs
    progress.held += played.held > 0
    if wrong:
        signal.alarm(10 * _SECONDS_A_SEED)
        is_one_of_few = len(progress.failed) < _MOST_SHRUNK
        row = playing.small_row(played, wrong) if is_one_of_few else "; ".join(wrong)
        progress.failed[str(seed)] = row
        print(row, file=sys.stderr, flush=True)
    signal.alarm(0)


def _seeds(first: int, arguments: argparse.Namespace) -> Iterator[int]:
    last = sys.maxsize if arguments.count is None else arguments.first + arguments.count
    return iter(range(first, last, arguments.step))


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise AssertionError("this takes far too long: it hangs")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, help="seeds from the first one on; else until time")
    parser.add_argument("--step", type=int, default=1, help="so many seeds on, for several workers")
    parser.add_argument("--minutes", type=float, help="stop after so long")
    parser.add_argument("--again-every", type=int, default=1, help="0: no seed is played twice")
    parser.add_argument("--progress", type=Path, help="a file to go on from")
    parser.add_argument("--data", type=Path, required=True, help="an empty data folder")
    parser.add_argument("--on-disk", action="store_true", help="a database file, never emptied")
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
