"""Where no webhook comes, a change is across by the first poll after it, wherever it was made."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from jobs.scheduled import scheduled
from sync.over_http.hand import Hand
from sync.over_http.stage import Scene, Stage, staged

from turnbuckle.actions import cadence
from turnbuckle.jobs.one_job import OneJob
from turnbuckle.jobs.ticking import Ticking
from turnbuckle.store import timings
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.sync.ends import Ends

POLL = timedelta(seconds=10)
CHANGES: dict[str, Callable[[Hand], Awaitable[None]]] = {
    "new file": lambda hand: hand.put("Plans/A-102.txt", b"upper floor"),
    "new folder": lambda hand: hand.mkdir("Specs"),
    "new version": lambda hand: hand.put("Plans/A-101.txt", b"ground floor, rev B"),
    "rename": lambda hand: hand.rename("Plans/A-101.txt", "A-101 rev B.txt"),
    "move": lambda hand: hand.move("Plans/A-101.txt", "Minutes"),
    "deletion": lambda hand: hand.delete("Plans/A-101.txt"),
}


@dataclass
class Polled:
    """A link that nobody nudges, and the schedule that polls it."""

    stage: Stage
    ticking: Ticking = field(init=False)
    job: OneJob = field(init=False)

    def __post_init__(self) -> None:
        self.ticking, self.job = scheduled(self._open, self.stage.clock)

    async def poll(self, late_seconds: float = 0.0) -> None:
        """Wait until the link is due, and so much longer; run it once."""
        link = self.stage.ends.link
        if not await self.ticking.tick():
            due = (await asyncio.to_thread(timings.of, link)).next_at
            wait = (due - self.stage.clock.now()).total_seconds()
            assert 0 < wait <= POLL.total_seconds()
            self.stage.clock.advance(wait + late_seconds)
        assert await self.ticking.tick() == 1
        await self.job(link.id)

    async def _open(self, scope: Scope, link: Link) -> Ends:
        return self.stage.ends


@pytest.fixture
async def polled(transactional_db: None, tmp_path: Path) -> AsyncIterator[Polled]:
    async with staged(tmp_path / "practice", Scene()) as stage:
        stage.left.plant({"Plans/A-101.txt": b"ground floor", "Minutes/1.txt": b"all well"})
        link, wanted = stage.ends.link, {"poll": POLL, "closest": POLL}
        await asyncio.to_thread(cadence.change, stage.ends.scope, link.name, wanted, stage.clock)
        polled = Polled(stage)
        for _ in range(3):
            await polled.poll()
        await stage.assert_equal()
        yield polled


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("what", CHANGES)
async def test_a_change_is_across_after_the_first_poll(
    polled: Polled, what: str, side: str
) -> None:
    hand: Hand = getattr(polled.stage, side)
    before = polled.stage.left.files(), polled.stage.left.folders()
    await CHANGES[what](hand)

    await polled.poll()

    await polled.stage.assert_equal()
    assert (polled.stage.left.files(), polled.stage.left.folders()) != before


async def test_a_poll_that_begins_earlier_in_its_turn_than_the_last_one_looks_all_the_same(
    polled: Polled,
) -> None:
    await polled.poll(late_seconds=0.9)
    await polled.stage.right.put("Plans/A-102.txt", b"upper floor")

    await polled.poll()

    await polled.stage.assert_equal()
    assert "Plans/A-102.txt" in polled.stage.left.files()
