"""A day of some hundred links passes in seconds: nothing late, no budget passed, nobody starved."""

from datetime import timedelta

import pytest
from figures.day.nudged import nudged
from figures.day.population import Scale
from figures.day.told import a_day
from store.building import NOW, House

from turnbuckle.model.side import Side
from turnbuckle.store import timings
from turnbuckle.store.timings import After, By

SMALL = Scale(
    links=250, accounts=12, changes_per_link=2, bulk_accounts=1, bulk_projects=20, bulk_files=100,
    seconds=13 * 3600, workers=2, slots=4,
)  # fmt: skip


@pytest.mark.ci
def test_a_day_of_many_links_stays_inside_all_budgets_and_on_time() -> None:
    day = a_day(SMALL)

    assert day.wrong() == []
    assert day.idle("Procore") == pytest.approx(18, abs=1)  # Photos with every second link
    assert 6 < day.idle("Graph") <= 12  # some links share their looks
    assert len(day.seen.bulk_ended) == 1
    large = [each for each in day.simulation.population.accounts if len(each.links) >= 200]
    pacing = [day.simulation.ledger.accounts[each.name].pacing for each in large]
    assert all(each.apart_minutes > 5 for each in pacing)
    assert day.seen.runs["quiet polls"] > 15_000


@pytest.mark.parametrize(("system", "name"), [("procore", "Procore"), ("microsoft", "Microsoft")])
def test_a_call_that_a_remote_refused_is_wrong(system: str, name: str) -> None:
    scale = Scale(links=2, accounts=2, bulk_accounts=0, seconds=0, workers=1, slots=1)
    day = a_day(scale)
    assert day.wrong() == []

    day.simulation.remotes.refused[f"{system} 1"] += 3

    assert day.wrong() == [f"{name} refused 3 calls"]


@pytest.mark.django_db
@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize("side", [Side.LEFT, None])
@pytest.mark.parametrize("rests", [False, True])
def test_the_simulation_nudges_as_the_store_does(by: By, side: Side | None, rests: bool) -> None:
    link = House().link
    later = NOW + timedelta(minutes=5)
    began = timings.begin(link.id, now=NOW, practice=True)
    assert began is not None
    timings.end(began, After(next_at=later, resting_until=later if rests else None), now=NOW)

    for number, one in enumerate((By.WEBHOOK, by, By.WEBHOOK), 1):
        now = NOW + timedelta(seconds=number)
        expected = nudged(timings.of(link), one, now=now, side=side)
        timings.nudge([link.id], one, now=now, side=side)
        assert timings.of(link) == expected
