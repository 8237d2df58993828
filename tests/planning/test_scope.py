"""What is outside the scope stays where it is, on both sides."""

from dataclasses import replace

import pytest
from planning.telling import LEFT, RIGHT, at, both, in_step, put, remove, write
from planning.world import START, World

from turnbuckle.model.plans import Plan
from turnbuckle.model.policy import Policy
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side


def only(*rules: Rule) -> Policy:
    return Policy(scope=rules)


def narrowed(world: World, *rules: Rule) -> World:
    """Let the owner change the scope of a link."""
    world.terms = replace(world.terms, policy=only(*rules))
    return world


ALL_BUT_X = Rule(include=False, folder="x")


@pytest.mark.parametrize("side", Side)
def test_a_new_item_outside_stays_on_its_side_and_is_at_rest(side: Side) -> None:
    world = in_step(policy=only(ALL_BUT_X))
    made = [put(world.sides[side], "x", None), put(world.sides[side], "x/a.pdf", b"a")]
    put(world.sides[side], "b.pdf", b"b")

    plans = world.settle()

    assert set(world.sides[side.other].paths()) == {"b.pdf"}
    assert plans[-1] == Plan()
    assert {(side, item) for item in made} <= plans[-1].at_rest


@pytest.mark.parametrize("side", Side)
def test_what_left_the_scope_is_neither_deleted_nor_changed(side: Side) -> None:
    world = narrowed(in_step("x/", "x/a.pdf", "x/b.pdf", "x/c.pdf", "k.pdf"), ALL_BUT_X)
    there = world.sides[side.other].paths()
    remove(world, side, "x/a.pdf")
    write(world, side, b"edited", "x/b.pdf")
    place = world.sides[side]
    place.move(at(place, "x/c.pdf"), at(place, "x"), "d.pdf")

    made = world.look()

    assert made == Plan()
    assert world.sides[side.other].paths() == there


def test_what_comes_back_into_the_scope_goes_on_without_a_transfer() -> None:
    world = narrowed(in_step("x/", "x/a.pdf", "x/b.pdf"), ALL_BUT_X)
    write(world, LEFT, b"edited", "x/b.pdf")
    world.settle()
    world.transfers = 0

    narrowed(world).settle()

    assert both(world)["x/b.pdf"] == b"edited"
    assert world.transfers == 1


@pytest.mark.parametrize("side", Side)
def test_a_file_moved_out_of_the_scope_stays_on_the_other_side(side: Side) -> None:
    world = narrowed(in_step("x/", "a.pdf"), ALL_BUT_X)
    place = world.sides[side]
    place.move(at(place, "a.pdf"), at(place, "x"), "a.pdf")

    assert world.look() == Plan()


@pytest.mark.parametrize("side", Side)
def test_a_file_moved_into_the_scope_moves_on_the_other_side(side: Side) -> None:
    world = narrowed(in_step("x/", "x/a.pdf", "y/"), ALL_BUT_X)
    place = world.sides[side]
    place.move(at(place, "x/a.pdf"), at(place, "y"), "a.pdf")
    world.transfers = 0

    world.settle()

    assert set(both(world)) == {"x", "y", "y/a.pdf"}
    assert world.transfers == 0


def test_a_folder_is_not_deleted_around_what_is_outside() -> None:
    world = in_step("x/", "x/a.pdf", "k.pdf", policy=only(Rule(include=False, names=("*.mov",))))
    put(world.sides[RIGHT], "x/b.mov", b"film")
    remove(world, LEFT, "x")

    plans = world.settle()

    assert set(world.sides[RIGHT].paths()) == {"x", "x/b.mov", "k.pdf"}
    assert set(world.sides[LEFT].paths()) == {"k.pdf"}
    assert plans[-1] == Plan()


def test_the_last_rule_that_speaks_holds() -> None:
    world = in_step(
        policy=only(Rule(include=False), Rule(include=True, folder="Plans"),
                    Rule(include=False, folder="Plans/Old"))
    )  # fmt: skip
    left = world.sides[LEFT]
    for path in ("Plans", "Plans/Old", "Other", "Plans/Old/Deep"):
        put(left, path, None)
    for path in ("Plans/a.pdf", "Plans/Old/a.pdf", "Other/a.pdf", "a.pdf"):
        put(left, path, b"a")

    world.settle()

    assert set(world.sides[RIGHT].paths()) == {"Plans", "Plans/a.pdf"}


def test_folders_outside_come_along_for_what_is_inside_them() -> None:
    world = in_step(policy=only(Rule(include=False), Rule(include=True, names=("*.PDF",))))
    left = world.sides[LEFT]
    for path in ("Plans", "Plans/Old", "Other"):
        put(left, path, None)
    for path in ("Plans/Old/a.pdf", "Other/a.txt"):
        put(left, path, b"a")

    world.settle()

    assert set(world.sides[RIGHT].paths()) == {"Plans", "Plans/Old", "Plans/Old/a.pdf"}


@pytest.mark.parametrize(
    ("pattern", "inside"),
    [
        ("x", {"y", "y/x", "y/x/a.pdf"}),
        ("X/", {"y", "y/x", "y/x/a.pdf"}),
        ("x/*", {"x", "y", "y/x", "y/x/a.pdf"}),
        ("*/x", {"x", "x/b", "x/b/a.pdf", "y"}),
        ("y/x/b", {"x", "x/b", "x/b/a.pdf", "y", "y/x", "y/x/a.pdf"}),
    ],
)
def test_a_folder_pattern_speaks_of_the_folder_and_of_all_below(
    pattern: str, inside: set[str]
) -> None:
    world = in_step(policy=only(Rule(include=False, folder=pattern)))
    for path in ("x", "x/b", "y", "y/x"):
        put(world.sides[LEFT], path, None)
    for path in ("x/b/a.pdf", "y/x/a.pdf"):
        put(world.sides[LEFT], path, b"a")

    world.settle()

    assert set(world.sides[RIGHT].paths()) == inside


def test_a_rule_for_large_files_speaks_of_no_others() -> None:
    world = in_step(policy=only(Rule(include=False, larger_than=3)))
    put(world.sides[LEFT], "large.pdf", b"1234")
    put(world.sides[LEFT], "small.pdf", b"123")
    put(world.sides[LEFT], "folder", None)

    world.settle()

    assert set(world.sides[RIGHT].paths()) == {"small.pdf", "folder"}


def test_a_rule_for_old_files_goes_by_the_time_of_the_plan() -> None:
    world = in_step(policy=only(Rule(include=False, older_than_days=30)))
    left = world.sides[LEFT]
    for name, year in (("old.pdf", 2025), ("new.pdf", START.year)):
        item = put(left, name, b"a")
        left.items[item] = replace(left.items[item], modified=START.replace(year=year))

    world.settle()

    assert set(world.sides[RIGHT].paths()) == {"new.pdf"}


def test_a_paused_folder_is_frozen_and_a_folder_below_it_may_go_on() -> None:
    world = in_step("x/", "x/a.pdf", "x/y/", "x/y/b.pdf")
    directions = {"x": Direction.PAUSED, "X/y": Direction.BOTH}
    world.terms = replace(world.terms, policy=Policy(directions=directions))
    remove(world, LEFT, "x/a.pdf")
    write(world, LEFT, b"edited", "x/y/b.pdf")

    plans = world.settle()

    assert world.sides[RIGHT].paths()["x/a.pdf"] == b"x/a.pdf"
    assert both_below(world)
    assert plans[-1] == Plan()


def both_below(world: World) -> bool:
    return all(world.sides[side].paths()["x/y/b.pdf"] == b"edited" for side in Side)
