"""What a nested folder is shown as, now and in the base, and what renaming its album does."""

from planning.gallery import Gallery

from turnbuckle.model.items import Kind
from turnbuckle.model.names import temporary
from turnbuckle.model.pairs import Base
from turnbuckle.model.plans import Plan
from turnbuckle.model.side import Side
from turnbuckle.planning.albums import show_nested
from turnbuckle.planning.nodes import Forest, Node


def nested(*, mirrored: bool = False, deep: str = "P/Site/North/Roof/i.jpg") -> Gallery:
    """Folders in folders where they may be, and their albums on the other side."""
    world = Gallery(mirrored=mirrored)
    world.hall(Side.LEFT if mirrored else Side.RIGHT).put(deep, b"i")
    world.settle()
    world.reset()
    return world


def seen(world: Gallery) -> Forest:
    """The nodes of a world, as albums are shown."""
    forest = Forest(Base(world.pairs), world.left.tree(), world.right.tree(), world.terms)
    show_nested(forest)
    return forest


def node_at(world: Gallery, forest: Forest, side: Side, path: str) -> Node:
    found = forest.node(side, world.hall(side).at(path))
    assert found is not None
    return found


def shown(world: Gallery, side: Side) -> dict[str, tuple[dict[Side, str], dict[Side, str]]]:
    """Give each folder's shown names, now and then, by its last name on the nested side."""
    return {
        node.items[side].name: (dict(node.shown), dict(node.shown_then))
        for node in seen(world).nodes
        if node.kind is Kind.FOLDER and not node.is_root
    }


def test_a_nested_folder_is_shown_by_all_names_above_it_now_and_then() -> None:
    assert shown(nested(), Side.RIGHT) == {
        "Site": ({}, {}),
        "North": ({Side.RIGHT: "Site - North"}, {Side.RIGHT: "Site - North"}),
        "Roof": ({Side.RIGHT: "Site - North - Roof"}, {Side.RIGHT: "Site - North - Roof"}),
    }


def test_a_nested_folder_of_the_left_was_shown_by_its_own_names_and_not_by_the_albums() -> None:
    assert shown(nested(mirrored=True), Side.LEFT) == {
        "Site": ({}, {}),
        "North": ({Side.LEFT: "Site - North"}, {Side.LEFT: "Site - North"}),
        "Roof": ({Side.LEFT: "Site - North - Roof"}, {Side.LEFT: "Site - North - Roof"}),
    }


def test_a_folder_in_the_middle_of_an_exchange_is_shown_by_the_name_that_it_had() -> None:
    for mirrored, side in ((False, Side.RIGHT), (True, Side.LEFT)):
        world = nested(mirrored=mirrored)
        hall = world.hall(side)
        north = hall.at("P/Site/North")
        hall.move(north, hall.at("P/Site"), temporary(north))

        forest = seen(world)

        roof = node_at(world, forest, side, f"P/Site/{temporary(north)}/Roof")
        assert roof.shown == {side: "Site - North - Roof"}


def test_a_new_folder_is_shown_by_the_new_name_of_the_one_above_it() -> None:
    world = nested()
    world.right.rename("P/Site/North", "P/Site/South")

    forest = seen(world)

    roof = node_at(world, forest, Side.RIGHT, "P/Site/South/Roof")
    assert roof.shown == {Side.RIGHT: "Site - South - Roof"}
    assert roof.shown_then == {Side.RIGHT: "Site - North - Roof"}


def test_an_outer_name_is_not_said_again_although_the_outer_album_got_a_number() -> None:
    world = Gallery()
    world.left.put("P/Site - North/k.jpg", b"k")
    world.settle()
    world.right.put("P/Site/North/Roof/i.jpg", b"i")
    world.settle()
    assert "P/Site - North (2)" in world.left.paths()
    world.left.rename("P/Site - North - Roof", "P/Site - North - Attic")

    world.settle()

    assert "P/Site/North/Attic/i.jpg" in world.right.paths()
    assert world.look() == Plan()


def test_an_outer_name_is_not_said_again_when_it_is_new_itself() -> None:
    world = Gallery()
    world.left.put("P/Yard - North/k.jpg", b"k")
    world.settle()
    world.right.put("P/Site/North/Roof/i.jpg", b"i")
    world.settle()
    world.left.rename("P/Site", "P/Yard")
    world.left.rename("P/Site - North - Roof", "P/Yard - North - Attic")

    world.settle()

    assert "P/Yard/North/Attic/i.jpg" in world.right.paths()
    assert "P/Yard - North - Attic/i.jpg" in world.left.paths()
