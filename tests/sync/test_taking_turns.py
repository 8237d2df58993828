"""Runs that read the same feed at once let each other finish."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from scenarios.stage import TRAITS, Stage

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.items import ItemId
from turnbuckle.model.pages import Page
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import Unreachable
from turnbuckle.store import trees
from turnbuckle.store.records import Feed
from turnbuckle.sync.running import preview, run_link
from turnbuckle.sync.taking_turns import Turn

FILES = 100
PAGES = FILES // 10 + 1


class ListingClock:
    """A clock that stands still while the listings do: on a busy machine, too, none looks dead."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._feeds = feeds
        self._now = datetime(2026, 5, 14, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        before = await asyncio.to_thread(self._listings)
        while any(before) and await asyncio.to_thread(self._listings) == before:
            await asyncio.sleep(0.01)
        self._now += timedelta(seconds=seconds)

    def _listings(self) -> list[trees.Listing | None]:
        return [trees.listing(feed) for feed in self._feeds]


@pytest.fixture
async def slow(transactional_db: None) -> Stage:
    """A stage whose left remote lists in many pages, and takes its time for each."""
    traits = {**TRAITS, Side.LEFT: replace(TRAITS[Side.LEFT], page_items=10)}
    stage = await asyncio.to_thread(Stage, None, traits)
    for number in range(FILES):
        stage.left.put(f"Elsewhere/{number}.txt", b"x")

    async def dawdle(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.LIST, When.BEFORE):
            await asyncio.sleep(0.04)

    stage.remotes[Side.LEFT].calls.hooks.append(dawdle)
    return stage


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.2])
async def test_a_preview_beside_a_run_costs_no_second_listing(slow: Stage, delay: float) -> None:
    clock = ListingClock([await asyncio.to_thread(slow.ends.feed, side) for side in Side])

    async def later() -> None:
        await asyncio.sleep(delay)
        await preview(slow.ends, clock)

    async with asyncio.timeout(60):
        report, _ = await asyncio.gather(run_link(slow.ends, clock), later())

    assert report.stopped == ""
    assert slow.remotes[Side.LEFT].calls.started[Op.LIST] <= PAGES + 3


async def test_a_page_set_that_a_dead_process_left_behind_costs_some_seconds(stage: Stage) -> None:
    stage.left.put("D/plan.pdf", b"first")
    feed = await asyncio.to_thread(stage.ends.feed, Side.LEFT)
    left_behind = await asyncio.to_thread(trees.begin_pages, feed, True)
    await asyncio.to_thread(trees.stage, left_behind, Page(gone=[ItemId("file:1")], full=True))
    before = stage.clock.now()

    report = await stage.run()

    assert report.writes == 1
    assert timedelta(seconds=10) <= stage.clock.now() - before < timedelta(seconds=60)


async def test_a_run_that_is_overtaken_again_and_again_says_so(stage: Stage) -> None:
    feed = await asyncio.to_thread(stage.ends.feed, Side.LEFT)
    turn = Turn(feed, stage.clock)
    for _ in range(6):
        turn.lose()

    with pytest.raises(Unreachable, match="run this link again"):
        turn.lose()
