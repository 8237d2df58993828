"""SharePoint changes Office, PDF and HTML files after they came in; that is nobody's edit."""

import pytest
from sync.over_http.stage import Scene, Stage

from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.sample.office import docx, xlsx
from turnbuckle.practice.sample.pdf import pdf

FILES = {
    "Minutes.docx": docx(["Minutes", "of the meeting"]),
    "Hours.xlsx": xlsx("May", [["Monday", "8"]]),
    "Plan.pdf": pdf("Plan", [["Level 4"]]),
    "Notice.html": b"<html><body>mind the step</body></html>",
    "Plain.txt": b"as it is",
}
WAYS = {
    "at once": GraphSwitches(),
    "seconds later": GraphSwitches(rewrite_after_seconds=12),
    "later than a run": GraphSwitches(rewrite_after_seconds=400, tag_bump_after_seconds=900),
    "tags only": GraphSwitches(rewrite_after_seconds=None, tag_bump_after_seconds=3),
}


@pytest.mark.parametrize(
    "link",
    [pytest.param(Scene(microsoft=way), id=name) for name, way in WAYS.items()],
    indirect=True,
)
async def test_rewritten_files_cause_no_write_in_ten_further_runs(link: Stage) -> None:
    link.left.plant(dict(FILES))
    await link.run()
    assert link.cost.graph_writes == len(FILES)

    for number in range(10):
        link.clock.advance(30 + 100 * number)
        report = await link.run()
        assert report.writes == link.cost.writes == 0, (number, report)
        assert not report.notices

    assert link.left.files().keys() == FILES.keys() == link.right.files().keys()
    await link.assert_equal()


@pytest.mark.parametrize(
    "link",
    [pytest.param(Scene(microsoft=way), id=name) for name, way in WAYS.items()],
    indirect=True,
)
async def test_files_of_the_site_that_are_rewritten_settle_within_two_runs(link: Stage) -> None:
    for path, data in FILES.items():
        await link.right.put(path, data)
    for _ in range(2):
        await link.run()
        link.clock.advance(1000)
    versions = len(link.procore.documents(link.project).versions)

    for _ in range(10):
        link.clock.advance(60)
        await link.run()

    assert link.cost.writes == link.cost.transfers == 0
    assert len(link.procore.documents(link.project).versions) == versions <= 2 * len(FILES)
    assert link.left.files().keys() == FILES.keys()


async def test_an_edit_of_a_rewritten_file_crosses_both_ways(link: Stage) -> None:
    link.left.plant(dict(FILES))
    await link.in_step()

    await link.right.put("Minutes.docx", docx(["Minutes", "as the site has them"]))
    await link.run()
    assert link.cost.procore_writes == 2
    await link.left.put("Plan.pdf", pdf("Plan", [["Level 5"]]))
    await link.run()

    assert link.cost.graph_writes == 1
    await link.in_step()
    assert link.left.files().keys() == FILES.keys() == link.right.files().keys()
