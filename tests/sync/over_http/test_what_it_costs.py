"""Calls are scarce: each change costs what the fact sheets say it must, and no call more."""

import random

import pytest
from sync.over_http.stage import Scene, Stage

from turnbuckle.connectors.procore.tools.documents import Documents
from turnbuckle.practice.procore.switches import ProcoreSwitches

THOUSAND = {f"Drawings/A-{number:04}.txt": b"ink %d" % number for number in range(1000)}
FEW = {f"Specs/{number:03}.txt": b"words %d" % number for number in range(30)}
WITHOUT_BIN = Scene(  # the index leaves out what lies in the bin
    procore=ProcoreSwitches(case_blind=False, clean_names=False, bin_in_index=False)
)
NO_CHANGE_PROCORE, NO_CHANGE_GRAPH = 1, 1  # what a run costs that finds nothing
WHOLE_PROCORE, CHANGE_PROCORE = 3, 2  # a listing of everything, and a look that finds something


@pytest.mark.ci
async def test_a_folder_of_a_thousand_files_renamed_on_either_side_is_one_call_and_no_content(
    link: Stage,
) -> None:
    for hand in (link.left, link.right):  # the same on both sides: linked, not sent
        hand.plant(dict(THOUSAND))
    await link.run()
    assert link.cost.writes == 0

    await link.left.rename("Drawings", "Drawings rev B")
    there = await link.run()
    cost_there = link.cost
    await link.right.rename("Drawings rev B", "As built")
    back = await link.run()

    for report, cost in ((there, cost_there), (back, link.cost)):
        assert report.writes == cost.writes == 1
        assert report.bytes_sent == cost.transfers == 0
    assert link.right.ids().keys() == link.left.ids().keys()
    assert "As built/A-0999.txt" in link.left.files()


async def test_files_that_come_down_cost_a_tenth_of_a_procore_call_at_most_and_are_read_once(
    link: Stage,
) -> None:
    link.left.plant(dict(FEW))

    await link.run()

    assert link.cost.procore == WHOLE_PROCORE
    assert link.cost.downloads == link.cost.uploads == len(FEW)
    assert link.cost.graph_writes == len(FEW) + 1  # and the folder
    assert link.cost.graph == NO_CHANGE_GRAPH + len(FEW) + 1


async def test_a_new_file_and_a_new_version_that_go_up_cost_two_procore_calls_each(
    link: Stage,
) -> None:
    await link.in_step()
    link.right.plant(dict(FEW))

    await link.run()
    assert link.procore.counters["POST /uploads"] == link.procore.counters["POST /files"] == 30
    assert link.cost.procore == NO_CHANGE_PROCORE + 2 * len(FEW) + 1
    assert link.cost.downloads == link.cost.uploads == len(FEW)
    await link.right.put("Specs/000.txt", b"other words")
    await link.right.put("Specs/001.txt", b"more words")
    await link.run()

    assert link.cost.procore == CHANGE_PROCORE + 2 * 2
    assert link.cost.downloads == link.cost.uploads == 2
    await link.assert_equal()


@pytest.mark.parametrize("side", ["left", "right"])
async def test_a_folder_a_rename_and_a_move_cost_one_call_on_either_side(
    link: Stage, side: str
) -> None:
    link.left.plant({"a/one.txt": b"1", "b/two.txt": b"2", "c": None})
    await link.in_step()
    hand = link.left if side == "left" else link.right

    async def costs_one_call() -> None:
        await link.run()
        assert link.cost.writes == 1
        assert link.cost.transfers == 0
        assert link.cost.procore <= CHANGE_PROCORE + 1
        assert link.cost.graph <= NO_CHANGE_GRAPH + 1

    await hand.mkdir("a/inner")
    await costs_one_call()
    await hand.rename("b/two.txt", "zwei.txt")
    await costs_one_call()
    await hand.move("b/zwei.txt", "c")
    await costs_one_call()
    await hand.move("c", "a/inner")
    await costs_one_call()
    assert link.left.paths() == link.right.paths()


@pytest.mark.parametrize("kind", ["file", "folder"])
async def test_a_deletion_costs_one_call_and_one_look(link: Stage, kind: str) -> None:
    link.left.plant({"gone": None, "gone.txt": b"1", "too": None, "too.txt": b"2"})
    await link.in_step()
    ending = ".txt" if kind == "file" else ""
    looks = 1 if kind == "file" else 2  # what came into a folder since would go with it

    await link.left.delete(f"gone{ending}")
    await link.run()
    assert link.cost.graph_writes == 1
    assert link.cost.graph <= looks * NO_CHANGE_GRAPH + 2
    await link.right.delete(f"too{ending}")
    await link.run()

    assert link.cost.procore_writes == 1
    assert link.cost.procore <= looks * CHANGE_PROCORE + 2
    await link.assert_equal()


@pytest.mark.parametrize("link", [Scene(), WITHOUT_BIN], ids=["all", "no bin"], indirect=True)
async def test_a_run_without_changes_costs_one_procore_call_and_one_of_graph(
    link: Stage,
) -> None:
    link.left.plant(dict(FEW))
    await link.in_step()

    for wait in (30, 400, 86_400):
        link.clock.advance(wait)
        before = link.meter.calls.copy()
        report = await link.run()
        assert not report.stopped
        assert link.meter.calls - before == {
            ("Procore", "ask what changed"): 1,
            ("Microsoft", "changes"): 1,
        }
        assert (link.cost.procore, link.cost.graph) == (NO_CHANGE_PROCORE, NO_CHANGE_GRAPH)
        assert link.cost.transfers == 0


async def test_what_we_wrote_is_not_read_back_by_the_runs_that_follow(link: Stage) -> None:
    link.left.plant({"from the office.txt": b"office"})
    link.right.plant({"from the site.txt": b"site"})
    await link.run()

    for _ in range(3):
        link.clock.advance(400)
        await link.run()
        assert link.cost.transfers == link.cost.writes == 0
        assert link.cost.procore <= CHANGE_PROCORE


async def test_ten_changes_among_two_hundred_files_cost_what_ten_changes_cost(link: Stage) -> None:
    link.left.plant(dict(list(THOUSAND.items())[:200]))
    await link.in_step()
    link.clock.advance(3600)
    for number in range(10):
        await link.left.put(f"Drawings/A-{number:04}.txt", b"new ink %d" % number)

    report = await link.run()

    assert link.cost.graph_writes == 10
    assert link.cost.downloads == link.cost.uploads == 10
    assert link.cost.procore <= CHANGE_PROCORE
    assert report.rows_read < 150
    await link.assert_equal()


SEGMENT_BYTES = 5 << 20


@pytest.fixture
def in_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make files above five mebibytes go up in segments, as only those above 5 GB do else."""
    options = Documents.__init__.__kwdefaults__
    assert options is not None
    for name in ("one_post_bytes", "segment_bytes"):
        monkeypatch.setitem(options, name, SEGMENT_BYTES)


@pytest.mark.usefixtures("in_segments")
async def test_a_file_in_segments_costs_three_procore_calls_and_is_whole(link: Stage) -> None:
    data = random.Random(5).randbytes(2 * SEGMENT_BYTES + 12_345)
    await link.in_step()
    link.right.plant({"scan.bin": data})

    await link.run()
    assert link.cost.procore == NO_CHANGE_PROCORE + 3
    assert link.cost.uploads == 3
    await link.right.put("scan.bin", data[::-1])
    await link.run()

    assert link.cost.procore == CHANGE_PROCORE + 3
    assert await link.left.read("scan.bin") == data[::-1]
    await link.assert_equal()
