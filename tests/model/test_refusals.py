"""A name that a side cannot hold is refused in words, and marks hold for any text."""

import pytest
from planning.world import NARROW, WIDE

from turnbuckle.model.items import Kind, Name, Version
from turnbuckle.model.names import conflict_copy, fit, is_conflict_copy, numbered
from turnbuckle.model.side import Side


@pytest.mark.parametrize("kind", Kind)
def test_a_name_that_fits_is_not_refused(kind: Kind) -> None:
    assert NARROW.refuses("a.pdf", kind) is None


def test_a_refusal_says_how_the_name_must_be_spelled() -> None:
    assert NARROW.refuses("a:b", Kind.FILE) == "'a:b' must be spelled 'a-b' there"


@pytest.mark.parametrize("letter", ["\ud800", "é"])
def test_any_text_can_be_shortened_with_a_mark(letter: str) -> None:
    name = Name(letter + "n" * 300 + ".pdf")

    fitted = fit(name, Kind.FILE, NARROW)

    assert len(fitted) == 255
    assert fitted.endswith(".pdf")
    assert "~" in fitted


def test_a_folders_copy_is_marked_at_its_end_whatever_full_stops_it_has() -> None:
    name = conflict_copy(Name("v1.2"), Kind.FOLDER, Side.RIGHT, Version("v"), NARROW)

    assert name.startswith("v1.2 (conflict right ")
    assert is_conflict_copy(name) == ("v1.2", Side.RIGHT)


def test_the_first_number_that_is_free_is_taken() -> None:
    taken = {"a (2).pdf", "a (3).pdf"}

    assert numbered(Name("a.pdf"), Kind.FILE, WIDE, taken.__contains__) == "a (4).pdf"
