"""A process is killed (SIGKILL) at every moment of every step: afterwards nobody could tell.

Both sides, their bins and their histories hold exactly what they hold after a run that nothing
disturbed: nothing is missing, nothing is there twice, and no temporary name is left. Right after
the kill, and at the end, the disk holds no bytes of any content.
"""

from collections.abc import Iterator

import pytest
from killing.lanes import Batch, Lanes, lanes
from killing.points import KINDS, Moment, Point

from turnbuckle.model.names import TEMPORARY

LARGE = 3_000_000  # bytes: three chunks
MANY = Batch(
    initial={
        "D/keep.pdf": "k0", "D/one.pdf": "o0", "D/two.pdf": "t0", "D/Old/gone.pdf": "g0",
        "D/Old/deep/gone.pdf": "g1", "D/away.pdf": "a0", "D/Set/inner.pdf": "s0",
        "D/both.pdf": "b0", "D/clash.pdf": "c0", "D/swap 1.pdf": "w1", "D/swap 2.pdf": "w2",
        "D/gone.pdf": "g2", "D/late.pdf": "l0",
    },
    left=[
        {"put": ["D/one.pdf", "o1"]},
        {"put": ["D/new/large.pdf", f"n1@{LARGE}"]},
        {"put": ["D/clash.pdf", "c1"]},
        {"put": ["D/same.pdf", "e1"]},
        {"delete": "D/Old"},
        {"delete": "D/both.pdf"},
        {"swap": ["D/swap 1.pdf", "D/swap 2.pdf"]},
    ],
    right=[
        {"put": ["D/two.pdf", "t1"]},
        {"put": ["D/site/report.pdf", "r1"]},
        {"put": ["D/clash.pdf", "c2"]},
        {"put": ["D/same.pdf", "e1"]},
        {"delete": "D/both.pdf"},
        {"delete": "D/gone.pdf"},
        {"move": ["D/away.pdf", "D/Set/away.pdf"]},
        {"move": ["D/late.pdf", "D/site/later.pdf"]},
        {"move": ["D/Set", "D/Set A"]},
    ],
)  # fmt: skip
"""Every kind of step on its way to either side; a conflict, an exchange of names, a large file."""

FEW = Batch(
    initial={"D/one.pdf": "o0", "D/Old/gone.pdf": "g0", "D/away.pdf": "a0", "D/both.pdf": "b0"},
    left=[
        {"put": ["D/one.pdf", "o1"]},
        {"put": ["D/new/n.pdf", "n1"]},
        {"put": ["D/same.pdf", "e1"]},
        {"delete": "D/Old"},
        {"delete": "D/both.pdf"},
    ],
    right=[
        {"put": ["D/same.pdf", "e1"]},
        {"delete": "D/both.pdf"},
        {"move": ["D/away.pdf", "D/here.pdf"]},
    ],
)
"""One step of each kind; one file is compared and linked, and one pair forgotten."""

OF_A_STEP = [moment for moment in Moment if moment is not Moment.ACCESS]
SAMPLE_EVERY = 41  # accesses to the database between two kills of the small sample


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lanes]:
    """Give grounds with many changes."""
    with lanes(tmp_path_factory.mktemp("many"), MANY) as made:
        yield made


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lanes]:
    """Give grounds with few changes."""
    with lanes(tmp_path_factory.mktemp("few"), FEW) as made:
        yield made


@pytest.mark.slow
def test_a_run_that_nobody_disturbs_makes_steps_of_every_kind_and_leaves_nothing_over(
    many: Lanes,
) -> None:
    assert min(many.count(Moment.AFTER_COMMIT, kind) for kind in KINDS) >= 2
    assert many.calm.kept == []
    assert not [row for row in many.calm.held if TEMPORARY in row[1]]


@pytest.mark.slow
@pytest.mark.parametrize("moment", OF_A_STEP)
def test_a_kill_at_a_moment_of_each_kind_of_step_leaves_no_trace(
    many: Lanes, moment: Moment
) -> None:
    points = [Point(moment, kind) for kind in KINDS if many.count(moment, kind)]

    assert many.killed_at(points, to_rest=True) == []
    assert len(points) == (2 if moment is Moment.MID_TRANSFER else len(KINDS))


@pytest.mark.slow
def test_a_kill_at_some_accesses_to_the_database_leaves_no_trace(few: Lanes) -> None:
    some = range(0, few.count(Moment.ACCESS), SAMPLE_EVERY)

    assert few.killed_at([Point(Moment.ACCESS, "", nth) for nth in some], to_rest=True) == []


@pytest.mark.ci
@pytest.mark.parametrize("moment", OF_A_STEP)
def test_a_kill_at_a_moment_of_every_further_step_leaves_no_trace(
    many: Lanes, moment: Moment
) -> None:
    points = [
        Point(moment, kind, nth) for kind in KINDS for nth in range(1, many.count(moment, kind))
    ]

    assert points
    assert many.killed_at(points, to_rest=True) == []


@pytest.mark.ci
@pytest.mark.lasts(240)
def test_a_kill_at_each_access_to_the_database_leaves_no_trace(few: Lanes) -> None:
    count = few.count(Moment.ACCESS)
    points = [Point(Moment.ACCESS, "", nth) for nth in range(count)]

    assert count > 200
    assert few.killed_at(points, to_rest=False) == []
