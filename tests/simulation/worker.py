"""Plays seed after seed in a process of its own: `python -m simulation.worker --help`.

It stops after so many seeds or so much time, keeps its progress in a file and goes on from there,
and prints every failing seed as a row of the catalogue, as small as it goes.
"""

import argparse
import gc
import hashlib
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import msgspec
from simulation import database
from simulation.as_row import printed
from simulation.case import Case

if TYPE_CHECKING:
    from simulation.playing import Playing

_MOST_SHRUNK = 3  # failing seeds that are made small; others are kept as they were
_SECONDS_A_SEED = 120
_SAVED_EVERY = 20
_SWEPT_EVERY = 40


@dataclass
class Failed:
    """One seed that went wrong.

    Attributes:
        wrong: what was wrong, in words.
        row: the case as a row of the catalogue.
        case: the case itself, as a line of `failed_once.jsonl`.
    """

    wrong: str
    row: str
    case: str


@dataclass
class Progress:
    """How far a worker has come.

    Attributes:
        next: the seed to go on with.
        played: seeds played so far.
        again: of these, those that were played twice, and once more without their faults.
        runs: runs of the engine in all of them.
        held: seeds in which a person had to decide about something held.
        digest: of everything that happened in all of them, in order.
        failed: seeds that went wrong.
    """

    next: int
    played: int = 0
    again: int = 0
    runs: int = 0
    held: int = 0
    seconds: float = 0.0
    digest: str = ""
    failed: dict[str, Failed] = field(default_factory=dict)

    @classmethod
    def of(cls, file: Path | None, first: int) -> "Progress":
        """Read it from a file that an earlier worker left; else begin."""
        if file is not None and file.is_file():
            return msgspec.json.decode(file.read_bytes(), type=cls)
        return cls(next=first)

    def save(self, file: Path | None) -> None:
        """Keep it, whole or not at all."""
        if file is not None:
            draft = file.with_suffix(".draft")
            draft.write_bytes(msgspec.json.encode(self))
            draft.replace(file)


def main() -> None:
    """Play; the exit code is 1 when a seed failed."""
    arguments = _arguments()
    arguments.data.mkdir(parents=True, exist_ok=True)
    database.prepare(arguments.data, on_disk=arguments.on_disk)
    from simulation.drawing import drawn, with_a_second_worker  # what plays needs the database
    from simulation.playing import Playing

    signal.signal(signal.SIGALRM, _too_long)
    playing = Playing(on_disk=arguments.on_disk, data=arguments.data)
    progress = Progress.of(arguments.progress, arguments.first)
    begun = time.monotonic()
    until = begun + arguments.minutes * 60 if arguments.minutes else float("inf")
    before = progress.seconds
    gc.freeze()
    gc.disable()
    for seed, kept in _cases(progress.next, arguments):
        if time.monotonic() >= until:
            break
        again = arguments.again_every > 0 and seed % arguments.again_every == 0
        case = kept or drawn(seed)
        case = with_a_second_worker(case) if arguments.two_workers else case
        _one(playing, progress, case, again=again)
        progress.next = seed + arguments.step
        progress.seconds = before + time.monotonic() - begun
        if progress.played % _SAVED_EVERY == 0:
            progress.save(arguments.progress)
        if progress.played % _SWEPT_EVERY == 0:
            gc.collect()
    progress.save(arguments.progress)
    sys.stdout.buffer.write(msgspec.json.encode(progress))
    sys.exit(1 if progress.failed else 0)


def _one(playing: "Playing", progress: Progress, case: Case, *, again: bool) -> None:
    signal.alarm(_SECONDS_A_SEED)
    played, wrong = playing.look(case, again=again)
    progress.played += 1
    progress.again += again
    progress.runs += played.runs
    progress.held += played.held > 0
    progress.digest = hashlib.sha256(f"{progress.digest}{played.trace}".encode()).hexdigest()
    if wrong:
        signal.alarm(10 * _SECONDS_A_SEED)
        small = played.case
        if len(progress.failed) < _MOST_SHRUNK:
            small = playing.small(played)
            played, told = playing.look(small, again=again)
            wrong = told or wrong
        row, line = printed(small, wrong, played.new_ids), msgspec.json.encode(small).decode()
        progress.failed[f"{case.seed}"] = Failed("; ".join(wrong), row, line)
        print(row, file=sys.stderr, flush=True)
    signal.alarm(0)


def _cases(first: int, arguments: argparse.Namespace) -> Iterator[tuple[int, Case | None]]:
    """Give seeds to draw, or the cases of a file."""
    if arguments.cases is not None:
        lines = arguments.cases.read_bytes().splitlines()
        kept = [msgspec.json.decode(line, type=Case) for line in lines if line.strip()]
        share = kept[arguments.first - 1 :: arguments.step]
        yield from ((case.seed, case) for case in share)
        return
    yield from ((seed, None) for seed in _seeds(first, arguments))


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
    parser.add_argument("--cases", type=Path, help="play the cases of this file instead")
    parser.add_argument("--on-disk", action="store_true", help="a database file, never emptied")
    parser.add_argument("--two-workers", action="store_true", help="one takes over from the other")
    return parser.parse_args()


if __name__ == "__main__":
    main()
