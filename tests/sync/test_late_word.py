"""A listing that still tells what our own write has replaced undoes nothing."""

import asyncio
from collections.abc import Callable

import pytest
from scenarios.stage import Stage

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import ServerError
from turnbuckle.store import models
from turnbuckle.sync.report import Report

LONG = 1_000_000  # page sets


def edit(stage: Stage) -> None:
    stage.left.put("D/Plans/a.pdf", b"second")


def move(stage: Stage) -> None:
    stage.left.move("D/Plans/a.pdf", "D/Old/b.pdf")


def delete(stage: Stage) -> None:
    stage.left.delete("D/Plans/a.pdf")


def delete_folder(stage: Stage) -> None:
    stage.left.delete("D/Plans")


CHANGES = [edit, move, delete, delete_folder]


async def carry_over(stage: Stage, change: Callable[[Stage], None]) -> None:
    """Carry a change over, and let the right side's listings tell what was before it."""
    stage.left.put("D/Plans/a.pdf", b"first")
    stage.left.put("D/Old/c.pdf", b"other")
    await stage.settle()
    stage.remotes[Side.RIGHT].feed.lag(LONG)
    change(stage)
    await stage.run()
    stage.zero()


async def run_late(stage: Stage) -> Report:
    """Run once by listings that are late, and let them catch up."""
    report = await stage.run(complete=True)
    stage.remotes[Side.RIGHT].feed.lag(0)
    return report


def contents(stage: Stage) -> list[object]:
    return [dict(people.snapshot("D")) for people in stage.people.values()]


@pytest.mark.parametrize("change", CHANGES)
async def test_what_we_replaced_is_not_a_change_when_it_is_told_once_more(
    stage: Stage, change: Callable[[Stage], None]
) -> None:
    await carry_over(stage, change)
    wanted = contents(stage)

    report = await run_late(stage)

    assert (report.writes, contents(stage)) == (0, wanted)
    assert stage.remotes[Side.RIGHT].calls.started[Op.GET] == 1
    assert await stage.settle() == 1


async def test_a_person_who_moves_it_back_is_believed_after_one_look(stage: Stage) -> None:
    await carry_over(stage, move)
    stage.remotes[Side.RIGHT].feed.lag(0)
    stage.right.move("D/Old/b.pdf", "D/Plans/a.pdf")

    await stage.settle()

    assert stage.remotes[Side.RIGHT].calls.started[Op.GET] == 1
    assert "Plans/a.pdf" in stage.left.snapshot("D")
    assert stage.left.snapshot("D") == stage.right.snapshot("D")


async def test_a_person_who_takes_it_out_of_the_bin_has_it_back_on_both_sides(
    stage: Stage,
) -> None:
    await carry_over(stage, delete)
    stage.remotes[Side.RIGHT].feed.lag(0)
    stage.right.restore("D/Plans/a.pdf")

    await stage.settle()

    assert stage.left.snapshot("D")["Plans/a.pdf"] == b"first"


async def test_a_doubt_outlives_a_look_that_failed(stage: Stage) -> None:
    await carry_over(stage, move)
    calls = stage.remotes[Side.RIGHT].calls
    stage.remotes[Side.RIGHT].feed.lag(0)
    stage.right.move("D/Old/b.pdf", "D/Plans/a.pdf")
    calls.hooks.append(_unanswered)
    await stage.run()
    assert "Old/b.pdf" in stage.left.snapshot("D")
    calls.hooks.remove(_unanswered)

    await stage.settle()

    assert "Plans/a.pdf" in stage.left.snapshot("D")
    assert stage.left.snapshot("D") == stage.right.snapshot("D")


async def test_what_we_replaced_is_remembered_for_a_day(stage: Stage) -> None:
    await carry_over(stage, edit)
    await stage.clock.sleep(90_000)

    await stage.run()

    assert not await asyncio.to_thread(models.Former.objects.exists)


def _unanswered(moment: Moment) -> None:
    if moment.op is Op.GET and moment.when is When.BEFORE:
        raise ServerError("busy")
