"""Both sides changed one file: what is kept where, in which order, and what people are told."""

from dataclasses import replace

import pytest
from planning.telling import LEFT, RIGHT, at, both, in_step, put, write
from planning.world import World

from turnbuckle.model.items import Name
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.model.plans import CreateFile, CreateFolder, Made, Notice, Plan, Reason, Replace
from turnbuckle.model.policy import Policy, Winner

LEFT_WINS = Policy(winner=Winner.LEFT)


def in_conflict(path: str, *more: str) -> World:
    """One file that both sides changed; the left one keeps the name."""
    world = in_step(*more, path, policy=LEFT_WINS)
    write(world, LEFT, b"left", path)
    write(world, RIGHT, b"the right one", path)
    return world


def copies(made: Plan) -> list[CreateFile]:
    return [step for step in made.steps if isinstance(step, CreateFile)]


@pytest.mark.parametrize(("path", "above"), [("a.pdf", []), ("x/a.pdf", ["x/"])])
def test_the_loser_is_copied_on_its_side_then_across_and_then_overwritten(
    path: str, above: list[str]
) -> None:
    world = in_conflict(path, *above)

    made = world.look()

    first, second = copies(made)
    (overwriting,) = (step for step in made.steps if isinstance(step, Replace))
    folder = path.removesuffix("a.pdf")
    assert is_conflict_copy(first.name) == ("a.pdf", RIGHT)
    assert first.path == second.path == f"{folder}{first.name}"
    assert (first.side, first.source_side, first.twin, first.after) == (
        RIGHT, RIGHT, None, frozenset(),
    )  # fmt: skip
    assert (second.side, second.source_side, second.twin, second.after) == (
        LEFT, RIGHT, Made(0), frozenset({0}),
    )  # fmt: skip
    assert (overwriting.side, overwriting.path) == (RIGHT, path)
    assert overwriting.after == {0, 1}
    assert made.notices == (Notice(reason=Reason.CONFLICT, side=RIGHT, path=path),)


def test_a_run_that_was_cut_off_after_the_copy_makes_no_second_one() -> None:
    world = in_conflict("x/a.pdf", "x/")
    made = world.look()
    world.apply(replace(made, steps=made.steps[:2]))
    world.transfers = 0

    world.settle()

    assert len(both(world)) == 3
    assert both(world)["x/a.pdf"] == b"left"
    assert world.transfers == 1


def test_a_copy_of_another_size_under_that_name_is_somebody_elses() -> None:
    world = in_conflict("a.pdf")
    name = copies(world.look())[0].name
    put(world.sides[RIGHT], name, b"of another person, and longer")

    world.settle()

    assert sorted(filter(None, both(world).values())) == [
        b"left", b"of another person, and longer", b"the right one",
    ]  # fmt: skip


def test_the_copy_goes_where_the_file_moves_after_the_folder_was_made() -> None:
    world = in_conflict("a.pdf", "k.pdf")
    left = world.sides[LEFT]
    folder = put(left, "new", None)
    left.move(at(left, "a.pdf"), folder, "a.pdf")

    made = world.look()
    world.settle()

    (making,) = (n for n, step in enumerate(made.steps) if isinstance(step, CreateFolder))
    first, _ = copies(made)
    assert first.after >= {making}
    assert both(world)["new/a.pdf"] == b"left"
    assert both(world)[f"new/{first.name}"] == b"the right one"
    assert world.transfers == 3


def test_two_new_files_of_one_name_are_told_with_the_path_of_the_one_that_gives_way() -> None:
    world = in_step("x/", policy=LEFT_WINS)
    put(world.sides[LEFT], "x/n.pdf", b"left")
    put(world.sides[RIGHT], "x/n.pdf", b"the right one")

    made = world.look()
    world.settle()

    (copy,) = (path for path, content in both(world).items() if content == b"the right one")
    assert is_conflict_copy(Name(copy.removeprefix("x/"))) == ("n.pdf", RIGHT)
    assert made.notices == (Notice(reason=Reason.CONFLICT, side=RIGHT, path="x/n.pdf"),)


def test_of_two_files_of_the_same_moment_the_preferred_sides_one_keeps_the_name() -> None:
    world = in_conflict("a.pdf")
    world.terms = replace(world.terms, policy=Policy(winner=Winner.NEWEST))
    for side in (LEFT, RIGHT):
        place = world.sides[side]
        item = place.items[at(place, "a.pdf")]
        place.items[item.id] = replace(item, modified=None)

    world.settle()

    assert both(world)["a.pdf"] == b"left"
