"""The sum that CI ends with counts what ran, and is not fooled by what stayed away."""

import subprocess
import sys
from pathlib import Path

import pytest
from shape.house import HOUSE

PASSED = '<testcase classname="t" name="a"/>'
FAILED = '<testcase classname="t" name="b"><failure message="no"/></testcase>'
BROKEN = '<testcase classname="t" name="c"><error message="no"/></testcase>'
SKIPPED = '<testcase classname="t" name="d"><skipped message="{}"/></testcase>'


def tally(folder: Path, *cases: str) -> tuple[int, str]:
    """Give the exit code and the last line for a report of these cases."""
    report = folder / "report.xml"
    if cases:
        report.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
    ended = subprocess.run(
        [sys.executable, HOUSE / "scripts" / "tally.py", report],
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout.splitlines()[-1]


def test_tests_that_pass_are_counted(tmp_path: Path) -> None:
    assert tally(tmp_path, PASSED, PASSED) == (0, "2 passed, 0 failed")


@pytest.mark.parametrize("case", [FAILED, BROKEN])
def test_a_test_that_fails_or_breaks_fails_the_sum(tmp_path: Path, case: str) -> None:
    assert tally(tmp_path, PASSED, case) == (1, "1 passed, 1 failed")


def test_a_needed_test_that_was_skipped_fails_the_sum(tmp_path: Path) -> None:
    assert tally(tmp_path, PASSED, SKIPPED.format("later")) == (1, "1 passed, 1 failed")


def test_a_test_that_says_why_it_is_not_needed_here_does_not_count(tmp_path: Path) -> None:
    skipped = SKIPPED.format("not needed here: no sources beside this clone")

    assert tally(tmp_path, PASSED, skipped) == (0, "1 passed, 0 failed")


def test_a_sum_of_nothing_fails(tmp_path: Path) -> None:
    assert tally(tmp_path, "") == (1, "0 passed, 0 failed")


def test_a_run_that_never_reported_fails_the_sum(tmp_path: Path) -> None:
    assert tally(tmp_path) == (1, "0 passed, 1 failed")
