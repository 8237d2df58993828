"""The rows that are played over HTTP, as pytest takes them."""

from collections.abc import Callable
from typing import Any

import pytest
from scenarios.acting import Row
from scenarios.over_http.theatre import OverHttp
from scenarios.reading import read
from scenarios.vocabulary import CATALOGUE

_CATALOGUE = read(CATALOGUE)
THEATRE = OverHttp(_CATALOGUE.policy)
_EACH = 4
"""One row of so many runs in `make test`; CI plays all of them for the table (`make catalogue`)."""
_SLOW = frozenset({"S103", "S188", "S208", "S212", "S214", "S215", "S216", "S217", "S224", "S260"})
"""Hundreds or thousands of files, or a pass for every access to the database."""


def is_repeated(row: Row) -> bool:
    """Tell whether a row is played once for each step, or for each access to the database."""
    return "'each_" in repr(row)


def rows(wanted: Callable[[Row], bool]) -> list[Any]:
    """Give the rows that are wanted and make sense here, by their ids."""
    found = [row for row in _CATALOGUE.rows if wanted(row) and not THEATRE.why_not(row)]
    found.sort(key=lambda row: str(row["id"]))
    return [
        pytest.param(row, id=row["id"], marks=[] if _is_quick(row, place) else [pytest.mark.long])
        for place, row in enumerate(found)
    ]


def _is_quick(row: Row, place: int) -> bool:
    return place % _EACH == 0 and row["id"] not in _SLOW
