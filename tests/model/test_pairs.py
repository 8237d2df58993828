"""A pair says what both sides held when they agreed, on the place and on the content apart."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.pairs import Base, Half, Pair, agreed, half_of
from turnbuckle.model.side import Side


def item(side: str, **other: object) -> Item:
    """A file as one side tells it."""
    plain = Item(
        id=ItemId(f"{side}1"), parent=ItemId(f"{side}0"), name=Name(f"{side}.pdf"), kind=Kind.FILE,
        version=Version("v1"), size=3, modified=datetime(2026, 1, 5, tzinfo=UTC),
        hashes=frozenset({f"sha256:{side}"}),
    )  # fmt: skip
    return replace(plain, **other)  # type: ignore[arg-type]


LEFT, RIGHT = item("l"), item("r")
WAS = agreed(None, LEFT, RIGHT, place=True, content=True)
NEWER = {
    "parent": ItemId("elsewhere"), "name": Name("new.pdf"), "version": Version("v2"), "size": 9,
    "hashes": frozenset({"sha256:new"}), "modified": datetime(2026, 2, 6, tzinfo=UTC),
}  # fmt: skip


def place_of(half: Half) -> tuple[object, ...]:
    return half.parent, half.name


def content_of(half: Half) -> tuple[object, ...]:
    return half.version, half.size, half.hashes, half.modified


def test_a_first_pair_holds_both_items_as_they_are() -> None:
    assert Pair(kind=Kind.FILE, left=half_of(LEFT), right=half_of(RIGHT)) == WAS


@pytest.mark.parametrize("side", Side)
def test_an_agreement_on_the_place_leaves_the_content_as_it_was(side: Side) -> None:
    newer = {Side.LEFT: item("l", **NEWER), Side.RIGHT: item("r", **NEWER)}

    now = agreed(WAS, newer[Side.LEFT], newer[Side.RIGHT], place=True, content=False)

    assert place_of(now.half(side)) == (newer[side].parent, newer[side].name)
    assert content_of(now.half(side)) == content_of(WAS.half(side))


@pytest.mark.parametrize("side", Side)
def test_an_agreement_on_the_content_leaves_the_place_as_it_was(side: Side) -> None:
    newer = {Side.LEFT: item("l", **NEWER), Side.RIGHT: item("r", **NEWER)}

    now = agreed(WAS, newer[Side.LEFT], newer[Side.RIGHT], place=False, content=True)

    assert place_of(now.half(side)) == place_of(WAS.half(side))
    assert content_of(now.half(side)) == content_of(half_of(newer[side]))


def test_an_item_that_took_anothers_place_brings_its_id_whatever_else_is_agreed() -> None:
    now = agreed(WAS, item("l", id=ItemId("l2")), RIGHT, place=False, content=False)

    assert now.left.id == "l2"
    assert content_of(now.left) == content_of(WAS.left)


def test_a_base_finds_a_pair_by_either_sides_id() -> None:
    base = Base([WAS])

    assert base.of(Side.LEFT, LEFT.id) is WAS
    assert base.of(Side.RIGHT, RIGHT.id) is WAS
    assert base.of(Side.RIGHT, LEFT.id) is None
    assert base.of(Side.LEFT, None) is None
