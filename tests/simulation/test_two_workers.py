"""Two workers on one link: one is still for too long, the other takes over, and the first wakes up.

It wakes up in the midst of a call, before or after it took effect, while the other one works or
once it is done.
"""

import pytest
from simulation.workers import simulate


@pytest.mark.ci
def test_whoever_takes_a_link_over_in_the_midst_nothing_is_lost_and_both_sides_end_equal() -> None:
    found = simulate(1, count=40, again_every=10, taken_over=True)

    assert not found.wrong(), found.wrong()
    assert found.played == 40


@pytest.mark.ci
def test_the_same_holds_on_postgresql(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres)

    found = simulate(1, count=10, again_every=0, on_disk=True, workers=1, taken_over=True)

    assert not found.wrong(), found.wrong()
    assert found.played == 10
