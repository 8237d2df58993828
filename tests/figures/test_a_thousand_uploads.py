"""A thousand new files going up, at the calls that Procore really allows, by a simulated clock."""

from pathlib import Path

import pytest
from sync.over_http.stage import Scene, staged

from turnbuckle.practice.procore.switches import ProcoreLimits


@pytest.mark.ci
@pytest.mark.django_db(transaction=True)
async def test_a_thousand_uploads_at_25_calls_in_ten_seconds_take_thirteen_minutes(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path, Scene(procore_limits=ProcoreLimits())) as link:
        link.right.plant({f"{number:04}.txt": b"ink %d" % number for number in range(1000)})
        before = link.clock.now()

        report = await link.run()

        minutes = (link.clock.now() - before).total_seconds() / 60
        assert not report.stopped
        assert not report.set_aside
        assert 13 <= minutes < 16
        assert link.cost.procore < 2.1 * 1000
        assert link.procore.counters.refused <= 10
        await link.assert_equal()
