"""`make catalogue FILE=` plays any file of the vocabulary."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "catalogue.py"
ROWS = """
scenarios:
- {id: X1, run: auto, title: Comes out, initial: {}, a_changes: [{put: [D/a.pdf, v1]}],
   b_changes: [], fault: null, expect: {tree: {D/a.pdf: v1}}}
- {id: X2, run: auto, title: Comes out otherwise, initial: {}, a_changes: [{mkdir: D/x/}],
   b_changes: [], fault: null, expect: {tree: {D/y/: dir}}}
- {id: X3, run: manual, title: For a person, initial: {}, a_changes: [], b_changes: [],
   fault: null, expect: {}}
"""


def run(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, file, "--memory-only", "--workers", "1"],
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
