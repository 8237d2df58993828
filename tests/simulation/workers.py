"""Start workers, wait for them, and add up what they found."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from simulation.as_row import catalogue_of
from simulation.worker import Failed, Progress

TESTS = Path(__file__).parents[1]
WORKERS = 2
_MORE_SECONDS = 1500  # for making failing seeds small


@dataclass(kw_only=True)
class Found:
    """What all workers found together."""

    played: int = 0
    again: int = 0
    runs: int = 0
    held: int = 0
    seconds: float = 0.0
    digests: list[str] = field(default_factory=list)  # of each worker
    failed: dict[str, Failed] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)  # what a worker that broke down said
    left_behind: list[str] = field(default_factory=list)  # in the temporary folder

    def in_words(self) -> str:
        """Say what was played."""
        each = 1000 * len(self.digests) * self.seconds / max(1, self.played)
        return (
            f"{self.played} seeds, {self.runs} runs of the engine, {self.again} seeds more than"
            f" once, {self.held} with something held, {self.seconds:.0f} s; {each:.0f} ms of a"
            " core for a seed"
        )

    def wrong(self) -> str:
        """Say what is wrong, failing seeds as rows of a catalogue; empty when all is well."""
        parts = [*self.told, *self.left_behind]
        if self.failed:
            failed = self.failed.values()
            parts += [
                f"{len(failed)} of {self.played} seeds failed: {', '.join(self.failed)}",
                "one seed again: TURNBUCKLE_SEED=<seed> TURNBUCKLE_SIMULATIONS=1 make test-long",
                "as rows, for `make catalogue FILE=`:",
                catalogue_of([each.row for each in failed]),
                "exactly, for tests/simulation/failed_once.jsonl:",
                *(each.case for each in failed),
            ]
        return "\n".join(parts)


def simulate(
    first: int,
    *,
    count: int | None,
    minutes: float | None = None,
    again_every: int = 1,
    on_disk: bool = False,
    progress: Path | None = None,
    cases: Path | None = None,
    workers: int = WORKERS,
    taken_over: bool = False,
    hash_seed: int | None = None,
) -> Found:
    """Play seeds from `first` on, split over some processes.

    Args:
        first: the first seed.
        count: how many; None: as many as fit in the minutes.
        minutes: stop after so long.
        again_every: play each such seed again, to see that it comes out the same.
        on_disk: in a database file as people have it, which is searched for bytes of contents.
        progress: a folder where they keep how far they came, and go on from there.
        cases: play the cases of this file instead of seeds.
        workers: how many processes.
        taken_over: in each case a second worker takes the link over from the first one.
        hash_seed: decides the order of sets; None: another one in each process.
    """
    with tempfile.TemporaryDirectory(prefix="turnbuckle-simulation-") as name:
        folder = Path(name)
        started = [
            _start(folder / str(number), [
                *("--first", str(first + number), "--step", str(workers)),
                *([] if count is None else ["--count", str(count - number)]),
                *([] if minutes is None else ["--minutes", str(minutes)]),
                *("--again-every", str(again_every)),
                *(["--on-disk"] if on_disk else []),
                *(["--two-workers"] if taken_over else []),
                *([] if cases is None else ["--cases", str(cases)]),
                *(_kept(progress, first, number, workers) if progress else []),
            ], hash_seed)
            for number in range(workers)
        ]  # fmt: skip
        limit = (minutes or 60.0 * 24) * 60 + _MORE_SECONDS
        try:
            return _added_up([process.communicate(timeout=limit) for process in started], folder)
        finally:
            for process in started:
                process.kill()
                process.wait()


def _kept(progress: Path, first: int, number: int, workers: int) -> list[str]:
    progress.mkdir(parents=True, exist_ok=True)
    return ["--progress", str(progress / f"simulation-{first}-{number}-of-{workers}.json")]


def _start(
    folder: Path, arguments: Sequence[str], hash_seed: int | None
) -> "subprocess.Popen[str]":
    temporary = folder / "temporary"
    temporary.mkdir(parents=True)
    return subprocess.Popen(
        [sys.executable, "-m", "simulation.worker", "--data", str(folder / "data"), *arguments],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]),
            "PYTHONHASHSEED": "random" if hash_seed is None else str(hash_seed),
            "TMPDIR": str(temporary),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _added_up(told: Sequence[tuple[str, str]], folder: Path) -> Found:
    found = Found()
    for said, complained in told:
        try:
            each = msgspec.json.decode(said, type=Progress)
        except msgspec.DecodeError:
            found.told.append(f"a worker broke down:\n{said}\n{complained}")
            continue
        found.played += each.played
        found.again += each.again
        found.runs += each.runs
        found.held += each.held
        found.seconds = max(found.seconds, each.seconds)
        found.digests.append(each.digest)
        found.failed |= each.failed
    found.left_behind = [
        f"left in the temporary folder: {path.name}"
        for path in folder.glob("*/temporary/**/*")
        if path.is_file()
    ]
    return found
