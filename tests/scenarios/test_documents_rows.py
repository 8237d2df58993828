"""The rows of the catalogue that need nothing but Documents and no fault."""

import pytest
from scenarios import vocabulary
from scenarios.runner import play

ROWS = {row["id"]: row for row in vocabulary.rows() if vocabulary.needs_documents_alone(row)}

LATER = {"S214", "S217", "S219", "S220", "S221", "S222", "S223"}
"""Held deletions and mass changes: an issue of their own; until then these rows must not pass."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("identity", sorted(ROWS.keys() - LATER))
async def test_a_row_of_the_catalogue_comes_out_as_it_says(identity: str) -> None:
    wrong = await play(ROWS[identity])

    assert not wrong, "\n".join([ROWS[identity]["title"], *wrong])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("identity", sorted(LATER))
async def test_a_row_that_waits_for_held_deletions_is_known_to_fail(identity: str) -> None:
    assert await play(ROWS[identity])
