"""A news fragment can be read by people, and put into the changelog by its kind."""

import re
from pathlib import Path

import pytest
from shape.house import HOUSE

FRAGMENTS = sorted(path for path in (HOUSE / "changes").iterdir() if path.name != "README.md")
NAME = re.compile(r"(\+[a-z0-9-]+|\d+)\.(feature|fix|security|removal)\.md")
LONGEST_CHARACTERS = 400


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda fragment: fragment.name)
def test_a_news_fragment_is_a_short_sentence_of_a_known_kind(fragment: Path) -> None:
    text = fragment.read_text("utf-8")

    assert NAME.fullmatch(fragment.name)
    assert text.endswith(".\n")
    assert len(text) <= LONGEST_CHARACTERS
