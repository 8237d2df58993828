"""The folders that a link makes in its destination."""

import pytest

from turnbuckle.actions.links import LAYOUT, BadLayout, folders_of


@pytest.mark.parametrize(
    ("layout", "folders"),
    [
        (LAYOUT, ["Procore", "A/B Tower", "Documents"]),
        ("{project}", ["A/B Tower"]),
        ("/Jobs//{project} ({tool})/", ["Jobs", "A/B Tower (Documents)"]),
        ("", []),
    ],
)
def test_a_layout_is_filled_in_folder_by_folder(layout: str, folders: list[str]) -> None:
    assert folders_of(layout, "A/B Tower") == folders


@pytest.mark.parametrize(
    "layout", ["{client}", "{project.__class__}", "{0}", "{", "a/../b", "{project!x}"]
)
def test_a_layout_holds_two_fields_and_nothing_else(layout: str) -> None:
    with pytest.raises(BadLayout):
        folders_of(layout, "Tower")
