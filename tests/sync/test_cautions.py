"""Where our records may be older than the remotes, or other eyes look, no deletion is believed."""

import asyncio
import sqlite3
from dataclasses import replace

from django.db import connection
from scenarios.stage import Stage

from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.store import cautions
from turnbuckle.sync.ends import SeenAs
from turnbuckle.sync.report import State


def backup() -> sqlite3.Connection:
    """Copy the whole database."""
    connection.ensure_connection()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(copy)
    return copy


def put_back(copy: sqlite3.Connection) -> None:
    """Make the database what it was then."""
    connection.ensure_connection()
    copy.backup(connection.connection)


async def some_files(stage: Stage) -> None:
    for number in range(5):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())
    await stage.settle()


async def test_a_database_put_back_deletes_nothing_and_finds_its_way(stage: Stage) -> None:
    await some_files(stage)
    copy = await asyncio.to_thread(backup)
    stage.left.delete("D/0.pdf")
    stage.left.put("D/new.pdf", b"new")
    await stage.settle()
    await asyncio.to_thread(put_back, copy)
    stage.zero()

    report = await stage.run()

    assert Reason.ROLLED_BACK in {notice.reason for notice in report.notices}
    assert (stage.count("writes"), report.state) == (0, State.SYNCED)
    assert set(stage.right.snapshot("D")) == {"1.pdf", "2.pdf", "3.pdf", "4.pdf", "new.pdf"}


async def test_a_deletion_beside_a_database_put_back_is_asked_about(stage: Stage) -> None:
    await some_files(stage)
    copy = await asyncio.to_thread(backup)
    await stage.run()
    await asyncio.to_thread(put_back, copy)
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
