"""A run of a link: alone, honest about what it did, and cheap when there is nothing to do."""

import asyncio
from datetime import timedelta

import pytest
from scenarios.stage import Stage
from sync import rows
from sync.crashing import Crash, at, raising

from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.model.plans import CreateFile, CreateFolder, Reason
from turnbuckle.model.side import Side
from turnbuckle.store import leases, models, runs
from turnbuckle.store.leases import LeaseLost, LinkBusy
from turnbuckle.sync.applying import AT_ONCE
from turnbuckle.sync.running import preview


async def test_of_two_runs_at_once_the_second_is_told_that_the_link_is_busy(stage: Stage) -> None:
    stage.left.put("D/plan.pdf", b"ink")
    refused: list[LinkBusy] = []

    async def run_again() -> None:
        try:
            await stage.run()
        except LinkBusy as error:
            refused.append(error)

    stage.remotes[Side.RIGHT].calls.hooks.append(
        lambda moment: run_again() if moment.op is Op.CREATE_FILE else None
    )

    report = await stage.run()

    assert len(refused) == 3  # before, during and after the call
    assert "is being run by" in str(refused[0])
    assert report.writes == 1
    assert stage.count("transfers") == 1


async def test_a_link_is_free_again_after_a_run_that_crashed(stage: Stage) -> None:
    stage.left.put("D/plan.pdf", b"ink")
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()

    report = await stage.run()

    assert report.writes == 1


async def take_over(stage: Stage) -> None:
    """Let another process take the link."""

    def take() -> None:
        lease = models.Lease.objects.filter(link_id=stage.ends.link.id)
        lease.update(owner="another", process="", fence=99, until=stage.clock.now())

    await asyncio.to_thread(take)


def when_thirty_is_made(stage: Stage, when: When) -> list[int]:
    """Let another process take the link at that moment.

    Returns:
        Filled then: how many files had been sent when the link was taken; others go on meanwhile.
    """
    sent: list[int] = []
    calls = stage.remotes[Side.RIGHT].calls

    async def lose() -> None:
        await take_over(stage)
        sent.append(calls.transfers)

    calls.hooks.append(
        lambda moment: (
            lose()
            if (moment.when, moment.op) == (when, Op.CREATE_FILE) and "30" in moment.subject
            else None
        )
    )
    return sent


async def test_a_run_that_lost_its_lease_writes_nothing_more(stage: Stage) -> None:
    for number in range(60):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())
    sent = when_thirty_is_made(stage, When.BEFORE)

    with pytest.raises(LeaseLost):
        await stage.run()

    made = stage.remotes[Side.RIGHT].calls.transfers
    assert made <= sent[0] + AT_ONCE
    assert len(await rows.base(stage)) < made
    (kept,) = await rows.held(lambda: runs.last(stage.ends.link, 5))
    assert kept.state == "running"  # only who holds the link may end it


async def test_what_a_run_that_lost_its_lease_made_is_found_by_the_next(stage: Stage) -> None:
    for number in range(60):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())

    when_thirty_is_made(stage, When.AFTER)
    with pytest.raises(LeaseLost):
        await stage.run()

    await stage.run()

    assert stage.remotes[Side.RIGHT].calls.transfers == 60
    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert await rows.base_differs(stage) == []


async def test_the_report_counts_what_was_done_on_each_side(stage: Stage) -> None:
    stage.left.put("D/old.pdf", b"old")
    stage.left.put("D/gone.pdf", b"gone")
    stage.left.put("D/edit.pdf", b"edit")
    stage.right.put("D/same.pdf", b"same")
    stage.left.put("D/same.pdf", b"same")
    await stage.settle()
    stage.zero()
    stage.left.put("D/New/1.pdf", b"1234567")
    stage.left.put("D/New/2.pdf", b"12345")
    stage.left.move("D/old.pdf", "D/older.pdf")
    stage.right.delete("D/gone.pdf")
    stage.right.put("D/edit.pdf", b"edited")

    report = await stage.run()

    left, right = report.tallies[Side.LEFT], report.tallies[Side.RIGHT]
    assert (right.folders_made, right.files_made, right.moved, right.writes) == (1, 2, 1, 4)
    assert (left.files_replaced, left.deleted, left.writes) == (1, 1, 2)
    assert report.writes == 6
    assert report.bytes_sent == 7 + 5 + 6
    assert report.linked == 0
    assert report.recovered == 0
    assert report.stopped == ""
    assert stage.count("transfers") == 3


async def test_what_both_sides_hold_already_is_linked_and_not_sent(stage: Stage) -> None:
    stage.left.put("D/Set/same.pdf", b"same")
    stage.right.put("D/Set/same.pdf", b"same")

    report = await stage.run()

    assert report.linked == 2
    assert report.bytes_sent == 0
    assert report.writes == 0
    assert await rows.base_differs(stage) == []


async def test_each_run_leaves_its_report_in_the_database(stage: Stage) -> None:
    stage.left.put("D/plan.pdf", b"ink")

    await stage.run()

    (kept,) = await rows.held(lambda: runs.last(stage.ends.link, 5))
    assert kept.state == "done"
    assert kept.report["writes"] == 1
    assert kept.report["bytes_sent"] == 3
    assert kept.report["sides"]["right"]["files_made"] == 1


async def test_a_run_that_crashed_is_kept_as_failed(stage: Stage) -> None:
    stage.left.put("D/plan.pdf", b"ink")
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()

    (kept,) = await rows.held(lambda: runs.last(stage.ends.link, 5))

    assert kept.state == "failed"


async def test_a_preview_says_what_a_run_would_do_and_writes_nothing(stage: Stage) -> None:
    stage.left.put("D/Set/plan.pdf", b"ink")

    plan = await preview(stage.ends, stage.clock)

    assert [type(step) for step in plan.writes] == [CreateFolder, CreateFile]
    assert stage.count("writes") == 0
    report = await stage.run()
    assert report.writes == 2


async def test_a_conflict_is_told_once(stage: Stage) -> None:
    stage.left.put("D/plan.pdf", b"first")
    await stage.settle()
    stage.left.put("D/plan.pdf", b"left's")
    stage.right.put("D/plan.pdf", b"right's!")

    await stage.settle()

    told = [notice for report in stage.reports for notice in report.notices]
    assert [(notice.reason, notice.path) for notice in told] == [(Reason.CONFLICT, "plan.pdf")]


async def big(stage: Stage, folders: int) -> Stage:
    """Bring a tree of twenty files a folder into step, and let the feeds' echo pass."""
    for folder in range(folders):
        for number in range(20):
            stage.left.put(f"D/Set {folder}/{number}.txt", b"ink")
    await stage.settle()
    await stage.run()
    stage.zero()
    return stage


@pytest.mark.parametrize("folders", [2, pytest.param(100, marks=pytest.mark.slow)])
async def test_a_run_without_changes_reads_four_rows_however_large_the_tree(
    stage: Stage, folders: int
) -> None:
    await big(stage, folders)

    report = await stage.run()

    assert report.writes == 0
    assert report.rounds == 1
    assert report.rows_read == 4  # the link's two folders, and the one above each
    assert await rows.held(lambda: list(models.Dirty.objects.all())) == []


@pytest.mark.parametrize("folders", [2, pytest.param(100, marks=pytest.mark.slow)])
async def test_a_run_with_one_change_reads_a_few_rows_however_large_the_tree(
    stage: Stage, folders: int
) -> None:
    await big(stage, folders)
    stage.left.put("D/Set 1/7.txt", b"edited")

    report = await stage.run()

    assert report.writes == 1
    assert report.rows_read == 22  # over both of its rounds


@pytest.mark.parametrize("folders", [2, pytest.param(100, marks=pytest.mark.slow)])
async def test_a_renamed_folder_is_one_call_and_a_few_rows_however_much_it_holds(
    stage: Stage, folders: int
) -> None:
    for folder in range(folders):
        stage.left.put(f"D/Top/Set {folder}/plan.txt", b"ink")
    await stage.settle()
    await stage.run()
    stage.zero()
    stage.left.move("D/Top", "D/Renamed")

    report = await stage.run()

    assert stage.count("writes") == 1
    assert report.bytes_sent == 0
    assert report.rows_read == 16


async def test_a_quiet_run_asks_each_feed_once(stage: Stage) -> None:
    await big(stage, 2)

    await stage.run()

    for side in Side:
        assert dict(stage.remotes[side].calls.started) == {Op.DELTA: 1}


async def test_a_lease_is_given_back_after_a_run(stage: Stage) -> None:
    await stage.run()

    lease = await rows.held(
        lambda: leases.acquire(
            stage.ends.link, "another", now=stage.clock.now(), ttl=timedelta(minutes=1)
        )
    )

    assert lease.owner == "another"


async def test_a_new_file_that_meets_the_fitted_name_of_one_at_rest_gets_a_number(
    stage: Stage,
) -> None:
    """Only the right takes the two names for one; the file at rest is known to no feed's news."""
    stage.left.put("D/p:1.pdf", b"first")
    await big(stage, 1)
    stage.left.put("D/p-1.pdf", b"second")

    report = await stage.run()

    assert report.set_aside == []
    assert stage.right.snapshot("D")["p-1.pdf"] == b"first"
    assert stage.right.snapshot("D")["p-1 (2).pdf"] == b"second"
