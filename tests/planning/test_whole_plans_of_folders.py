"""The whole plan where folders are kept, made again or stay for the sake of what is in them."""

from dataclasses import replace

import pytest
from planning.plans_told import tale
from planning.telling import LEFT, RIGHT
from planning.world import ROOT

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.names import NameRules
from turnbuckle.model.pairs import Base, Half, Pair, half_of
from turnbuckle.model.policy import Policy
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS, PHOTOS, Tree
from turnbuckle.planning.matching import same_bytes
from turnbuckle.planning.nodes import Forest, State

mirrored = pytest.mark.parametrize("turned", [False, True])

TO_Z = Policy(directions={"z": Direction.TO_RIGHT})
LONGER = b"edited, and of another length"


@mirrored
def test_a_photo_whose_name_begins_with_its_albums_keeps_its_name(turned: bool) -> None:
    told = tale(turned=turned, gallery=True)
    told.put(LEFT, "P/Site/Site - 1.jpg", b"photo")
    told.put(LEFT, "P/Site - North/Site - 2.jpg", b"photo 2")

    assert told.told() == [
        "0 right folder P/Site of P/Site",
        "1 right folder P/Site - North of P/Site - North",
        "2 right file Site/Site - 1.jpg in #0 of left P/Site/Site - 1.jpg, paired after 0",
        (
            "3 right file Site - North/Site - 2.jpg in #1 of left P/Site - North/Site - 2.jpg, "
            "paired after 1"
        ),
        "rests left ., P",
        "rests right ., P",
    ]


@mirrored
def test_a_folder_deleted_as_an_album_stays_for_the_folder_that_lies_in_it(turned: bool) -> None:
    told = tale(turned=turned, gallery=True)
    told.put(RIGHT, "P/Site/North/i.jpg", b"photo")
    told.put(RIGHT, "P/k.jpg", b"another")
    told.world.settle()
    told.remove(LEFT, "P/Site")
    told.write(RIGHT, "P/Site/North/i.jpg", LONGER)

    assert told.told() == [
        "0 forget P/~Site told as Site",
        "1 left folder P/Site of P/Site",
        "2 left replace P/Site - North/i.jpg by P/Site/North/i.jpg",
        "tells right Site: delete_cancelled",
        "rests left ., P, P/Site - North, P/k.jpg",
        "rests right ., P, P/Site/North, P/k.jpg",
    ]


@mirrored
def test_a_nested_folder_is_made_again_in_the_one_that_is_made_again_around_it(
    turned: bool,
) -> None:
    told = tale(turned=turned, gallery=True)
    for path in ("P/North/i.jpg", "P/Site/j.jpg", "P/k.jpg"):
        told.put(RIGHT, path, path.encode())
        told.world.settle()
    told.move(RIGHT, "P/North", "P/Site/North")
    told.world.settle()
    told.remove(RIGHT, "P/Site")
    told.write(LEFT, "P/Site/j.jpg", LONGER)
    told.write(LEFT, "P/Site - North/i.jpg", LONGER)

    assert told.told() == [
        "0 forget P/Site",
        "1 forget P/Site - North",
        "2 forget P/Site/j.jpg",
        "3 forget P/Site - North/i.jpg",
        "4 right folder P/Site of P/Site",
        "5 right folder Site/North in #4 of P/Site - North after 4",
        "6 right file Site/j.jpg in #4 of left P/Site/j.jpg, paired after 4",
        "7 right file Site/North/i.jpg in #5 of left P/Site - North/i.jpg, paired after 5",
        "tells left Site - North: delete_cancelled",
        "tells left Site - North/i.jpg: delete_cancelled",
        "tells left Site: delete_cancelled",
        "tells left Site/j.jpg: delete_cancelled",
        "rests left ., P, P/k.jpg",
        "rests right ., P, P/k.jpg",
    ]


@mirrored
def test_what_has_a_temporary_name_and_was_deleted_there_was_not_renamed_by_a_person(
    turned: bool,
) -> None:
    told = tale("a.pdf", "k.pdf", turned=turned)
    told.move(LEFT, "a.pdf", "turnbuckle-temp-aaaaaa a.pdf")
    told.remove(RIGHT, "a.pdf")

    assert told.told() == [
        (
            "0 left delete turnbuckle-temp-aaaaaa a.pdf told as a.pdf with "
            "turnbuckle-temp-aaaaaa a.pdf"
        ),
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_what_vanished_is_held_also_where_it_failed_before(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", "k.pdf", turned=turned)
    told.hide(RIGHT, "x/a.pdf")
    told.fail(LEFT, "x/a.pdf")

    assert told.told() == [
        "tells right x/a.pdf: vanished_without_tombstone (1 file deleted)",
        "holds left x/a.pdf: vanished_without_tombstone",
        "rests left ., k.pdf, x, x/a.pdf",
        "rests right ., k.pdf, x, x/a.pdf",
    ]


@mirrored
def test_what_is_in_a_folder_whose_move_is_refused_is_told_where_it_is(turned: bool) -> None:
    told = tale("deep/", "x/", "x/a.pdf", turned=turned)
    names = told.world.terms.capabilities(told.side(RIGHT)).names
    told.able(RIGHT, names=replace(names, longest_path=8))
    told.move(LEFT, "x", "deep/x:yz")
    told.write(LEFT, "deep/x:yz/a.pdf", LONGER)

    assert told.told() == [
        "0 right replace x/a.pdf by deep/x:yz/a.pdf",
        "waits right deep/x-yz: path_too_long (10 characters, 8 at most)",
        "rests left ., deep",
        "rests right ., deep",
    ]


@mirrored
@pytest.mark.parametrize(("name", "moves"), [("abc:e.pdf", True), ("abc:ef.pdf", False)])
def test_a_file_is_renamed_while_its_path_fits(name: str, moves: bool, turned: bool) -> None:
    told = tale("x/", "x/a.pdf", turned=turned)
    names = told.world.terms.capabilities(told.side(RIGHT)).names
    told.able(RIGHT, names=replace(names, longest_path=12))
    told.move(LEFT, "x/a.pdf", f"x/{name}")

    assert told.told()[0] == (
        "0 right move x/a.pdf to x/abc-e.pdf with x/abc:e.pdf, settles"
        if moves
        else "waits right x/abc-ef.pdf: path_too_long (13 characters, 12 at most)"
    )


@mirrored
def test_a_folder_does_not_move_into_one_that_lies_in_it_and_failed_to_leave(turned: bool) -> None:
    told = tale("x/", "y/", turned=turned)
    told.move(LEFT, "x", "y/x")
    told.move(RIGHT, "y", "x/y")
    told.fail(RIGHT, "x/y")

    assert told.told() == [
        "waits right x/y: set_aside",
        "tells right y: move_overruled",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_a_folder_does_not_move_into_one_that_lies_in_it_and_may_not_leave(turned: bool) -> None:
    told = tale("x/", "y/", policy=Policy(directions={"": Direction.TO_RIGHT}), turned=turned)
    told.move(LEFT, "x", "y/x")
    told.move(RIGHT, "y", "x/y")

    assert told.told() == [
        "waits right y: one_way",
        "waits right x: folder_waits",
        "tells right y: move_overruled",
        "rests left ., y",
        "rests right ., x/y",
    ]


@mirrored
def test_what_stays_in_a_folder_that_is_to_be_in_it_is_told_where_it_is(turned: bool) -> None:
    policy = Policy(
        scope=(Rule(include=False, folder="n/p/f"),), directions={"n": Direction.TO_LEFT}
    )
    told = tale("f/", "f/p/", "n/", policy=policy, turned=turned)
    told.move(LEFT, "f/p", "n/p")
    told.move(LEFT, "f", "n/p/f")

    assert told.told() == [
        "waits left n: one_way",
        "waits left n/p: one_way",
        "rests left ., n/p, n/p/f",
        "rests right ., f, f/p",
    ]


@mirrored
def test_two_that_stay_each_in_the_other_on_one_side_are_told_where_they_are(turned: bool) -> None:
    told = tale("p/", "p/f/", "long/", "z/", policy=TO_Z, turned=turned)
    names = told.world.terms.capabilities(told.side(RIGHT)).names
    told.able(RIGHT, names=replace(names, longest_path=5))
    told.move(LEFT, "p", "long/p")
    told.move(RIGHT, "p/f", "z/f")
    told.move(RIGHT, "p", "z/f/p")

    assert told.told() == [
        "waits right z/f: one_way",
        "waits right long/p: path_too_long (7 characters, 5 at most)",
        "tells right long/p: move_overruled",
        "rests left ., long, long/p/f, z",
        "rests right ., long, z, z/f",
    ]


def test_a_folder_does_not_move_into_one_that_lies_in_it_and_has_no_name_yet() -> None:
    told = tale("x/", "y/", "a", "k.pdf")
    told.move(LEFT, "x", "y/x")
    told.write(LEFT, "a", b"A")
    told.remove(RIGHT, "a")
    told.move(RIGHT, "y", "x/a")

    assert told.told() == [
        "0 left read a",
        "waits right x: folder_waits",
        "tells right y: move_overruled",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]
    told.world.settle()
    assert told.place(LEFT).paths() == told.place(RIGHT).paths()


@mirrored
def test_what_both_moved_into_folders_that_they_put_into_each_other_is_told_once_they_are_parted(
    turned: bool,
) -> None:
    told = tale("one/", "two/", "three/", "a.pdf", turned=turned)
    told.move(LEFT, "one", "two/one")
    told.move(LEFT, "a.pdf", "two/one/a.pdf")
    told.move(RIGHT, "two", "one/two")
    told.move(RIGHT, "a.pdf", "three/a.pdf")

    assert told.told() == [
        "0 right move one/two to two with two, settles",
        "1 right move one to one/two/one told as two/one with two/one, settles after 0",
        "2 right move three/a.pdf to one/a.pdf told as two/one/a.pdf with two/one/a.pdf, settles",
        "tells right two/one/a.pdf: move_overruled",
        "tells right two: move_overruled",
        "rests left ., three",
        "rests right ., three",
    ]


def item(name: str, parent: str | None, kind: Kind = Kind.FOLDER) -> Item:
    above = None if parent is None else ItemId(parent)
    return Item(id=ItemId(name), parent=above, name=Name(name), kind=kind)


def pair(name: str, parent: str | None, other: str | None = None) -> Pair:
    left = half_of(item(name, parent))
    return Pair(kind=Kind.FOLDER, left=left, right=replace(left, id=ItemId(other or name)))


def forest(
    pairs: list[Pair], left: list[Item], right: list[Item] | None = None, **known: list[ItemId]
) -> Forest:
    """Documents and photos, whose folders are called so on both sides."""
    roots = {ItemId(DOCUMENTS): DOCUMENTS, ItemId(PHOTOS): PHOTOS}
    tops = [item(name, None) for name in (DOCUMENTS, PHOTOS)]
    return Forest(
        Base([*(pair(name, None) for name in (DOCUMENTS, PHOTOS)), *pairs]),
        Tree(LEFT, roots, [*tops, *left], **known),  # type: ignore[arg-type]
        Tree(RIGHT, roots, [*tops, *(left if right is None else right)]),
        tale().world.terms,
    )


def test_what_is_below_a_tool_that_is_off_lives_elsewhere() -> None:
    off = [ItemId("off")]
    found = forest([], [item("x", "off"), item("y", "x")], elsewhere=off)

    assert found.state(LEFT, ItemId("off")) is State.ELSEWHERE
    assert found.state(LEFT, ItemId("y")) is State.ELSEWHERE
    assert found.state(RIGHT, ItemId("y")) is State.HIDDEN


def test_what_is_below_a_folder_that_is_gone_or_hidden_is_so_too() -> None:
    gone, hidden = [ItemId("gone")], [ItemId("hidden")]
    found = forest([], [item("x", "gone"), item("y", "hidden")], gone=gone, hidden=hidden)

    assert found.state(LEFT, ItemId("x")) is State.GONE
    assert found.state(LEFT, ItemId("y")) is State.HIDDEN
    assert found.state(LEFT, ItemId(PHOTOS)) is State.PRESENT
    assert found.state(LEFT, ItemId("never heard of")) is State.HIDDEN


def test_folders_that_lie_in_each_other_are_hidden() -> None:
    found = forest([], [item("x", "y"), item("y", "x")])

    assert found.state(LEFT, ItemId("x")) is State.HIDDEN


def test_a_node_is_in_the_tool_in_which_the_preferred_side_has_it() -> None:
    found = forest([pair("x", PHOTOS)], [item("x", DOCUMENTS)], [item("x", PHOTOS)])
    node = found.node(LEFT, ItemId("x"))
    assert node is not None

    assert node.tool == DOCUMENTS
    assert [found.tool_at(node, side) for side in Side] == [DOCUMENTS, PHOTOS]
    assert [found.tool_then(node, side) for side in Side] == [PHOTOS, PHOTOS]


def test_what_is_gone_was_in_the_tool_of_the_folders_that_the_base_knows() -> None:
    lost = [pair("x", PHOTOS), pair("y", "x"), pair("z", "y")]
    found = forest(lost, [], gone=[ItemId("x")])
    node = found.node(LEFT, ItemId("z"))
    assert node is not None

    assert [found.tool_at(node, side) for side in Side] == [PHOTOS, PHOTOS]
    assert [found.tool_then(node, side) for side in Side] == [PHOTOS, PHOTOS]


@pytest.mark.parametrize("side", Side)
def test_a_folder_was_seen_last_where_its_tree_has_it_and_else_where_the_base_does(
    side: Side,
) -> None:
    pairs = [pair("x", PHOTOS), pair("y", PHOTOS), pair("a", "x", "other a"), pair("b", "x")]
    seen = [item("x", PHOTOS), item("y", PHOTOS), item("a", "y"), item("other a", "y")]
    found = forest(pairs, seen)
    last = [found.holder_last(found.node(side, ItemId(name)), side) for name in ("b",)]  # type: ignore[arg-type]
    moved = found.holder_last(found.node(side, ItemId("a" if side is LEFT else "other a")), side)  # type: ignore[arg-type]

    assert last == [found.node(side, ItemId("x"))]
    assert moved is found.node(side, ItemId("y"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"k:1"}, {"k:1"}, True),
        ({"k:1"}, {"k:2"}, False),
        ({"k:1"}, {"l:1"}, None),
        ({"k:1", "l:2"}, {"l:2", "m:3"}, True),
        ({"k:a:1"}, {"k:b:1"}, False),
        ({"k:a:1"}, {"k:a:1"}, True),
        (set(), {"k:1"}, None),
    ],
)
def test_bytes_are_compared_by_a_hash_that_both_have(
    one: set[str], other: set[str], same: bool | None
) -> None:
    file = replace(item("a", ROOT, Kind.FILE), size=1)
    half: Half = replace(half_of(file), hashes=frozenset(other))

    assert same_bytes(replace(file, hashes=frozenset(one)), half) is same


def test_bytes_of_another_number_differ_and_no_bytes_are_the_same() -> None:
    one, two = (replace(item("a", ROOT, Kind.FILE), size=size) for size in (1, 2))
    empty = item("a", ROOT, Kind.FILE)

    assert same_bytes(one, two) is False
    assert same_bytes(empty, replace(empty, hashes=frozenset({"k:1"}))) is True
    assert NameRules().key("a") == "a"
