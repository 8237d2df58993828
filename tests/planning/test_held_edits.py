"""An edit that is held waits for a person, whatever becomes of its file meanwhile."""

from collections import Counter

import pytest
from planning.telling import LEFT, RIGHT, at, both, files, in_step, reasons, remove, write
from planning.world import ROOT, World

from turnbuckle.model.plans import Reason, Withheld
from turnbuckle.model.policy import Decision, Policy, Winner
from turnbuckle.model.side import Side

NO_DELETION_PASSES = Policy(deletions_per_day=0, deletion_share=1, change_files=5)


def with_six_edits_held() -> World:
    """A world in which the right changed six of nine files, which is held."""
    world = in_step(*files(1, 9), policy=Policy(change_files=5))
    write(world, RIGHT, b"scrambled", *files(1, 6))
    world.settle()
    assert len(world.held) == 6
    return world


def test_a_held_change_waits_where_the_other_side_deletes_the_file() -> None:
    world = with_six_edits_held()
    remove(world, LEFT, "f1.pdf")

    plans = world.settle()

    assert "f1.pdf" not in world.sides[LEFT].paths()
    assert world.sides[RIGHT].paths()["f1.pdf"] == b"scrambled"
    assert len(world.held) == 6
    assert (RIGHT, at(world.sides[RIGHT], "f1.pdf")) in plans[-1].at_rest


def test_a_held_change_waits_where_the_other_side_cannot_be_seen() -> None:
    world = with_six_edits_held()
    left = world.sides[LEFT]
    left.hidden.add(at(left, "f1.pdf"))

    plans = world.settle()

    assert {one.reason for one in plans[-1].held} == {Reason.MASS_CHANGE}
    assert set(world.withheld.values()) == {Withheld.CHANGE}


def test_a_decided_change_waits_where_the_other_side_cannot_be_seen() -> None:
    world = with_six_edits_held()
    left = world.sides[LEFT]
    left.hidden.add(at(left, "f1.pdf"))
    hidden = (RIGHT, at(world.sides[RIGHT], "f1.pdf"))

    world.decide(Decision.APPROVED)
    plans = world.settle()

    assert world.held == {hidden: Decision.APPROVED}
    assert reasons(plans[-1].waiting) == [Reason.HIDDEN]


def test_an_approved_change_saves_the_file_that_the_other_side_deleted() -> None:
    world = with_six_edits_held()
    remove(world, LEFT, "f1.pdf")
    world.settle()

    world.decide(Decision.APPROVED)
    world.settle()

    assert both(world)["f1.pdf"] == b"scrambled"
    assert world.held == {}


def test_a_rejected_change_does_not_save_the_file_that_the_other_side_deleted() -> None:
    world = with_six_edits_held()
    remove(world, LEFT, "f1.pdf")
    world.settle()

    world.decide(Decision.REJECTED)
    world.settle()

    assert set(both(world)) == set(files(2, 9))
    assert world.sides[RIGHT].binned == [b"scrambled"]
    assert world.held == {}


def test_a_file_moved_beside_its_rejected_change_is_saved_from_the_other_sides_deletion() -> None:
    world = with_six_edits_held()
    remove(world, LEFT, "f1.pdf")
    right = world.sides[RIGHT]
    right.move(at(right, "f1.pdf"), ROOT, "moved.pdf")
    world.settle()

    world.decide(Decision.REJECTED)
    world.settle()

    assert both(world)["moved.pdf"] == b"scrambled"


def test_the_deletion_of_a_file_whose_change_was_rejected_is_judged_like_any_other() -> None:
    world = with_six_edits_held()
    world.terms = in_step(policy=NO_DELETION_PASSES).terms
    remove(world, LEFT, "f1.pdf")
    world.settle()

    world.decide(Decision.REJECTED)
    plans = world.settle()

    assert {(one.path, one.what) for one in plans[-1].held} == {("f1.pdf", Withheld.DELETION)}
    assert list(world.held.values()) == [None]


def test_the_deletion_of_a_file_whose_change_was_rejected_crosses_once_it_is_approved() -> None:
    world = with_six_edits_held()
    world.terms = in_step(policy=NO_DELETION_PASSES).terms
    remove(world, LEFT, "f1.pdf")
    world.settle()
    world.decide(Decision.REJECTED)
    world.settle()

    world.decide(Decision.APPROVED)
    world.settle()

    assert set(both(world)) == set(files(2, 9))


def with_both_sides_held() -> World:
    """A world in which both sides changed six of nine files, which is held."""
    world = in_step(*files(1, 9), policy=Policy(change_files=5, winner=Winner.LEFT))
    for side in Side:
        write(world, side, f"changed on the {side}".encode(), *files(1, 6))
    world.settle()
    return world


def decide_on(world: World, side: Side, decision: Decision) -> None:
    """Let a person decide on what one side did."""
    mine = dict.fromkeys((key for key in world.held if key[0] is side), decision)
    world.held = {**world.held, **mine}


def test_each_side_of_a_file_that_both_changed_is_held() -> None:
    world = with_both_sides_held()

    assert sorted(side for side, _ in world.held) == [LEFT] * 6 + [RIGHT] * 6
    assert world.transfers == 0


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("side", Side)
def test_what_is_decided_about_one_side_waits_for_the_other(side: Side, decision: Decision) -> None:
    world = with_both_sides_held()

    decide_on(world, side, decision)
    world.settle()

    assert world.transfers == 0
    assert Counter(world.held.values()) == {decision: 6, None: 6}


@pytest.mark.parametrize("side", Side)
def test_the_side_that_was_rejected_gets_the_content_of_the_one_that_was_approved(
    side: Side,
) -> None:
    world = with_both_sides_held()

    decide_on(world, side, Decision.REJECTED)
    decide_on(world, side.other, Decision.APPROVED)
    world.settle()

    assert both(world)["f1.pdf"] == f"changed on the {side.other}".encode()
    assert len(both(world)) == 9


@pytest.mark.parametrize("decision", Decision)
def test_two_changes_of_which_neither_was_preferred_are_both_kept(decision: Decision) -> None:
    world = with_both_sides_held()

    world.decide(decision)
    world.settle()

    assert both(world)["f1.pdf"] == b"changed on the left"
    assert len(both(world)) == 15
    assert world.held == {}


def test_while_too_many_edits_of_a_side_are_held_its_next_ones_are_held_too() -> None:
    world = with_six_edits_held()
    write(world, RIGHT, b"scrambled too", "f7.pdf")

    made = world.look()

    assert made.writes == ()
    assert {one.path: one.reason for one in made.held}["f7.pdf"] is Reason.AFTER_MASS_CHANGE
    assert [(one.reason, one.side, one.path, one.detail) for one in made.notices] == [
        (
            Reason.AFTER_MASS_CHANGE,
            RIGHT,
            "f7.pdf",
            "1 file changed; waits with the 6 edits held on 2026-01-05 07:00 UTC",
        )
    ]


def test_while_too_many_edits_of_a_side_are_held_its_deletions_are_held_too() -> None:
    world = with_six_edits_held()
    remove(world, RIGHT, "f1.pdf", "f8.pdf")

    plans = world.settle()

    assert {"f1.pdf", "f8.pdf"} <= set(world.sides[LEFT].paths())
    assert Counter(one.what for one in plans[-1].held) == {
        Withheld.CHANGE: 5,
        Withheld.DELETION: 2,
    }


def test_while_too_many_edits_of_a_side_are_held_the_other_sides_work_goes_on() -> None:
    world = with_six_edits_held()
    write(world, LEFT, b"edited", "f7.pdf")
    remove(world, LEFT, "f8.pdf")

    plans = world.settle()

    assert world.sides[RIGHT].paths()["f7.pdf"] == b"edited"
    assert "f8.pdf" not in world.sides[RIGHT].paths()
    assert len(plans[-1].held) == 6


def test_a_second_wave_of_edits_is_told_as_one() -> None:
    world = in_step(*files(1, 20), policy=Policy(change_files=5, change_share=0.2))
    write(world, RIGHT, b"scrambled", *files(1, 6))
    world.settle()
    write(world, RIGHT, b"scrambled", *files(7, 12))

    made = world.look()

    assert reasons(made.notices) == [Reason.MASS_CHANGE]


@pytest.mark.parametrize("decision", Decision)
def test_what_follows_a_decision_about_too_many_edits_is_held_no_more(decision: Decision) -> None:
    world = with_six_edits_held()
    world.decide(decision)
    world.settle()
    write(world, RIGHT, b"edited", "f7.pdf")

    world.settle()

    assert both(world)["f7.pdf"] == b"edited"


def test_what_was_held_with_too_many_edits_holds_nothing_further_once_those_are_decided() -> None:
    world = with_six_edits_held()
    first = dict.fromkeys(world.held, Decision.APPROVED)
    write(world, RIGHT, b"scrambled too", "f7.pdf")
    world.settle()
    world.held = {**world.held, **first}
    world.settle()
    write(world, RIGHT, b"edited", "f8.pdf")

    world.settle()

    assert world.sides[LEFT].paths()["f8.pdf"] == b"edited"
    assert list(world.held.values()) == [None]


@pytest.mark.parametrize(("side", "shown"), [(LEFT, "x:1/p:1.pdf"), (RIGHT, "x-1/p-1.pdf")])
def test_a_held_edit_is_told_by_the_path_that_its_own_side_shows(side: Side, shown: str) -> None:
    policy = Policy(change_files=1, change_share=0.3)
    world = in_step("x:1/", "x:1/p:1.pdf", "k.pdf", policy=policy)
    write(world, side, b"scrambled", shown)

    made = world.look()

    assert [one.path for one in made.notices] == [one.path for one in made.held] == [shown]


def test_a_rejected_edit_is_not_undone_by_one_that_may_be_among_too_many() -> None:
    world = in_step(*files(1, 9), policy=Policy(change_files=2, change_share=0.1))
    write(world, RIGHT, b"scrambled", "f1.pdf", "f2.pdf")
    world.settle()
    world.decide(Decision.REJECTED)
    write(world, LEFT, b"f_.pdf", "f1.pdf")  # of the same size: somebody has to read it
    write(world, LEFT, b"longer than before", "f3.pdf")

    first = world.look()
    world.settle()

    assert [one.path for one in first.writes] == ["f2.pdf"]
    assert world.sides[RIGHT].paths()["f1.pdf"] == b"scrambled"
    assert Counter(world.held.values()) == {None: 2, Decision.REJECTED: 1}
