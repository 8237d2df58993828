"""Every row of the catalogue that a machine can play, on memory remotes."""

import pytest
from scenarios.memory_world import MemoryTheatre
from scenarios.reading import read
from scenarios.runner import play
from scenarios.vocabulary import CATALOGUE

_CATALOGUE = read(CATALOGUE)
_ROWS = {row["id"]: row for row in _CATALOGUE.rows if row["run"] != "manual"}
_HEAVIEST = {"S158", "S201", "S206", "S208", "S260"}
"""5 GB, a death at each of many steps or accesses, 10,000 files; CI plays them for the table."""


def _marked(identity: str) -> object:
    marks = [pytest.mark.long] if identity in _HEAVIEST else []
    return pytest.param(identity, marks=marks)


@pytest.mark.plays("memory")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("identity", [_marked(each) for each in sorted(_ROWS)])
async def test_a_row_of_the_catalogue_comes_out_as_it_says(identity: str) -> None:
    wrong = await play(_ROWS[identity], MemoryTheatre(_CATALOGUE.meta, _CATALOGUE.policy))

    assert not wrong, "\n".join([_ROWS[identity]["title"], *wrong])
