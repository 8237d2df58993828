"""A folder that was deleted or moved away, and comes back: what is in it is thought about again."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from scenarios.stage import Stage

from turnbuckle.model.policy import LimitMode, Policy, Winner
from turnbuckle.store import holds
from turnbuckle.sync.report import State

STRICT = Policy(winner=Winner.LEFT, deletions_per_day=2)


@pytest.fixture
async def building(stage: Stage) -> Stage:
    """Give a link of six files in `D/One/Two`, of which two may be deleted within a day."""
    stage.ends = replace(stage.ends, policy=STRICT)
    for number in range(6):
        stage.left.put(f"D/One/Two/{number}.pdf", f"{number}".encode())
    await stage.settle()
    return stage


def bin_and_back(stage: Stage) -> Callable[[], object]:
    stage.left.delete("D/One")
    return lambda: stage.left.restore("D/One")


def out_and_back(stage: Stage) -> Callable[[], object]:
    stage.left.move("D/One", "Other")
    return lambda: stage.left.move("Other", "D/One")


@pytest.mark.parametrize("take_away", [bin_and_back, out_and_back])
async def test_nothing_is_held_any_more_of_a_folder_that_is_back(
    building: Stage, take_away: Callable[[Stage], Callable[[], object]]
) -> None:
    bring_back = take_away(building)
    assert (await building.run()).held == 6
    bring_back()

    report = await building.run()

    assert (report.state, report.writes) == (State.SYNCED, 0)
    assert await asyncio.to_thread(holds.batches, building.ends.link) == []


async def test_what_was_done_in_a_folder_while_it_was_away_follows_once_it_is_back(
    building: Stage,
) -> None:
    building.left.move("D/One", "Other")
    await building.run()
    building.left.put("Other/Two/0.pdf", b"edited")
    building.left.put("Other/Two/new.pdf", b"new")
    await building.run()
    building.left.move("Other", "D/One")

    await building.settle()

    assert building.left.snapshot("D") == building.right.snapshot("D")
    assert building.right.snapshot("D/One/Two")["0.pdf"] == b"edited"
    assert building.right.snapshot("D/One/Two")["new.pdf"] == b"new"


@pytest.mark.parametrize("take_away", [bin_and_back, out_and_back])
async def test_a_folder_that_is_back_is_whole_again_though_some_of_it_was_deleted_already(
    building: Stage, take_away: Callable[[Stage], Callable[[], object]]
) -> None:
    up_to = replace(STRICT, deletion_mode=LimitMode.UP_TO_LIMIT)
    building.ends = replace(building.ends, policy=up_to)
    bring_back = take_away(building)
    assert (await building.run()).held == 4
    bring_back()

    await building.settle()

    assert len(building.left.snapshot("D/One/Two")) == 6
    assert building.left.snapshot("D") == building.right.snapshot("D")
    assert await asyncio.to_thread(holds.batches, building.ends.link) == []
