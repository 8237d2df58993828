"""Tries mutants in children of one pytest process that has collected the tests already.

A plugin for pytest, loaded by `scripts/mutants.py` with mutmut's folder as working directory.
Instead of running the tests once it runs them for each mutant named in the file that
`TURNBUCKLE_MUTANTS` names, and appends `name<TAB>exit code` to the file of `TURNBUCKLE_FATES`.
mutmut itself starts pytest anew for every mutant, which takes far longer than the planner's tests.
"""

import gc
import json
import os
import random
import resource
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

import pytest
from mutmut.mutation import trampoline
from mutmut.utils.format_utils import mangled_name_from_mutant_name

SURVIVED, KILLED, NO_TESTS, TOO_SLOW = 0, 1, 33, 36  # as mutmut writes them
MOST_SECONDS = 20  # of the processor; all tests together take about four
MOST_BYTES = 4 << 30


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Give each mutant a child that runs the tests which reach it, the quick ones first."""
    names = Path(os.environ["TURNBUCKLE_MUTANTS"]).read_text("utf-8").split()
    known = json.loads(Path("mutmut-stats.json").read_text("utf-8"))
    reached, seconds = known["tests_by_mangled_function_name"], known["duration_by_test"]
    items = sorted(session.items, key=lambda item: seconds.get(item.nodeid, 0.0))
    until = time.monotonic() + float(os.environ["TURNBUCKLE_MUTANTS_SECONDS"])
    workers = int(os.environ["TURNBUCKLE_MUTANTS_WORKERS"])
    random.shuffle(names)  # so that a part of them says something about all
    gc.freeze()
    running: dict[int, str] = {}
    with Path(os.environ["TURNBUCKLE_FATES"]).open("a", encoding="utf-8", buffering=1) as fates:
        for name in names:
            if time.monotonic() > until:
                break
            tests = _reaching(name, reached, items)
            if not tests:
                fates.write(f"{name}\t{NO_TESTS}\n")
                continue
            if len(running) == workers:
                _note_one(running, fates)
            running[_start(session, name, tests)] = name
        while running:
            _note_one(running, fates)
    return True


def _reaching(
    name: str, reached: Mapping[str, Sequence[str]], items: Sequence[pytest.Item]
) -> list[pytest.Item]:
    wanted = frozenset(reached.get(mangled_name_from_mutant_name(name), ()))
    return [item for item in items if item.nodeid in wanted]


def _start(session: pytest.Session, name: str, tests: Sequence[pytest.Item]) -> int:
    child = os.fork()
    if child:
        return child
    code = KILLED  # also when the mutant breaks the run itself: no test has passed then
    try:
        _confine()
        session.config.pluginmanager.unregister(name="terminalreporter")
        trampoline.get_mutant_under_test = lambda: name
        if _all_pass(session, tests):
            code = SURVIVED
    finally:
        os._exit(code)


def _confine() -> None:
    """Let a mutant without an end, or with ever more to keep, be stopped, and none be heard."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


def _all_pass(session: pytest.Session, tests: Sequence[pytest.Item]) -> bool:
    for item, following in zip(tests, [*tests[1:], None], strict=True):
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return False
    return True


def _note_one(running: dict[int, str], fates: TextIO) -> None:
    child, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    fates.write(f"{running.pop(child)}\t{TOO_SLOW if code < 0 else code}\n")
