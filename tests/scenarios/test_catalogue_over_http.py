"""Every row of the catalogue that makes sense there, over HTTP with both practice services."""

import pytest
from scenarios.acting import Row
from scenarios.over_http.rows import THEATRE, is_repeated, rows
from scenarios.runner import play


@pytest.mark.plays("HTTP")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("row", rows(lambda row: not is_repeated(row)))
async def test_a_row_of_the_catalogue_comes_out_over_http_as_it_says(row: Row) -> None:
    wrong = await play(row, THEATRE)

    assert not wrong, "\n".join([row["title"], *wrong])
