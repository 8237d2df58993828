"""A step and a notice name the path as the side spells it on which something happens."""

import pytest
from planning.gallery import Gallery
from planning.telling import LEFT, RIGHT, at, in_step, put, remove, write
from planning.world import NARROW

from turnbuckle.model.items import Kind, Name
from turnbuckle.model.names import fit, numbered_once
from turnbuckle.model.plans import CreateFile, CreateFolder, Delete, Notice, Reason
from turnbuckle.model.policy import Decision, Policy
from turnbuckle.model.side import Side


def test_a_replaced_file_is_named_as_its_own_side_spells_it() -> None:
    world = in_step("p:1/", "p:1/a.pdf")
    write(world, LEFT, b"edited, and longer", "p:1/a.pdf")

    made = world.look()

    assert [step.path for step in made.steps][:1] == ["p-1/a.pdf"]


def test_a_moved_file_is_named_as_its_own_side_will_spell_it() -> None:
    world = in_step("p:1/", "a.pdf")
    left = world.sides[LEFT]
    left.move(at(left, "a.pdf"), at(left, "p:1"), "b.pdf")

    made = world.look()

    assert [step.path for step in made.steps] == ["p-1/b.pdf"]


def test_a_deleted_file_is_named_as_its_own_side_spells_it() -> None:
    world = in_step("p:1/", "p:1/a.pdf", "k.pdf")
    remove(world, LEFT, "p:1/a.pdf")

    made = world.look()

    assert [step.path for step in made.steps] == ["p-1/a.pdf"]


def test_a_deleted_folder_names_all_pairs_in_it_and_what_was_ignored_there() -> None:
    world = in_step("p:1/", "p:1/a.pdf", "p:1/b.pdf", "k.pdf", "o/")
    right = world.sides[RIGHT]
    put(right, "p-1/thumbs.db", b"left behind")
    put(right, "o/thumbs.db", b"elsewhere")
    remove(world, LEFT, "p:1")

    made = world.look()

    (step,) = made.steps
    assert isinstance(step, Delete)
    assert sorted(pair.left.name for pair in step.pairs) == ["a.pdf", "b.pdf", "p:1"]
    assert step.pairs[0].left.name == "p:1"
    assert made.notices == (
        Notice(
            reason=Reason.IGNORED_DELETED, side=RIGHT, path="p-1", detail="thumbs.db"
        ),
    )  # fmt: skip


def test_a_photo_that_cannot_get_new_bytes_is_made_anew_where_and_as_it_is_to_be() -> None:
    world = Gallery(replaces=False)
    world.left.put("P/Site/i.jpg", b"v1")
    world.settle()
    world.right.write(world.right.at("P/Site/i.jpg"), b"v2, and longer")
    world.right.make(world.right.at("P"), "New", None)
    world.right.rename("P/Site/i.jpg", "P/New/i.jpg")

    made = world.look()
    world.settle()

    (folder,) = (number for number, s in enumerate(made.steps) if isinstance(s, CreateFolder))
    (photo,) = (step for step in made.steps if isinstance(step, CreateFile))
    assert folder in photo.after
    assert photo.supersedes is not None
    assert photo.path.endswith("New/i.jpg")
    photos = {path: content for path, content in world.left.paths().items() if content}
    assert photos == {"P/New/i.jpg": b"v2, and longer"}


@pytest.mark.parametrize("count", range(248, 256))
def test_a_name_of_any_length_is_shortened_no_more_than_its_number_needs(count: int) -> None:
    folder = numbered_once(Name("n" * count), Kind.FOLDER, NARROW, 2)
    file = numbered_once(Name("n" * (count - 4) + ".pdf"), Kind.FILE, NARROW, 2)

    assert folder == "n" * min(count, 251) + " (2)"
    assert file == "n" * min(count - 4, 247) + " (2).pdf"


def test_before_a_number_or_a_mark_stands_no_space_and_no_full_stop_that_was_cut_free() -> None:
    folder = numbered_once(Name(" n" + "n" * 248 + " n"), Kind.FOLDER, NARROW, 2)
    file = fit(Name("Xn" + "n" * 240 + "X." + "n" * 30 + ".pdf"), Kind.FILE, NARROW)
    of_spaces = numbered_once(Name("." * 300), Kind.FILE, NARROW, 2)

    assert folder == " n" + "n" * 248 + " (2)"
    assert file.startswith("Xn" + "n" * 240 + "X")
    assert ".~" not in file
    assert of_spaces == "_ (2)"


def test_a_mass_change_counts_edits_and_deleted_files_together() -> None:
    policy = Policy(change_files=4, change_share=0.3, deletion_share=1)
    names = [f"f{number}.pdf" for number in range(10)]
    world = in_step("x/", *names, policy=policy)
    write(world, RIGHT, b"encrypted, and longer", *names[:2])
    remove(world, RIGHT, *names[2:4])

    made = world.look()

    assert {one.reason for one in made.held} == {Reason.MASS_CHANGE}
    assert len(made.held) == 4


def test_a_folder_with_folders_waits_for_a_held_file_deep_in_it_and_is_held_with_it() -> None:
    policy = Policy(deletions_per_day=0)
    world = in_step("x/", "x/y/", "x/y/z/", "x/y/z/a.pdf", "x/b.pdf", "k.pdf", policy=policy)
    remove(world, LEFT, "x")
    world.settle()
    right = world.sides[RIGHT]
    some = {(RIGHT, at(right, "x/b.pdf")): Decision.APPROVED}
    world.held = {**world.held, **some}

    made = world.look()

    assert [step.path for step in made.steps] == ["x/b.pdf"]
    assert {one.path for one in made.held} == {"x", "x/y", "x/y/z", "x/y/z/a.pdf"}


@pytest.mark.parametrize("side", Side)
def test_every_folder_above_what_cannot_be_seen_stays_and_nothing_is_made_again(side: Side) -> None:
    world = in_step("x/", "x/y/", "x/y/a.pdf", "x/b.pdf", "k.pdf")
    place = world.sides[side]
    put(place, "x/y/secret.pdf", b"secret")
    place.hidden.add(at(place, "x/y/secret.pdf"))
    world.sides[side.other].delete(at(world.sides[side.other], "x"))

    world.settle()

    assert set(place.paths()) == {"x", "x/y", "x/y/secret.pdf", "k.pdf"}
    assert set(world.sides[side.other].paths()) == {"k.pdf"}
