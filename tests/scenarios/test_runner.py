"""The runner says in words what came out otherwise than a row expects."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from scenarios.acting import Row
from scenarios.ledger import Ledger
from scenarios.memory_world import MemoryTheatre, MemoryWorld
from scenarios.reading import read
from scenarios.runner import play
from scenarios.vocabulary import CATALOGUE

from turnbuckle.model.side import Side

_CATALOGUE = read(CATALOGUE)

pytestmark = pytest.mark.django_db(transaction=True)


def row(**parts: Any) -> Row:
    plain: dict[str, Any] = {
        "id": "X1", "run": "auto", "title": "", "initial": {}, "a_changes": [], "b_changes": [],
        "fault": None, "expect": {},
    }  # fmt: skip
    return {**plain, **parts}


async def played(expect: Mapping[str, Any], **parts: Any) -> str:
    theatre = MemoryTheatre(_CATALOGUE.meta, _CATALOGUE.policy)
    return "\n".join(await play(row(expect=expect, **parts), theatre))


async def world() -> MemoryWorld:
    return await asyncio.to_thread(MemoryWorld, row(), _CATALOGUE.meta, _CATALOGUE.policy)


async def test_a_tree_that_came_out_otherwise_is_told_path_by_path() -> None:
    told = await played({"tree": {"D/a.pdf": "v2"}}, a_changes=[{"put": ["D/a.pdf", "v1"]}])

    assert "a holds D/a.pdf: v1 instead of v2" in told
    assert "b holds D/a.pdf: v1 instead of v2" in told


async def test_calls_beyond_the_bound_are_counted() -> None:
    told = await played({"transfers": 0}, a_changes=[{"put": ["D/a.pdf", "v1"]}])

    assert told == "1 transfers, at most 0"


async def test_a_notice_that_nobody_gave_is_missed() -> None:
    told = await played({"notices": ["conflict"]}, a_changes=[{"put": ["D/a.pdf", "v1"]}])

    assert told == "nobody was told conflict"


async def test_a_notice_where_there_should_be_none_is_told() -> None:
    changes = {"a_changes": [{"put": ["D/a.pdf", "v1"]}], "b_changes": [{"put": ["D/a.pdf", "v2"]}]}

    told = await played({"notices": []}, **changes)

    assert told == "people were told conflict"


async def test_another_number_of_conflict_copies_is_told() -> None:
    changes = {"a_changes": [{"put": ["D/a.pdf", "v1"]}], "b_changes": [{"put": ["D/a.pdf", "v2"]}]}

    told = await played({"conflicts": 0}, **changes)

    assert told == "1 conflict copies, not 0: D/a.pdf#conflict-B"


async def test_another_state_is_told_with_its_reason() -> None:
    told = await played(
        {},
        caps={"A": {"min_size": 1}},
        b_changes=[{"put": ["D/a.txt", "v1@0"]}],
    )

    assert "blocked, not synced (a.txt: empty_not_allowed)" in told


async def test_another_reason_for_what_is_blocked_is_told() -> None:
    told = await played(
        {"state": "blocked", "blocked": {"D/a.txt": "too_large"}},
        caps={"A": {"min_size": 1}},
        b_changes=[{"put": ["D/a.txt", "v1@0"]}],
    )

    assert told == "D/a.txt is blocked for empty_not_allowed, not too_large"


async def test_an_id_that_the_row_does_not_name_must_stay() -> None:
    told = await played({}, initial={"D/a.pdf": "v1"}, a_changes=[{"replace": ["D/a.pdf", "v2"]}])

    assert told == "U5 D/a.pdf has a new id on side A"


async def test_a_row_names_the_phase_that_went_wrong() -> None:
    later = {"a_changes": [], "b_changes": [], "expect": {"tree": {"D/a.pdf": "v1"}}}

    told = await played({}, then=[later])

    assert told.splitlines() == [
        "phase 2: a lacks D/a.pdf: v1",
        "phase 2: b lacks D/a.pdf: v1",
    ]


async def test_what_somebody_wrote_and_nobody_has_is_lost() -> None:
    stage, ledger = await world(), Ledger()
    hands = stage.hands[Side.LEFT]
    ledger.begin({side: await stage.hands[side].snapshot() for side in Side})
    await ledger.around(Side.LEFT, hands, lambda: hands.put("D/a.pdf", "v1"))
    stage.people[Side.LEFT].delete("D/a.pdf")  # not by anybody whom the ledger watched

    wrong = await ledger.wrong(stage.hands, on_both=False)

    assert wrong == ["lost: v1"]


async def test_what_the_engine_replaced_must_be_in_a_history() -> None:
    stage, ledger = await world(), Ledger()
    hands = stage.hands[Side.RIGHT]
    await hands.put("D/a.pdf", "v1")
    ledger.begin({side: await stage.hands[side].snapshot() for side in Side})
    stage.people[Side.RIGHT].put("D/a.pdf", b"other bytes")
    stage.people[Side.RIGHT].at("D/a.pdf").history.clear()

    wrong = await ledger.wrong(stage.hands, on_both=False)

    assert wrong == ["lost: v1", "in no bin and no history of the right side: v1"]


@pytest.mark.parametrize("at", ["before_op", "after_response"])
async def test_a_process_that_died_is_started_again(at: str) -> None:
    told = await played(
        {"tree": {"D/a.pdf": "v1"}},
        a_changes=[{"put": ["D/a.pdf", "v1"]}],
        fault={"kind": "crash", "at": at, "op": "upload"},
    )

    assert told == ""


class Anew(MemoryTheatre):
    """Brings both sides to the beginning for each pass, as a theatre has to that cannot copy."""

    copies = False


@pytest.mark.parametrize("theatre", [MemoryTheatre, Anew])
@pytest.mark.parametrize("place", ["each_step", "each_access"])
async def test_every_pass_of_a_repeated_row_begins_where_the_row_does(
    theatre: type[MemoryTheatre], place: str
) -> None:
    kind = "crash" if place == "each_step" else "db_error"
    repeated = row(
        initial={"D/a.pdf": "v1", "D/c.pdf": "v3"},
        a_changes=[{"mv": ["D/a.pdf", "D/b.pdf"]}, {"del": "D/c.pdf"}],  # nobody can do it twice
        fault={"kind": kind, "at": place},
        expect={"tree": {"D/b.pdf": "v2"}},
    )

    told = await play(repeated, theatre(_CATALOGUE.meta, _CATALOGUE.policy))

    each = "a holds D/b.pdf: v1 instead of v2"
    passes = [line.rpartition(": a holds")[0] for line in told if line.endswith(each)]
    assert [text.partition(" ")[0] for text in passes] == [
        "undisturbed",
        *["dying" if place == "each_step" else "access"] * 3,
    ]
    assert not [line for line in told if "D/c.pdf" in line or "held" in line]
