"""Rarer ways of the tools, the scope and the directions: each told in one sentence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from planning.gallery import Gallery
from planning.telling import LEFT, RIGHT, at, both, in_step, put, write
from planning.world import START, World

from turnbuckle.model.pairs import Base
from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Policy
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side
from turnbuckle.planning.planner import plan


def paused(folder: str) -> Policy:
    return Policy(directions={folder: Direction.PAUSED})


def test_a_paused_folder_is_itself_paused() -> None:
    world = in_step("x/", policy=paused("x/y"))
    put(world.sides[LEFT], "x/y", None)

    world.settle()

    assert set(world.sides[RIGHT].paths()) == {"x"}


def test_a_file_of_a_paused_folders_name_is_not_paused() -> None:
    world = in_step("x/", policy=paused("x/y"))
    put(world.sides[LEFT], "x/y", b"a file")

    world.settle()

    assert both(world) == {"x": None, "x/y": b"a file"}


def test_where_no_folder_says_anything_changes_go_both_ways() -> None:
    world = in_step("x/", "k.pdf", policy=paused("other"))
    put(world.sides[RIGHT], "x/y", b"a file")
    write(world, LEFT, b"edited, and longer", "k.pdf")

    world.settle()

    assert both(world) == {"x": None, "x/y": b"a file", "k.pdf": b"edited, and longer"}


def test_a_place_in_the_scope_is_spelled_as_the_preferred_side_spells_it() -> None:
    world = in_step("p:1/", "p:1/a.pdf")
    outside = Policy(scope=(Rule(include=False, folder="p:1"),))
    world.terms = replace(world.terms, policy=outside)
    write(world, RIGHT, b"edited, and longer", "p-1/a.pdf")

    made = world.look()

    assert made.steps == ()


def test_what_is_only_on_the_other_side_is_placed_by_its_name_there() -> None:
    world = in_step("x/", policy=Policy(scope=(Rule(include=False, folder="x/out"),)))
    put(world.sides[RIGHT], "x/out", None)
    put(world.sides[RIGHT], "x/out/a.pdf", b"a")
    put(world.sides[RIGHT], "x/in.pdf", b"in")

    world.settle()

    assert set(world.sides[LEFT].paths()) == {"x", "x/in.pdf"}


@pytest.mark.parametrize(("days", "crosses"), [(0, True), (1, False)])
def test_a_file_is_too_old_only_when_more_days_have_passed(days: int, crosses: bool) -> None:
    world = World(Policy(scope=(Rule(include=False, older_than_days=2),)))
    item = put(world.sides[LEFT], "a.pdf", b"a")
    left = world.sides[LEFT]
    left.items[item] = replace(left.items[item], modified=START)
    standing = replace(world.standing(), now=START + timedelta(days=2, seconds=days))

    made = plan(Base(world.pairs), left.tree(), world.sides[RIGHT].tree(), world.terms, standing)

    assert bool(made.steps) is crosses


@pytest.mark.parametrize("knows_now", [True, False])
def test_what_has_no_time_and_what_is_planned_without_one_is_never_too_old(knows_now: bool) -> None:
    world = World(Policy(scope=(Rule(include=False, older_than_days=2),)))
    item = put(world.sides[LEFT], "a.pdf", b"a")
    left = world.sides[LEFT]
    if knows_now:
        left.items[item] = replace(left.items[item], modified=None)
    now = START + timedelta(days=9) if knows_now else None
    standing = replace(world.standing(), now=now)

    made = plan(Base(world.pairs), left.tree(), world.sides[RIGHT].tree(), world.terms, standing)

    assert len(made.writes) == 1


def one_way(policy: Policy | None = None) -> World:
    policy = policy or Policy()
    return in_step(
        "x/", "y/", "x/a.pdf", policy=replace(policy, directions={"": Direction.TO_RIGHT})
    )


@pytest.mark.parametrize(("folder", "name"), [("y", "a.pdf"), ("x", "b.pdf"), ("y", "b.pdf")])
def test_a_move_and_a_rename_on_the_target_stay_there(folder: str, name: str) -> None:
    world = one_way()
    right = world.sides[RIGHT]
    right.move(at(right, "x/a.pdf"), at(right, folder), name)

    made = world.look()
    world.settle()

    assert [(one.reason, one.side) for one in made.waiting] == [(Reason.ONE_WAY, RIGHT)]
    assert f"{folder}/{name}" in right.paths()
    assert "x/a.pdf" in world.sides[LEFT].paths()


@pytest.mark.parametrize(("prefer", "name"), [(LEFT, "left.pdf"), (RIGHT, "right.pdf")])
def test_of_two_renames_the_sources_holds_where_its_side_is_preferred(
    prefer: Side, name: str
) -> None:
    world = one_way(Policy(prefer=prefer))
    for side in Side:
        place = world.sides[side]
        place.move(at(place, "x/a.pdf"), at(place, "x"), f"{side}.pdf")

    world.settle()

    assert f"x/{name}" in world.sides[RIGHT].paths()


def test_a_photo_that_crosses_to_another_tool_takes_the_other_sides_new_name_along() -> None:
    world = Gallery()
    world.left.put("D/a.jpg", b"photo")
    world.left.put("P/Site/k.jpg", b"k")
    world.settle()
    world.right.rename("D/a.jpg", "P/Site/a.jpg")
    world.left.rename("D/a.jpg", "D/b.jpg")
    world.reset()

    world.settle()

    for hall in (world.left, world.right):
        files = {path for path, content in hall.paths().items() if content is not None}
        assert files == {"P/Site/b.jpg", "P/Site/k.jpg"}
    assert world.counted == (1, 1, 1)


def test_what_was_edited_where_it_cannot_cross_is_sent_before_it_is_made_anew() -> None:
    world = Gallery()
    world.left.put("D/a.jpg", b"photo")
    world.left.put("P/Site/k.jpg", b"k")
    world.settle()
    world.right.rename("D/a.jpg", "P/Site/a.jpg")
    world.left.write(world.left.at("D/a.jpg"), b"edited, and longer")

    world.settle()

    for hall in (world.left, world.right):
        assert hall.paths()["P/Site/a.jpg"] == b"edited, and longer"
        assert "D/a.jpg" not in hall.paths()


def test_an_album_below_a_numbered_one_is_renamed_where_it_is_nested() -> None:
    world = Gallery()
    world.left.put("P/Site - North/k.jpg", b"k")
    world.settle()
    world.right.put("P/Site/North/Roof/i.jpg", b"roof")
    world.settle()
    assert "P/Site - North (2)" in world.left.paths()

    world.left.rename("P/Site - North - Roof", "P/Site - North - Attic")
    world.settle()

    assert world.right.paths()["P/Site/North/Attic/i.jpg"] == b"roof"
    assert world.left.paths()["P/Site - North - Attic/i.jpg"] == b"roof"


def test_an_exchange_of_names_that_was_cut_off_renames_no_album() -> None:
    world = Gallery()
    for path in ("P/Site/A/i.jpg", "P/Site/B/j.jpg"):
        world.right.put(path, path.encode())
    world.settle()
    world.left.rename("P/Site - A", "P/aside")
    world.left.rename("P/Site - B", "P/Site - A")
    world.left.rename("P/aside", "P/Site - B")
    made = world.look()
    world.apply(replace(made, steps=made.steps[:1]))

    world.settle()

    assert world.right.paths()["P/Site/B/i.jpg"] == b"P/Site/A/i.jpg"
    assert world.right.paths()["P/Site/A/j.jpg"] == b"P/Site/B/j.jpg"
    albums = {path for path in world.left.paths() if path.count("/") == 1}
    assert albums == {"P/Site", "P/Site - A", "P/Site - B"}


@pytest.mark.parametrize(("seconds", "linked"), [(1.9, True), (2.0, False)])
def test_our_own_rewritten_file_is_known_by_its_time_to_two_seconds(
    seconds: float, linked: bool
) -> None:
    world = World()
    world.terms = replace(
        world.terms, right=replace(world.terms.right, rewrites=frozenset({".docx"}))
    )
    put(world.sides[LEFT], "a.docx", b"plan")
    put(world.sides[RIGHT], "a.docx", b"plan, rewritten")
    left, right = world.sides[LEFT], world.sides[RIGHT]
    mine, theirs = right.items[at(right, "a.docx")], left.items[at(left, "a.docx")]
    assert theirs.modified is not None
    later = theirs.modified + timedelta(seconds=seconds)
    right.items[mine.id] = replace(mine, by_us=True, modified=later)

    world.settle()

    assert (world.transfers == 0) is linked


@pytest.mark.parametrize(("hours", "asked"), [(1, True), (0, False)])
def test_only_files_from_before_the_link_are_asked_about_however_late_they_were_edited(
    hours: int, asked: bool
) -> None:
    world = World()
    world.terms = replace(
        world.terms, right=replace(world.terms.right, rewrites=frozenset({".docx"}))
    )
    put(world.sides[LEFT], "a.docx", b"plan")
    item = put(world.sides[RIGHT], "a.docx", b"plan, of another size")
    right = world.sides[RIGHT]
    world.began = START + timedelta(days=1)
    right.items[item] = replace(
        right.items[item],
        created=world.began - timedelta(hours=hours),
        modified=world.began + timedelta(days=1),
    )

    made = world.look()

    assert (Reason.UNDECIDED in [one.reason for one in made.waiting]) is asked
