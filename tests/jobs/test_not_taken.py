"""What the database does not take of one link is that link's trouble, not the database's."""

import asyncio

import pytest
from django.db import DatabaseError, DataError, IntegrityError, ProgrammingError, connection
from jobs.working import Working

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.side import Side
from turnbuckle.store.units import unit


@pytest.mark.parametrize("kind", [DataError, IntegrityError, ProgrammingError])
async def test_what_the_database_does_not_take_of_one_link_is_trouble_of_that_link_alone(
    working: Working, caplog: pytest.LogCaptureFixture, kind: type[DatabaseError]
) -> None:
    working.stage.left.put("D/a.pdf", b"a")

    async def fail(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.CREATE_FILE, When.BEFORE):
            raise kind("value too long")

    hooks = working.stage.remotes[Side.RIGHT].calls.hooks
    hooks.append(fail)
    await working.step()
    failed = await working.timing()
    resting = await working.step()
    hooks.remove(fail)
    working.stage.clock.advance(40)
    await working.step()

    assert working.troubles == []
    assert (failed.failures, resting) == (1, 0)
    assert failed.resting_until == failed.next_at
    assert "the database did not take it" in caplog.text
    assert "a.pdf" in working.stage.right.snapshot("D")
    assert (await working.timing()).failures == 0


async def test_a_database_that_does_not_take_either_that_a_link_failed_is_in_trouble_itself(
    working: Working,
) -> None:
    async def fail() -> None:
        await asyncio.to_thread(_rename_timings, "store_timing", "elsewhere")
        raise DataError("value too long")

    working.opening = fail
    try:
        await working.step()
    finally:
        await asyncio.to_thread(_rename_timings, "elsewhere", "store_timing")
    working.opening = None

    assert len(working.troubles) == 1
    assert (await working.timing()).failures == 0
    assert await working.step() == 1


@unit
def _rename_timings(table: str, to: str) -> None:
    with connection.cursor() as sql:
        sql.execute(f"ALTER TABLE {table} RENAME TO {to}")
