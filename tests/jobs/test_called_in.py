"""New links that found no seat run as soon as there is one, not when they would come back."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from jobs.neighbours import Neighbours, Wanted, side_by_side

from turnbuckle.jobs.embedded import EmbeddedQueue
from turnbuckle.jobs.seats import Seats
from turnbuckle.jobs.stopping import Stopping
from turnbuckle.jobs.ticking import Ticking
from turnbuckle.store import timings

pytestmark = pytest.mark.django_db(transaction=True)

_MOST_SECONDS = 30.0  # of this machine's
_NEW_LINKS = 6
_SLOTS = 4


async def test_new_links_run_one_after_the_other_without_waiting(tmp_path: Path) -> None:
    """The clock moves in runs alone, so nobody's time to come back would ever come by itself."""
    async with side_by_side(tmp_path, [Wanted(project=n) for n in range(_NEW_LINKS)]) as site:
        stopping, queue = Stopping(), EmbeddedQueue()
        ticking = Ticking(queue, site.stage.clock, Path("data"), practice=True)
        job = replace(site.job, seats=Seats(_SLOTS), ring=ticking.ring)

        async with asyncio.timeout(_MOST_SECONDS), asyncio.TaskGroup() as group:
            group.create_task(ticking.go_on(stopping))
            group.create_task(queue.work(job, slots=_SLOTS, stopping=stopping))
            while not await asyncio.to_thread(_all_ran, site):
                await asyncio.sleep(0.05)
            stopping.ask()


def _all_ran(site: Neighbours) -> bool:
    return all(timings.of(link).ended_at is not None for link in site.links)
