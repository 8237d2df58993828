"""Both services limit how much may be called; a run waits as long as it is asked to."""

import pytest
from django.db.models.signals import post_save
from sync.over_http.stage import Scene, Stage

from turnbuckle.practice.microsoft.faults import Fault
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.procore.switches import ProcoreLimits, ProcoreSwitches
from turnbuckle.store import models

PLAIN = {"case_blind": False, "clean_names": False}
EXACT = ProcoreSwitches(**PLAIN)  # type: ignore[arg-type]
SILENT = ProcoreSwitches(**PLAIN, retry_after=False)  # type: ignore[arg-type]


def files(count: int) -> dict[str, bytes | None]:
    return {f"{number:04}.txt": b"ink %d" % number for number in range(count)}


async def minutes_of_a_run(link: Stage) -> float:
    before = link.clock.now()
    report = await link.run()
    assert not report.stopped
    assert not report.set_aside
    return (link.clock.now() - before).total_seconds() / 60


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(Scene(procore=switches, procore_limits=ProcoreLimits()), id=name)
        for name, switches in (("with Retry-After", EXACT), ("without", SILENT))
    ],
    indirect=True,
)
async def test_uploads_take_as_long_as_25_calls_in_ten_seconds_allow(link: Stage) -> None:
    link.right.plant(files(100))  # a thousand take 13 minutes: tests/figures

    minutes = await minutes_of_a_run(link)

    needed = 2 * 100 / 25 * 10 / 60  # 80 seconds
    assert needed <= minutes < 1.15 * needed + 0.5
    assert link.procore.counters.refused == 0
    await link.assert_equal()


@pytest.mark.parametrize(
    "link",
    [
        Scene(procore=EXACT, procore_limits=ProcoreLimits(hourly=60, spike=None)),
    ],
    indirect=True,
)
async def test_the_hourly_limit_is_waited_out(link: Stage) -> None:
    link.right.plant(files(80))  # 160 calls and a few more: the third hour

    minutes = await minutes_of_a_run(link)

    assert 120 <= minutes < 200
    assert link.procore.counters.refused == 0
    await link.assert_equal()


@pytest.mark.parametrize(
    "link",
    [Scene(procore=EXACT, procore_limits=ProcoreLimits(hourly=60, spike=None))],
    indirect=True,
)
async def test_a_run_records_how_long_it_takes_while_it_is_at_it(link: Stage) -> None:
    link.right.plant(files(40))
    recorded: list[models.Outlook] = []

    def hear(instance: models.Outlook, **_: object) -> None:
        recorded.append(instance)

    post_save.connect(hear, models.Outlook)
    await link.run()
    post_save.disconnect(hear, models.Outlook)

    *under_way, ended = recorded
    assert any(each.steps_left for each in under_way)
    assert all(each.is_first for each in recorded)
    assert (ended.steps_left, ended.seconds_left, ended.calls_limit) == (0, 0, 60)
    assert ended.account.startswith("procore")


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(
            Scene(
                microsoft_limits=GraphLimits(app_units_a_minute=100),
                microsoft=GraphSwitches(throttled_without_wait=silent),
            ),
            id="without Retry-After" if silent else "with Retry-After",
        )
        for silent in (False, True)
    ],
    indirect=True,
)
async def test_microsofts_units_a_minute_are_kept(link: Stage) -> None:
    link.left.plant(files(100))  # 200 units

    minutes = await minutes_of_a_run(link)

    assert 1 <= minutes < 7  # steps that wait side by side each move the simulated clock
    assert link.microsoft.counters.refused <= 2
    await link.assert_equal()


async def test_a_refusal_is_waited_out_exactly(link: Stage) -> None:
    link.left.plant(files(1))
    link.microsoft.faults.order(
        Fault(path="createUploadSession", status=429, retry_after_seconds=1234)
    )

    minutes = await minutes_of_a_run(link)

    assert 1234 <= minutes * 60 < 1300
    await link.assert_equal()


async def test_a_refusal_by_either_storage_is_waited_out(link: Stage) -> None:
    link.left.plant(files(3))
    link.right.plant({"from the site.txt": b"site"})
    link.microsoft.faults.order(
        Fault(host="storage", method="PUT", status=429, retry_after_seconds=77)
    )
    link.microsoft.faults.order(Fault(host="storage", method="GET", status=503, times=2))
    link.procore.faults.fail("GET storage", 503, times=2)
    link.procore.faults.fail("POST storage", 503)

    minutes = await minutes_of_a_run(link)

    assert minutes * 60 >= 77
    await link.assert_equal()
