"""Photos share names, keep theirs, never change, and stay in their tool where a remote says so."""

from planning.gallery import IMAGES, Gallery

from turnbuckle.model.items import Version
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.model.plans import CreateFile, Delete, Plan, Reason
from turnbuckle.model.policy import Policy, Winner
from turnbuckle.model.side import Side


def doubles(*contents: bytes) -> Gallery:
    """Photos of one name in one album, in step."""
    world = Gallery()
    world.left.put("P/Site/k.jpg", b"k")
    for content in contents:
        world.left.put("P/Site/i.jpg", content)
    world.settle()
    world.reset()
    return world


def fixed() -> Gallery:
    """One photo on both sides, on a left that can neither rename nor rewrite photos."""
    world = Gallery(renames_files=False, replaces=False)
    world.left.put("P/Site/i.jpg", b"v1")
    world.left.put("P/Site/k.jpg", b"k")
    world.settle()
    world.reset()
    return world


def right(world: Gallery) -> dict[str, bytes | None]:
    return {path: content for path, content in world.right.paths().items() if content is not None}


def left(world: Gallery) -> list[bytes]:
    return sorted(world.left.contents.values())


def test_photos_of_one_name_are_numbered_on_the_other_side_by_age() -> None:
    world = doubles(b"v1", b"v2")

    assert right(world) == {
        "P/Site/k.jpg": b"k", "P/Site/i.jpg": b"v1", "P/Site/i (2).jpg": b"v2",
    }  # fmt: skip
    assert world.look() == Plan()


def test_a_numbered_photo_keeps_its_number_when_its_twin_is_deleted() -> None:
    world = doubles(b"v1", b"v2")

    world.left.delete(world.left.at("P/Site/i.jpg"))
    world.settle()

    assert right(world) == {"P/Site/k.jpg": b"k", "P/Site/i (2).jpg": b"v2"}
    assert world.counted == (0, 0, 1)


def test_a_third_photo_of_one_name_gets_the_third_number() -> None:
    world = doubles(b"v1", b"v2")

    world.left.put("P/Site/i.jpg", b"v3")
    world.settle()

    assert right(world)["P/Site/i (3).jpg"] == b"v3"
    assert world.counted == (1, 0, 0)


def test_a_numbered_photo_that_is_renamed_renames_the_right_one() -> None:
    world = doubles(b"v1", b"v2")

    world.right.rename("P/Site/i (2).jpg", "P/Site/roof.jpg")
    world.settle()

    assert world.left.contents[world.left.at("P/Site/roof.jpg")] == b"v2"
    assert world.counted == (0, 1, 0)


def test_a_numbered_photo_that_is_edited_changes_the_right_one() -> None:
    world = doubles(b"v1", b"v2")

    world.right.write(world.right.at("P/Site/i (2).jpg"), b"v3")
    world.settle()

    assert left(world) == [b"k", b"v1", b"v3"]
    assert world.counted == (1, 0, 0)


def test_photos_of_one_name_are_found_again_by_age_without_a_base() -> None:
    world = doubles(b"v1", b"v2", b"v3")
    world.pairs = world.pairs[:2]

    world.settle()

    assert world.counted == (0, 0, 0)
    assert len(world.left.contents) == len(world.right.contents) == 4


def test_different_photos_of_one_new_name_on_both_sides_are_a_conflict() -> None:
    world = Gallery(Policy(winner=Winner.LEFT))
    world.left.put("P/Site/i.jpg", b"v1")
    world.right.put("P/Site/i.jpg", b"v2")

    world.settle()

    found = right(world)
    (copy,) = set(found) - {"P/Site/i.jpg"}
    assert is_conflict_copy(world.right.items[world.right.at(copy)].name) == ("i.jpg", Side.RIGHT)
    assert world.left.paths() == world.right.paths()


def test_a_photo_that_moves_to_another_album_moves() -> None:
    world = doubles(b"v1")
    world.left.put("P/Yard/k.jpg", b"yard")
    world.settle()
    world.reset()

    world.left.rename("P/Site/i.jpg", "P/Yard/i.jpg")
    world.settle()

    assert right(world)["P/Yard/i.jpg"] == b"v1"
    assert world.counted == (0, 1, 0)


def test_a_photo_and_an_album_may_have_one_name_on_the_left_alone() -> None:
    world = Gallery()
    world.left.put("P/Site")
    world.left.put("P/Site", b"a photo without a suffix")

    world.settle()

    assert right(world) == {"P/Site (2)": b"a photo without a suffix"}
    assert world.look() == Plan()


def test_a_name_that_a_side_cannot_give_is_kept_as_an_alias() -> None:
    world = fixed()

    world.right.rename("P/Site/i.jpg", "P/Site/roof.jpg")
    world.settle()

    assert right(world)["P/Site/roof.jpg"] == b"v1"
    assert world.left.at("P/Site/i.jpg")
    assert world.counted == (0, 0, 0)
    assert world.look() == Plan()


def test_an_alias_is_kept_when_the_photo_moves_to_another_album() -> None:
    world = fixed()
    world.right.rename("P/Site/i.jpg", "P/Site/roof.jpg")
    world.right.put("P/Yard")
    world.settle()

    world.right.rename("P/Site/roof.jpg", "P/Yard/roof.jpg")
    world.settle()

    assert world.left.at("P/Yard/i.jpg")
    assert world.counted == (0, 1, 0)


def test_content_that_a_side_cannot_take_becomes_a_new_photo_and_the_old_one_goes() -> None:
    world = fixed()
    old = world.left.at("P/Site/i.jpg")

    world.right.write(world.right.at("P/Site/i.jpg"), b"v2")
    plans = world.settle()

    assert left(world) == [b"k", b"v2"]
    assert old in world.left.gone
    assert world.counted == (1, 0, 1)
    assert [type(made.writes[0]) for made in plans if made.writes] == [CreateFile, Delete]
    assert world.look() == Plan()


def test_an_old_photo_that_changed_meanwhile_is_kept() -> None:
    world = fixed()
    old = world.left.at("P/Site/i.jpg")
    world.right.write(world.right.at("P/Site/i.jpg"), b"v2")
    world.apply(world.look())

    world.superseded[(Side.LEFT, old)] = Version("another one")
    world.settle()

    assert old in world.left.items
    assert sorted(right(world).values()) == [b"k", b"v1", b"v2"]  # type: ignore[type-var]


def test_a_file_that_moves_into_another_tool_is_made_there_before_the_old_one_goes() -> None:
    world = Gallery()
    world.left.put("D/a.jpg", b"v1")
    world.left.put("P/Site/k.jpg", b"k")
    world.settle()
    world.reset()

    world.right.rename("D/a.jpg", "P/Site/a.jpg")
    plans = world.settle()

    assert world.left.paths() == world.right.paths()
    assert right(world) == {"P/Site/a.jpg": b"v1", "P/Site/k.jpg": b"k"}
    assert world.counted == (1, 0, 1)
    assert [type(made.writes[0]) for made in plans if made.writes] == [CreateFile, Delete]


def test_a_file_moved_into_another_tool_and_edited_on_the_other_side_keeps_the_edit() -> None:
    world = Gallery()
    world.left.put("D/a.jpg", b"v1")
    world.left.put("P/Site/k.jpg", b"k")
    world.settle()

    world.right.rename("D/a.jpg", "P/Site/b.jpg")
    world.left.write(world.left.at("D/a.jpg"), b"v2 of the left")
    world.settle()

    assert right(world) == {"P/Site/b.jpg": b"v2 of the left", "P/Site/k.jpg": b"k"}
    assert world.left.paths() == world.right.paths()


def test_a_folder_that_moves_into_another_tool_takes_all_it_holds() -> None:
    world = Gallery()
    for path in ("D/Set/a.jpg", "D/Set/Deep/b.jpg", "D/Set/Deep/c.jpg"):
        world.left.put(path, path.encode())
    world.settle()
    world.reset()

    world.right.rename("D/Set", "P/Set")
    world.settle()

    assert {path for path, content in world.left.paths().items() if content} == {
        "P/Set/a.jpg", "P/Set - Deep/b.jpg", "P/Set - Deep/c.jpg",
    }  # fmt: skip
    assert world.counted == (3, 0, 1)
    assert world.look() == Plan()


def test_a_folder_between_tools_loses_nothing_when_the_plan_is_cut_off() -> None:
    world = Gallery()
    for number in range(3):
        world.left.put(f"D/Set/{number}.jpg", f"{number}".encode())
    world.settle()
    world.right.rename("D/Set", "P/Set")
    made = world.look()

    world.apply(Plan(steps=made.steps[:2]))
    world.settle()

    assert world.left.paths() == world.right.paths()
    assert set(right(world)) == {"P/Set/0.jpg", "P/Set/1.jpg", "P/Set/2.jpg"}


def test_a_file_put_into_a_folder_that_was_made_anew_elsewhere_is_kept() -> None:
    world = Gallery()
    world.left.put("D/Set/a.jpg", b"a")
    world.settle()
    world.right.rename("D/Set", "P/Set")
    world.apply(world.look())

    world.left.put("D/Set/new.pdf", b"new")
    world.settle()

    assert right(world) == {"P/Set/a.jpg": b"a", "D/Set/new.pdf": b"new"}


def test_a_file_of_a_type_that_a_tool_does_not_take_is_told_and_left_alone() -> None:
    world = Gallery(suffixes=IMAGES)
    world.left.put("P/Site/k.jpg", b"k")
    world.settle()

    world.right.put("P/Site/a.docx", b"document")
    made = world.look()

    assert made.writes == ()
    assert [(one.reason, one.path) for one in made.waiting] == [
        (Reason.TYPE_NOT_ALLOWED, "Site/a.docx")
    ]


def test_an_album_deleted_around_such_a_file_keeps_its_folder_and_is_not_made_again() -> None:
    world = Gallery(suffixes=IMAGES)
    for path in ("P/Site/k.jpg", "D/l.pdf", "D/m.pdf"):
        world.left.put(path, path.encode())
    world.settle()
    world.reset()
    world.right.put("P/Site/a.docx", b"document")
    world.left.delete(world.left.at("P/Site"))

    made = world.settle()[-1]

    assert set(right(world)) == {"P/Site/a.docx", "D/l.pdf", "D/m.pdf"}
    assert set(world.left.paths()) == {"D/l.pdf", "D/m.pdf"}
    assert world.counted == (0, 0, 1)
    assert [one.reason for one in made.waiting] == [Reason.TYPE_NOT_ALLOWED]


def test_a_document_moved_into_photos_stays_in_documents_on_the_side_that_refuses_it() -> None:
    world = Gallery(suffixes=IMAGES)
    world.left.put("D/a.pdf", b"a")
    world.left.put("P/Site/k.jpg", b"k")
    world.settle()
    world.reset()

    world.right.rename("D/a.pdf", "P/Site/a.pdf")
    made = world.settle()[-1]

    assert world.left.at("D/a.pdf")
    assert world.counted == (0, 0, 0)
    assert [(one.reason, one.path) for one in made.waiting] == [
        (Reason.TYPE_NOT_ALLOWED, "Site/a.pdf")
    ]


def test_a_photo_renamed_to_a_type_that_is_not_taken_keeps_its_name_there() -> None:
    world = Gallery(suffixes=IMAGES)
    world.left.put("P/Site/k.jpg", b"k")
    world.settle()

    world.right.rename("P/Site/k.jpg", "P/Site/k.docx")
    made = world.settle()[-1]

    assert world.left.at("P/Site/k.jpg")
    assert [one.reason for one in made.waiting] == [Reason.TYPE_NOT_ALLOWED]


def test_an_empty_file_waits_until_it_has_content() -> None:
    world = Gallery(min_file_bytes=1)
    world.right.put("P/a.jpg", b"")

    made = world.settle()[-1]
    world.right.write(world.right.at("P/a.jpg"), b"now")
    world.settle()

    assert [one.reason for one in made.waiting] == [Reason.EMPTY_NOT_ALLOWED]
    assert left(world) == [b"now"]


def test_a_file_that_is_too_large_stops_no_other() -> None:
    world = Gallery(max_file_bytes=10)
    world.right.put("P/big.jpg", b"much more than ten")
    world.right.put("P/ok.jpg", b"ok")

    made = world.settle()[-1]

    assert left(world) == [b"ok"]
    assert [(one.reason, one.path) for one in made.waiting] == [(Reason.TOO_LARGE, "big.jpg")]
