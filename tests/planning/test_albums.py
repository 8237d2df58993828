"""Albums are flat: nested folders become albums of their own, and what happens to one happens."""

import pytest
from planning.gallery import IMAGES, Gallery

from turnbuckle.model.plans import CreateFolder, Plan, Reason
from turnbuckle.model.policy import Albums, Policy
from turnbuckle.model.side import Side


@pytest.fixture
def nested() -> Gallery:
    """A folder with a folder in it on the right, and its two albums on the left."""
    world = Gallery()
    world.right.put("P/Site/North/i.jpg", b"north")
    world.right.put("P/Site/j.jpg", b"site")
    world.settle()
    world.reset()
    return world


def files(world: Gallery, side: Side) -> set[str]:
    return {path for path, content in world.hall(side).paths().items() if content is not None}


def test_a_nested_folder_becomes_an_album_of_both_names(nested: Gallery) -> None:
    assert files(nested, Side.LEFT) == {"P/Site - North/i.jpg", "P/Site/j.jpg"}
    assert files(nested, Side.RIGHT) == {"P/Site/North/i.jpg", "P/Site/j.jpg"}
    assert nested.look() == Plan()


def test_a_folder_in_a_folder_in_a_folder_becomes_an_album_of_three_names() -> None:
    world = Gallery()
    world.right.put("P/Site/North/Roof/i.jpg", b"roof")

    world.settle()

    assert files(world, Side.LEFT) == {"P/Site - North - Roof/i.jpg"}
    assert world.look() == Plan()


def test_a_folder_that_is_renamed_renames_the_albums_of_all_below_it(nested: Gallery) -> None:
    nested.right.rename("P/Site", "P/Yard")

    nested.settle()

    assert files(nested, Side.LEFT) == {"P/Yard - North/i.jpg", "P/Yard/j.jpg"}
    assert nested.counted == (0, 2, 0)


def test_the_albums_below_are_renamed_before_the_folder_counts_as_agreed(nested: Gallery) -> None:
    nested.right.rename("P/Site", "P/Yard")

    made = nested.look()

    names = [step.name for step in made.writes]  # type: ignore[union-attr]
    assert names == ["Yard - North", "Yard"]


def test_a_nested_folder_that_is_deleted_takes_its_album_with_it(nested: Gallery) -> None:
    nested.right.delete(nested.right.at("P/Site/North"))

    nested.settle()

    assert files(nested, Side.LEFT) == {"P/Site/j.jpg"}
    assert nested.counted == (0, 0, 1)


def test_an_album_that_is_renamed_names_the_nested_folder_where_it_is(nested: Gallery) -> None:
    nested.left.rename("P/Site - North", "P/Attic")

    nested.settle()

    assert files(nested, Side.RIGHT) == {"P/Site/Attic/i.jpg", "P/Site/j.jpg"}
    assert files(nested, Side.LEFT) == {"P/Attic/i.jpg", "P/Site/j.jpg"}
    assert nested.counted == (0, 1, 0)
    assert nested.look() == Plan()


def test_an_album_that_keeps_the_outer_name_gives_the_folder_the_rest_of_it(
    nested: Gallery,
) -> None:
    nested.left.rename("P/Site - North", "P/Site - South")

    nested.settle()

    assert files(nested, Side.RIGHT) == {"P/Site/South/i.jpg", "P/Site/j.jpg"}


def test_both_albums_renamed_alike_are_one_rename_on_the_nested_side(nested: Gallery) -> None:
    nested.left.rename("P/Site", "P/Yard")
    nested.left.rename("P/Site - North", "P/Yard - North")

    nested.settle()

    assert files(nested, Side.RIGHT) == {"P/Yard/North/i.jpg", "P/Yard/j.jpg"}
    assert nested.counted == (0, 1, 0)


def test_an_album_renamed_alone_leaves_the_albums_of_the_folders_in_it(nested: Gallery) -> None:
    nested.left.rename("P/Site", "P/Yard")

    nested.settle()

    assert files(nested, Side.RIGHT) == {"P/Yard/North/i.jpg", "P/Yard/j.jpg"}
    assert files(nested, Side.LEFT) == {"P/Site - North/i.jpg", "P/Yard/j.jpg"}
    assert nested.look() == Plan()


def test_a_name_that_an_album_has_already_is_numbered_on_the_flat_side_alone() -> None:
    world = Gallery()
    world.left.put("P/Site - North/k.jpg", b"k")
    world.settle()
    world.right.put("P/Site/North/i.jpg", b"i")

    world.settle()

    assert set(world.left.paths()) == {
        "P/Site - North", "P/Site - North/k.jpg", "P/Site", "P/Site - North (2)",
        "P/Site - North (2)/i.jpg",
    }  # fmt: skip
    assert files(world, Side.RIGHT) == {"P/Site - North/k.jpg", "P/Site/North/i.jpg"}
    assert world.look() == Plan()


def test_a_folder_that_moves_into_another_renames_its_album() -> None:
    world = Gallery()
    world.left.put("P/North/i.jpg", b"i")
    world.left.put("P/Site/j.jpg", b"j")
    world.settle()
    world.reset()

    world.right.rename("P/North", "P/Site/North")
    world.settle()

    assert files(world, Side.LEFT) == {"P/Site - North/i.jpg", "P/Site/j.jpg"}
    assert world.counted == (0, 1, 0)


def test_a_folder_that_moves_out_of_another_renames_its_album(nested: Gallery) -> None:
    nested.right.rename("P/Site/North", "P/North")

    nested.settle()

    assert files(nested, Side.LEFT) == {"P/North/i.jpg", "P/Site/j.jpg"}
    assert nested.counted == (0, 1, 0)


def test_an_album_that_is_deleted_takes_no_folder_that_lies_in_its_own(nested: Gallery) -> None:
    nested.left.delete(nested.left.at("P/Site"))

    nested.finish()

    assert files(nested, Side.RIGHT) == {"P/Site/North/i.jpg"}
    assert files(nested, Side.LEFT) == {"P/Site - North/i.jpg"}
    assert nested.look().steps == ()


def test_both_albums_deleted_take_the_folder_with_the_folder_in_it(nested: Gallery) -> None:
    nested.left.put("D/l.pdf", b"l")
    nested.settle()
    nested.reset()
    nested.left.delete(nested.left.at("P/Site"))
    nested.left.delete(nested.left.at("P/Site - North"))

    nested.settle()

    assert files(nested, Side.RIGHT) == {"D/l.pdf"}
    assert nested.counted == (0, 0, 1)


def test_a_photo_added_to_an_album_brings_its_deleted_nested_folder_back_where_it_was(
    nested: Gallery,
) -> None:
    nested.right.delete(nested.right.at("P/Site/North"))
    nested.left.put("P/Site - North/n.jpg", b"new")

    made = nested.look()
    nested.settle()

    assert files(nested, Side.RIGHT) == {"P/Site/North/n.jpg", "P/Site/j.jpg"}
    assert files(nested, Side.LEFT) == {"P/Site - North/n.jpg", "P/Site/j.jpg"}
    assert Reason.DELETE_CANCELLED in [notice.reason for notice in made.notices]


def test_a_renamed_outer_folder_saves_no_album_that_was_deleted(nested: Gallery) -> None:
    nested.right.rename("P/Site", "P/Yard")
    nested.left.delete(nested.left.at("P/Site - North"))

    nested.settle()

    assert files(nested, Side.LEFT) == {"P/Yard/j.jpg"}
    assert files(nested, Side.RIGHT) == {"P/Yard/j.jpg"}


def test_a_nested_folder_put_in_the_place_of_another_keeps_the_album(nested: Gallery) -> None:
    album = nested.left.at("P/Site - North")
    nested.right.delete(nested.right.at("P/Site/North"))
    nested.right.put("P/Site/North/i.jpg", b"another")

    nested.settle()

    assert nested.left.at("P/Site - North") == album
    assert nested.left.contents[nested.left.at("P/Site - North/i.jpg")] == b"another"


def test_albums_and_nested_folders_are_found_to_be_one_without_a_base(nested: Gallery) -> None:
    nested.pairs = nested.pairs[:2]

    nested.settle()

    assert nested.counted == (0, 0, 0)
    assert nested.look() == Plan()


def test_nested_folders_that_exchange_their_names_exchange_those_of_the_albums() -> None:
    world = Gallery()
    for name in ("Site", "Yard"):
        world.right.put(f"P/{name}/North/i.jpg", name.encode())
    world.settle()
    world.reset()
    world.right.rename("P/Site", "P/between")
    world.right.rename("P/Yard", "P/Site")
    world.right.rename("P/between", "P/Yard")

    world.settle()

    left = world.left
    assert left.contents[left.at("P/Site - North/i.jpg")] == b"Yard"
    assert left.contents[left.at("P/Yard - North/i.jpg")] == b"Site"
    assert (world.transfers, world.deletes) == (0, 0)


def test_a_nested_folder_is_left_alone_where_the_owner_wants_no_album_of_it() -> None:
    world = Gallery(Policy(albums=Albums.BLOCK))
    world.right.put("P/Site/North/i.jpg", b"i")
    world.right.put("P/Site/j.jpg", b"j")

    made = world.settle()[-1]

    assert files(world, Side.LEFT) == {"P/Site/j.jpg"}
    assert [(one.reason, one.path) for one in made.waiting] == [(Reason.NESTED, "Site/North")]


def test_an_album_whose_name_the_other_side_cannot_hold_is_fitted_there() -> None:
    world = Gallery()
    world.left.put("P/Level 1: North/i.jpg", b"i")

    world.settle()

    assert files(world, Side.RIGHT) == {"P/Level 1- North/i.jpg"}
    assert world.look() == Plan()


def test_an_empty_album_is_an_empty_folder() -> None:
    world = Gallery()
    world.left.put("P/Empty")

    (step,) = world.look().steps

    assert isinstance(step, CreateFolder)


@pytest.mark.parametrize("mirrored", [False, True])
def test_either_side_may_be_the_flat_one(mirrored: bool) -> None:
    world = Gallery(mirrored=mirrored, suffixes=IMAGES)
    flat, deep = (Side.RIGHT, Side.LEFT) if mirrored else (Side.LEFT, Side.RIGHT)
    world.hall(deep).put("P/Site/North/i.jpg", b"i")
    world.settle()
    world.hall(deep).rename("P/Site", "P/Yard")

    world.settle()

    assert files(world, flat) == {"P/Yard - North/i.jpg"}
