"""Two customers of one service: where one of them has no calls left, the other waits for nothing.

Each has a Procore account and a Microsoft tenant of its own; both have a first sync to do.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from jobs.scheduled import scheduled
from sync.over_http.hand import Hand
from sync.over_http.stage import MORNING, Scene, Stage, staged

from turnbuckle.jobs.seats import Seats
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.procore.switches import ProcoreLimits
from turnbuckle.store import timings
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.store.timings import By, Timing
from turnbuckle.sync.ends import Ends
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.registry import ends_of
from turnbuckle.wiring.remotes import shared

pytestmark = pytest.mark.django_db(transaction=True)

_SLOTS = 4
FILES: dict[str, bytes | None] = {f"Plans/A-{number}.txt": b"ground floor" for number in range(60)}
AN_HOUR_USED_UP = ProcoreLimits(hourly=40, spike=None)
A_DAY_USED_UP = GraphLimits(
    app_units_a_minute=None,
    app_units_a_day=60,
    tenant_units_in_five_minutes=None,
    user_requests_in_five_minutes=None,
)


@pytest.mark.parametrize(
    ("scarce", "full"),
    [
        (Scene(procore_limits=AN_HOUR_USED_UP), "right"),
        (Scene(microsoft_limits=A_DAY_USED_UP), "left"),
    ],
    ids=["at Procore", "at Microsoft"],
)
async def test_a_customer_does_not_wait_for_another_who_has_no_calls_left(
    tmp_path: Path, scarce: Scene, full: str
) -> None:
    clock = SimulatedClock(MORNING)
    async with (
        staged(tmp_path / "waits", scarce, clock) as waits,
        staged(tmp_path / "works", Scene(), clock) as works,
        shared(clock, Meter()) as parts,
    ):

        async def open_ends(scope: Scope, link: Link) -> Ends:
            return await ends_of(scope, link, parts)

        ticking, job = scheduled(open_ends, clock)
        job = replace(job, seats=Seats(_SLOTS))
        side: Hand = getattr(waits, full)
        side.plant(FILES)
        works.left.plant(FILES)
        assert await ticking.tick() == 2

        await asyncio.gather(*(job(stage.ends.link.id) for stage in (waits, works)))

        told_to_wait, through = [await timing(stage) for stage in (waits, works)]
        assert through.ended_at is not None
        assert told_to_wait.ended_at is None
        assert told_to_wait.next_at - clock.now() > timedelta(minutes=1)
        await works.assert_equal()

        for number in range(5):  # people go on saving, and each change is across by its run
            began = clock.now()
            await works.right.put("Plans/A-1.txt", b"upper floor, %d" % number)
            await asked_for(works)
            assert await ticking.tick() == 1
            await job(works.ends.link.id)
            await works.assert_equal()
            assert clock.now() - began < timedelta(minutes=1)
        assert (await timing(waits)).next_at == told_to_wait.next_at
        assert not (await waits.compare()).is_equal


async def timing(stage: Stage) -> Timing:
    """Give the timing of a stage's link."""
    return await asyncio.to_thread(timings.of, stage.ends.link)


async def asked_for(stage: Stage) -> None:
    """Let a person ask for a run of a stage's link."""
    link, now = stage.ends.link.id, stage.clock.now()
    await asyncio.to_thread(lambda: timings.nudge([link], By.PERSON, now=now))
