"""Each item has a name on both sides, and keeps it; losing versions get one of their own."""

import pytest
from planning.telling import LEFT, RIGHT, at, both, in_step, put, reasons
from planning.world import ROOT

from turnbuckle.model.items import Name
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.model.plans import CreateFile, Plan, Reason, Replace
from turnbuckle.model.policy import Loser, Policy, Winner
from turnbuckle.model.side import Side


def test_a_name_that_the_right_cannot_hold_is_fitted_there_and_kept_on_the_left() -> None:
    world = in_step("a:b.pdf", "end. ")

    assert set(world.sides[LEFT].paths()) == {"a:b.pdf", "end. "}
    assert set(world.sides[RIGHT].paths()) == {"a-b.pdf", "end"}
    assert world.look() == Plan()


def test_a_fitted_name_stays_when_the_neighbour_whose_name_it_met_goes_away() -> None:
    world = in_step("a-b.pdf", "a:b.pdf")
    assert set(world.sides[RIGHT].paths()) == {"a-b.pdf", "a-b (2).pdf"}

    world.sides[LEFT].delete(at(world.sides[LEFT], "a-b.pdf"))
    world.settle()

    assert set(world.sides[RIGHT].paths()) == {"a-b (2).pdf"}
    assert world.moves == 0


def test_a_new_neighbour_takes_the_number_and_the_one_that_was_there_keeps_its_name() -> None:
    world = in_step("Plan.pdf")

    put(world.sides[LEFT], "PLAN.pdf", b"other")
    world.settle()

    assert set(world.sides[RIGHT].paths()) == {"Plan.pdf", "PLAN (2).pdf"}
    assert world.moves == 0


def test_a_fitted_file_that_is_renamed_on_the_right_is_renamed_on_the_left() -> None:
    world = in_step("a:b.pdf")
    right = world.sides[RIGHT]

    right.move(at(right, "a-b.pdf"), ROOT, "c.pdf")
    world.settle()

    assert both(world) == {"c.pdf": b"a:b.pdf"}
    assert world.transfers == 0


def test_a_change_of_case_alone_is_a_rename_without_a_transfer() -> None:
    world = in_step("plan.pdf")
    left = world.sides[LEFT]

    left.move(at(left, "plan.pdf"), ROOT, "Plan.pdf")
    world.settle()

    assert both(world) == {"Plan.pdf": b"plan.pdf"}
    assert (world.moves, world.transfers, world.deletes) == (1, 0, 0)


def test_another_unicode_form_of_the_same_name_writes_nothing() -> None:
    world = in_step("é.pdf")
    left = world.sides[LEFT]

    left.move(at(left, "é.pdf"), ROOT, "e\u0301.pdf")

    assert world.look().writes == ()


def test_when_both_sides_rename_an_item_the_preferred_name_holds_and_people_are_told() -> None:
    world = in_step("a.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.move(at(left, "a.pdf"), ROOT, "left.pdf")
    right.move(at(right, "a.pdf"), ROOT, "right.pdf")

    made = world.look()
    world.settle()

    assert reasons(made.notices) == [Reason.MOVE_OVERRULED]
    assert both(world) == {"left.pdf": b"a.pdf"}


def test_a_rename_on_one_side_and_an_edit_on_the_other_are_merged() -> None:
    world = in_step("a.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.move(at(left, "a.pdf"), ROOT, "b.pdf")
    right.write(at(right, "a.pdf"), b"new")

    world.settle()

    assert both(world) == {"b.pdf": b"new"}


@pytest.mark.parametrize("winner", [Winner.LEFT, Winner.RIGHT])
def test_the_losing_version_is_an_ordinary_file_beside_the_winner(winner: Winner) -> None:
    world = in_step("a.pdf", policy=Policy(winner=winner))
    for side in Side:
        world.sides[side].write(at(world.sides[side], "a.pdf"), side.encode() * 3)

    made = world.look()
    world.settle()

    tree = both(world)
    loser = Side(winner.value).other
    (copy,) = [path for path in tree if path != "a.pdf"]
    assert is_conflict_copy(Name(copy)) == ("a.pdf", loser)
    assert tree == {"a.pdf": winner.value.encode() * 3, copy: loser.encode() * 3}
    assert reasons(made.notices) == [Reason.CONFLICT]


@pytest.mark.parametrize("side", Side)
def test_the_newest_version_wins_by_default(side: Side) -> None:
    world = in_step("a.pdf")
    for one, name in ((side.other, b"older"), (side, b"newest")):
        place = world.sides[one]
        place.ticks = 100 + len(name)
        place.write(at(place, "a.pdf"), name)

    world.settle()

    assert both(world)["a.pdf"] == b"newest"
    assert set(both(world).values()) == {b"older", b"newest"}


def test_the_copy_is_made_before_the_losing_file_is_overwritten() -> None:
    world = in_step("a.pdf", policy=Policy(winner=Winner.LEFT))
    for side in Side:
        world.sides[side].write(at(world.sides[side], "a.pdf"), side.encode() * 3)

    made = world.look()

    (overwrite,) = [step for step in made.steps if isinstance(step, Replace)]
    copies = {n for n, step in enumerate(made.steps) if isinstance(step, CreateFile)}
    assert len(copies) == 2
    assert copies <= overwrite.after


def test_a_side_that_keeps_versions_may_keep_the_loser_there() -> None:
    policy = Policy(winner=Winner.LEFT, loser=Loser.VERSION)
    world = in_step("a.pdf", policy=policy)
    for side in Side:
        world.sides[side].write(at(world.sides[side], "a.pdf"), side.encode())

    world.settle()

    assert both(world) == {"a.pdf": b"left"}
    assert b"right" in world.sides[RIGHT].history


def test_the_same_edit_on_both_sides_is_no_conflict() -> None:
    world = in_step("a.pdf")
    for side in Side:
        world.sides[side].write(at(world.sides[side], "a.pdf"), b"same")

    plans = world.settle()

    assert both(world) == {"a.pdf": b"same"}
    assert not [made for made in plans if made.writes]


def test_a_copy_of_a_losing_version_is_never_made_twice() -> None:
    world = in_step("a.pdf", policy=Policy(winner=Winner.LEFT))
    for number in range(3):
        for side in Side:
            place = world.sides[side]
            place.write(at(place, "a.pdf"), f"{side}{number}".encode())
        world.settle()

    copies = [path for path in both(world) if is_conflict_copy(Name(path))]

    assert len(copies) == 3
    assert not [path for path in copies if path.count("conflict") > 1]


def test_a_copy_is_named_after_the_name_that_its_file_is_about_to_have() -> None:
    world = in_step("a.pdf", policy=Policy(winner=Winner.LEFT))
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.move(at(left, "a.pdf"), ROOT, "b.pdf")
    left.write(at(left, "b.pdf"), b"left's")
    right.write(at(right, "a.pdf"), b"right's")

    world.settle()

    (copy,) = [path for path in both(world) if path != "b.pdf"]
    assert is_conflict_copy(Name(copy)) == ("b.pdf", RIGHT)
