"""Old runs are looked at some at a time, until none is left, and then once an hour."""

from datetime import timedelta

import pytest
from store.building import NOW, House
from store.test_past_runs import copies, kept

from turnbuckle.jobs import pruning
from turnbuckle.store.past_runs import LEAST_KEPT, MOST_AT_ONCE

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_a_great_many_old_runs_go_in_several_goes() -> None:
    link, upkeep = House().link, pruning.Pruning()
    copies(link, 12 * MOST_AT_ONCE)

    upkeep.go_on(NOW)
    after_one = len(kept(link))
    upkeep.go_on(NOW + MINUTE)

    assert after_one == 2 * MOST_AT_ONCE
    assert len(kept(link)) == LEAST_KEPT


@pytest.mark.parametrize(("wait", "is_looked_at"), [(59, False), (60, True), (-1, True)])
def test_the_next_round_begins_an_hour_after_the_last_or_when_the_clock_was_set_back(
    wait: int, is_looked_at: bool
) -> None:
    link, upkeep = House().link, pruning.Pruning()
    upkeep.go_on(NOW)
    copies(link, LEAST_KEPT + 10)

    upkeep.go_on(NOW + wait * MINUTE)

    assert (len(kept(link)) == LEAST_KEPT) is is_looked_at
