"""The whole engine against random users, faults, deaths and races: nothing is lost, both sides end
equal, and every seed comes out the same whenever it is played.

`TURNBUCKLE_SEED` says where to begin, `TURNBUCKLE_SIMULATIONS` how many seeds `make test-long`
plays, or for how long (``30m``); it goes on where it was.
"""

import os
from pathlib import Path

import pytest
from simulation.workers import simulate

FAILED_ONCE = Path(__file__).with_name("failed_once.jsonl")
SEED = int(os.environ.get("TURNBUCKLE_SEED", "1"))
WISHED = os.environ.get("TURNBUCKLE_SIMULATIONS", "100000")
PROGRESS = Path(os.environ.get("TURNBUCKLE_PROGRESS", Path.home() / ".cache" / "turnbuckle-long"))


@pytest.mark.slow
def test_whatever_goes_wrong_nothing_is_lost_and_both_sides_end_equal() -> None:
    found = simulate(SEED, count=120, again_every=10)

    assert not found.wrong(), found.wrong()
    assert found.played == 120


@pytest.mark.slow
def test_what_went_wrong_once_goes_well_now() -> None:
    found = simulate(1, count=None, cases=FAILED_ONCE, again_every=1)

    assert not found.wrong(), found.wrong()
    assert found.played == len(FAILED_ONCE.read_text().splitlines())


@pytest.mark.ci
def test_a_seed_comes_out_the_same_in_another_process_that_orders_its_sets_otherwise() -> None:
    found = [
        simulate(SEED, count=25, again_every=0, workers=1, hash_seed=hash_seed)
        for hash_seed in (1, 2)
    ]

    assert found[0].digests == found[1].digests


@pytest.mark.slow
def test_after_faults_neither_the_database_file_nor_its_folder_holds_bytes_of_contents() -> None:
    found = simulate(SEED, count=30, again_every=0, on_disk=True)

    assert not found.wrong(), found.wrong()
    assert found.played == 30


@pytest.mark.ci
@pytest.mark.lasts(240)
def test_ten_thousand_simulations_or_as_many_as_fit_in_four_minutes() -> None:
    found = simulate(SEED, count=10_000, minutes=4, again_every=10)

    print(found.in_words())
    assert not found.wrong(), found.wrong()


@pytest.mark.long
def test_as_many_simulations_as_one_wishes_each_seed_twice() -> None:
    is_time = WISHED.endswith("m")
    found = simulate(
        SEED,
        count=None if is_time else int(WISHED),
        minutes=float(WISHED[:-1]) if is_time else None,
        again_every=1,
        progress=PROGRESS,
    )

    print(found.in_words())
    assert not found.wrong(), found.wrong()
