"""Names are fitted as `docs/names.md` tells people, and the same way every time."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnbuckle.connectors.graph.capabilities import NAMES as TEAMS
from turnbuckle.model.items import Kind, Name, Version
from turnbuckle.model.names import (
    NameRules,
    conflict_copy,
    fit,
    is_conflict_copy,
    lasting,
    length,
    numbered,
    split,
    temporary,
)
from turnbuckle.model.side import Side

PAGE = Path(__file__).parents[2] / "docs" / "names.md"
EXAMPLES = re.findall(r"\| `([^`|]+)` → `([^`|]+)` \|$", PAGE.read_text("utf-8"), re.MULTILINE)
LETTERS = st.sampled_from('aAéE\u0301Σς~$_vti. -()"*:|\\\t\x7f😀') | st.characters(
    exclude_characters="/"
)
NAMES = st.text(LETTERS, min_size=1, max_size=300)
KINDS = st.sampled_from(Kind)


@pytest.mark.parametrize(("ours", "theirs"), [each for each in EXAMPLES if "…" not in each[0]])
def test_an_example_on_the_page_is_true(ours: str, theirs: str) -> None:
    assert fit(Name(ours), Kind.FILE, TEAMS) == theirs


def test_the_page_has_an_example_for_each_rule_of_spelling() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("name", ["Forms", "~drafts"])
def test_some_names_are_refused_for_folders_only(name: str) -> None:
    assert fit(Name(name), Kind.FOLDER, TEAMS) == f"_{name}"
    assert fit(Name(name), Kind.FILE, TEAMS) == name


@given(name=NAMES, kind=KINDS)
def test_a_fitted_name_is_one_that_the_side_can_hold(name: str, kind: Kind) -> None:
    fitted = fit(Name(name), kind, TEAMS)

    assert fitted
    assert not set(fitted) & TEAMS.forbidden
    assert "_vti_" not in fitted.casefold()
    assert fitted == fitted.strip(" ").rstrip(" .")
    assert length(fitted) <= TEAMS.longest


@given(name=NAMES, kind=KINDS)
def test_fitting_twice_is_fitting_once(name: str, kind: Kind) -> None:
    once = fit(Name(name), kind, TEAMS)

    assert fit(once, kind, TEAMS) == once


def test_a_long_name_keeps_its_extension_and_differs_from_its_like() -> None:
    one = fit(Name("a" * 300 + ".pdf"), Kind.FILE, TEAMS)
    other = fit(Name("a" * 301 + ".pdf"), Kind.FILE, TEAMS)

    assert length(one) == TEAMS.longest
    assert split(one)[1] == ".pdf"
    assert one != other


@pytest.mark.parametrize("other", ["PLAN É.pdf", unicodedata.normalize("NFD", "plan é.pdf")])
def test_names_equal_but_for_case_or_form_are_one_name_in_teams(other: str) -> None:
    assert TEAMS.key("plan é.pdf") == TEAMS.key(other)
    assert NameRules().key("plan é.pdf") != NameRules().key(other)


def test_a_number_goes_before_the_extension_and_skips_what_is_taken() -> None:
    taken = {"doors (2).pdf"}

    assert numbered(Name("Doors.pdf"), Kind.FILE, TEAMS, taken.__contains__) == "Doors (3).pdf"
    assert numbered(Name("v1.2"), Kind.FOLDER, TEAMS, taken.__contains__) == "v1.2 (2)"


def test_a_conflict_copy_names_its_origin_and_is_recognised() -> None:
    copy = conflict_copy(Name("A-101.pdf"), Kind.FILE, Side.LEFT, Version("7"), TEAMS)

    assert re.fullmatch(r"A-101 \(conflict left [0-9a-f]{6}\)\.pdf", copy)
    assert is_conflict_copy(copy) == ("A-101.pdf", Side.LEFT)


def test_a_copy_of_a_copy_is_named_after_the_original() -> None:
    copy = conflict_copy(Name("A-101.pdf"), Kind.FILE, Side.LEFT, Version("7"), TEAMS)

    again = conflict_copy(copy, Kind.FILE, Side.RIGHT, Version("8"), TEAMS)

    assert is_conflict_copy(again) == ("A-101.pdf", Side.RIGHT)


def test_an_ordinary_name_is_no_conflict_copy() -> None:
    assert is_conflict_copy(Name("A-101 (conflict).pdf")) is None


def test_the_page_shows_a_conflict_copy_as_we_recognise_it() -> None:
    shown = re.search(r"`(A-101 \(conflict [^`]+)`", PAGE.read_text("utf-8"))

    assert shown is not None
    assert is_conflict_copy(Name(shown[1])) == ("A-101.pdf", Side.LEFT)


def test_a_temporary_name_remembers_the_one_before_where_both_fit() -> None:
    long = Name("x" * 250)

    assert lasting(temporary("7", "A-101 (2).pdf")) == "A-101 (2).pdf"
    assert lasting(temporary("7", long)) == temporary("7")
    assert lasting(Name("turnbuckle-temp-notes.txt")) == "turnbuckle-temp-notes.txt"
