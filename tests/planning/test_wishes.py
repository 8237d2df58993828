"""Which names an item could come to take: the planner has to know who holds them."""

from dataclasses import replace

from planning.world import terms

from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.side import Side
from turnbuckle.model.trees import PHOTOS
from turnbuckle.planning.naming import copy_name
from turnbuckle.planning.wishes import wishes

LEFT, RIGHT = Side.LEFT, Side.RIGHT


def item(name: str, kind: Kind = Kind.FILE) -> Item:
    return Item(id=ItemId("l1"), parent=None, name=Name(name), kind=kind, version=Version("v1"))


def test_a_file_could_take_its_name_on_both_sides_its_copys_name_and_the_next_numbers() -> None:
    file = item("p:1.pdf")

    found = list(wishes(LEFT, file, terms()))

    copy = copy_name(file, LEFT, terms())
    numbers = range(2, 12)
    assert copy.startswith("p-1 (conflict left ")
    assert found == [
        (LEFT, copy),
        (RIGHT, copy),
        (LEFT, "p:1.pdf"),
        *((LEFT, f"p:1 ({number}).pdf") for number in numbers),
        (RIGHT, "p-1.pdf"),
        *((RIGHT, f"p-1 ({number}).pdf") for number in numbers),
    ]


def test_a_folder_could_take_no_copys_name() -> None:
    found = list(wishes(RIGHT, item("x", Kind.FOLDER), terms()))

    assert len(found) == 22
    assert found[:2] == [(LEFT, "x"), (LEFT, "x (2)")]
    assert found[11:13] == [(RIGHT, "x"), (RIGHT, "x (2)")]


def test_further_rounds_ask_about_the_numbers_that_follow_and_more_of_them_each_time() -> None:
    folder = item("x", Kind.FOLDER)

    second = [name for side, name in wishes(LEFT, folder, terms(), rounds=1) if side is LEFT]
    third = [name for side, name in wishes(LEFT, folder, terms(), rounds=2) if side is LEFT]

    assert (second[0], second[-1], len(second)) == ("x (12)", "x (51)", 40)
    assert (third[0], third[-1], len(third)) == ("x (52)", "x (211)", 160)


def test_where_files_share_names_nobody_holds_one() -> None:
    shared = terms()
    albums = replace(shared.left, duplicate_names=True)
    shared = replace(shared, left=replace(shared.left, tools={PHOTOS: albums}))

    photos = {side for side, _ in wishes(LEFT, item("i.jpg"), shared, PHOTOS, rounds=1)}
    folders = {side for side, _ in wishes(LEFT, item("x", Kind.FOLDER), shared, PHOTOS, rounds=1)}
    documents = {side for side, _ in wishes(LEFT, item("i.jpg"), shared, rounds=1)}

    assert photos == {RIGHT}
    assert folders == documents == {LEFT, RIGHT}
