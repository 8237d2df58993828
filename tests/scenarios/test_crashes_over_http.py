"""The rows that are played once for each step at which the engine can die, over HTTP.

They have a file of their own, so that they run beside the others. CI plays them for the table.
"""

import pytest
from scenarios.acting import Row
from scenarios.over_http.rows import THEATRE, is_repeated, rows
from scenarios.runner import play


@pytest.mark.long
@pytest.mark.plays("HTTP")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("row", rows(is_repeated))
async def test_a_row_comes_out_over_http_wherever_the_engine_dies(row: Row) -> None:
    wrong = await play(row, THEATRE)

    assert not wrong, "\n".join([row["title"], *wrong])
