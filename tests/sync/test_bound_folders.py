"""The folders that a link is bound to may be renamed, moved, lost and brought back."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from scenarios.stage import Stage

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.items import ItemId
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import AccessDenied, Locked, RemoteError, ServerError
from turnbuckle.store import models
from turnbuckle.store.records import Bound
from turnbuckle.sync.report import State


@pytest.fixture
async def project(stage: Stage) -> Stage:
    """Give a link of two tools below a project folder `Tower` on both sides."""
    folders: dict[Side, Mapping[str, ItemId]] = {
        side: {path: stage.people[side].mkdir(path) for path in ("Tower", "Tower/D", "Tower/P")}
        for side in Side
    }

    def bound(tool: str, path: str) -> Bound:
        return Bound(tool=tool, left=folders[Side.LEFT][path], right=folders[Side.RIGHT][path])

    bounds = (bound("documents", "Tower/D"), bound("photos", "Tower/P"))
    link = replace(stage.ends.link, bounds=bounds, project=bound("project", "Tower"))
    stage.ends = replace(stage.ends, link=link)
    kept = [
        {"tool": each.tool, "left": each.left, "right": each.right, "enabled": True}
        for each in bounds
    ]
    await asyncio.to_thread(lambda: models.Link.objects.filter(id=link.id).update(bounds=kept))
    stage.left.put("Tower/D/a.pdf", b"a")
    stage.left.put("Tower/P/Site/i.jpg", b"i")
    await stage.settle()
    stage.zero()
    return stage


@contextlib.contextmanager
def moves_fail(stage: Stage, error: RemoteError, when: When = When.BEFORE) -> Iterator[None]:
    """Let moves on the right fail: refused, or with their answer lost."""

    def fail(moment: Moment) -> None:
        if moment.op is Op.MOVE and moment.when is when:
            raise error

    hooks = stage.remotes[Side.RIGHT].calls.hooks
    hooks.append(fail)
    yield
    hooks.remove(fail)


async def test_a_renamed_folder_is_followed_and_told_of_once(project: Stage) -> None:
    project.right.move("Tower/D", "Tower/Docs")
    project.right.put("Tower/Docs/a.pdf", b"edited")

    told = [(await project.run()).notices for _ in range(2)]

    assert [[notice.reason for notice in one] for one in told] == [[Reason.STRUCTURE_RENAMED], []]
    assert project.left.snapshot("Tower/D") == {"a.pdf": b"edited"}


async def test_a_moved_folder_is_followed_and_told_of(project: Stage) -> None:
    project.right.move("Tower", "Archive/Tower")

    report = await project.run()

    assert [notice.reason for notice in report.notices] == [Reason.STRUCTURE_MOVED]
    assert project.count("writes") == 0


async def test_the_right_project_folder_follows_the_left_name(project: Stage) -> None:
    project.left.move("Tower", "Tower: East")

    await project.run()

    assert "Tower- East/D/a.pdf" in project.right.snapshot()
    assert (project.count("moves"), project.count("writes")) == (1, 1)


async def test_after_it_followed_nothing_is_left_to_do(project: Stage) -> None:
    project.left.move("Tower", "North")
    await project.run()
    project.zero()

    report = await project.run()

    assert (report.notices, project.count("writes"), report.state) == ([], 0, State.SYNCED)


async def test_a_project_folder_that_is_locked_follows_when_it_is_free(project: Stage) -> None:
    project.left.move("Tower", "East")
    with moves_fail(project, Locked("somebody has it open")):
        first = await project.run()
        second = await project.run()

    last = await project.run()

    assert "East/D/a.pdf" in project.right.snapshot()
    told = [[notice.reason for notice in run.notices] for run in (first, second, last)]
    waits = [[notice.reason for notice in run.blocked] for run in (first, second, last)]
    assert told == [[Reason.STRUCTURE_RENAMED], [], []]
    assert waits == [[Reason.LOCKED], [Reason.LOCKED], []]


async def test_a_project_folder_that_waits_follows_the_newest_name(project: Stage) -> None:
    project.left.move("Tower", "East")
    with moves_fail(project, Locked("somebody has it open")):
        await project.run()
    project.left.move("East", "West")

    await project.run()

    assert "West/D/a.pdf" in project.right.snapshot()


async def test_a_project_folder_that_we_may_not_rename_stops_nothing_else(project: Stage) -> None:
    project.left.move("Tower", "East")
    project.left.put("East/D/a.pdf", b"edited")
    with moves_fail(project, AccessDenied("this account may not rename it")):
        report = await project.run()

    assert (report.stopped, len(report.blocked)) == ("", 1)
    assert project.right.snapshot("Tower/D") == {"a.pdf": b"edited"}


async def test_a_name_given_while_the_project_folder_waits_stays(project: Stage) -> None:
    project.left.move("Tower", "East")
    with moves_fail(project, Locked("somebody has it open")):
        await project.run()
    project.right.move("Tower", "Our project")

    await project.settle()

    assert "Our project/D/a.pdf" in project.right.snapshot()


async def test_a_project_folder_that_was_out_of_sight_follows_when_it_is_back(
    project: Stage,
) -> None:
    project.right.delete("Tower")
    project.left.move("Tower", "East")
    await project.run()
    project.right.restore("Tower")

    await project.settle()

    assert "East/D/a.pdf" in project.right.snapshot()


async def test_a_rename_whose_answer_was_lost_is_found_and_not_told_of(project: Stage) -> None:
    project.left.move("Tower", "East")
    with moves_fail(project, ServerError("no answer"), When.AFTER):
        await project.run()

    report = await project.run()

    assert "East/D/a.pdf" in project.right.snapshot()
    assert (report.notices, report.blocked, report.state) == ([], [], State.SYNCED)


async def test_a_name_that_somebody_gave_stays(project: Stage) -> None:
    project.right.move("Tower", "Our project")
    project.left.move("Tower", "North")

    await project.run()

    assert "Our project/D/a.pdf" in project.right.snapshot()
    assert project.count("moves") == 0


async def test_a_lost_tool_stops_and_the_other_goes_on(project: Stage) -> None:
    project.right.delete("Tower/P")
    project.left.put("Tower/D/a.pdf", b"edited")

    told = [await project.run() for _ in range(2)]

    assert [report.state for report in told] == [State.PAUSED, State.PAUSED]
    assert [[notice.reason for notice in each.notices] for each in told] == [
        [Reason.ROOT_MISSING],
        [],
    ]
    assert project.right.snapshot("Tower/D") == {"a.pdf": b"edited"}
    assert "Site/i.jpg" in project.left.snapshot("Tower/P")


async def test_a_tool_that_is_back_goes_on(project: Stage) -> None:
    project.right.delete("Tower/P")
    await project.run()
    project.left.put("Tower/P/Site/j.jpg", b"j")
    project.right.restore("Tower/P")

    await project.settle()

    report = await project.run()
    assert (report.state, report.stopped) == (State.SYNCED, "")
    assert set(project.right.snapshot("Tower/P")) == {"Site/", "Site/i.jpg", "Site/j.jpg"}


async def test_a_lost_project_folder_stops_everything(project: Stage) -> None:
    project.right.delete("Tower")

    report = await project.run()

    assert (report.state, report.stopped_for) == (State.PAUSED, Reason.ROOT_MISSING)
    assert "D/a.pdf" in project.left.snapshot("Tower")
    assert project.count("writes") == 0
