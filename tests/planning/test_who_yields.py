"""Who keeps a name that two files want, what the other is called, and what people are told."""

from dataclasses import replace

import pytest
from planning.gallery import Gallery
from planning.telling import LEFT, RIGHT, in_step, put
from planning.world import NARROW, WIDE, capabilities

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.model.plans import CreateFile, Notice, Plan, Reason
from turnbuckle.model.policy import Policy, Terms, Winner
from turnbuckle.model.side import Side
from turnbuckle.model.trees import PHOTOS
from turnbuckle.planning.naming import Names


def sent(made: Plan) -> set[tuple[Side, str]]:
    """Give the names under which files are sent, each with the side that gets it."""
    return {(step.side, step.name) for step in made.steps if isinstance(step, CreateFile)}


def file(name: str) -> Item:
    return Item(id=ItemId(name), parent=ItemId("top"), name=Name(name), kind=Kind.FILE)


def album(name: str) -> Item:
    return replace(file(name), kind=Kind.FOLDER)


def names() -> Names:
    """The names in one album folder, where only photos of the left may share theirs."""
    plain = capabilities(WIDE, hashes=False)
    photos = replace(plain, duplicate_names=True)
    return Names(
        Terms(
            policy=Policy(),
            left=replace(plain, tools={PHOTOS: photos}),
            right=capabilities(NARROW, hashes=True),
        ),
        PHOTOS,
    )


@pytest.mark.parametrize("side", Side)
def test_a_file_is_found_by_its_name_whether_or_not_another_may_share_it(side: Side) -> None:
    taken, first = names(), file("i.jpg")
    taken.take(side, first.name, first)

    found = taken.file(side, Name("i.jpg"))

    assert found is first
    assert taken.file(side, Name("j.jpg")) is None
    assert taken.file(side.other, Name("i.jpg")) is None


def test_where_files_may_share_a_name_no_album_is_taken_for_one() -> None:
    taken, folder = names(), album("i.jpg")
    taken.take(LEFT, folder.name, folder)

    assert taken.file(LEFT, Name("i.jpg")) is None
    assert taken.holder(LEFT, Name("i.jpg"), Kind.FOLDER) is folder
    assert taken.holder(LEFT, Name("i.jpg"), Kind.FILE) is None


@pytest.mark.parametrize("prefer", Side)
def test_of_two_new_files_of_one_moment_the_preferred_sides_keeps_its_name(prefer: Side) -> None:
    world = in_step(policy=Policy(prefer=prefer))
    for side in Side:
        put(world.sides[side], "a.pdf", f"{side}'s own".encode())
    moments = {item.modified for place in world.sides.values() for item in place.items.values()}
    assert len(moments) == 2  # that of both files, and none for the roots

    world.settle()

    for side in Side:
        assert world.sides[side].paths()["a.pdf"] == f"{prefer}'s own".encode()


@pytest.mark.parametrize(
    ("winner", "loser", "path"), [(RIGHT, LEFT, "x:y/a.pdf"), (LEFT, RIGHT, "x-y/a.pdf")]
)
def test_a_conflict_of_two_new_files_is_told_by_the_losers_side_and_path(
    winner: Side, loser: Side, path: str
) -> None:
    world = in_step("x:y/", policy=Policy(winner=Winner(winner.value)))
    put(world.sides[LEFT], "x:y/a.pdf", b"left's own")
    put(world.sides[RIGHT], "x-y/a.pdf", b"right's own too")

    made = world.look()

    assert made.notices == (Notice(reason=Reason.CONFLICT, side=loser, path=path),)


def test_two_new_files_that_one_side_alone_tells_apart_are_no_conflict() -> None:
    world = in_step(policy=Policy(winner=Winner.RIGHT))
    put(world.sides[LEFT], "Plan.pdf", b"left's own")
    put(world.sides[RIGHT], "PLAN.pdf", b"right's own too")

    plans = world.settle()

    assert [notice for made in plans for notice in made.notices] == []
    assert not [
        path
        for place in world.sides.values()
        for path in place.paths()
        if is_conflict_copy(Name(path))
    ]


def test_a_photos_copy_is_named_by_the_rules_of_photos() -> None:
    world = Gallery(Policy(winner=Winner.LEFT))
    right = world.terms.capabilities(RIGHT)
    left = world.terms.capabilities(LEFT)
    strict = replace(right, names=replace(NARROW, longest=40))
    world.arm(RIGHT, replace(right, tools={PHOTOS: strict}))
    albums = replace(left.of(PHOTOS), duplicate_names=False)
    world.arm(LEFT, replace(left, tools={PHOTOS: albums}))
    name = "a" * 36 + ".jpg"
    for side in Side:
        world.hall(side).put(f"P/{name}", f"{side}'s own".encode())

    (copy,) = [name for side, name in sent(world.look()) if is_conflict_copy(Name(name))]

    assert len(copy) == 40
    assert is_conflict_copy(Name(copy)) == ("a" * 12 + ".jpg", RIGHT)


def test_a_losing_photo_that_cannot_be_renamed_keeps_its_name_where_it_is() -> None:
    world = Gallery(Policy(winner=Winner.RIGHT), renames_files=False)
    world.left.put("P/Site/i.jpg", b"left's own")
    world.right.put("P/Site/i.jpg", b"right's own too")

    plans = world.settle()

    assert sorted(world.left.contents.values()) == [b"left's own", b"right's own too"]
    assert {item.name for item in world.left.items.values() if item.id in world.left.contents} == {
        "i.jpg"
    }
    (copy,) = [path for path in world.right.paths() if "conflict" in path]
    assert world.right.paths()[copy] == b"left's own"
    assert plans[-1] == Plan()
