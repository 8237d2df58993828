"""What the shape tests look at: the files and folders of this repository."""

import ast
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PACKAGE = HOUSE / "src" / "turnbuckle"
TESTS = HOUSE / "tests"


def rooms() -> set[str]:
    """Name the rooms: the folders of the package that hold Python."""
    return {path.parent.name for path in PACKAGE.glob("*/*.py")}


def sources() -> list[Path]:
    """List our Python in the package; what Django writes is not ours."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def said(folder: Path) -> str:
    """Give the docstring of a folder's `__init__.py` on one line; empty when there is none."""
    front = folder / "__init__.py"
    if not front.is_file():
        return ""
    return " ".join((ast.get_docstring(ast.parse(front.read_text("utf-8"))) or "").split())


def tracked() -> list[Path]:
    """List the files that git keeps, as far as they are there."""
    if not (HOUSE / ".git").exists():
        pytest.skip("not needed here: this copy is no git checkout")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, check=True, text=True
    )
    paths = (HOUSE / name for name in listing.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]
