"""What is held stays held until a person decides, or nobody wants it deleted any more."""

import pytest
from planning.telling import (
    LEFT,
    RIGHT,
    at,
    both,
    files,
    held,
    in_step,
    put,
    reasons,
    remove,
    write,
)
from planning.world import World

from turnbuckle.model.items import ItemId
from turnbuckle.model.plans import Delete, Plan, Reason
from turnbuckle.model.policy import Decision, Policy
from turnbuckle.model.side import Side

NONE_PASSES = Policy(deletions_per_day=0, deletion_share=1)


def with_held(*gone: str, policy: Policy = NONE_PASSES) -> World:
    """A world in which the deletion of some items on the left is held."""
    world = in_step("x/", *files(1, 4, "x/"), "k.pdf", "l.pdf", policy=policy)
    remove(world, LEFT, *gone)
    world.settle()
    assert world.held
    return world


def test_a_held_deletion_is_at_rest_and_told_no_more() -> None:
    world = with_held("x")

    made = world.look()

    assert (made.steps, made.notices, made.waiting) == ((), (), ())
    assert len(made.held) == 5
    for one in made.held:
        assert (RIGHT, one.item.id) in made.at_rest
    assert {(LEFT, item) for item in world.sides[LEFT].gone} <= made.at_rest


def test_what_was_held_is_not_judged_anew_when_the_limit_would_let_it_through() -> None:
    world = with_held("x")
    world.terms = in_step(policy=Policy()).terms

    made = world.look()

    assert made.steps == ()
    assert len(made.held) == 5


def test_approved_deletions_cross_in_one_call_for_a_folder() -> None:
    world = with_held("x")

    world.decide(Decision.APPROVED)
    plans = world.settle()

    assert world.deletes == 1
    assert both(world) == {"k.pdf": b"k.pdf", "l.pdf": b"l.pdf"}
    assert plans[-1] == Plan()


def test_an_approval_is_named_until_it_is_carried_out() -> None:
    world = with_held("k.pdf")
    wanted = (RIGHT, at(world.sides[RIGHT], "k.pdf"))
    world.decide(Decision.APPROVED)

    assert world.look().decided == {wanted}
    world.settle()
    assert world.look().decided == frozenset()


def test_approved_deletions_do_not_count_for_those_that_follow() -> None:
    world = with_held(*files(1, 3, "x/"), policy=Policy(deletions_per_day=2, deletion_share=1))
    world.decide(Decision.APPROVED)
    remove(world, LEFT, "k.pdf", "l.pdf")

    made = world.look()

    assert made.held == ()
    assert len(made.steps) == 5


def test_rejected_deletions_bring_the_items_back_where_they_were_deleted() -> None:
    world = with_held("x")
    right = world.sides[RIGHT].items.copy()

    world.decide(Decision.REJECTED)
    plans = world.settle()

    assert set(both(world)) == {"x", *files(1, 4, "x/"), "k.pdf", "l.pdf"}
    assert world.deletes == 0
    assert world.transfers == 4
    assert world.sides[RIGHT].items == right
    assert reasons(plans[0].notices) == []


def test_a_rejected_file_brings_back_the_folders_that_it_needs() -> None:
    world = with_held("x")
    wanted = at(world.sides[RIGHT], "x/f2.pdf")

    world.held[(RIGHT, wanted)] = Decision.REJECTED
    world.settle()

    assert world.sides[LEFT].paths().get("x/f2.pdf") == b"x/f2.pdf"
    assert "x/f1.pdf" not in world.sides[LEFT].paths()
    assert len(world.held) == 3


def test_one_approved_file_of_a_held_folder_goes_alone() -> None:
    world = with_held("x")
    wanted = at(world.sides[RIGHT], "x/f2.pdf")

    world.held[(RIGHT, wanted)] = Decision.APPROVED
    world.settle()

    assert world.deletes == 1
    assert "x/f2.pdf" not in world.sides[RIGHT].paths()
    assert len(world.held) == 4


def test_a_hold_ends_when_the_items_come_back_by_themselves() -> None:
    world = with_held("x")
    left = world.sides[LEFT]
    left.items.update(left.gone)
    left.contents.update(
        {item: f"x/{one.name}".encode() for item, one in left.gone.items() if one.size}
    )
    left.gone.clear()

    world.settle()

    assert world.held == {}
    assert world.transfers == world.deletes == 0


def test_an_edit_of_a_held_file_saves_it_and_leaves_the_others_held() -> None:
    world = with_held("x")
    write(world, RIGHT, b"edited", "x/f2.pdf")

    world.settle()

    assert world.sides[LEFT].paths() == {
        "k.pdf": b"k.pdf", "l.pdf": b"l.pdf", "x": None, "x/f2.pdf": b"edited",
    }  # fmt: skip
    assert len(world.held) == 3


def test_a_folder_deleted_around_what_is_held_waits_for_it() -> None:
    world = with_held("x/f1.pdf")
    world.terms = in_step(policy=Policy()).terms
    remove(world, LEFT, "x")

    world.settle()

    assert set(world.sides[RIGHT].paths()) == {"k.pdf", "l.pdf", "x", "x/f1.pdf"}
    assert set(held(world.look())) == {"x", "x/f1.pdf"}
    assert "x" not in world.sides[LEFT].paths()


def test_what_vanished_and_is_approved_is_taken_for_gone() -> None:
    world = in_step("a.pdf", "b.pdf", "c.pdf")
    left = world.sides[LEFT]
    left.hidden.add(at(left, "a.pdf"))
    world.settle()

    world.decide(Decision.APPROVED)
    made = world.look()

    assert [(type(step), step.path) for step in made.steps] == [(Delete, "a.pdf")]


def with_a_vanished_file_kept() -> tuple[World, tuple[Side, ItemId]]:
    """A world in which nobody sees a file on the left, and its deletion was rejected."""
    world = in_step("a.pdf", "b.pdf", "c.pdf")
    left = world.sides[LEFT]
    left.hidden.add(at(left, "a.pdf"))
    world.settle()
    world.decide(Decision.REJECTED)
    return world, (RIGHT, at(world.sides[RIGHT], "a.pdf"))


def test_what_vanished_and_is_rejected_stays_as_it_is_and_its_pair_too() -> None:
    world, item = with_a_vanished_file_kept()

    made = world.look()

    assert (made.steps, made.held) == ((), ())
    assert made.decided == made.spared == {item}
    assert reasons(made.waiting) == [Reason.HIDDEN]


def test_what_vanished_and_is_rejected_is_made_again_once_its_deletion_is_proven() -> None:
    world, _ = with_a_vanished_file_kept()
    world.settle()
    left = world.sides[LEFT]
    left.hidden.clear()
    remove(world, LEFT, "a.pdf")

    world.settle()

    assert both(world) == {"a.pdf": b"a.pdf", "b.pdf": b"b.pdf", "c.pdf": b"c.pdf"}
    assert world.held == {}


def test_what_vanished_and_is_rejected_is_one_document_when_it_is_seen_again() -> None:
    world, _ = with_a_vanished_file_kept()
    world.settle()
    left = world.sides[LEFT]
    left.hidden.clear()
    write(world, LEFT, b"edited meanwhile", "a.pdf")

    world.settle()

    assert both(world) == {"a.pdf": b"edited meanwhile", "b.pdf": b"b.pdf", "c.pdf": b"c.pdf"}
    assert world.held == {}


def test_a_rejected_deletion_that_is_proven_is_not_among_what_is_spared() -> None:
    world = with_held("k.pdf")
    world.decide(Decision.REJECTED)

    assert world.look().spared == frozenset()


def test_what_vanished_and_comes_back_is_held_no_more() -> None:
    world = in_step("a.pdf", "b.pdf", "c.pdf")
    left = world.sides[LEFT]
    left.hidden.add(at(left, "a.pdf"))
    world.settle()
    assert world.held

    left.hidden.clear()
    plans = world.settle()

    assert plans == [Plan()]
    assert world.held == {}


@pytest.mark.parametrize("side", Side)
def test_an_approved_mass_change_crosses(side: Side) -> None:
    world = in_step(*files(1, 9), policy=Policy(change_files=5))
    write(world, side, b"scrambled", *files(1, 6))
    world.settle()
    assert world.transfers == 0

    world.decide(Decision.APPROVED)
    world.settle()

    assert both(world)["f6.pdf"] == b"scrambled"
    assert world.held == {}


@pytest.mark.parametrize("side", Side)
def test_a_rejected_mass_change_is_undone_where_it_was_made(side: Side) -> None:
    world = in_step(*files(1, 9), policy=Policy(change_files=5))
    write(world, side, b"scrambled", *files(1, 6))
    world.settle()

    world.decide(Decision.REJECTED)
    world.settle()

    assert both(world) == {name: name.encode() for name in files(1, 9)}
    assert b"scrambled" in world.sides[side].history
    assert world.held == {}


@pytest.mark.parametrize("decision", [None, *Decision])
def test_a_held_change_that_waits_for_its_next_try_keeps_its_decision(
    decision: Decision | None,
) -> None:
    world = in_step(*files(1, 9), policy=Policy(change_files=5))
    write(world, RIGHT, b"scrambled", *files(1, 6))
    world.settle()
    failed = (RIGHT, at(world.sides[RIGHT], "f1.pdf"))
    world.held[failed] = decision
    world.set_aside.add(failed)

    world.settle()

    assert world.held[failed] is decision
    assert world.transfers == 0


def test_a_held_change_stays_held_and_other_edits_go_on() -> None:
    world = in_step(*files(1, 9), policy=Policy(change_files=5))
    write(world, RIGHT, b"scrambled", *files(1, 6))
    world.settle()
    put(world.sides[RIGHT], "new.pdf", b"new")
    write(world, LEFT, b"edited", "f9.pdf")

    world.settle()

    assert len(world.held) == 6
    assert world.sides[LEFT].paths()["new.pdf"] == b"new"
    assert world.sides[RIGHT].paths()["f9.pdf"] == b"edited"
    assert world.sides[LEFT].paths()["f1.pdf"] == b"f1.pdf"


def test_what_was_made_anew_is_deleted_while_it_is_as_it_was() -> None:
    world = in_step("a.jpg")
    old = put(world.sides[LEFT], "old.jpg", b"old")
    world.superseded = {(LEFT, old): world.sides[LEFT].items[old].version}

    made = world.look()

    assert [(type(step), step.path) for step in made.steps] == [(Delete, "old.jpg")]


def test_what_was_made_anew_and_then_edited_is_an_ordinary_new_file() -> None:
    world = in_step("a.jpg")
    old = put(world.sides[LEFT], "old.jpg", b"old")
    world.superseded = {(LEFT, old): world.sides[LEFT].items[old].version}
    write(world, LEFT, b"edited", "old.jpg")

    world.settle()

    assert both(world)["old.jpg"] == b"edited"


def test_what_was_made_anew_is_never_taken_for_the_twin_of_a_new_file() -> None:
    world = in_step("a.jpg")
    old = put(world.sides[LEFT], "old.jpg", b"same")
    put(world.sides[RIGHT], "old.jpg", b"same")
    world.superseded = {(LEFT, old): world.sides[LEFT].items[old].version}

    world.settle()

    assert both(world)["old.jpg"] == b"same"
    assert old not in world.sides[LEFT].items


def test_a_rejected_deletion_undoes_no_edit_of_a_file_that_came_back_by_itself() -> None:
    world = with_held("k.pdf")
    left = world.sides[LEFT]
    world.decide(Decision.REJECTED)
    (item,) = (item for item, one in left.gone.items() if one.name == "k.pdf")
    left.items[item] = left.gone.pop(item)
    left.contents[item] = b"k.pdf"
    write(world, RIGHT, b"edited meanwhile", "k.pdf")

    world.settle()

    assert both(world)["k.pdf"] == b"edited meanwhile"


def test_what_vanished_goes_on_being_held_as_that() -> None:
    world = in_step("a.pdf", "b.pdf", "c.pdf")
    left = world.sides[LEFT]
    left.hidden.add(at(left, "a.pdf"))
    world.settle()

    made = world.look()

    assert held(made) == {"a.pdf": Reason.VANISHED}
    assert made.notices == ()


def test_the_doubt_about_our_own_records_is_told_before_any_other_reason() -> None:
    world = in_step("a.pdf", "b.pdf")
    world.caution = Reason.ROLLED_BACK
    remove(world, LEFT, "a.pdf", "b.pdf")

    made = world.look()

    assert set(held(made).values()) == {Reason.ROLLED_BACK}
