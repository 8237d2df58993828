"""How large a link is, and whether a side of it stands empty."""

from store.building import NOW, House, a_file, a_folder, a_pair, tell

from turnbuckle.model.items import Item, ItemId
from turnbuckle.model.side import Side
from turnbuckle.store import extent, journal
from turnbuckle.store.journal import Outcome

TOP = a_folder("top", parent=None)
ROOT = Item(id=ItemId("top"), parent=None, name=TOP.name, kind=TOP.kind)
FILES = tuple(a_file(number) for number in range(3))


def link(house: House, *items: Item) -> None:
    """Pair items at the top of both sides, as their feeds tell them."""
    tell(house.left, ROOT, *items)
    pairs = [a_pair(item, a_file(f"r{item.id}", parent=ItemId("root"))) for item in items]
    journal.settle(house.link, house.run(), [Outcome(pairs=pairs)], marks=None, now=NOW)


def is_emptied(house: House) -> bool:
    return extent.is_emptied(house.link, Side.LEFT, [ItemId("top")])


def test_a_side_is_emptied_when_all_that_was_linked_at_its_top_is_gone(house: House) -> None:
    link(house, *FILES)
    tell(house.left, gone=tuple(item.id for item in FILES))

    assert is_emptied(house)


def test_a_side_with_something_left_is_not_emptied(house: House) -> None:
    link(house, *FILES)
    tell(house.left, gone=(FILES[0].id, FILES[1].id))

    assert not is_emptied(house)


def test_one_item_alone_may_well_be_deleted(house: House) -> None:
    link(house, FILES[0])
    tell(house.left, gone=(FILES[0].id,))

    assert not is_emptied(house)


def test_new_items_do_not_fill_a_side_again(house: House) -> None:
    link(house, *FILES)
    tell(house.left, a_file("new"), gone=tuple(item.id for item in FILES))

    assert is_emptied(house)


def test_what_moved_deeper_is_still_there(house: House) -> None:
    link(house, *FILES)
    folder = a_folder("new", parent="top")
    tell(house.left, folder, *(a_file(n, parent=folder.id) for n in range(3)))

    assert not is_emptied(house)


def test_what_moved_out_of_the_link_is_away(house: House) -> None:
    link(house, *FILES)
    folder = a_folder("elsewhere", parent=None)
    tell(house.left, folder, *(a_file(n, parent=folder.id) for n in range(3)))

    assert is_emptied(house)


def test_a_listing_without_anything_of_a_link_is_not_taken_at_its_word(house: House) -> None:
    link(house, *FILES)
    tell(house.left, ROOT, full=True)

    assert extent.unlisted_roots(house.left) == {"top"}


def test_a_listing_that_leaves_some_out_is(house: House) -> None:
    link(house, *FILES)
    tell(house.left, ROOT, FILES[0], full=True)

    assert extent.unlisted_roots(house.left) == frozenset()


def test_files_are_counted_no_further_than_needed(house: House) -> None:
    link(house, *FILES)

    assert extent.files_upto(house.link, 2) == 2
    assert extent.files_upto(house.link, 9) == 3
