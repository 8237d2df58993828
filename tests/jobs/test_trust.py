"""Webhooks are believed as far as they prove true, run after run of a link."""

from datetime import datetime, timedelta
from itertools import pairwise

from jobs.working import Working

MINUTE = timedelta(minutes=1)


async def poll(working: Working) -> datetime:
    """Run the link when it is next due without anybody's word; give that time."""
    clock, due = working.stage.clock, (await working.timing()).next_at
    clock.advance((due - clock.now()).total_seconds())
    assert await working.step() == 1
    return due


async def apart(working: Working, polls: int) -> list[timedelta]:
    """Let so many polls pass; give how far they lie apart."""
    times = [await poll(working) for _ in range(polls + 1)]
    return [after - before for before, after in pairwise(times)]


async def told_of_once(working: Working) -> None:
    """Let webhooks tell of both sides once, so that they are expected to go on."""
    await working.step()
    await working.nudge()
    await working.step()
    assert await apart(working, 2) == [5 * MINUTE] * 2


async def test_a_change_that_no_webhook_told_brings_polls_closer_until_none_is_missed(
    working: Working,
) -> None:
    await told_of_once(working)

    working.stage.left.put("D/a.pdf", b"a")
    found = await poll(working)
    assert "a.pdf" in working.stage.right.snapshot("D")
    doubted = await poll(working)  # word may be late, so long is waited for it

    assert doubted - found <= 2 * MINUTE + MINUTE / 2
    assert (await working.timing()).missed_at is not None
    assert await apart(working, 5) == [MINUTE] * 5

    working.stage.clock.advance(3600)
    assert await working.step() == 1
    assert await apart(working, 2) == [5 * MINUTE] * 2


async def test_word_that_comes_after_the_poll_leaves_polls_where_they_were(
    working: Working,
) -> None:
    await told_of_once(working)

    working.stage.left.put("D/a.pdf", b"a")
    await poll(working)
    await working.nudge()
    await working.step()
    await poll(working)

    assert (await working.timing()).missed_at is None
    assert await apart(working, 2) == [5 * MINUTE] * 2
