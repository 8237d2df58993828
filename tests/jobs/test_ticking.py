"""The schedule at work: it looks at once when it is asked, and outlives clock and database."""

import asyncio
import logging
from pathlib import Path

import pytest
from django.db import DatabaseError, OperationalError, connection
from jobs.working import Working

from turnbuckle.jobs.embedded import EmbeddedQueue
from turnbuckle.jobs.nudges import Nudges
from turnbuckle.jobs.stopping import Stopping
from turnbuckle.jobs.ticking import Ticking
from turnbuckle.store.timings import By
from turnbuckle.store.units import unit
from turnbuckle.store.unusable import StoreUnusable


async def test_a_nudge_of_the_same_process_is_looked_at_at_once(working: Working) -> None:
    await working.step()
    queue = EmbeddedQueue()
    ticking = Ticking(queue, working.stage.clock, Path("data"), practice=True)
    stopping = Stopping()
    async with asyncio.timeout(10):
        looking = asyncio.create_task(ticking.go_on(stopping))
        await asyncio.sleep(0.05)  # it has looked once

        await Nudges(working.stage.clock, ticking.ring).nudge([working.link.id], By.PERSON)

        while not queue.depth:
            await asyncio.sleep(0.01)
        stopping.ask()
        await looking


async def test_a_clock_that_is_set_back_is_told_and_no_link_waits_for_it(
    working: Working, caplog: pytest.LogCaptureFixture
) -> None:
    await working.step()
    assert await working.ticking.tick() == 0

    working.stage.clock.advance(-3600)
    with caplog.at_level(logging.WARNING):
        ran = await working.step()

    assert ran == 1
    assert "set back by 3600 s" in caplog.text


async def test_a_clock_that_is_set_back_while_the_database_is_away_is_noticed_afterwards(
    working: Working,
) -> None:
    await working.step()
    working.stage.clock.advance(-3600)

    await asyncio.to_thread(_rename_timings, "store_timing", "elsewhere")
    try:
        with pytest.raises((DatabaseError, StoreUnusable)):
            await working.ticking.tick()
    finally:
        await asyncio.to_thread(_rename_timings, "elsewhere", "store_timing")

    assert await working.step() == 1


@unit
def _rename_timings(table: str, to: str) -> None:
    with connection.cursor() as sql:
        sql.execute(f"ALTER TABLE {table} RENAME TO {to}")


async def test_a_clock_that_is_set_forward_is_told_and_links_run(
    working: Working, caplog: pytest.LogCaptureFixture
) -> None:
    await working.step()
    working.stage.clock.advance(3600.5)

    with caplog.at_level(logging.WARNING):
        ran = await working.step()

    assert ran == 1
    assert "set forward by 3600 s" in caplog.text


async def test_a_database_that_is_away_is_told_once_and_looked_for_again(
    working: Working, caplog: pytest.LogCaptureFixture
) -> None:
    full = OperationalError("database or disk is full")

    with caplog.at_level(logging.INFO):
        for _ in range(50):
            working.ticking.trouble(full)

    assert caplog.text.count("until the database can be used again") == 1
    assert "the disk is full or failing; make room" in caplog.text
