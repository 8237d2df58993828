"""Plays a file of the catalogue's vocabulary in both theatres, and prints one table.

    python scripts/catalogue.py [FILE] [--memory-only] [--rows S001,S002] [--workers 2]
        [--report REPORT.xml] [--kept FOLDER]

Each row is `pass`, `FAIL`, or not there with a reason; what was expected and what came out follows
for each row that fails. The exit code is 1 if any row fails, 2 if the file cannot be read.

All rows are played, but for those that the tests played on this very tree and kept in FOLDER.
"""

import argparse
import asyncio
import functools
import gc
import importlib
import multiprocessing
import multiprocessing.util
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
OURS = ROOT / "tests" / "scenarios" / "catalogue.yaml"
THEATRES = ("memory", "HTTP")
_ROW_SECONDS = 900.0
_FAST = Path("/dev/shm")
_LONGEST_REASON = 60
_OBJECTS_BETWEEN_LOOKS = 20_000
_MOST_WRONG = 12

sys.path.insert(0, str(ROOT / "tests"))


@dataclass(frozen=True, slots=True)
class Played:
    """What one row came to in one theatre."""

    theatre: str
    identity: str
    wrong: Sequence[str]
    not_here: str
    seconds: float

    @property
    def cell(self) -> str:
        """Say it in the table."""
        if self.not_here:
            return "not there"
        return "FAIL" if self.wrong else "pass"


def main() -> int:
    """Play, print, and give the exit code."""
    options = _options()
    _prepare()
    from scenarios.reading import Malformed

    try:
        rows = _rows(options.file, options.rows)
    except Malformed as error:
        print(error)
        return 2
    theatres = THEATRES[:1] if options.memory_only else THEATRES
    if options.http_only:
        theatres = THEATRES[1:]
    wanted = [(theatre, row["id"]) for theatre in theatres for row in rows]
    taken = {} if options.kept is None else _kept(options.kept, options.file, wanted)
    missing = [each for each in wanted if each not in taken]
    repeated = {row["id"] for row in rows if "'each_" in repr(row)}
    missing.sort(key=lambda each: each[1] not in repeated)  # the longest ones are not the tail
    played = {**taken, **_play_all(options.file, missing, options.workers)}
    if options.report is not None:
        _report(options.report, played.values())
    code = _print(rows, played, theatres)
    if options.kept is not None:
        print(f"{len(taken)} of them were played by the tests, {len(missing)} for this table")
    return code


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=OURS)
    parser.add_argument("--memory-only", action="store_true", help="leave practice mode out")
    parser.add_argument("--http-only", action="store_true", help="leave the memory remotes out")
    parser.add_argument("--rows", default="", help="only these, with commas between them")
    parser.add_argument("--report", type=Path, help="also write what came out as JUnit does")
    parser.add_argument("--kept", type=Path, help="where the tests kept what they played")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _rows(file: Path, only: str) -> list[Mapping[str, Any]]:
    from scenarios.reading import read

    wanted = {each for each in only.split(",") if each}
    return [row for row in read(file).rows if not wanted or row["id"] in wanted]


def _kept(
    place: Path, file: Path, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Played]:
    from scenarios.kept import kept, stamp_of

    stamp = stamp_of(file)
    found = (kept(place, theatre, identity, stamp) for theatre, identity in wanted)
    return {
        (row.theatre, row.identity): Played(row.theatre, row.identity, row.wrong, "", row.seconds)
        for row in found
        if row is not None
    }


def _play_all(
    file: Path, wanted: Sequence[tuple[str, str]], workers: int
) -> dict[tuple[str, str], Played]:
    work = [(str(file), *each) for each in wanted]
    found: dict[tuple[str, str], Played] = {}
    with ProcessPoolExecutor(
        max(1, min(workers, len(work))),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_prepare,
    ) as pool:
        for each in as_completed([pool.submit(_play, one) for one in work]):
            played = each.result()
            found[played.theatre, played.identity] = played
            if sys.stderr.isatty():
                done = f"{len(found)} of {len(work)}"
                print(f"\r{done:>14}  {played.identity:<6}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    return found


def _prepare() -> None:
    """Give this process a database of its own, which goes with it."""
    folder = tempfile.mkdtemp(prefix="turnbuckle-catalogue-", dir=_FAST if _FAST.is_dir() else None)
    os.environ["TURNBUCKLE_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
    multiprocessing.util.Finalize(None, shutil.rmtree, (folder, True), exitpriority=1)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    gc.freeze()  # what stays to the end is not looked through for garbage again and again
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)


@functools.cache
def _read(file: str) -> Any:
    from scenarios.reading import read

    return read(Path(file))


def _play(work: tuple[str, str, str]) -> Played:
    """Play one row in one theatre; runs in a process of its own."""
    from scenarios.acting import NotHere
    from scenarios.runner import play

    file, theatre, identity = work
    began = time.monotonic()
    wrong: list[str] = []
    not_here = ""
    try:
        catalogue = _read(file)
        row = next(row for row in catalogue.rows if row["id"] == identity)
        wrong = asyncio.run(_bounded(play(row, _theatre(theatre, catalogue))))
    except NotHere as reason:
        not_here = str(reason)
    except TimeoutError:
        wrong = [f"took longer than {_ROW_SECONDS:.0f} s"]
    except BaseException as error:  # a row that breaks is a row that fails
        if isinstance(error, KeyboardInterrupt):
            raise
        last = traceback.extract_tb(error.__traceback__)[-1]
        wrong = [f"broke in {Path(last.filename).name}:{last.lineno}: {_said(error)}"]
    return Played(theatre, identity, wrong, not_here, time.monotonic() - began)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


async def _bounded(row: Any) -> list[str]:
    async with asyncio.timeout(_ROW_SECONDS):
        found: list[str] = await row
        return found


def _theatre(name: str, catalogue: Any) -> Any:
    if name == "memory":
        module = importlib.import_module("scenarios.memory_world")
        return module.MemoryTheatre(catalogue.meta, catalogue.policy)
    return importlib.import_module("scenarios.over_http.theatre").OverHttp(catalogue.policy)


def _report(file: Path, played: Iterable[Played]) -> None:
    """Write what was played as a JUnit file for `tally.py`; what is not there is left out."""
    suite = ElementTree.Element("testsuite", name="catalogue")
    for each in sorted(played, key=lambda each: (each.theatre, each.identity)):
        if each.not_here:
            continue
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"catalogue.{each.theatre}", name=each.identity,
            time=f"{each.seconds:.1f}",
        )  # fmt: skip
        if each.wrong:
            ElementTree.SubElement(case, "failure", message="; ".join(each.wrong))
    ElementTree.ElementTree(suite).write(file, encoding="utf-8", xml_declaration=True)


def _print(
    rows: Sequence[Mapping[str, Any]],
    played: Mapping[tuple[str, str], Played],
    theatres: Sequence[str],
) -> int:
    print("row    " + "".join(f"{name:<11}" for name in theatres) + "title")
    for row in rows:
        cells = [played[theatre, row["id"]] for theatre in theatres]
        reasons = {each.not_here for each in cells if each.not_here}
        why = f"  ({'; '.join(sorted(reasons))})" if reasons else ""
        title = row["title"][:_LONGEST_REASON]
        print(f"{row['id']:<7}" + "".join(f"{each.cell:<11}" for each in cells) + title + why)
    failing = [each for each in played.values() if each.wrong]
    for each in sorted(failing, key=lambda each: (each.identity, each.theatre)):
        title = next(row["title"] for row in rows if row["id"] == each.identity)
        print(f"\n{each.identity} in {each.theatre}: {title}")
        for text in each.wrong[:_MOST_WRONG]:
            print(f"  - {text}")
        if len(each.wrong) > _MOST_WRONG:
            print(f"  - and {len(each.wrong) - _MOST_WRONG} more")
    print()
    for theatre in theatres:
        mine = [each for (where, _), each in played.items() if where == theatre]
        passed = sum(each.cell == "pass" for each in mine)
        away = sum(each.cell == "not there" for each in mine)
        seconds = sum(each.seconds for each in mine)
        print(
            f"{theatre}: {passed} pass, {len(mine) - passed - away} fail, {away} not there"
            f" ({seconds:.0f} s of work)"
        )
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main())
