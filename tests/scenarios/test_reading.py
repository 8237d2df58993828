"""A file that is no catalogue gets one clear line."""

from pathlib import Path

import pytest
from scenarios.reading import Malformed, read
from scenarios.vocabulary import CATALOGUE

ROW = """
scenarios:
- {{id: X1, run: auto, title: A new file, initial: {{}}, a_changes: {changes}, b_changes: [],
   fault: {fault}, expect: {expect}}}
"""


def refused(folder: Path, text: str) -> str:
    file = folder / "rows.yaml"
    file.write_text(text)
    with pytest.raises(Malformed) as caught:
        read(file)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def row(changes: str = "[]", fault: str = "null", expect: str = "{}") -> str:
    return ROW.format(changes=changes, fault=fault, expect=expect)


def test_our_own_catalogue_can_be_read() -> None:
    found = read(CATALOGUE)

    assert len([each for each in found.rows if each["run"] != "manual"]) == 260


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match=r"nowhere\.yaml cannot be read"):
        read(tmp_path / "nowhere.yaml")


def test_a_line_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    assert "line 2" in refused(tmp_path, "scenarios:\n- {id: [}\n")


def test_a_file_without_rows_says_so(tmp_path: Path) -> None:
    assert "no list of rows" in refused(tmp_path, "meta: {}\n")


def test_a_row_that_lacks_something_is_named(tmp_path: Path) -> None:
    assert "(X1) lacks run, title" in refused(tmp_path, "scenarios: [{id: X1}]")


def test_a_change_without_a_word_in_the_catalogue_is_named(tmp_path: Path) -> None:
    assert "no word 'paint'" in refused(tmp_path, row(changes="[{paint: D/a.pdf}]"))


def test_an_unknown_fault_is_named(tmp_path: Path) -> None:
    assert "'earthquake'" in refused(tmp_path, row(fault="{kind: earthquake}"))


def test_an_unknown_expectation_is_named(tmp_path: Path) -> None:
    assert "happiness" in refused(tmp_path, row(expect="{happiness: 1}"))


def test_rows_without_anything_around_them_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "rows.yaml"
    file.write_text(row())

    assert [each["id"] for each in read(file).rows] == ["X1"]
