"""When two times are one, and when a rewritten file is known by the time that we gave it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from planning.world import NARROW, START, WIDE, capabilities

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.policy import Policy, Terms
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS, PHOTOS
from turnbuckle.planning.matching import same_document, same_moment

WORD = frozenset({".docx"})


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(seconds=1.999)])
def test_times_less_than_two_seconds_apart_are_one(apart: timedelta) -> None:
    assert same_moment(START, START + apart) is True
    assert same_moment(START + apart, START) is True


def test_times_two_seconds_apart_are_two() -> None:
    assert same_moment(START, START + timedelta(seconds=2)) is False


@pytest.mark.parametrize(("one", "other"), [(None, None), (START, None), (None, START)])
def test_a_time_that_nobody_knows_is_never_the_same(
    one: datetime | None, other: datetime | None
) -> None:
    assert same_moment(one, other) is False


def files(writer: Side) -> dict[Side, Item]:
    """Two files of one moment and as many bytes, one of them written by our own app."""
    return {
        side: Item(
            id=ItemId(side),
            parent=ItemId("top"),
            name=Name("a.docx"),
            kind=Kind.FILE,
            size=7,
            modified=START,
            by_us=side is writer,
        )
        for side in Side
    }


def rewriting(side: Side, tool: str) -> Terms:
    """One side alone rewrites what is uploaded, in one tool alone."""
    plain = {
        Side.LEFT: capabilities(WIDE, hashes=False),
        Side.RIGHT: capabilities(NARROW, hashes=True),
    }
    changed = replace(plain[side], rewrites=WORD)
    if tool == DOCUMENTS:
        plain[side] = replace(changed, tools={PHOTOS: plain[side]})
    else:
        plain[side] = replace(plain[side], tools={tool: changed})
    return Terms(policy=Policy(), left=plain[Side.LEFT], right=plain[Side.RIGHT])


@pytest.mark.parametrize("tool", [DOCUMENTS, PHOTOS])
@pytest.mark.parametrize("side", Side)
def test_what_our_app_wrote_where_it_is_rewritten_is_known_by_its_time(
    side: Side, tool: str
) -> None:
    assert same_document(files(side), rewriting(side, tool), tool) is True


@pytest.mark.parametrize("side", Side)
def test_what_our_app_wrote_where_nothing_is_rewritten_has_to_be_read(side: Side) -> None:
    assert same_document(files(side.other), rewriting(side, DOCUMENTS)) is None
    assert same_document(files(side), rewriting(side, DOCUMENTS), PHOTOS) is None
    assert same_document(files(side), rewriting(side, PHOTOS)) is None
