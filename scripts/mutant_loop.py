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
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import Phase, settings
from mutmut.mutation import trampoline
from mutmut.utils.format_utils import mangled_name_from_mutant_name

SURVIVED, KILLED, NO_TESTS, TOO_SLOW = 0, 1, 33, 36  # as mutmut writes them
MOST_SECONDS = 15  # of the processor; all tests together take about four
MOST_BYTES = 4 << 30


@dataclass(slots=True)
class Tried:
    """A mutant whose tests run in a child, which tells through a pipe which of them failed."""

    name: str
    pipe: int


class Found(NamedTuple):
    """What became of a mutant, and the number of the test that saw it."""

    name: str
    code: int
    test: int | None


class Loop:
    """All mutants, one after the other, a few at a time."""

    def __init__(self, session: pytest.Session) -> None:
        known = json.loads(Path("mutmut-stats.json").read_text("utf-8"))
        self._session = session
        self._reached: Mapping[str, list[str]] = known["tests_by_mangled_function_name"]
        self._seconds: Mapping[str, float] = known["duration_by_test"]
        self._items = session.items
        self._kills: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._running: dict[int, Tried] = {}

    def play(self, names: Sequence[str], workers: int, seconds: float) -> Iterator[Found]:
        """Give each mutant a child that runs the tests which reach it."""
        until = time.monotonic() + seconds
        for name in names:
            if time.monotonic() > until:
                break
            tests = self._tests(name)
            if not tests:
                yield Found(name, NO_TESTS, None)
                continue
            if len(self._running) == workers:
                yield self._ended()
            self._start(name, tests)
        while self._running:
            yield self._ended()

    def _tests(self, name: str) -> list[int]:
        """Order them: first those that saw other mutants of the function, then the quick ones."""
        function = mangled_name_from_mutant_name(name)
        wanted = frozenset(self._reached.get(function, ()))
        kills = self._kills[function]
        reaching = [number for number, item in enumerate(self._items) if item.nodeid in wanted]
        return sorted(reaching, key=lambda number: (-kills[number], self._time(number)))

    def _time(self, number: int) -> float:
        return self._seconds.get(self._items[number].nodeid, 0.0)

    def _start(self, name: str, tests: Sequence[int]) -> None:
        ours, theirs = os.pipe()
        child = os.fork()
        if child:
            os.close(theirs)
            self._running[child] = Tried(name, ours)
            return
        code = KILLED  # also when the mutant breaks the run itself: no test has passed then
        try:
            _confine()
            trampoline.get_mutant_under_test = lambda: name
            self._run(tests, theirs)
            code = SURVIVED
        finally:
            os._exit(code)

    def _run(self, tests: Sequence[int], pipe: int) -> None:
        plugins = self._session.config.pluginmanager
        plugins.unregister(name="terminalreporter")
        watcher = _Watcher(pipe)
        plugins.register(watcher)
        for number, following in zip(tests, [*tests[1:], None], strict=True):
            watcher.number = number
            self._session.config.hook.pytest_runtest_protocol(
                item=self._items[number],
                nextitem=None if following is None else self._items[following],
            )

    def _ended(self) -> Found:
        child, status = os.wait()
        tried = self._running.pop(child)
        told = os.read(tried.pipe, 100)
        os.close(tried.pipe)
        code = os.waitstatus_to_exitcode(status)
        test = int(told) if told else None
        if test is not None:
            self._kills[mangled_name_from_mutant_name(tried.name)][test] += 1
        return Found(tried.name, TOO_SLOW if code < 0 else code, test)


class _Watcher:
    """Ends a child at the first test that fails, before pytest makes much of the failure."""

    def __init__(self, pipe: int) -> None:
        self.number = 0
        self._pipe = pipe

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            os.write(self._pipe, str(self.number).encode())
            os._exit(KILLED)


def _confine() -> None:
    """Let a mutant without an end, or with ever more to keep, be stopped, and none be heard."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


def pytest_configure() -> None:
    """Let nobody look for a smaller example: that one fails is all there is to know."""
    settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], database=None)
    settings.load_profile("mutants")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try the mutants that were asked for, instead of running the tests once."""
    names = Path(os.environ["TURNBUCKLE_MUTANTS"]).read_text("utf-8").split()
    random.shuffle(names)  # so that a part of them says something about all
    gc.freeze()
    with Path(os.environ["TURNBUCKLE_FATES"]).open("a", encoding="utf-8", buffering=1) as fates:
        for found in Loop(session).play(
            names,
            int(os.environ["TURNBUCKLE_MUTANTS_WORKERS"]),
            float(os.environ["TURNBUCKLE_MUTANTS_SECONDS"]),
        ):
            fates.write(f"{found.name}\t{found.code}\n")
    return True
