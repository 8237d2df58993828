"""The rows of the catalogue that need no more than a planner: trees, people, and what comes out."""

import pytest
from planning.rows import play, rows

_ROWS = rows()


@pytest.mark.parametrize("identity", _ROWS)
def test_a_row_comes_out_as_it_says_on_the_planner_alone(identity: str) -> None:
    wrong = play(_ROWS[identity])

    assert not wrong, "\n".join([_ROWS[identity]["title"], *wrong])


def test_no_row_without_a_fault_is_left_out_by_mistake() -> None:
    assert len(_ROWS) >= 165
