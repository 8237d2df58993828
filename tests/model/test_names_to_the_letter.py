"""Each rule about names at its edge: the last name that it lets be, the first it does not."""

import pytest

from turnbuckle.model.items import Kind, Name
from turnbuckle.model.names import TEMPORARY, NameRules, fit, lasting, split, suffix, temporary
from turnbuckle.model.policy import Policy
from turnbuckle.model.scope import Direction, Rule, go_by_place

FILE, FOLDER = Kind.FILE, Kind.FOLDER
STEMS = NameRules(reserved_stems=frozenset({"con"}))


@pytest.mark.parametrize("name", ["con", "CON.txt", "con.tar.gz", "con .txt", "Con  .a.b"])
def test_a_reserved_stem_is_all_before_the_first_full_stop_without_spaces_behind(
    name: str,
) -> None:
    assert fit(Name(name), FILE, STEMS) == f"_{name}"


@pytest.mark.parametrize("name", ["icon.txt", "con\t.txt", " con.txt", "a.con", "con1.con"])
def test_what_only_looks_like_a_reserved_stem_stays(name: str) -> None:
    assert fit(Name(name), FILE, STEMS) == name


def test_where_no_start_is_refused_every_start_is_taken() -> None:
    for kind in Kind:
        assert fit(Name("~$XX"), kind, NameRules()) == "~$XX"
        assert fit(Name("XX a"), kind, NameRules()) == "XX a"
        assert fit(Name("XX\0XX"), kind, NameRules()) == "XX\0XX"


def test_a_refused_start_is_refused_for_all_and_one_of_folders_for_folders() -> None:
    rules = NameRules(refused_starts=("~$", "#"), refused_folder_starts=("~",))

    assert fit(Name("~$a"), FILE, rules) == "_~$a"
    assert fit(Name("#a"), FOLDER, rules) == "_#a"
    assert fit(Name("~a"), FOLDER, rules) == "_~a"
    assert fit(Name("~a"), FILE, rules) == "~a"


def test_a_forbidden_piece_keeps_its_letters_between_two_stand_ins() -> None:
    rules = NameRules(forbidden_inside=("_vti_", "_xX"))

    assert fit(Name("a_vti_b"), FILE, rules) == "a-vti-b"
    assert fit(Name("a_VTI_b"), FILE, rules) == "a-vti-b"
    assert fit(Name("a_xx"), FILE, rules) == "a-xX-"


def test_only_spaces_are_trimmed_at_the_start_and_spaces_and_full_stops_at_the_end() -> None:
    rules = NameRules(trims=True)

    assert fit(Name("  .a. . "), FILE, rules) == ".a"
    assert fit(Name("\u00a0a\u00a0"), FILE, rules) == "\u00a0a\u00a0"
    assert fit(Name(" \t a"), FILE, rules) == "- a"
    assert fit(Name(". ."), FILE, rules) == "_"


def test_an_extension_has_at_most_sixteen_letters_and_no_space() -> None:
    assert split(Name("a." + "e" * 16)) == ("a", "." + "e" * 16)
    assert split(Name("a." + "e" * 17)) == ("a." + "e" * 17, "")
    assert split(Name("a.b c")) == ("a.b c", "")
    assert split(Name(".profile")) == (".profile", "")
    assert split(Name("a.")) == ("a.", "")
    assert split(Name("a.b.PDF")) == ("a.b", ".PDF")
    assert suffix(Name("a.b.PDF")) == ".pdf"


def test_a_temporary_name_keeps_the_name_before_while_both_have_255_letters_at_most() -> None:
    room = 255 - len(temporary("7")) - 1

    assert lasting(temporary("7", "n" * room)) == "n" * room
    assert temporary("7", "n" * (room + 1)) == temporary("7")
    assert temporary("7", "") == temporary("7")
    assert temporary("7").startswith(TEMPORARY)


@pytest.mark.parametrize(
    ("scope", "directions", "by_place"),
    [
        ((), {}, False),
        ((Rule(include=False, names=("*.tmp",)),), {}, False),
        ((Rule(include=False, folder="x"),), {}, True),
        ((Rule(include=True, names=("*",)), Rule(include=False, folder="x")), {}, True),
        ((), {"x": Direction.TO_LEFT}, False),
        ((), {"x": Direction.TO_LEFT, "y": Direction.PAUSED}, True),
        ((Rule(include=False, folder="x"),), {"y": Direction.TO_LEFT}, True),
    ],
)
def test_a_place_decides_where_a_rule_names_a_folder_or_a_folder_is_paused(
    scope: tuple[Rule, ...], directions: dict[str, Direction], by_place: bool
) -> None:
    policy = Policy(scope=scope, directions=directions)

    assert go_by_place(policy.scope, policy.directions) is by_place
