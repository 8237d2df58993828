"""Changes `model` and `planning` a little, time and again, and tells which changes no test sees.

    python scripts/mutants.py [--minutes 60] [--workers 2] [--survivors] [--only-report]

mutmut makes the mutants and `mutants/` remembers what became of each, so a run that was cut off
goes on where it stopped, and only functions that changed are tried anew. `mutant_loop.py` tries
them. What came of all of them so far is written to `docs/mutants.md`. The exit code is 1 when
fewer than 90 % were killed.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MADE = ROOT / "mutants"
PAGE = ROOT / "docs" / "mutants.md"
ROOMS = ("model", "planning")
SETTINGS = "turnbuckle.store.settings"
A_FEW = "turnbuckle.model.policy.*"  # mutmut makes all, but does not leave without trying some
WANTED_PERCENT = 90.0
FEW = {"TURNBUCKLE_CASES": "60", "TURNBUCKLE_EXAMPLES": "5"}
"""Each mutant is tried on few examples; the many are for the planner itself."""

_KILLED = frozenset({1, 3, 37})  # a test failed, the tests could not run, the types are wrong
_TOO_SLOW = frozenset({-24, 24, 36, 152, 255})  # a loop without an end, stopped by its time limit

_HEAD = """# Mutants

A mutant is our own code with one small change: a `<` for a `<=`, a `None` for a value, a `not` too
many. If all tests still pass, they would not notice that mistake either. `make test-long` makes the
mutants of `model` and `planning`, and tries each with the tests of those two rooms alone
(`docs/decisions/0015-mutants.md`). It goes on where it stopped the time before; `MINUTES=30` bounds
it. `python scripts/mutants.py --survivors` tries those again that survived, after new tests. One
mutant is looked at with `mutmut show NAME`; its name is in `mutmut results`.

Beside these, `tests/planning/test_each_rule_is_needed.py` switches off each ordering edge and each
guard in turn, and something goes wrong each time.
"""


def main() -> int:
    """Try the mutants, and write the page."""
    asked = _arguments()
    if not asked.only_report:
        _make(asked.workers)
        wanted = _those("waiting") + (_those("survived") if asked.survivors else [])
        _try(wanted, asked.minutes, asked.workers)
    counted = {path: _count(codes) for path, codes in _results()}
    if not counted:
        sys.exit("mutants: none were made; run without --only-report first")
    PAGE.write_text(page(counted, datetime.now(UTC)), "utf-8")
    total = sum(counted.values(), Counter[str]())
    print(f"mutants: {_tried(total)} of {total.total()} tried, {_percent(total):.1f} % killed")
    return 0 if _percent(total) >= WANTED_PERCENT else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Tries mutants of model and planning.")
    parser.add_argument("--minutes", type=float, default=600.0, help="stop after so long")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--survivors", action="store_true", help="try what survived again")
    parser.add_argument("--only-report", action="store_true", help="write the page alone")
    return parser.parse_args()


def _make(workers: int) -> None:
    """Let mutmut make the mutants, forget what functions that changed had, and time the tests."""
    print("mutants: making them, and timing the tests", flush=True)
    if _run([sys.executable, "-m", "mutmut", "run", "--max-children", str(workers), A_FEW], ROOT):
        sys.exit("mutants: mutmut could not make them; the tests have to pass first")


def _try(names: Collection[str], minutes: float, workers: int) -> None:
    """Try mutants, and add what became of them to mutmut's own records."""
    print(f"mutants: trying {len(names)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        asked, fates = Path(folder, "asked"), Path(folder, "fates")
        asked.write_text("\n".join(names), "utf-8")
        fates.touch()
        environment = {
            "TURNBUCKLE_MUTANTS": str(asked),
            "TURNBUCKLE_FATES": str(fates),
            "TURNBUCKLE_MUTANTS_SECONDS": str(minutes * 60),
            "TURNBUCKLE_MUTANTS_WORKERS": str(workers),
            "PYTHONPATH": f"{MADE / 'src'}{os.pathsep}{ROOT / 'scripts'}",
        }
        try:
            _run(
                [sys.executable, "-m", "pytest", "-p", "mutant_loop", *_pytest()], MADE, environment
            )
        finally:  # what was tried before a Ctrl-C counts
            _keep(dict(line.split("\t") for line in fates.read_text("utf-8").splitlines()))


def _run(command: list[str], folder: Path, more: Mapping[str, str] | None = None) -> int:
    """Run a command in a process group of its own, so that all of it ends with us."""
    environment = {**os.environ, **FEW, "DJANGO_SETTINGS_MODULE": SETTINGS, **(more or {})}
    with subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True) as running:
        try:
            return running.wait()
        except KeyboardInterrupt:
            os.killpg(running.pid, signal.SIGTERM)
            raise


def _pytest() -> list[str]:
    """Give the arguments that mutmut gives pytest."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        settings = tomllib.load(file)["tool"]["mutmut"]
    more = [*settings["pytest_add_cli_args"], *settings["pytest_add_cli_args_test_selection"]]
    return ["--rootdir=.", "--tb=no", *more]


def _keep(fates: Mapping[str, str]) -> None:
    for path in _metas():
        told = json.loads(path.read_text("utf-8"))
        codes = told["exit_code_by_key"]
        codes.update({name: int(fates[name]) for name in codes if name in fates})
        path.write_text(json.dumps(told, indent=4), "utf-8")


def _metas() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((MADE / "src" / "turnbuckle" / room).rglob("*.py.meta"))


def _results() -> Iterator[tuple[str, Mapping[str, int | None]]]:
    """Give each file that has mutants, with the exit code of the tests for each of them."""
    for path in _metas():
        codes = json.loads(path.read_text("utf-8"))["exit_code_by_key"]
        if codes:
            yield f"{path.parent.name}/{path.name.removesuffix('.meta')}", codes


def _those(fate: str) -> list[str]:
    return [name for _, codes in _results() for name, code in codes.items() if _fate(code) == fate]


def _fate(code: int | None) -> str:
    if code is None or code == 2:
        return "waiting"
    return "killed" if code in _KILLED | _TOO_SLOW else "survived"


def _count(codes: Mapping[str, int | None]) -> Counter[str]:
    return Counter(map(_fate, codes.values()))


def _tried(counted: Counter[str]) -> int:
    return counted["killed"] + counted["survived"]


def _percent(counted: Counter[str]) -> float:
    return 100 * counted["killed"] / max(_tried(counted), 1)


def page(counted: Mapping[str, Counter[str]], now: datetime) -> str:
    """Tell what became of the mutants of each file."""
    total = sum(counted.values(), Counter[str]())
    waiting = total["waiting"]
    lines = [
        _HEAD,
        f"As of {now:%Y-%m-%d}: {_tried(total)} of {total.total()} mutants were tried"
        + (f" ({waiting} are still to be), " if waiting else ", ")
        + f"{total['killed']} were killed: **{_percent(total):.1f} %** of those tried.\n",
        "| File | Mutants | Tried | Killed | Survived | Killed, % |",
        "|---|---:|---:|---:|---:|---:|",
        *(_line(f"`{path}`", each) for path, each in counted.items()),
        _line("all", total),
    ]
    return "\n".join(lines) + "\n"


def _line(title: str, counted: Counter[str]) -> str:
    killed, survived = counted["killed"], counted["survived"]
    share = f"{_percent(counted):.1f}" if _tried(counted) else ""
    return f"| {title} | {counted.total()} | {_tried(counted)} | {killed} | {survived} | {share} |"


if __name__ == "__main__":
    sys.exit(main())
