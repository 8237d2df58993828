"""The promises to people name the tests that hold them, and those tests are there."""

import re

import pytest
from scenarios import vocabulary
from shape.house import HOUSE

PAGE = HOUSE / "docs" / "guarantees.md"
PROMISES = {
    found[1]: found[2]
    for found in re.finditer(
        r"^\| ([IA]\d+) \|[^|]*\|([^|]*)\|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
}
ROWS = {row["id"] for row in vocabulary.rows()}


def test_every_invariant_has_its_promise() -> None:
    found = [promise for promise in PROMISES if promise.startswith("I")]
    assert found == [f"I{number}" for number in range(1, 39)]


def test_promises_of_the_service_are_numbered_in_their_order() -> None:
    found = [promise for promise in PROMISES if promise.startswith("A")]
    assert found == [f"A{number}" for number in range(1, len(found) + 1)]


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_names_tests_and_rows_that_exist(promise: str) -> None:
    shown_by = PROMISES[promise]
    tests = re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", shown_by)
    rows = re.findall(r"\bS\d{3}\b", shown_by)

    assert tests or rows
    assert set(rows) <= ROWS
    for file, test in tests:
        text = (HOUSE / file).read_text("utf-8")
        assert not test or re.search(rf"def {test}\(", text), f"{file} has no {test}"
