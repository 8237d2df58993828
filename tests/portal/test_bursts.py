"""A burst of a thousand posts a second is taken whole, and comes to one nudge for each link."""

import asyncio

import pytest
from portal.burst import Burst, from_procore, sent
from portal.entrance import Entrance

from turnbuckle.store import timings

pytestmark = pytest.mark.ci


async def test_three_thousand_posts_in_three_seconds_are_all_taken(entrance: Entrance) -> None:
    target = from_procore(entrance.path("procore"), entrance.secrets["procore"])
    burst = Burst(address=entrance.address, targets=[target], a_second=1000, seconds=3.0)

    answered = await sent(burst)

    assert answered.statuses == {202: 3000}
    assert len(await entrance.recorded()) == 3000
    timing = await asyncio.to_thread(timings.of, entrance.house.link)
    assert timing.is_nudged
    assert len(await asyncio.to_thread(timings.due, timing.next_at, 10, practice=True)) == 1
