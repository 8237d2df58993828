"""The sample project goes across whole, and then there is rest."""

from sync.over_http.stage import Stage

from turnbuckle.practice.planting import plant
from turnbuckle.practice.sample.project import sample_project

SMALL = 20_000  # points of the one large file: 180 kB


async def test_the_sample_is_the_same_on_both_sides_and_the_next_run_writes_nothing(
    link: Stage,
) -> None:
    files = await plant(sample_project(SMALL), link.procore.documents(link.project), link.blobs)

    report = await link.run()

    assert not report.stopped
    assert not report.set_aside
    assert link.cost.procore_writes == 0
    assert link.cost.procore <= 0.1 * files
    print(report, link.cost)
    await link.assert_equal()
    again = await link.run()
    assert again.writes == 0
    assert link.cost.writes == link.cost.transfers == 0
    assert link.cost.procore <= 3
    assert link.cost.graph <= 2
