"""Links of one feed: a look that one of them makes tells whose turn it is."""

import asyncio
from dataclasses import replace

from actions.test_undoing_beside_runs import second_link
from jobs.working import Working

from turnbuckle.store import timings
from turnbuckle.store.timings import By


async def test_news_that_one_link_s_poll_finds_for_another_make_that_one_run(
    working: Working,
) -> None:
    stage = working.stage
    await working.step()
    other = await asyncio.to_thread(second_link, stage)
    with_other = Working(stage)
    ends = {each.link.id: each for each in (stage.ends, other)}
    with_other.job = replace(with_other.job, open_ends=lambda scope, link: _given(ends[link.id]))
    await with_other.job(other.link.id)
    stage.left.put("E/b.pdf", b"b")

    await working.nudge(By.PERSON)
    await with_other.job(working.link.id)
    ran = await with_other.ticking.tick()
    await with_other.job(other.link.id)

    assert ran >= 1
    assert "b.pdf" in stage.right.snapshot("E")
    assert await asyncio.to_thread(timings.of, other.link)


async def _given[T](what: T) -> T:
    return what
