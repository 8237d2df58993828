"""Every row of the catalogue that makes sense there, over HTTP with both practice services."""

import pytest
from scenarios.acting import Row
from scenarios.over_http.theatre import OverHttp
from scenarios.reading import read
from scenarios.runner import play
from scenarios.vocabulary import CATALOGUE

_CATALOGUE = read(CATALOGUE)
_THEATRE = OverHttp(_CATALOGUE.policy)
_ROWS = {row["id"]: row for row in _CATALOGUE.rows if not _THEATRE.why_not(row)}
_HEAVY = {"S260"}
"""Ten thousand files, which take minutes."""


def _marked(identity: str) -> object:
    marks = [pytest.mark.ci] if identity in _HEAVY else []
    return pytest.param(_ROWS[identity], marks=marks, id=identity)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("row", [_marked(identity) for identity in sorted(_ROWS)])
async def test_a_row_of_the_catalogue_comes_out_over_http_as_it_says(row: Row) -> None:
    wrong = await play(row, _THEATRE)

    assert not wrong, "\n".join([row["title"], *wrong])
