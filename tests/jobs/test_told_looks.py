"""What word of a change costs: the feed that it spoke of is asked, and no other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from jobs.doorstep import Doorstep, waiting
from sync.over_http.hand import Hand

from turnbuckle.store.looks import Wanted
from turnbuckle.sync.report import Report
from turnbuckle.sync.running import run_link

CHANGES: dict[str, Callable[[Hand], Awaitable[None]]] = {
    "new file": lambda hand: hand.put("A-101.txt", b"ink"),
    "new version": lambda hand: hand.put("A-100.txt", b"much ink"),
    "rename": lambda hand: hand.rename("A-100.txt", "A-100 rev B.txt"),
    "deletion": lambda hand: hand.delete("A-100.txt"),
}


@pytest.fixture
async def doorstep(transactional_db: None, tmp_path: Path) -> AsyncIterator[Doorstep]:
    async with waiting(tmp_path / "practice") as made:
        await made.stage.run()
        await made.tend()
        await after_word(made)
        yield made


async def after_word(doorstep: Doorstep) -> Report:
    """Let both services post what there is to tell, and run the link as the schedule does."""
    stage = doorstep.stage
    await doorstep.told()
    for service in (stage.procore, stage.microsoft):
        service.counters.reset()
    poll = Wanted(after=stage.clock.now() - timedelta(minutes=5), closely=False)
    return await run_link(stage.ends, stage.clock, wanted=poll)


def calls(doorstep: Doorstep) -> tuple[int, int]:
    """Count the calls of the last run at Procore and at Microsoft."""
    return doorstep.stage.procore.counters.calls, doorstep.stage.microsoft.counters.calls


async def test_the_echo_of_a_write_to_teams_costs_one_call_there_and_none_at_procore(
    doorstep: Doorstep,
) -> None:
    await doorstep.stage.left.put("A-101.txt", b"ink")
    carried = await after_word(doorstep)

    echo = await after_word(doorstep)

    assert (carried.writes, echo.writes) == (1, 0)
    assert calls(doorstep) == (0, 1)


async def test_the_echo_of_a_write_to_procore_costs_two_calls_there_and_none_at_microsoft(
    doorstep: Doorstep,
) -> None:
    await doorstep.stage.right.put("A-101.txt", b"ink")
    carried = await after_word(doorstep)

    echo = await after_word(doorstep)

    assert (carried.writes, echo.writes) == (1, 0)
    assert calls(doorstep) == (2, 0)


async def test_a_run_that_nobody_spoke_to_costs_nothing_after_another_s_look(
    doorstep: Doorstep,
) -> None:
    await after_word(doorstep)

    await after_word(doorstep)

    assert calls(doorstep) == (0, 0)


@pytest.mark.parametrize(
    ("side", "what", "cost"),  # at Procore, at Microsoft; with a fresh look at where it is written
    [
        ("left", "new file", (2, 3)),
        ("left", "new version", (2, 3)),
        ("left", "rename", (2, 3)),
        ("left", "deletion", (2, 4)),
        ("right", "new file", (5, 1)),
        ("right", "new version", (5, 1)),
        ("right", "rename", (4, 1)),
        ("right", "deletion", (5, 1)),
    ],
)
async def test_a_change_and_its_echo_cost_so_many_calls_and_no_more(
    doorstep: Doorstep, side: str, what: str, cost: tuple[int, int]
) -> None:
    hand: Hand = getattr(doorstep.stage, side)
    await hand.put("A-100.txt", b"pencil")
    for _ in range(3):
        await after_word(doorstep)
    assert calls(doorstep) == (0, 0)

    await CHANGES[what](hand)
    await after_word(doorstep)
    carried = calls(doorstep)
    await after_word(doorstep)
    echoed = calls(doorstep)
    await after_word(doorstep)

    assert calls(doorstep) == (0, 0)
    assert (carried[0] + echoed[0], carried[1] + echoed[1]) == cost
