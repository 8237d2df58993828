"""A path that the other side cannot hold is told once, at the folder that makes it too long."""

from dataclasses import replace

from planning.gallery import Gallery

from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side

LIMIT = 30


def limited() -> Gallery:
    """A right side that takes paths of thirty characters, counted with the one before them."""
    world = Gallery()
    able = world.terms.capabilities(Side.RIGHT)
    world.arm(Side.RIGHT, replace(able, names=replace(able.names, longest_path=LIMIT)))
    return world


def with_deep_file() -> Gallery:
    """A file in two folders, in step: ten characters for the inner folder and the file."""
    world = limited()
    world.left.put("D/x/inner/c.pdf", b"v1")
    world.settle()
    world.reset()
    return world


def test_the_folder_whose_own_path_is_too_long_is_told_and_nothing_below_it() -> None:
    world = limited()
    world.left.put(f"D/{'a' * 15}/{'b' * 15}/c/d.pdf", b"v1")
    world.left.put("D/ok.pdf", b"v2")

    made = world.settle()[-1]

    assert [(one.reason, one.path) for one in made.waiting] == [
        (Reason.PATH_TOO_LONG, f"{'a' * 15}/{'b' * 15}")
    ]
    assert set(world.right.paths()) == {f"D/{'a' * 15}", "D/ok.pdf"}


def test_a_rename_that_makes_a_path_below_too_long_is_held_back_and_content_goes_on() -> None:
    world = with_deep_file()
    world.right.longest[world.right.at("D/x")] = len("inner/c.pdf")
    world.left.rename("D/x", f"D/{'x' * 20}")
    world.left.write(world.left.at(f"D/{'x' * 20}/inner/c.pdf"), b"v2")

    made = world.settle()[-1]

    assert [(one.reason, one.path) for one in made.waiting] == [(Reason.PATH_TOO_LONG, "x" * 20)]
    assert world.right.contents[world.right.at("D/x/inner/c.pdf")] == b"v2"
    assert world.counted == (1, 0, 0)


def test_a_file_put_into_a_folder_whose_rename_is_held_back_goes_to_the_old_place() -> None:
    world = with_deep_file()
    world.right.longest[world.right.at("D/x")] = len("inner/c.pdf")
    world.left.rename("D/x", f"D/{'x' * 20}")
    world.left.put(f"D/{'x' * 20}/inner/n.pdf", b"new")

    world.settle()

    assert world.right.contents[world.right.at("D/x/inner/n.pdf")] == b"new"


def test_the_name_of_a_folder_whose_rename_is_held_back_is_not_given_to_another() -> None:
    world = with_deep_file()
    world.right.longest[world.right.at("D/x")] = len("inner/c.pdf")
    world.left.rename("D/x", f"D/{'x' * 20}")
    world.left.put("D/x/other.pdf", b"other")

    world.settle()

    assert world.right.contents[world.right.at("D/x (2)/other.pdf")] == b"other"
    assert world.right.at("D/x/inner/c.pdf")


def test_a_rename_that_fits_is_carried_though_it_is_longer() -> None:
    world = with_deep_file()
    world.right.longest[world.right.at("D/x")] = len("inner/c.pdf")

    world.left.rename("D/x", "D/xxxxxxxxxx")
    world.settle()

    assert world.right.at("D/xxxxxxxxxx/inner/c.pdf")
    assert world.counted == (0, 1, 0)


def test_a_rename_held_back_is_carried_once_the_paths_below_are_shorter() -> None:
    world = with_deep_file()
    world.right.longest[world.right.at("D/x")] = len("inner/c.pdf")
    world.left.rename("D/x", f"D/{'x' * 20}")
    world.settle()

    world.right.longest.clear()
    world.settle()

    assert world.right.at(f"D/{'x' * 20}/inner/c.pdf")


def test_a_folder_that_stays_where_it_is_keeps_its_old_folder_from_being_deleted() -> None:
    world = limited()
    world.left.put("D/old/x/c.pdf", b"v1")
    world.left.put("D/a much longer folder name/k", b"k")
    world.settle()
    world.right.longest[world.right.at("D/old/x")] = len("c.pdf")
    world.left.rename("D/old/x", "D/a much longer folder name/x")
    world.left.delete(world.left.at("D/old"))

    world.settle()

    assert world.right.at("D/old/x/c.pdf")
    assert world.left.at("D/a much longer folder name/x/c.pdf")
