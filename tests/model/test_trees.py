"""A tree is known by what is in it, not by the order in which it was told."""

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.side import Side
from turnbuckle.model.trees import Tree

ITEMS = [
    Item(id=ItemId(f"i{number}"), parent=ItemId("root"), name=Name(f"{number}"), kind=Kind.FILE)
    for number in range(5)
]


def test_items_told_in_any_order_make_the_same_tree() -> None:
    one = Tree(Side.LEFT, ItemId("root"), ITEMS)
    other = Tree(Side.LEFT, ItemId("root"), reversed(ITEMS))

    assert list(one.items.items()) == list(other.items.items())


def test_a_tree_keeps_what_is_gone_apart_from_what_is_hidden() -> None:
    tree = Tree(Side.LEFT, ItemId("root"), ITEMS, gone=[ITEMS[0].id], hidden=[ITEMS[1].id])

    assert tree.gone == {"i0"}
    assert tree.hidden == {"i1"}
    assert len(tree.items) == 5  # as last seen
