"""What is left alone, and why."""

from dataclasses import replace

import pytest
from planning.telling import LEFT, RIGHT, at, both, in_step, look, put, reasons, remove
from planning.world import NARROW, ROOT, World, terms

from turnbuckle.model.pairs import Base
from turnbuckle.model.plans import Delete, Reason
from turnbuckle.model.policy import Policy, Standing
from turnbuckle.model.trees import Tree
from turnbuckle.planning.planner import plan


@pytest.mark.parametrize("name", ["~$plan.docx", "draft.tmp", "Thumbs.db", ".DS_Store"])
def test_a_file_that_is_never_synced_stays_where_it_is(name: str) -> None:
    world = in_step("a.pdf")
    put(world.sides[LEFT], name, b"junk")

    made = world.look()

    assert made.steps == ()
    assert made.waiting == ()


def test_a_folder_goes_with_the_ignored_files_in_it_and_people_are_told() -> None:
    world = in_step("old/", "old/a.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    put(right, "old/draft.tmp", b"junk")
    left.delete(at(left, "old"))

    made = world.look()

    assert [(one.reason, one.path, one.detail) for one in made.notices] == [
        (Reason.IGNORED_DELETED, "old", "draft.tmp")
    ]


def test_a_name_that_an_ignored_file_holds_is_not_taken() -> None:
    policy = Policy(ignored=("desktop.*",))
    world = World(policy)
    put(world.sides[RIGHT], "desktop.pdf", b"junk")
    put(world.sides[LEFT], "a.pdf", b"a")

    world.apply(world.look())

    assert world.sides[RIGHT].paths() == {"desktop.pdf": b"junk", "a.pdf": b"a"}


def test_a_folder_is_not_deleted_around_an_item_that_cannot_be_seen() -> None:
    world = in_step("old/", "old/a.pdf", "old/b.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    hidden = at(right, "old/a.pdf")
    tree = Tree(RIGHT, ROOT, right.tree().items.values(), hidden=[hidden])
    left.delete(at(left, "old"))

    made = look(world, right=tree)

    assert [step.path for step in made.steps if isinstance(step, Delete)] == ["old/b.pdf"]


def test_what_failed_before_waits_with_a_notice_and_the_rest_goes_on() -> None:
    world = World()
    bad = put(world.sides[LEFT], "bad.pdf", b"bad")
    put(world.sides[LEFT], "good.pdf", b"good")

    made = plan(
        Base(world.pairs), world.sides[LEFT].tree(), world.sides[RIGHT].tree(), world.terms,
        Standing(set_aside=frozenset({(LEFT, bad)})),
    )  # fmt: skip

    assert [getattr(step, "name", "") for step in made.steps] == ["good.pdf"]
    assert [(one.reason, one.path) for one in made.waiting] == [(Reason.SET_ASIDE, "bad.pdf")]


def test_what_failed_before_is_not_read_again_either() -> None:
    world = World()
    bad = put(world.sides[LEFT], "bad.pdf", b"same size")
    put(world.sides[RIGHT], "bad.pdf", b"size same")

    made = plan(
        Base(world.pairs), world.sides[LEFT].tree(), world.sides[RIGHT].tree(), world.terms,
        Standing(set_aside=frozenset({(LEFT, bad)})),
    )  # fmt: skip

    assert made.steps == ()


def test_below_a_folder_that_failed_nothing_is_tried_and_only_the_folder_is_told() -> None:
    world = in_step("x/", "x/a.pdf", "x/b.pdf", "y/", "y/b.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    for name in ("x/a.pdf", "y/b.pdf"):
        left.write(at(left, name), b"edited")
    left.delete(at(left, "x/b.pdf"))
    put(left, "x/new.pdf", b"new")
    world.set_aside = {(RIGHT, at(right, "x"))}

    plans = world.settle()

    assert right.paths() == {
        "x": None, "x/a.pdf": b"x/a.pdf", "x/b.pdf": b"x/b.pdf",
        "y": None, "y/b.pdf": b"edited",
    }  # fmt: skip
    assert [(one.reason, one.path) for one in plans[-1].waiting] == [(Reason.SET_ASIDE, "x")]


def test_a_deleted_folder_that_failed_to_go_is_emptied_file_by_file() -> None:
    world = in_step("x/", "x/a.pdf", "x/y/", "x/y/b.pdf", "k.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.delete(at(left, "x"))
    world.set_aside = {(RIGHT, at(right, "x"))}

    world.apply(world.look())

    assert set(right.paths()) == {"x", "k.pdf"}


def test_a_folder_moved_here_and_deleted_there_that_failed_to_come_back_keeps_what_is_in_it() -> (
    None
):
    world = in_step("x/", "x/a.pdf", "x/y/", "x/y/b.pdf", "k.pdf")
    right = world.sides[RIGHT]
    folder = at(right, "x")
    remove(world, LEFT, "x")
    right.move(folder, ROOT, "z")
    world.set_aside = {(RIGHT, folder)}
    waiting = world.settle()

    world.set_aside.clear()
    world.settle()

    assert [one.path for one in waiting[-1].waiting] == ["z"]
    assert world.deletes == 0
    assert set(both(world)) == {"z", "z/a.pdf", "z/y", "z/y/b.pdf", "k.pdf"}


def test_a_folder_in_which_a_file_failed_to_go_stays_and_is_not_made_again() -> None:
    world = in_step("x/", "x/a.pdf", "x/b.pdf", "k.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.delete(at(left, "x"))
    world.set_aside = {(RIGHT, at(right, "x/a.pdf"))}

    world.settle()

    assert set(right.paths()) == {"x", "x/a.pdf", "k.pdf"}
    assert set(left.paths()) == {"k.pdf"}

    world.set_aside.clear()
    world.settle()

    assert set(right.paths()) == {"k.pdf"}


def test_a_folder_is_not_deleted_around_what_moved_out_on_one_side_and_failed_to_follow() -> None:
    world = in_step("x/", "x/a.pdf", "y/", "k.pdf")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    left.move(at(left, "x/a.pdf"), at(left, "y"), "a.pdf")
    left.delete(at(left, "x"))
    world.set_aside = {(RIGHT, at(right, "x/a.pdf"))}

    world.settle()

    assert right.paths()["x/a.pdf"] == b"x/a.pdf"


def test_a_path_that_the_right_cannot_hold_waits_with_a_reason_and_all_below_it() -> None:
    world = World()
    long = "d" * 200
    put(world.sides[LEFT], long, None)
    put(world.sides[LEFT], f"{long}/{long}", None)
    put(world.sides[LEFT], f"{long}/{long}/a.pdf", b"a")
    put(world.sides[LEFT], f"{long}/a.pdf", b"a")

    made = world.look()

    assert [(one.reason, one.side, one.path) for one in made.waiting] == [
        (Reason.PATH_TOO_LONG, RIGHT, f"{long}/{long}")
    ]
    assert len(made.steps) == 2


def test_the_path_above_the_links_folder_counts() -> None:
    world = World()
    put(world.sides[LEFT], "d" * 200, None)
    longest = NARROW.longest_path or 0
    fits = replace(world.terms, path_start={RIGHT: longest - 201})
    short = replace(world.terms, path_start={RIGHT: longest - 200})

    world.terms = fits
    assert len(world.look().steps) == 1
    world.terms = short
    assert reasons(world.look().waiting) == [Reason.PATH_TOO_LONG]


def test_a_file_larger_than_the_other_side_takes_waits_with_a_reason() -> None:
    world = World()
    limits = terms()
    world.terms = replace(limits, right=replace(limits.right, max_file_bytes=3))
    put(world.sides[LEFT], "big.pdf", b"1234")
    put(world.sides[LEFT], "small.pdf", b"123")

    made = world.look()

    assert [(one.reason, one.path, one.detail) for one in made.waiting] == [
        (Reason.TOO_LARGE, "big.pdf", "4 bytes")
    ]
    assert [getattr(step, "name", "") for step in made.steps] == ["small.pdf"]


def test_a_new_version_larger_than_the_other_side_takes_waits_and_loses_nothing() -> None:
    world = in_step("a.pdf")
    world.terms = replace(
        world.terms, right=replace(world.terms.right, max_file_bytes=len(b"a.pdf"))
    )
    left = world.sides[LEFT]
    left.write(at(left, "a.pdf"), b"much longer")

    made = world.look()

    assert reasons(made.waiting) == [Reason.TOO_LARGE]
    assert made.writes == ()
