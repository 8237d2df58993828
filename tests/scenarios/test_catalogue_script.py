"""`make catalogue FILE=` plays any file of the vocabulary."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scenarios.kept import KeptRow, keep, kept, stamp_of
from scenarios.vocabulary import CATALOGUE

HOUSE = Path(__file__).parents[2]
SCRIPT = HOUSE / "scripts" / "catalogue.py"
ROWS = """
scenarios:
- {id: X1, run: auto, title: Comes out, initial: {}, a_changes: [{put: [D/a.pdf, v1]}],
   b_changes: [], fault: null, expect: {tree: {D/a.pdf: v1}}}
- {id: X2, run: auto, title: Comes out otherwise, initial: {}, a_changes: [{mkdir: D/x/}],
   b_changes: [], fault: null, expect: {tree: {D/y/: dir}}}
- {id: X3, run: manual, title: For a person, initial: {}, a_changes: [], b_changes: [],
   fault: null, expect: {}}
"""


ONE_MORE = """
- {id: X4, run: auto, title: Not kept, initial: {}, a_changes: [{put: [D/a.pdf, v1]}],
   b_changes: [], fault: null, expect: {tree: {D/a.pdf: v1}}}
"""
TESTS = """
import pytest

@pytest.fixture
def afterwards(identity):
    yield
    assert identity != "X3", "what went over the wire is not as agreed"

@pytest.mark.plays("memory")
@pytest.mark.parametrize("identity", ["X1", "X2", "X3", "X4"])
def test_a_row(identity, afterwards):
    assert identity != "X2", "b lacks D/y: dir"
    if identity == "X4":
        pytest.skip("not now")

@pytest.mark.parametrize("identity", ["X5"])
def test_something_else(identity):
    pass
"""


def run(file: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, file, "--memory-only", "--workers", "1", *more],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_each_row_has_its_line_and_a_failing_one_says_why(tmp_path: Path) -> None:
    file = tmp_path / "rows.yaml"
    file.write_text(ROWS)

    came = run(file)

    assert came.returncode == 1, came.stderr
    table = {line.split()[0]: line.split()[1] for line in came.stdout.splitlines()[1:4]}
    assert table == {"X1": "pass", "X2": "FAIL", "X3": "not"}
    assert "  - b lacks D/y: dir" in came.stdout
    assert "memory: 1 pass, 1 fail, 1 not there" in came.stdout


def test_a_malformed_file_gets_one_line(tmp_path: Path) -> None:
    file = tmp_path / "rows.yaml"
    file.write_text("scenarios: [{id: X1}]")

    came = run(file)

    assert (came.returncode, came.stderr) == (2, "")
    assert came.stdout.splitlines() == [
        f"{file}, row 1 (X1) lacks run, title, initial, a_changes, b_changes, expect"
    ]


@pytest.mark.slow
def test_what_the_tests_played_on_this_very_tree_is_not_played_again(tmp_path: Path) -> None:
    file = tmp_path / "rows.yaml"
    file.write_text(ROWS + ONE_MORE)
    rows = tmp_path / "rows"
    keep(rows, KeptRow("memory", "X1", ("the test failed",), 3.0), stamp_of(file))
    keep(rows, KeptRow("memory", "X2", (), 4.0), stamp_of(file))
    keep(rows, KeptRow("memory", "X4", ("of another tree",), 5.0), "another stamp")

    came = run(file, "--kept", rows, "--report", tmp_path / "rows.xml")

    assert came.returncode == 1, came.stderr
    table = {line.split()[0]: line.split()[1] for line in came.stdout.splitlines()[1:5]}
    assert table == {"X1": "FAIL", "X2": "pass", "X3": "not", "X4": "pass"}
    assert "  - the test failed" in came.stdout
    assert came.stdout.splitlines()[-1] == ("2 of them were played by the tests, 2 for this table")
    report = (tmp_path / "rows.xml").read_text()
    assert report.count("<testcase") == 3
    assert report.count("<failure") == 1


def test_a_test_keeps_what_its_row_came_to_when_all_of_it_is_over(tmp_path: Path) -> None:
    (tmp_path / "test_rows.py").write_text(TESTS)
    rows = tmp_path / "rows"

    _pytest(tmp_path, TURNBUCKLE_ROWS=str(rows))

    came = {name: kept(rows, "memory", name, stamp_of(CATALOGUE)) for name in ("X1", "X2", "X3")}
    assert {name: row is not None and bool(row.wrong) for name, row in came.items()} == {
        "X1": False,
        "X2": True,
        "X3": True,
    }
    assert came["X2"] is not None
    assert came["X2"].wrong[0] == "b lacks D/y: dir"
    assert {path.stem for path in rows.iterdir()} == {"memory-X1", "memory-X2", "memory-X3"}


def test_nothing_is_kept_where_nobody_wants_it(tmp_path: Path) -> None:
    (tmp_path / "test_rows.py").write_text(TESTS)

    _pytest(tmp_path, TURNBUCKLE_ROWS="")

    assert not list(tmp_path.rglob("memory-*"))


def test_a_stamp_changes_with_the_catalogue(tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text(ROWS)
    other.write_text(ROWS + ONE_MORE)

    assert stamp_of(one) != stamp_of(other)


def _pytest(folder: Path, **environment: str) -> None:
    """Run the tests in a folder as ours of the catalogue are run; some of them fail."""
    paths = os.pathsep.join([str(HOUSE / "src"), str(HOUSE / "tests")])
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:warnings"),
            *("-p", "scenarios.conftest", "-c", os.devnull, "--rootdir", folder, folder),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "1 failed, 3 passed, 1 skipped, 1 error" in ended.stdout, ended.stdout
