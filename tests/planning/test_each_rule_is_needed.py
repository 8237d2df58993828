"""Each ordering edge and each guard is switched off in turn, and then something goes wrong.

Every rule stands beside one situation in which it is needed: a row of the catalogue, a sentence of
another file, or one told here. With the rule it comes out well; without it, it must not.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from planning import (
    test_adoption,
    test_directions,
    test_guards,
    test_holds,
    test_order,
    test_scope,
    test_waiting,
)
from planning.gallery import Gallery
from planning.rows import play, rows
from planning.switched_off import EDGES, GUARDS
from planning.telling import LEFT, RIGHT, at, both, in_step, put, remove, write
from planning.world import ROOT

from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Policy, Winner

type Situation = Callable[[], object]

_ROWS = rows()
_LONG, _LONGER = "n" * 250, "m" * 200


def row(identity: str) -> Situation:
    """Give a situation of the catalogue."""

    def happens() -> None:
        assert play(_ROWS[identity]) == []

    return happens


def something_leaves_a_deleted_folder_for_a_name_that_is_still_taken() -> None:
    world = in_step("old/", "old/a.pdf", "x.pdf", "k.pdf")
    left = world.sides[LEFT]
    remove(world, LEFT, "x.pdf")
    left.move(at(left, "old/a.pdf"), ROOT, "x.pdf")
    remove(world, LEFT, "old")

    world.settle()

    assert both(world) == {"x.pdf": b"old/a.pdf", "k.pdf": b"k.pdf"}


def the_winner_of_a_conflict_is_sent_faster_than_the_loser_is_copied() -> None:
    world = in_step("a.pdf", policy=Policy(winner=Winner.LEFT))
    write(world, LEFT, b"small", "a.pdf")
    write(world, RIGHT, b"much larger", "a.pdf")

    world.settle()

    assert sorted(filter(None, both(world).values())) == [b"much larger", b"small"]


def a_folder_enters_the_one_that_has_to_wait_until_it_may_leave() -> None:
    world = in_step("x/", "x/y/", "x/y/f.pdf", "n")
    left = world.sides[LEFT]
    inner = at(left, "x/y")
    remove(world, LEFT, "n")
    left.move(inner, ROOT, "n")
    left.move(at(left, "x"), inner, "x")

    world.settle()

    assert both(world) == {"n": None, "n/x": None, "n/f.pdf": b"x/y/f.pdf"}


def what_should_leave_a_deleted_folder_cannot_for_its_path_is_too_long() -> None:
    world = in_step("old/", "old/a.pdf", "k.pdf")
    left = world.sides[LEFT]
    put(left, _LONG, None)
    deep = put(left, f"{_LONG}/{_LONGER}", None)
    left.move(at(left, "old/a.pdf"), deep, "a.pdf")
    remove(world, LEFT, "old")

    world.settle()

    assert world.sides[RIGHT].paths()["old/a.pdf"] == b"old/a.pdf"


def an_edited_file_takes_the_name_of_one_that_is_still_there() -> None:
    changes = [
        {"del": "D/b.pdf"},
        {"mv": ["D/a.pdf", "D/b.pdf"]},
        {"put": ["D/b.pdf", "v3@2000"]},
    ]
    found = play(
        {
            "initial": {"D/a.pdf": "v1", "D/b.pdf": "v2", "D/c.pdf": "v4"},
            "a_changes": changes,
            "b_changes": [],
            "expect": {"tree": {"D/b.pdf": "v3@2000", "D/c.pdf": "v4"}},
        }
    )

    assert found == []


def a_run_is_cut_off_between_the_renames_of_two_albums() -> None:
    world = Gallery()
    world.right.put("P/Site/North/i.jpg", b"north")
    world.right.put("P/Site/j.jpg", b"site")
    world.settle()
    world.right.rename("P/Site", "P/Yard")

    made = world.look()
    world.apply(replace(made, steps=made.steps[:1]))
    world.settle()

    assert set(world.left.paths()) >= {"P/Yard/j.jpg", "P/Yard - North/i.jpg"}


NEEDED: dict[str, Situation] = {
    "E1 a child comes after its folder": row("S061"),
    "E2 what leaves a folder does so before it is deleted": (
        something_leaves_a_deleted_folder_for_a_name_that_is_still_taken
    ),
    "E3 a name is freed before it is taken": row("S084"),
    "E3 a circle of names gets one temporary name": (
        test_order.test_a_circle_of_many_names_takes_one_temporary_name
    ),
    "E4 a copy is made before its original is overwritten": (
        the_winner_of_a_conflict_is_sent_faster_than_the_loser_is_copied
    ),
    "E5 a folder leaves another before that one moves into it": (
        a_folder_enters_the_one_that_has_to_wait_until_it_may_leave
    ),
    "E6 a folder is deleted in one call only if nothing in it stays": (
        what_should_leave_a_deleted_folder_cannot_for_its_path_is_too_long
    ),
    "E7 what cannot cross from tool to tool is made anew": row("S108"),
    "E7 what was made anew elsewhere is deleted afterwards": row("S108"),
    "E8 an item is moved before its content is replaced": (
        an_edited_file_takes_the_name_of_one_that_is_still_there
    ),
    "albums are renamed from the inside out": (a_run_is_cut_off_between_the_renames_of_two_albums),
    "the limit of a day": lambda: (
        test_guards.test_one_deletion_more_than_the_limit_holds_them_all_and_tells_once(RIGHT)
    ),
    "the share of a link's files": (
        test_guards.test_more_than_the_share_of_a_link_is_held_although_the_limit_allows_it
    ),
    "an emptied side": row("S220"),
    "a mass change": lambda: test_guards.test_most_files_changed_at_once_are_held_and_moves_go_on(
        RIGHT
    ),
    "caution after an accident": lambda: (
        test_guards.test_in_doubt_every_deletion_is_held_with_the_doubt_and_edits_go_on(
            Reason.ROLLED_BACK
        )
    ),
    "what vanished is not deleted": lambda: (
        test_guards.test_what_vanished_without_proof_is_held_with_all_below_it(RIGHT)
    ),
    "what is held stays held": (
        test_holds.test_what_was_held_is_not_judged_anew_when_the_limit_would_let_it_through
    ),
    "a folder waits for what stays in it": (
        test_waiting.test_a_folder_is_not_deleted_around_an_item_that_cannot_be_seen
    ),
    "a folder lives around a survivor": row("S044"),
    "a folder moved on one side lives with all in it": row("S052"),
    "a folder set aside keeps what is below it waiting": (
        test_waiting.test_below_a_folder_that_failed_nothing_is_tried_and_only_the_folder_is_told
    ),
    "what leaves the scope stays": lambda: (
        test_scope.test_what_left_the_scope_is_neither_deleted_nor_changed(RIGHT)
    ),
    "a side that only gives gets nothing": lambda: (
        test_directions.test_what_is_new_on_the_target_stays_there_and_the_topmost_is_told(RIGHT)
    ),
    "a deletion does not cross against the direction": lambda: (
        test_directions.test_what_was_deleted_on_the_target_stays_on_the_source(RIGHT)
    ),
    "nobody guesses about files from before the link": (
        test_adoption.test_a_rewritten_file_that_others_uploaded_is_asked_about_and_left_alone
    ),
    "a side is not sent what it never takes": row("S148"),
    "no path grows too long": row("S128"),
    "what the other side never takes keeps no folder alive": row("S149"),
    "a loser's version is kept": row("S023"),
}


@pytest.mark.parametrize("rule", [*EDGES, *GUARDS])
def test_with_the_rule_all_is_well_and_without_it_something_goes_wrong(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    NEEDED[rule]()
    monkeypatch.setattr(*{**EDGES, **GUARDS}[rule]())

    with pytest.raises(Exception):  # noqa: B017, PT011 - any: a strict side refuses in its own way
        NEEDED[rule]()
