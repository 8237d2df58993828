"""Deletions and edits that look like an accident wait for a person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from planning.telling import LEFT, RIGHT, at, both, files, held, in_step, put, remove, write
from planning.world import START, World

from turnbuckle.model.plans import Delete, Plan, Reason, Replace, Withheld
from turnbuckle.model.policy import LimitMode, Policy
from turnbuckle.model.side import Side

FEW = Policy(deletions_per_day=3, deletion_share=1)
UP_TO = replace(FEW, deletion_mode=LimitMode.UP_TO_LIMIT)


def told(made: Plan) -> list[tuple[Reason, Side, str, str]]:
    return [(one.reason, one.side, one.path, one.detail) for one in made.notices]


def deleted(made: Plan) -> list[str]:
    return sorted(step.path for step in made.steps if isinstance(step, Delete))


@pytest.mark.parametrize("side", Side)
def test_as_many_deletions_as_the_limit_allows_cross(side: Side) -> None:
    world = in_step(*files(1, 9), policy=FEW)
    remove(world, side, *files(1, 3))

    made = world.look()

    assert made.held == ()
    assert len(deleted(made)) == 3


@pytest.mark.parametrize("side", Side)
def test_one_deletion_more_than_the_limit_holds_them_all_and_tells_once(side: Side) -> None:
    world = in_step(*files(1, 9), policy=FEW)
    remove(world, side, *files(1, 4))

    made = world.look()

    assert deleted(made) == []
    assert held(made) == dict.fromkeys(files(1, 4), Reason.DELETE_LIMIT)
    assert told(made) == [(Reason.DELETE_LIMIT, side, "", "4 files deleted")]


def test_what_is_held_is_the_item_that_would_be_deleted_with_the_time_of_the_deletion() -> None:
    world = in_step(*files(1, 9), policy=replace(FEW, deletions_per_day=0))
    item = world.sides[RIGHT].items[at(world.sides[RIGHT], "f1.pdf")]
    remove(world, LEFT, "f1.pdf")

    waiting = world.look().held

    left = world.sides[LEFT]
    assert [(one.side, one.item, one.what, one.gone_at) for one in waiting] == [
        (RIGHT, item, Withheld.DELETION, next(iter(left.gone_at.values())))
    ]


def test_everything_else_goes_on_while_deletions_are_held() -> None:
    world = in_step(*files(1, 9), policy=FEW)
    remove(world, LEFT, *files(1, 4))
    put(world.sides[LEFT], "new.pdf", b"new")
    write(world, RIGHT, b"edited", "f9.pdf")

    world.settle()

    assert world.sides[RIGHT].paths()["new.pdf"] == b"new"
    assert world.sides[LEFT].paths()["f9.pdf"] == b"edited"


def test_deletions_of_both_sides_are_one_batch() -> None:
    world = in_step(*files(1, 9), policy=FEW)
    remove(world, LEFT, *files(1, 2))
    remove(world, RIGHT, *files(3, 4))

    made = world.look()

    assert held(made) == dict.fromkeys(files(1, 4), Reason.DELETE_LIMIT)


def test_a_folder_counts_by_its_files_and_is_held_with_them() -> None:
    world = in_step("x/", *files(1, 4, "x/"), "k.pdf", policy=FEW)
    remove(world, LEFT, "x")

    made = world.look()

    assert held(made) == dict.fromkeys(["x", *files(1, 4, "x/")], Reason.DELETE_LIMIT)
    assert told(made) == [(Reason.DELETE_LIMIT, LEFT, "x", "4 files deleted")]


def test_empty_folders_do_not_count() -> None:
    world = in_step("a/", "b/", "c/", "d/", "e/", policy=FEW)
    remove(world, LEFT, "a", "b", "c", "d")

    assert world.look().held == ()


def test_moves_never_count() -> None:
    world = in_step("x/", *files(1, 9), policy=FEW)
    left = world.sides[LEFT]
    for name in files(1, 9):
        left.move(at(left, name), at(left, "x"), name)

    made = world.look()

    assert made.held == ()
    assert len(made.steps) == 9


def test_deletions_that_crossed_within_a_day_count_too() -> None:
    world = in_step(*files(1, 9), policy=FEW)
    remove(world, LEFT, *files(1, 2))
    world.settle()
    remove(world, LEFT, *files(3, 4))

    made = world.look()

    assert held(made) == dict.fromkeys(files(3, 4), Reason.DELETE_LIMIT)


def test_deletions_that_crossed_a_day_before_do_not_count() -> None:
    world = in_step(*files(1, 9), policy=FEW)
    remove(world, LEFT, *files(1, 3))
    world.crossed = [START - timedelta(hours=24)] * 3

    assert world.look().held == ()


def test_the_time_that_the_remote_tells_counts_and_not_the_time_of_the_look() -> None:
    world = in_step(*files(1, 9), policy=FEW)
    remove(world, LEFT, *files(1, 6))
    left = world.sides[LEFT]
    for number, item in enumerate(sorted(left.gone_at)):
        left.gone_at[item] = START - timedelta(days=number // 3)

    assert world.look().held == ()


def test_deletions_on_two_sides_of_a_day_count_together_where_a_day_holds_them() -> None:
    world = in_step(*files(1, 9), policy=FEW)
    remove(world, LEFT, "f1.pdf")
    left = world.sides[LEFT]
    left.gone_at = dict.fromkeys(left.gone_at, START)
    around = [timedelta(hours=hours) for hours in (-12, 1, 11)]
    world.crossed = [START + hours for hours in around]

    assert held(world.look()) == {"f1.pdf": Reason.DELETE_LIMIT}

    world.crossed[2] += timedelta(hours=2)
    assert world.look().held == ()


def test_up_to_the_limit_the_earliest_cross_and_the_rest_is_held() -> None:
    world = in_step("x/", *files(1, 5, "x/"), "k.pdf", policy=UP_TO)
    for name in ("f5", "f3", "f1", "f2", "f4"):
        remove(world, LEFT, f"x/{name}.pdf")

    made = world.look()

    assert deleted(made) == ["x/f1.pdf", "x/f3.pdf", "x/f5.pdf"]
    assert list(held(made)) == ["x/f2.pdf", "x/f4.pdf"]


def test_a_folder_of_which_a_part_is_held_waits_and_is_listed_too() -> None:
    world = in_step("x/", *files(1, 5, "x/"), "k.pdf", policy=UP_TO)
    remove(world, LEFT, "x")

    made = world.look()

    assert len(deleted(made)) == 3
    assert "x" not in deleted(made)
    assert len(made.held) == 3
    assert "x" in held(made)


def test_more_than_the_share_of_a_link_is_held_although_the_limit_allows_it() -> None:
    world = in_step(*files(1, 40))
    remove(world, LEFT, *files(1, 21))

    made = world.look()

    assert list(held(made).values()) == [Reason.DELETE_LIMIT] * 21


@pytest.mark.parametrize(("there", "gone"), [(40, 20), (30, 19)])
def test_no_more_than_the_share_and_few_files_are_not_held(there: int, gone: int) -> None:
    world = in_step(*files(1, there))
    remove(world, LEFT, *files(1, gone))

    assert world.look().held == ()


@pytest.mark.parametrize("side", Side)
def test_an_emptied_side_holds_all_deletions(side: Side) -> None:
    world = in_step("a.pdf", "x/", "x/b.pdf")
    remove(world, side, "a.pdf", "x")
    put(world.sides[side], "new.pdf", b"new")

    made = world.look()

    assert held(made) == dict.fromkeys(["a.pdf", "x", "x/b.pdf"], Reason.SIDE_EMPTIED)
    assert told(made) == [(Reason.SIDE_EMPTIED, side, "", "2 files deleted")]


def test_the_guard_of_an_emptied_side_can_be_switched_off() -> None:
    world = in_step("a.pdf", "b.pdf", policy=Policy(hold_emptied=False))
    remove(world, LEFT, "a.pdf", "b.pdf")

    assert world.look().held == ()


def test_deletions_of_the_other_side_go_on_when_one_is_emptied() -> None:
    world = in_step("a.pdf", "b/", "b/c.pdf")
    left = world.sides[LEFT]
    left.hidden.update(item for item in left.items if item != "root")
    world.sides[LEFT].hidden.discard(at(left, "b/c.pdf"))
    remove(world, RIGHT, "b/c.pdf")

    made = world.look()

    assert "b/c.pdf" not in held(made)


@pytest.mark.parametrize("side", Side)
def test_what_vanished_without_proof_is_held_with_all_below_it(side: Side) -> None:
    world = in_step("x/", "x/a.pdf", "k.pdf", "l.pdf")
    world.sides[side].hidden.add(at(world.sides[side], "x"))

    made = world.look()

    assert made.steps == ()
    assert made.waiting == ()
    assert held(made) == dict.fromkeys(["x", "x/a.pdf"], Reason.VANISHED)
    assert told(made) == [(Reason.VANISHED, side, "x", "1 file deleted")]


def test_what_vanished_from_an_emptied_side_is_told_as_that() -> None:
    world = in_step("a.pdf", "b.pdf")
    left = world.sides[LEFT]
    left.hidden.update({at(left, "a.pdf"), at(left, "b.pdf")})

    assert set(held(world.look()).values()) == {Reason.SIDE_EMPTIED}


@pytest.mark.parametrize("reason", [Reason.ROLLED_BACK, Reason.ACCOUNT_CHANGED])
def test_in_doubt_every_deletion_is_held_with_the_doubt_and_edits_go_on(reason: Reason) -> None:
    world = in_step("a.pdf", "b.pdf", "c.pdf", "d.pdf")
    world.caution = reason
    remove(world, LEFT, "a.pdf")
    right = world.sides[RIGHT]
    right.hidden.add(at(right, "b.pdf"))
    write(world, RIGHT, b"edited", "c.pdf")

    made = world.look()

    assert held(made) == {"a.pdf": reason, "b.pdf": reason}
    assert [type(step) for step in made.writes] == [Replace]


@pytest.mark.parametrize("side", Side)
def test_most_files_changed_at_once_are_held_and_moves_go_on(side: Side) -> None:
    world = in_step("x/", *files(1, 9), policy=Policy(change_files=5))
    write(world, side, b"scrambled", *files(1, 5))
    place = world.sides[side]
    place.move(at(place, "f1.pdf"), at(place, "x"), "f1.pdf")

    plans = world.settle()

    assert world.transfers == 0
    assert both_names(world)
    assert set(world.held) == {(side, one.item.id) for one in plans[-1].held}
    assert {one.what for one in plans[-1].held} == {Withheld.CHANGE}
    assert (Reason.MASS_CHANGE, side, "", "5 files changed") in [
        one for made in plans for one in told(made)
    ]


def both_names(world: World) -> bool:
    left, right = (set(world.sides[side].paths()) for side in Side)
    return left == right


def test_edits_of_no_more_than_the_share_or_of_few_files_go_on() -> None:
    world = in_step(*files(1, 10), policy=Policy(change_files=5))
    write(world, RIGHT, b"edited", *files(1, 5))

    world.settle()

    assert both(world)["f5.pdf"] == b"edited"


def test_a_side_that_went_back_in_time_loses_nothing_on_the_other() -> None:
    world = in_step(*files(1, 12), policy=Policy(change_files=5))
    remove(world, RIGHT, *files(1, 6))
    write(world, RIGHT, b"older", "f12.pdf")

    made = world.look()

    assert made.steps == ()
    assert held(made) == dict.fromkeys([*files(1, 6), "f12.pdf"], Reason.MASS_CHANGE)
    assert told(made) == [(Reason.MASS_CHANGE, RIGHT, "", "1 file changed, 6 files deleted")]


def test_deletions_alone_are_no_mass_change() -> None:
    world = in_step(*files(1, 12), policy=Policy(change_files=5))
    remove(world, RIGHT, *files(1, 7))

    assert world.look().held == ()


def test_edits_wait_until_it_is_known_how_many_there_are() -> None:
    world = in_step(*files(1, 9), policy=Policy(change_files=5))
    write(world, LEFT, b"longer than before", "f1.pdf")
    write(world, LEFT, b"f_.pdf", *files(2, 5))  # of the same size: somebody has to read them

    first = world.look()
    plans = world.settle()

    assert first.held == ()
    assert first.writes == ()
    assert len(plans[-1].held) == 5
    assert world.transfers == 0


def test_files_that_only_seemed_to_change_hold_nothing() -> None:
    world = in_step(*files(1, 9), policy=Policy(change_files=5))
    write(world, LEFT, b"longer than before", "f1.pdf")
    for name in files(2, 5):
        write(world, LEFT, name.encode(), name)

    world.settle()

    assert world.held == {}
    assert both(world)["f1.pdf"] == b"longer than before"
