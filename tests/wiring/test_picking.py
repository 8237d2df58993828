"""People name things by their names, programs by their ids."""

import pytest

from turnbuckle.wiring.picking import NotFound, pick

FOUND = [("1", "Harbour Tower"), ("2", "Bridge"), ("3", "bridge")]


def chosen(wanted: str | None, found: list[tuple[str, str]]) -> tuple[str, str]:
    return pick(wanted, found, what="project", option="--project")


@pytest.mark.parametrize("wanted", ["1", "Harbour Tower", "harbour tower"])
def test_a_name_in_any_case_or_an_id_will_do(wanted: str) -> None:
    assert chosen(wanted, FOUND) == ("1", "Harbour Tower")


def test_the_only_one_needs_no_name() -> None:
    assert chosen(None, FOUND[:1]) == ("1", "Harbour Tower")


def test_several_of_one_name_are_told_apart_by_id() -> None:
    with pytest.raises(NotFound, match="2 are called 'BRIDGE'; give the id to --project: 2, 3"):
        chosen("BRIDGE", FOUND)


@pytest.mark.parametrize("wanted", [None, "Tunnel"])
def test_what_there_is_is_told(wanted: str | None) -> None:
    with pytest.raises(NotFound, match="there are: Bridge, Harbour Tower, bridge"):
        chosen(wanted, FOUND)


def test_an_account_that_reaches_nothing_is_told() -> None:
    with pytest.raises(NotFound, match="reaches no project at all"):
        chosen("Bridge", [])
