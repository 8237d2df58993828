"""The rooms are where `docs/ARCHITECTURE.md` says, and know no more than they may."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from shape.house import HOUSE, PACKAGE, TESTS, rooms, said, sources

ROW = re.compile(r"^\| `(?P<room>\w+)/` \| (?P<line>.+) \|$", re.MULTILINE)
DOCUMENTED = {
    row["room"]: row["line"] for row in ROW.finditer((HOUSE / "docs/ARCHITECTURE.md").read_text())
}
ACROSS_ROOMS = {
    "conformance",
    "contract_checks",
    "others",
    "postgres",
    "figures",
    "fleet",
    "killing",
    "scenarios",
    "shape",
    "simulation",
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "core"}
MOST_LINES = 450
UNFINISHED = re.compile(r"\bTODO\b|\bFIXME\b|\bXXX\b|\bNotImplementedError\b")


def test_arrows_between_rooms_point_down() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )

    assert linted.returncode == 0, linted.stdout


def test_the_page_names_every_room_and_no_other() -> None:
    assert set(DOCUMENTED) == rooms()


@pytest.mark.parametrize("room", sorted(rooms()))
def test_a_room_says_what_the_page_says(room: str) -> None:
    assert said(PACKAGE / room) == f"{room}: {DOCUMENTED.get(room, '(not on the page)')}"


def test_the_page_shows_the_floors_in_the_order_of_the_linter() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    floors = next(each["layers"] for each in contracts if each["type"] == "layers")

    assert [room for floor in floors for room in re.split(r" [|:] ", floor)] == list(DOCUMENTED)


def test_every_folder_of_the_package_says_what_it_is_for() -> None:
    folders = {path.parent for path in sources()}

    silent = [
        folder.relative_to(PACKAGE).as_posix()
        for folder in sorted(folders)
        if not said(folder).startswith(f"{folder.name}: ")
    ]

    assert silent == []


def test_tests_mirror_the_rooms() -> None:
    folders = {path.parent.relative_to(TESTS).parts[0] for path in TESTS.rglob("*/test_*.py")}

    assert folders - ACROSS_ROOMS - rooms() == set(), "tests of a room that is not there"
    assert rooms() - folders == set(), "a room without tests"


def test_files_are_named_after_the_thing_they_hold() -> None:
    files = [*PACKAGE.rglob("*"), *TESTS.rglob("*"), *(HOUSE / "scripts").rglob("*")]

    vague = [
        path.relative_to(HOUSE).as_posix()
        for path in files
        if path.parent.name != "__pycache__" and set(path.stem.lower().split("_")) & VAGUE
    ]

    assert vague == []


def test_files_are_short_enough_to_be_read_at_one_sitting() -> None:
    lengths = {
        path.relative_to(HOUSE).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in sources()
    }

    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_nothing_is_left_unfinished() -> None:
    unfinished = [
        f"{path.relative_to(HOUSE)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]

    assert unfinished == []
