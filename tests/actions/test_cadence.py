"""How often links run is set for all links between the same two accounts."""

from datetime import timedelta

import pytest
from store.building import NOW, House

from turnbuckle.actions import cadence
from turnbuckle.actions.cadence import TooOften
from turnbuckle.jobs.cadence import Cadence
from turnbuckle.store import timings

HOUR = timedelta(hours=1)


@pytest.fixture
def house(db: None) -> House:
    """Give the default organisation with one link."""
    return House()


def test_a_cadence_is_kept_for_all_links_of_the_same_accounts(house: House) -> None:
    house.bind("annex", house.left, house.right)

    cadence.change(house.scope, "tower", {"poll": HOUR})
    cadence.change(house.scope, "annex", {"sweep": 12 * HOUR})

    assert cadence.of(house.scope, "annex") == (
        Cadence(poll=HOUR, sweep=12 * HOUR),
        ["annex", "tower"],
    )
    assert timings.of(house.link).is_nudged  # so that it holds from now on


@pytest.mark.parametrize("span", [timedelta(seconds=1), timedelta(days=30)])
def test_what_is_not_sane_is_refused_and_changes_nothing(house: House, span: timedelta) -> None:
    with pytest.raises(TooOften, match="between 10 seconds and 7 days"):
        cadence.change(house.scope, "tower", {"poll": span})

    assert cadence.of(house.scope, "tower")[0] == Cadence()
    assert timings.of(house.link).next_at == NOW
