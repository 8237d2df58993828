"""A database that was put back lists what may be long decided: nobody acts by it before a run."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from scenarios.database import Backup
from scenarios.stage import Stage

from turnbuckle.actions import conflicts, holds, undoing
from turnbuckle.model.policy import Answer, Decision, Policy, Winner
from turnbuckle.store.rollback import WentBack


@pytest.fixture
async def put_back(stage: Stage) -> Stage:
    """Give a link with a batch that crossed and one that is held, whose database was put back."""
    policy = Policy(winner=Winner.LEFT, deletions_per_day=1)
    stage.ends = replace(stage.ends, policy=policy)
    for number in range(4):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())
    await stage.settle()
    stage.left.delete("D/0.pdf")
    await stage.settle()
    stage.left.delete("D/1.pdf")
    await stage.settle()
    backup = await asyncio.to_thread(Backup)
    await stage.run()
    await asyncio.to_thread(backup.put_back)
    return stage


async def approve(stage: Stage) -> object:
    scope, name, now = stage.ends.scope, stage.ends.link.name, stage.clock.now()
    return await asyncio.to_thread(
        lambda: holds.decide(scope, name, None, Decision.APPROVED, by="ana", now=now)
    )


async def undo(stage: Stage) -> object:
    batch = (await asyncio.to_thread(undoing.batches, stage.ends.link, stage.clock))[0]
    return await undoing.undone(stage.ends, batch.number, stage.clock)


async def answer(stage: Stage) -> object:
    return await conflicts.decided(stage.ends, "a.docx", Answer.LEFT, by="ana", clock=stage.clock)


@pytest.mark.parametrize("act", [approve, undo, answer])
async def test_nobody_decides_by_a_database_that_was_put_back(
    put_back: Stage, act: Callable[[Stage], Awaitable[object]]
) -> None:
    with pytest.raises(WentBack, match=f'turnbuckle run "{put_back.ends.link.name}"'):
        await act(put_back)

    with pytest.raises(WentBack):  # asking again does not make it true
        await act(put_back)


@pytest.mark.parametrize("act", [approve, undo])
async def test_after_one_run_a_person_decides_again(
    put_back: Stage, act: Callable[[Stage], Awaitable[object]]
) -> None:
    await put_back.run()

    await act(put_back)

    assert set(put_back.right.snapshot("D")) >= {"2.pdf", "3.pdf"}
