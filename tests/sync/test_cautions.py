"""Where our records may be older than the remotes, or other eyes look, no deletion is believed."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from scenarios.database import Backup
from scenarios.stage import Stage

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.plans import Plan, Reason
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.ports.errors import ServerError
from turnbuckle.store import cautions, rollback
from turnbuckle.store.records import Bound, Link
from turnbuckle.sync.ends import SeenAs
from turnbuckle.sync.report import State
from turnbuckle.sync.running import preview, run_link
from turnbuckle.sync.watching import Nobody


async def some_files(stage: Stage) -> None:
    for number in range(5):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())
    await stage.settle()


def put_ours(stage: Stage, path: str) -> None:
    """Put a file on the left that our app wrote, and that our records know nothing of."""
    stage.left.put(path, b"other")
    found = stage.remotes[Side.LEFT].shelf.get(stage.left.id_of(path))
    assert found is not None
    found.by_us = True


def _unreadable(moment: Moment) -> None:
    if moment.op in (Op.DELTA, Op.LIST) and moment.when is When.BEFORE:
        raise ServerError("busy")


class _ToldLate(Nobody):
    """Lets the left side tell of a file of ours only after the first plan of a run."""

    def __init__(self, stage: Stage) -> None:
        self._stage: Stage | None = stage

    def planned(self, plan: Plan) -> None:
        """Put the file, once."""
        if self._stage is not None:
            put_ours(self._stage, "D/other.pdf")
            self._stage = None


def _count_until_killed() -> None:
    """Notice that the database was put back, and die when the links are to become cautious."""

    def die(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('UPDATE "store_link"'):
            raise SystemError("killed here")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die):
        rollback.went_back()


def _second_link(stage: Stage) -> Link:
    """Bind the folders `E` of the same two sources to each other."""
    scope, link = stage.ends.scope, stage.ends.link
    return scope.links.add(
        f"second {link.name}",
        left=scope.feeds.get(link.left_feed),
        right=scope.feeds.get(link.right_feed),
        bounds=[Bound(tool=DOCUMENTS, left=stage.left.mkdir("E"), right=stage.right.mkdir("E"))],
        policy={},
        path_start=dict.fromkeys(Side, 0),
        now=stage.clock.now(),
    )


async def test_a_database_put_back_deletes_nothing_and_finds_its_way(stage: Stage) -> None:
    await some_files(stage)
    copy = await asyncio.to_thread(Backup)
    stage.left.delete("D/0.pdf")
    stage.left.put("D/new.pdf", b"new")
    await stage.settle()
    await asyncio.to_thread(copy.put_back)
    stage.zero()

    report = await stage.run()

    assert Reason.ROLLED_BACK in {notice.reason for notice in report.notices}
    assert (stage.count("writes"), report.state) == (0, State.SYNCED)
    assert set(stage.right.snapshot("D")) == {"1.pdf", "2.pdf", "3.pdf", "4.pdf", "new.pdf"}


async def test_a_deletion_beside_a_database_put_back_is_asked_about(stage: Stage) -> None:
    await some_files(stage)
    copy = await asyncio.to_thread(Backup)
    await stage.run()
    await asyncio.to_thread(copy.put_back)
    stage.left.delete("D/0.pdf")

    report = await stage.run()

    assert (report.state, report.held) == (State.HELD, 1)
    assert "0.pdf" in stage.right.snapshot("D")


async def test_caution_ends_when_both_sides_were_compared_as_a_whole(stage: Stage) -> None:
    await some_files(stage)
    await asyncio.to_thread(cautions.begin, stage.ends.link, Reason.ROLLED_BACK)
    await stage.run()
    stage.left.delete("D/0.pdf")

    report = await stage.run()

    assert (report.notices, report.held) == ([], 0)
    assert "0.pdf" not in stage.right.snapshot("D")


async def test_a_file_of_ours_that_nobody_here_knows_makes_cautious(stage: Stage) -> None:
    await some_files(stage)
    remote = stage.remotes[Side.RIGHT]
    stage.right.put("D/other.pdf", b"other")
    remote.shelf.get(stage.right.id_of("D/other.pdf")).by_us = True  # type: ignore[union-attr]
    stage.left.delete("D/0.pdf")

    report = await stage.run()

    assert Reason.ROLLED_BACK in {notice.reason for notice in report.notices}
    assert report.held == 1


async def test_a_file_of_ours_is_not_forgotten_when_the_other_side_cannot_be_read(
    stage: Stage,
) -> None:
    await some_files(stage)
    put_ours(stage, "D/other.pdf")
    stage.left.delete("D/0.pdf")
    calls = stage.remotes[Side.RIGHT].calls
    calls.hooks.append(_unreadable)
    await stage.run()
    calls.hooks.remove(_unreadable)

    report = await stage.run()

    assert Reason.ROLLED_BACK in {notice.reason for notice in report.notices}
    assert (report.held, "0.pdf" in stage.right.snapshot("D")) == (1, True)


async def test_a_file_of_ours_makes_the_link_cautious_in_whose_folder_it_lies(
    stage: Stage,
) -> None:
    await some_files(stage)
    first = stage.ends
    second = replace(first, link=await asyncio.to_thread(_second_link, stage))
    stage.ends = second
    await stage.settle()
    put_ours(stage, "D/other.pdf")
    stage.left.delete("D/0.pdf")
    reports = []
    for stage.ends in (second, first):
        reports.append(await stage.run())

    told = [[notice.reason for notice in report.notices] for report in reports]
    assert (told[0], Reason.ROLLED_BACK in told[1]) == ([], True)
    assert (reports[1].held, "0.pdf" in stage.right.snapshot("D")) == (1, True)


async def test_a_file_of_ours_is_not_overlooked_between_two_looks_of_a_run(stage: Stage) -> None:
    await some_files(stage)
    stage.left.put("D/F/a.pdf", b"a")
    await stage.settle()
    stage.left.delete("D/F")

    report = await run_link(stage.ends, stage.clock, _ToldLate(stage))

    assert Reason.ROLLED_BACK in {notice.reason for notice in report.notices}
    assert (report.held, "F/a.pdf" in stage.right.snapshot("D")) == (1, True)


async def test_a_file_sent_by_a_link_that_shares_the_source_makes_nobody_cautious(
    stage: Stage,
) -> None:
    await some_files(stage)
    second = replace(stage.ends, link=await asyncio.to_thread(_second_link, stage))
    first, told = stage.ends, []
    stage.left.put("D/new.pdf", b"new")
    stage.right.put("E/new.pdf", b"new")
    for stage.ends in (first, second, first, second):
        told += (await stage.run()).notices

    assert told == []


async def test_whoever_is_killed_while_noticing_leaves_no_link_without_caution(
    stage: Stage,
) -> None:
    await some_files(stage)
    copy = await asyncio.to_thread(Backup)
    await stage.run()
    await asyncio.to_thread(copy.put_back)
    stage.left.delete("D/0.pdf")
    with pytest.raises(SystemError):
        await asyncio.to_thread(_count_until_killed)

    report = await stage.run()

    assert (report.state, report.held) == (State.HELD, 1)
    assert "0.pdf" in stage.right.snapshot("D")


async def test_a_preview_beside_a_database_put_back_deletes_nothing(stage: Stage) -> None:
    await some_files(stage)
    copy = await asyncio.to_thread(Backup)
    await stage.run()
    await asyncio.to_thread(copy.put_back)
    stage.left.delete("D/0.pdf")

    plan = await preview(stage.ends, stage.clock)

    assert plan.steps == ()
    assert [held.reason for held in plan.held] == [Reason.ROLLED_BACK]


async def test_another_user_looks_at_everything_and_deletes_nothing(stage: Stage) -> None:
    stage.ends = replace(stage.ends, accounts={Side.LEFT: SeenAs(user="ana", tenant="7")})
    await some_files(stage)
    stage.ends = replace(stage.ends, accounts={Side.LEFT: SeenAs(user="ben", tenant="7")})
    for number in range(2):
        stage.left.hide(f"D/{number}.pdf")

    report = await stage.run()

    assert (report.state, report.held) == (State.HELD, 2)
    assert Reason.ACCOUNT_CHANGED in {notice.reason for notice in report.notices}
    assert len(stage.right.snapshot("D")) == 5


async def test_an_account_of_another_tenant_is_not_even_asked(stage: Stage) -> None:
    stage.ends = replace(stage.ends, accounts={Side.LEFT: SeenAs(user="ana", tenant="7")})
    await some_files(stage)
    stage.ends = replace(stage.ends, accounts={Side.LEFT: SeenAs(user="ana", tenant="8")})
    stage.zero()

    report = await stage.run()

    assert (report.state, report.stopped_for) == (State.PAUSED, Reason.WRONG_TENANT)
    assert sum(stage.remotes[Side.LEFT].calls.started.values()) == 0


async def test_trouble_is_told_when_it_begins_and_again_when_it_comes_back(stage: Stage) -> None:
    good = replace(stage.ends, accounts={Side.LEFT: SeenAs(tenant="7")})
    bad = replace(stage.ends, accounts={Side.LEFT: SeenAs(tenant="8")})
    told = []
    for ends in (good, bad, bad, good, bad):
        stage.ends = ends
        told.append([notice.reason for notice in (await stage.run()).notices])

    assert told == [[], [Reason.WRONG_TENANT], [], [], [Reason.WRONG_TENANT]]
