"""Names are cut, marked and numbered to the letter, and refused in plain words."""

import hashlib
from dataclasses import replace

import pytest

from turnbuckle.model.hashes import HashKind, running
from turnbuckle.model.items import Kind, Name, Version
from turnbuckle.model.names import NameRules, conflict_copy, numbered_once
from turnbuckle.model.side import Side

WIDE = NameRules()
TRIMMED = NameRules(trims=True)


def short(longest: int, rules: NameRules = WIDE) -> NameRules:
    return replace(rules, longest=longest)


def test_a_name_that_a_side_can_hold_is_not_refused() -> None:
    assert TRIMMED.refuses("plan.pdf", Kind.FILE) is None


def test_a_name_that_a_side_cannot_hold_is_refused_with_what_it_becomes() -> None:
    assert TRIMMED.refuses("plan. ", Kind.FILE) == "'plan. ' must be spelled 'plan' there"


def test_what_is_refused_for_folders_alone_is_taken_for_files() -> None:
    rules = NameRules(reserved_folders=frozenset({"forms"}))

    assert rules.refuses("Forms", Kind.FOLDER) == "'Forms' must be spelled '_Forms' there"
    assert rules.refuses("Forms", Kind.FILE) is None


@pytest.mark.parametrize(
    ("name", "rules", "numbered"),
    [
        ("abcdefgh.pdf", short(15), "abcdefg (2).pdf"),  # one letter too many, one letter less
        ("abcdefgh.pdf", short(16), "abcdefgh (2).pdf"),
        ("ab. cdef.pdf", short(12, TRIMMED), "ab (2).pdf"),
        ("ab. cdef.pdf", short(12), "ab.  (2).pdf"),
        (".. MAX.pdf", TRIMMED, ".. MAX (2).pdf"),
        ("...abc.pdf", short(11, TRIMMED), "_ (2).pdf"),
    ],
)
def test_a_numbered_file_is_cut_no_more_than_it_must(
    name: str, rules: NameRules, numbered: str
) -> None:
    assert numbered_once(Name(name), Kind.FILE, rules, 2) == numbered


@pytest.mark.parametrize(
    ("name", "rules", "numbered"),
    [
        ("abcdefghi", short(10), "abcdef (2)"),
        ("abcdef", short(10), "abcdef (2)"),  # fits as it is
        (" MAX ", WIDE, " MAX (2)"),
        ("ab\t", WIDE, "ab\t (2)"),
        ("v1.2", WIDE, "v1.2 (2)"),
    ],
)
def test_a_numbered_folder_is_cut_no_more_than_it_must(
    name: str, rules: NameRules, numbered: str
) -> None:
    assert numbered_once(Name(name), Kind.FOLDER, rules, 2) == numbered


def test_the_copy_of_a_folder_is_marked_at_the_end_of_its_name() -> None:
    mark = hashlib.sha256(b"v1.2").hexdigest()[:6]

    copy = conflict_copy(Name("v1.2"), Kind.FOLDER, Side.RIGHT, Version(""), WIDE)

    assert copy == f"v1.2 (conflict right {mark})"


def test_half_a_letter_in_a_name_does_not_keep_its_copy_from_being_named() -> None:
    name = Name("a\ud800.pdf")
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]

    copy = conflict_copy(name, Kind.FILE, Side.LEFT, Version(""), WIDE)

    assert copy == f"a\ud800 (conflict left {mark}).pdf"


@pytest.mark.parametrize("first", [1, 3, 159, 15_999])
def test_a_long_chunk_after_a_short_one_makes_no_difference(first: int) -> None:
    content = bytes(number % 253 for number in range(50_000))
    whole, cut = running(HashKind.QUICKXOR), running(HashKind.QUICKXOR)
    whole.update(content)

    cut.update(content[:first])
    cut.update(content[first:])

    assert cut.text() == whole.text()
