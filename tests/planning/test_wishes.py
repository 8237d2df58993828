"""Which names an item could come to take is said for each side, to the letter."""

from dataclasses import replace

import pytest
from planning.world import NARROW, WIDE, capabilities

from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.names import NameRules, temporary
from turnbuckle.model.policy import Policy, Terms
from turnbuckle.model.side import Side
from turnbuckle.model.trees import PHOTOS
from turnbuckle.planning.naming import copy_name
from turnbuckle.planning.wishes import wishes

LEFT, RIGHT = Side.LEFT, Side.RIGHT
COPY = "a-b (conflict left 790269).pdf"  # the mark is of version 7
SHORT = replace(NARROW, longest=30)


def item(name: str, kind: Kind = Kind.FILE) -> Item:
    return Item(
        id=ItemId("l1"), parent=ItemId("root"), name=Name(name), kind=kind, version=Version("7")
    )


def terms(*, photos: tuple[NameRules, NameRules] = (WIDE, NARROW), mirrored: bool = False) -> Terms:
    """The left takes any name, the right does not; their Photos may have other rules."""
    wide, narrow = capabilities(WIDE, hashes=False), capabilities(NARROW, hashes=True)
    left, right = (narrow, wide) if mirrored else (wide, narrow)
    return Terms(
        policy=Policy(),
        left=replace(left, tools={PHOTOS: replace(left, names=photos[0], duplicate_names=True)}),
        right=replace(right, tools={PHOTOS: replace(right, names=photos[1])}),
    )


def numbered(name: str, first: int, last: int) -> list[str]:
    stem, dot, suffix = name.partition(".")
    return [f"{stem} ({number}){dot}{suffix}" for number in range(first, last + 1)]


def test_a_file_wishes_for_its_copys_name_and_its_own_and_ten_numbers_on_both_sides() -> None:
    wished = list(wishes(LEFT, item("a:b.pdf"), terms()))

    assert wished == [
        (LEFT, COPY),
        (RIGHT, COPY),
        *((LEFT, name) for name in ("a:b.pdf", *numbered("a:b.pdf", 2, 11))),
        *((RIGHT, name) for name in ("a-b.pdf", *numbered("a-b.pdf", 2, 11))),
    ]


def test_a_file_of_the_right_is_fitted_to_the_left_where_that_is_the_strict_one() -> None:
    wished = list(wishes(RIGHT, item("a:b.pdf"), terms(mirrored=True)))

    copy = "a-b (conflict right 790269).pdf"
    assert wished == [
        (LEFT, copy),
        (RIGHT, copy),
        *((LEFT, name) for name in ("a-b.pdf", *numbered("a-b.pdf", 2, 11))),
        *((RIGHT, name) for name in ("a:b.pdf", *numbered("a:b.pdf", 2, 11))),
    ]


def test_a_folder_wishes_for_no_copy() -> None:
    wished = list(wishes(LEFT, item("a:b", Kind.FOLDER), terms()))

    assert wished == [
        *((LEFT, name) for name in ("a:b", *numbered("a:b", 2, 11))),
        *((RIGHT, name) for name in ("a-b", *numbered("a-b", 2, 11))),
    ]


def test_a_folder_is_numbered_behind_its_full_stop() -> None:
    wished = list(wishes(LEFT, item("v1.2", Kind.FOLDER), terms()))

    assert wished[:2] == [(LEFT, "v1.2"), (LEFT, "v1.2 (2)")]
    assert wished[11:13] == [(RIGHT, "v1.2"), (RIGHT, "v1.2 (2)")]


def test_an_item_with_a_temporary_name_wishes_for_the_one_that_it_had() -> None:
    exchanged = item(temporary("l1", "a:b.pdf"))

    assert list(wishes(LEFT, exchanged, terms())) == list(wishes(LEFT, item("a:b.pdf"), terms()))


@pytest.mark.parametrize(("rounds", "first", "last"), [(1, 12, 51), (2, 52, 211)])
def test_each_further_round_asks_for_four_times_as_many_numbers_and_nothing_else(
    rounds: int, first: int, last: int
) -> None:
    wished = list(wishes(LEFT, item("a:b.pdf"), terms(), rounds=rounds))

    assert wished == [
        *((LEFT, name) for name in numbered("a:b.pdf", first, last)),
        *((RIGHT, name) for name in numbered("a-b.pdf", first, last)),
    ]


def test_a_photo_wishes_for_no_name_of_its_own_where_photos_may_share_names() -> None:
    wished = list(wishes(LEFT, item("a:b.pdf"), terms(photos=(WIDE, WIDE)), PHOTOS))

    copy = "a:b (conflict left 790269).pdf"
    assert wished == [
        (LEFT, copy),
        (RIGHT, copy),
        *((RIGHT, name) for name in ("a:b.pdf", *numbered("a:b.pdf", 2, 11))),
    ]


def test_an_album_wishes_for_names_on_both_sides_although_photos_may_share_theirs() -> None:
    wished = list(wishes(LEFT, item("a:b", Kind.FOLDER), terms(), PHOTOS))

    assert {side for side, _ in wished} == {LEFT, RIGHT}


def test_what_a_tool_holds_as_a_name_is_asked_of_that_tool() -> None:
    long = item("a:bcdefghijklmnopqrstuvwxyz.pdf")

    wished = list(wishes(LEFT, long, terms(photos=(WIDE, SHORT)), PHOTOS))

    assert {len(name) for _, name in wished} == {30}


def test_a_copy_is_named_so_that_the_left_can_hold_it_too() -> None:
    assert copy_name(item("a:b.pdf"), LEFT, terms(mirrored=True)) == COPY


def test_a_copy_is_named_by_the_rules_of_its_tool() -> None:
    photos = terms(photos=(replace(WIDE, forbidden=frozenset("#")), SHORT))

    told = copy_name(item("a#bcdefghijkl.pdf"), LEFT, photos, PHOTOS)

    assert told == "a-b (conflict left 790269).pdf"


def test_a_copy_is_no_longer_than_the_stricter_side_takes() -> None:
    photos = terms(photos=(replace(WIDE, longest=40), NARROW))

    told = copy_name(item("a photo of the roof by morning light.jpg"), RIGHT, photos, PHOTOS)

    assert len(told) == 40
    assert told.endswith(" (conflict right 790269).jpg")


def test_the_copy_of_a_folder_is_fitted_and_marked_as_a_folder() -> None:
    rules = replace(NARROW, reserved_folders=frozenset({"v1.2"}))
    strict = replace(terms(), right=capabilities(rules, hashes=True))

    told = copy_name(item("v1.2", Kind.FOLDER), RIGHT, strict)

    assert told == "_v1.2 (conflict right 790269)"


def test_a_folder_wishes_for_the_name_that_the_other_side_has_for_folders() -> None:
    rules = replace(NARROW, reserved_folders=frozenset({"forms"}))
    strict = replace(terms(), right=capabilities(rules, hashes=True))

    wished = list(wishes(LEFT, item("Forms", Kind.FOLDER), strict))

    assert wished[11:13] == [(RIGHT, "_Forms"), (RIGHT, "_Forms (2)")]


def test_a_name_that_a_side_has_is_wished_for_there_although_its_rules_forbid_it() -> None:
    wished = list(wishes(RIGHT, item("a:b", Kind.FOLDER), terms()))

    assert wished[11:13] == [(RIGHT, "a:b"), (RIGHT, "a:b (2)")]
