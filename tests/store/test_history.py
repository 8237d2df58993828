"""What happened can be searched by side, path and time."""

from datetime import timedelta

import pytest
from store.building import NOW, House

from turnbuckle.model.side import Side
from turnbuckle.store import history, journal
from turnbuckle.store.records import Entry

PATHS = ["Plans/A-101.pdf", "plans/Étage.pdf", "Plans (old)/x.pdf", "Minutes.txt"]


@pytest.fixture
def told(house: House) -> House:
    """Give a link that did something each hour."""
    run = house.run()
    for hour, path in enumerate(PATHS):
        side = Side.LEFT if hour % 2 else Side.RIGHT
        entry = Entry(side=side, what="created", path=path)
        journal.record(house.link, run, [entry], now=NOW + timedelta(hours=hour))
    return house


def test_the_newest_lines_are_given_oldest_first(told: House) -> None:
    lines = history.lines(told.link, 2)

    assert [line.path for line in lines] == PATHS[2:]


def test_a_folder_stands_for_itself_and_all_below_it_in_any_case(told: House) -> None:
    lines = history.lines(told.link, 10, path="PLANS/")

    assert [line.path for line in lines] == PATHS[:2]


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [("*.pdf", PATHS[:3]), ("*ÉTAGE*", PATHS[1:2]), ("Plans (old)/?.pdf", PATHS[2:3])],
)
def test_a_star_stands_for_anything(told: House, pattern: str, paths: list[str]) -> None:
    lines = history.lines(told.link, 10, path=pattern)

    assert [line.path for line in lines] == paths


def test_lines_of_one_side_and_from_a_time_on(told: House) -> None:
    lines = history.lines(told.link, 10, side=Side.RIGHT, since=NOW + timedelta(hours=1))

    assert [line.path for line in lines] == PATHS[2:3]


def test_another_links_activity_is_not_told(told: House) -> None:
    other = told.bind("annex", told.left, told.right)

    assert history.lines(other, 10) == []
