"""Tests that play a row of the catalogue keep what it came to, where somebody wants that."""

from collections.abc import Generator

import pytest
from scenarios.kept import Keeping, folder, keep, stamp_of
from scenarios.vocabulary import CATALOGUE

_KEEPING: pytest.StashKey[Keeping] = pytest.StashKey()


def pytest_configure() -> None:
    """Take the stamp before the first row: a tree that changes afterwards has another one."""
    if folder() is not None:
        stamp_of(CATALOGUE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Follow each part of a test that is marked ``plays``."""
    report = yield
    place, theatre = folder(), item.get_closest_marker("plays")
    if place is None or theatre is None:
        return report
    keeping = item.stash.setdefault(_KEEPING, Keeping(theatre.args[0], item.callspec.id))
    row = keeping.see(report, "" if call.excinfo is None else str(call.excinfo.value))
    if row is not None:
        keep(place, row, stamp_of(CATALOGUE))
    return report
