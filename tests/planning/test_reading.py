"""What nobody can judge yet: it is read, or waits, and people are told of it by its right path."""

from dataclasses import replace
from datetime import timedelta

import pytest
from planning.telling import LEFT, RIGHT, at, in_step, look, put, remove, write
from planning.world import ROOT, START

from turnbuckle.model.plans import Compare, Delete, Notice, Plan, Reason
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side


def compares(made: Plan) -> list[tuple[Side, str]]:
    return [(step.side, step.path) for step in made.steps if isinstance(step, Compare)]


def test_what_was_deleted_on_one_side_and_perhaps_edited_on_the_other_is_read_first() -> None:
    world = in_step("x/", "x/a.pdf", "k.pdf")
    write(world, LEFT, b"x/b.pdf", "x/a.pdf")
    remove(world, RIGHT, "x/a.pdf")

    made = world.look()
    world.settle()

    assert len(made.steps) == 1
    assert compares(made) == [(LEFT, "x/a.pdf")]
    assert world.sides[RIGHT].paths()["x/a.pdf"] == b"x/b.pdf"


def test_what_was_only_saved_again_is_read_and_then_deleted() -> None:
    world = in_step("a.pdf", "k.pdf")
    write(world, LEFT, b"a.pdf", "a.pdf")
    remove(world, RIGHT, "a.pdf")

    plans = world.settle()

    assert compares(plans[0]) == [(LEFT, "a.pdf")]
    assert any(isinstance(step, Delete) for step in plans[1].steps)
    assert set(world.sides[LEFT].paths()) == {"k.pdf"}


def test_a_file_that_perhaps_changed_is_read_with_its_own_path() -> None:
    world = in_step("x/", "x/a.pdf")
    write(world, LEFT, b"x/b.pdf", "x/a.pdf")

    made = world.look()

    assert compares(made) == [(LEFT, "x/a.pdf")]


def test_what_no_side_can_see_is_told_once_as_hidden() -> None:
    world = in_step("x/", "x/a.pdf")
    for side in Side:
        world.sides[side].hidden.add(at(world.sides[side], "x/a.pdf"))

    made = world.look()

    assert made.waiting == (Notice(reason=Reason.HIDDEN, side=LEFT, path="x/a.pdf"),)
    assert made.steps == ()


@pytest.mark.parametrize("side", Side)
def test_what_failed_is_told_with_the_side_on_which_it_failed(side: Side) -> None:
    world = in_step("x/", "x/a.pdf")
    write(world, side.other, b"edited, and longer", "x/a.pdf")
    world.set_aside = {(side, at(world.sides[side], "x/a.pdf"))}

    made = world.look()

    assert made.waiting == (Notice(reason=Reason.SET_ASIDE, side=side, path="x/a.pdf"),)


def test_far_below_a_folder_that_failed_nothing_is_tried() -> None:
    world = in_step("x/", "x/y/", "x/y/z/", "x/y/z/a.pdf", "x/y/z/b.pdf", "k.pdf")
    write(world, LEFT, b"edited, and longer", "x/y/z/a.pdf", "x/y/z/b.pdf", "k.pdf")
    world.set_aside = {(RIGHT, at(world.sides[RIGHT], "x"))}

    made = world.look()

    assert [step.path for step in made.writes] == ["k.pdf"]


def test_what_is_in_a_folder_kept_whole_is_told_by_itself_only_where_somebody_used_it() -> None:
    world = in_step("x/", "x/a.pdf", "x/b.pdf", "x/c.pdf", "x/d.pdf", "x/s/", "k.pdf")
    right = world.sides[RIGHT]
    right.move(at(right, "x"), ROOT, "y")
    right.write(at(right, "y/a.pdf"), b"edited, and longer")
    right.move(at(right, "y/b.pdf"), at(right, "y"), "renamed.pdf")
    right.move(at(right, "y/c.pdf"), at(right, "y/s"), "c.pdf")
    remove(world, LEFT, "x")

    made = world.look()

    assert {(one.reason, one.side, one.path) for one in made.notices} == {
        (Reason.DELETE_CANCELLED, RIGHT, path)
        for path in ("y", "y/a.pdf", "y/renamed.pdf", "y/s/c.pdf")
    }
    assert len(made.notices) == 4


def test_the_time_of_a_deletion_is_that_of_the_nearest_folder_of_which_it_is_known() -> None:
    world = in_step("x/", "x/y/", "x/y/a.pdf", "k.pdf", policy=Policy(deletions_per_day=0))
    left = world.sides[LEFT]
    folder, gone = at(left, "x"), at(left, "x/y/a.pdf")
    remove(world, LEFT, "x")
    when = left.gone_at[folder]
    left.gone_at = {folder: when}
    twin = next(pair.right.id for pair in world.pairs if pair.left.id == gone)

    held = {one.item.id: one.gone_at for one in world.look().held}

    assert held[twin] == when


@pytest.mark.parametrize(
    ("hours", "seconds", "waits"),
    [(24, 0, False), (24, -1, True), (-24, 0, False), (-24, 1, True), (0, 0, True)],
)
def test_two_deletions_count_together_only_within_less_than_a_day(
    hours: int, seconds: int, waits: bool
) -> None:
    world = in_step("a.pdf", "b.pdf", "k.pdf", policy=Policy(deletions_per_day=1))
    left = world.sides[LEFT]
    gone = at(left, "a.pdf")
    remove(world, LEFT, "a.pdf")
    left.gone_at[gone] = START
    world.crossed = [START + timedelta(hours=hours, seconds=seconds)]

    made = world.look()

    assert bool(made.held) is waits


def test_where_nobody_knows_the_time_the_plan_counts_from_now() -> None:
    world = in_step("a.pdf", "k.pdf", policy=Policy(deletions_per_day=1))
    remove(world, LEFT, "a.pdf")
    world.sides[LEFT].gone_at = {}
    world.crossed = [world.standing().now or START]

    made = look(world)

    assert [one.reason for one in made.held] == [Reason.DELETE_LIMIT]
    assert made.held[0].gone_at is None


def test_a_batch_is_told_with_the_path_of_its_topmost_folder_on_the_side_that_deleted() -> None:
    world = in_step("x/", "x/p:1/", "x/p:1/a.pdf", "k.pdf", policy=Policy(deletions_per_day=0))
    remove(world, RIGHT, "x/p-1")

    made = world.look()

    assert [(one.side, one.path, one.detail) for one in made.notices] == [
        (RIGHT, "x/p:1", "1 file deleted")
    ]


def test_a_file_that_is_too_small_for_a_side_waits_with_its_path_and_its_size() -> None:
    world = in_step("x/")
    put(world.sides[RIGHT], "x/n.pdf", b"new")
    world.terms = replace(world.terms, left=replace(world.terms.left, min_file_bytes=10))

    made = world.look()

    assert made.waiting == (
        Notice(reason=Reason.EMPTY_NOT_ALLOWED, side=LEFT, path="x/n.pdf", detail="3 bytes"),
    )


def test_a_folder_that_waits_for_the_name_of_a_file_to_be_read_is_not_read_itself() -> None:
    world = in_step("a", "x/")
    right = world.sides[RIGHT]
    write(world, LEFT, b"b", "a")  # of the same size: somebody has to read it
    remove(world, RIGHT, "a")
    right.move(at(right, "x"), ROOT, "a")

    made = world.look()

    assert len(made.steps) == 1
    assert compares(made) == [(LEFT, "a")]
