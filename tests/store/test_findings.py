"""A path or a name that a person types is found on both sides, whatever its case, gone or not."""

import pytest
from store.building import NOW, House, a_file, a_folder, tell

from turnbuckle.model.items import ItemId
from turnbuckle.model.side import Side
from turnbuckle.store import findings


@pytest.fixture
def told(house: House) -> House:
    """Give a link with a folder and two files on the left, one of them on the right too."""
    tell(
        house.left,
        a_folder(1, "Plans"),
        a_file(2, "A-101.pdf", parent=ItemId("folder:1")),
        a_file(3, "Étage 2.pdf", parent=ItemId("folder:1")),
        a_file(4, "elsewhere.pdf", parent=ItemId("other")),
        full=True,
    )
    tell(
        house.right,
        a_folder(5, "Plans", parent="root"),
        a_file(6, "A-101.pdf", parent=ItemId("folder:5")),
        full=True,
    )
    return house


def test_a_path_is_found_on_both_sides_in_any_case(told: House) -> None:
    found = findings.look_up(told.link, "/plans/a-101.PDF")

    assert [(one.side, one.item.id, one.path) for one in found] == [
        (Side.LEFT, "file:2", "Plans/A-101.pdf"),
        (Side.RIGHT, "file:6", "Plans/A-101.pdf"),
    ]
    assert found[0].above == ("folder:1", "top")


def test_a_name_alone_is_found_in_any_folder(told: House) -> None:
    found = findings.look_up(told.link, "étage 2.pdf")

    assert [(one.item.id, one.tool) for one in found] == [("file:3", "documents")]


def test_the_name_of_the_tool_may_stand_before_the_path(told: House) -> None:
    found = findings.look_up(told.link, "Documents/Plans")

    assert [one.item.id for one in found] == ["folder:1", "folder:5"]


def test_an_item_in_a_folder_that_is_gone_is_gone_with_it(told: House) -> None:
    tell(told.left, gone=("folder:1",))

    found = findings.look_up(told.link, "Plans/A-101.pdf")

    assert [(one.side, one.state) for one in found] == [
        (Side.RIGHT, "present"),
        (Side.LEFT, "gone"),
    ]


def test_an_item_outside_of_the_link_is_found_as_such(told: House) -> None:
    found = findings.look_up(told.link, "elsewhere.pdf")

    assert [(one.item.id, one.tool) for one in found] == [("file:4", "")]


@pytest.mark.parametrize("text", ["Plans/A-102.pdf", "a 101.pdf", "Plan/A-101.pdf.pdf"])
def test_a_mistyped_name_is_answered_by_the_closest_ones(told: House, text: str) -> None:
    assert findings.look_up(told.link, text) == []
    assert findings.alike(told.link, text)[0] == "Plans/A-101.pdf"


@pytest.mark.parametrize("text", ["", "/", "   ", "%", "___"])
def test_an_empty_or_odd_text_finds_nothing(told: House, text: str) -> None:
    assert findings.look_up(told.link, text) == []
    assert findings.alike(told.link, text) == []


def test_it_is_known_when_each_side_was_last_listed_completely(told: House) -> None:
    tell(told.right, a_file(7, "new.pdf"))

    assert findings.told_completely(told.link) == {Side.LEFT: NOW, Side.RIGHT: NOW}
