"""Both sides changed one file: what is kept of the losing version, where, and how it is told."""

from dataclasses import replace

import pytest
from planning.gallery import Gallery
from planning.telling import LEFT, RIGHT, at, in_step, put, remove, write
from planning.world import World

from turnbuckle.model.names import conflict_copy
from turnbuckle.model.plans import (
    Compare,
    CreateFile,
    CreateFolder,
    Delete,
    Made,
    Move,
    Notice,
    Plan,
    Reason,
    Replace,
)
from turnbuckle.model.policy import Albums, Loser, Policy, Winner
from turnbuckle.model.side import Side

LEFT_WINS = Policy(winner=Winner.LEFT)
RIGHT_WINS = Policy(winner=Winner.RIGHT)
WINNER = {LEFT: LEFT_WINS, RIGHT: RIGHT_WINS}


def edited_twice(path: str, policy: Policy) -> World:
    """A world in which both sides gave one file new content since they agreed."""
    folders = [f"{path[:place]}/" for place, sign in enumerate(path) if sign == "/"]
    world = in_step(*folders, policy=policy)
    put(world.sides[LEFT], path, b"first")
    world.settle()
    for side in Side:
        here = spelled(side, path)
        write(world, side, f"{side} has written".encode(), here)
    return world


def spelled(side: Side, path: str) -> str:
    """Give a path as a side spells it; the right one takes no colon."""
    return path if side is LEFT else path.replace(":", "-")


def copies(made: Plan) -> list[CreateFile]:
    return [step for step in made.steps if isinstance(step, CreateFile)]


def copied(world: World, loser: Side, path: str) -> str:
    """Give the name of the copy of a losing version, as the right side can hold it."""
    item = world.sides[loser].items[at(world.sides[loser], path)]
    return conflict_copy(item.name, item.kind, loser, item.version, world.terms.right.names)


@pytest.mark.parametrize("loser", Side)
def test_the_losing_version_becomes_a_file_on_both_sides_before_the_other_one_goes_across(
    loser: Side,
) -> None:
    world = edited_twice("Xray.pdf", WINNER[loser.other])
    name = copied(world, loser, "Xray.pdf")

    made = world.look()

    first, second, last = (step for step in made.steps if not isinstance(step, Compare))
    assert isinstance(first, CreateFile)
    assert isinstance(second, CreateFile)
    assert isinstance(last, Replace)
    number = made.steps.index(first)
    assert (first.side, first.source_side, first.path, first.name) == (loser, loser, name, name)
    assert (second.side, second.source_side, second.path) == (loser.other, loser, name)
    assert (first.twin, second.twin) == (None, Made(number))
    assert (first.after, second.after) == (frozenset(), frozenset({number}))
    assert (last.side, last.path) == (loser, "Xray.pdf")
    assert last.after == {number, number + 1}
    assert made.notices == (Notice(reason=Reason.CONFLICT, side=loser, path="Xray.pdf"),)


@pytest.mark.parametrize("loser", Side)
def test_each_path_of_a_conflict_is_told_as_the_losing_side_spells_its_folder(loser: Side) -> None:
    world = edited_twice("a:b/c.pdf", WINNER[loser.other])
    folder = spelled(loser, "a:b")
    name = copied(world, loser, f"{folder}/c.pdf")

    made = world.look()

    assert [step.path for step in copies(made)] == [f"{folder}/{name}"] * 2
    assert [step.path for step in made.steps if isinstance(step, Replace)] == [f"{folder}/c.pdf"]
    assert [one.path for one in made.notices] == [f"{folder}/c.pdf"]


@pytest.mark.parametrize("loser", Side)
def test_a_copy_in_a_folder_that_is_only_now_made_waits_for_the_folder(loser: Side) -> None:
    world = edited_twice("c.pdf", WINNER[loser.other])
    left = world.sides[LEFT]
    left.move(at(left, "c.pdf"), put(left, "new", None), "c.pdf")
    name = copied(world, loser, "new/c.pdf" if loser is LEFT else "c.pdf")

    made = world.look()

    (folder,) = (n for n, step in enumerate(made.steps) if isinstance(step, CreateFolder))
    first, second = copies(made)
    assert (first.path, second.path) == (f"new/{name}", f"new/{name}")
    there = first if loser is RIGHT else second
    assert there.parent == Made(folder)
    alone = {LEFT: frozenset[int](), RIGHT: frozenset({folder})}
    assert first.after == alone[loser]
    assert second.after == alone[loser.other] | {made.steps.index(first)}


def test_a_copy_that_a_run_made_before_it_was_cut_off_is_not_made_again() -> None:
    world = edited_twice("c.pdf", LEFT_WINS)
    name = copied(world, RIGHT, "c.pdf")
    for side in Side:
        put(world.sides[side], name, b"right has written")

    made = world.look()

    assert copies(made) == []
    assert [step.path for step in made.steps if isinstance(step, Replace)] == ["c.pdf"]


def test_a_file_of_another_size_under_the_name_of_the_copy_is_no_copy() -> None:
    world = edited_twice("c.pdf", LEFT_WINS)
    name = copied(world, RIGHT, "c.pdf")
    for side in Side:
        put(world.sides[side], name, b"something else")

    made = world.look()

    stem = name.removesuffix(".pdf")
    assert [step.name for step in copies(made)] == [f"{stem} (2).pdf"] * 2


def test_where_the_losing_side_keeps_no_versions_its_version_becomes_a_file() -> None:
    policy = Policy(winner=Winner.RIGHT, loser=Loser.VERSION)
    world = edited_twice("c.pdf", policy)
    world.terms = replace(world.terms, left=replace(world.terms.left, keeps_versions=False))

    assert len(copies(world.look())) == 2


def test_where_the_losing_side_keeps_versions_nothing_is_copied() -> None:
    world = edited_twice("c.pdf", Policy(winner=Winner.LEFT, loser=Loser.VERSION))
    world.terms = replace(world.terms, left=replace(world.terms.left, keeps_versions=False))

    made = world.look()

    assert copies(made) == []
    assert made.notices == (Notice(reason=Reason.CONFLICT, side=RIGHT, path="c.pdf"),)


@pytest.mark.parametrize("winner", Side)
def test_a_conflict_waits_where_the_file_went_to_a_folder_that_is_never_made(winner: Side) -> None:
    world = Gallery(replace(WINNER[winner], albums=Albums.BLOCK))
    world.left.put("P/Site/a.jpg", b"first")
    world.settle()
    for side in Side:
        hall = world.hall(side)
        hall.write(hall.at("P/Site/a.jpg"), side.encode())
    world.right.put("P/Site/Deep")
    world.right.rename("P/Site/a.jpg", "P/Site/Deep/a.jpg")

    made = world.look()

    assert made.writes == ()
    assert Reason.NESTED in [one.reason for one in made.waiting]
    assert (RIGHT, world.right.at("P/Site/Deep/a.jpg")) not in made.at_rest


@pytest.mark.parametrize("mirrored", [False, True])
def test_what_has_to_be_read_is_told_by_the_path_of_its_own_side(mirrored: bool) -> None:
    world = World(mirrored=mirrored)
    side = RIGHT if mirrored else LEFT  # the one that tells no hashes
    place = world.sides[side]
    put(place, "a:b", None)
    put(place, "a:b/c.pdf", b"first")
    world.settle()
    item = at(place, "a:b/c.pdf")
    place.write(item, b"again")

    steps = world.look().steps

    assert steps == (Compare(side=side, item=place.items[item], path="a:b/c.pdf"),)


def test_moves_deletions_and_new_contents_are_told_by_the_path_of_the_side_they_change() -> None:
    world = in_step("a:b/", "a:b/gone.pdf", "a:b/text.pdf", "move.pdf")
    left = world.sides[LEFT]
    remove(world, LEFT, "a:b/gone.pdf")
    write(world, LEFT, b"much longer than before", "a:b/text.pdf")
    left.move(at(left, "move.pdf"), at(left, "a:b"), "move.pdf")

    made = world.look()

    folder = spelled(RIGHT, "a:b")
    assert [step.path for step in made.steps if isinstance(step, Move)] == [f"{folder}/move.pdf"]
    assert [step.path for step in made.steps if isinstance(step, Delete)] == [f"{folder}/gone.pdf"]
    assert [step.path for step in made.steps if isinstance(step, Replace)] == [f"{folder}/text.pdf"]
