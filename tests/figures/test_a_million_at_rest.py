"""What a change costs in a link of a million items: as much as in one of ten thousand.

Rows are those that the planner was given. The database's work is counted in instructions of its
virtual machine, which no load on the machine changes and no walk through an index escapes.
"""

from typing import NamedTuple

import pytest
from figures.at_rest import BLOCK, CHANGES, EVERY_CHANGE, AtRest, Change

from turnbuckle.model.side import Side

MOST_ROWS = 9  # for one change: the item and its twin, their pair, the folder they are in
FEW, MANY, VERY_MANY = (count // BLOCK for count in (10_000, 40_000, 1_000_000))


class Counted(NamedTuple):
    """What nobody's load on this machine changes."""

    rows: int
    steps: int
    told: int  # instructions to take the changes in
    planned: int  # instructions to plan them


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_run_asks_as_much_of_the_database_in_a_link_of_four_times_as_many_items() -> None:
    small, large = at_rest(FEW), at_rest(MANY)

    runs = [ran(link) for link in (small, large)]

    assert runs[0] == pytest.approx(runs[1], rel=0.01)


@pytest.mark.ci
@pytest.mark.django_db(transaction=True)
def test_a_hundred_changes_cost_the_same_among_a_million_items_as_among_ten_thousand() -> None:
    small, large = at_rest(FEW), at_rest(VERY_MANY)

    for change in EVERY_CHANGE:
        costs = [counted(link, change) for link in (small, large)]

        assert costs[0].steps == CHANGES
        assert costs[0].rows <= MOST_ROWS * CHANGES
        assert costs[0][:2] == costs[1][:2], change.name
        assert costs[0][2:] == pytest.approx(costs[1][2:], rel=0.01), change.name
    assert [large.items(side) for side in Side] == pytest.approx([1_000_000] * 2, abs=CHANGES)
    assert ran(small) == pytest.approx(ran(large), rel=0.01)


def at_rest(blocks: int) -> AtRest:
    """Fill a link as the product does, and copy its rows until it has so many blocks."""
    link = AtRest()
    link.fill(FEW)
    link.copy(blocks - FEW)
    return link


def counted(link: AtRest, change: Change) -> Counted:
    """Let people change a hundred items, and count what it takes to plan."""
    told = link.tell(change, counted=True)
    planned = link.look(counted=True)
    link.rest()
    return Counted(planned.rows, planned.steps, told.work, planned.work)


def ran(link: AtRest) -> list[int]:
    """Count the work of a run that finds nothing new, and of one that carries some files over."""
    found = [link.run(counted=True).work]
    for number in range(20):
        link.stage.left.put(f"D/new {number}.pdf", b"ink")
    return [*found, link.run(counted=True).work]
