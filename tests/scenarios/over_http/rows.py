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
_HEAVY = frozenset({"S208", "S260"})
"""A pass for every access to the database; ten thousand files: each of them takes minutes."""


def is_repeated(row: Row) -> bool:
    """Tell whether a row is played once for each step, or for each access to the database."""
    return "'each_" in repr(row)


def rows(wanted: Callable[[Row], bool]) -> list[Any]:
    """Give the rows that are wanted and make sense here, by their ids."""
    found = [row for row in _CATALOGUE.rows if wanted(row) and not THEATRE.why_not(row)]
    return [
        pytest.param(row, id=row["id"], marks=[pytest.mark.ci] if row["id"] in _HEAVY else [])
        for row in sorted(found, key=lambda row: str(row["id"]))
    ]
