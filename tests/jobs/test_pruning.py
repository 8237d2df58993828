"""Old runs are looked at some at a time, until none is left, and then once an hour."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from jobs.doorstep import waiting
from store.building import NOW, House
from store.test_past_runs import copies, kept

from turnbuckle.jobs import pruning
from turnbuckle.store.past_runs import LEAST_KEPT, MOST_AT_ONCE

MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_a_great_many_old_runs_go_in_several_goes() -> None:
    link, upkeep = House().link, pruning.Pruning()
    copies(link, 12 * MOST_AT_ONCE)

    upkeep.go_on(NOW)
    after_one = len(kept(link))
    upkeep.go_on(NOW + MINUTE)

    assert after_one == 2 * MOST_AT_ONCE
    assert len(kept(link)) == LEAST_KEPT


@pytest.mark.django_db
@pytest.mark.parametrize(("wait", "is_looked_at"), [(59, False), (60, True), (-1, True)])
def test_the_next_round_begins_an_hour_after_the_last_or_when_the_clock_was_set_back(
    wait: int, is_looked_at: bool
) -> None:
    link, upkeep = House().link, pruning.Pruning()
    upkeep.go_on(NOW)
    copies(link, LEAST_KEPT + 10)

    upkeep.go_on(NOW + wait * MINUTE)

    assert (len(kept(link)) == LEAST_KEPT) is is_looked_at


@pytest.mark.django_db(transaction=True)
async def test_whoever_tends_hooks_forgets_old_runs(tmp_path: Path) -> None:
    async with waiting(tmp_path / "practice") as doorstep:
        link = doorstep.stage.ends.link
        await asyncio.to_thread(copies, link, LEAST_KEPT + 10)

        await doorstep.tend(after_seconds=timedelta(days=365).total_seconds())

        assert len(await asyncio.to_thread(kept, link)) == LEAST_KEPT
