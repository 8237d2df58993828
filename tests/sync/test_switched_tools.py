"""What lives on in a tool that is not in play keeps its counterpart, and the folder around it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from scenarios.stage import Stage

from turnbuckle.model.items import ItemId
from turnbuckle.model.side import Side
from turnbuckle.model.trees import PHOTOS
from turnbuckle.store import models, runs
from turnbuckle.store.records import Bound
from turnbuckle.sync.claiming import claimed_on
from turnbuckle.sync.looking import look, rest
from turnbuckle.sync.observing import observe
from turnbuckle.sync.watching import Nobody


@pytest.fixture
async def project(stage: Stage) -> Stage:
    """Give a link of the tools documents (`D`) and photos (`P`), with two files in `D/X`."""
    photos: Mapping[Side, ItemId] = {side: stage.people[side].mkdir("P") for side in Side}
    added = Bound(tool=PHOTOS, left=photos[Side.LEFT], right=photos[Side.RIGHT])
    bounds = (*stage.ends.link.bounds, added)
    stage.ends = replace(stage.ends, link=replace(stage.ends.link, bounds=bounds))
    kept = [
        {"tool": each.tool, "left": each.left, "right": each.right, "enabled": True}
        for each in bounds
    ]
    link = stage.ends.link.id
    await asyncio.to_thread(lambda: models.Link.objects.filter(id=link).update(bounds=kept))
    stage.left.put("D/X/f.pdf", b"f")
    stage.left.put("D/X/g.pdf", b"g")
    stage.left.put("P/h.pdf", b"h")
    await stage.settle()
    return stage


async def switch(project: Stage, *, enabled: bool) -> None:
    """Switch the photos off, or on again."""
    links, link = project.ends.scope.links, project.ends.link
    changed = await asyncio.to_thread(lambda: links.switch(link, PHOTOS, enabled=enabled))
    project.ends = replace(project.ends, link=changed)


@pytest.mark.parametrize("side", Side)
async def test_a_folder_is_not_deleted_around_what_lives_on_in_an_idle_tool(
    project: Stage, side: Side
) -> None:
    await switch(project, enabled=False)
    project.people[side].move("D/X/f.pdf", "P/f.pdf")
    project.people[side].delete("D/X")

    await project.settle()

    assert project.people[side.other].snapshot("D") == {"X/": None, "X/f.pdf": b"f"}
    assert project.people[side].snapshot("D") == {}


@pytest.mark.parametrize("side", Side)
async def test_what_was_moved_into_an_idle_tool_follows_when_it_is_switched_on(
    project: Stage, side: Side
) -> None:
    await switch(project, enabled=False)
    project.people[side].move("D/X/f.pdf", "P/f.pdf")
    project.people[side].delete("D/X")
    await project.settle()

    await switch(project, enabled=True)
    await project.settle()

    assert project.people[side.other].snapshot("D") == {}
    assert project.people[side.other].snapshot("P") == {"h.pdf": b"h", "f.pdf": b"f"}


async def test_what_changes_in_a_tool_that_is_off_costs_nothing_in_later_runs(
    project: Stage,
) -> None:
    await switch(project, enabled=False)
    at_rest = (await project.run()).rows_read
    for number in range(30):
        project.left.put(f"P/{number}.jpg", b"photo")
    project.left.move("P/h.pdf", "P/other.pdf")
    project.left.put("elsewhere.txt", b"outside of the link")
    await project.run()

    quiet = await project.run()

    assert quiet.rows_read == at_rest


async def test_what_changed_in_a_tool_while_it_was_off_follows_when_it_is_switched_on(
    project: Stage,
) -> None:
    await switch(project, enabled=False)
    project.left.put("P/new.jpg", b"photo")
    project.left.delete("P/h.pdf")
    await project.settle()

    await switch(project, enabled=True)
    await project.settle()

    assert project.right.snapshot("P") == {"new.jpg": b"photo"}


async def test_what_was_changed_in_a_folder_while_it_was_in_a_tool_that_is_off_follows(
    project: Stage,
) -> None:
    await switch(project, enabled=False)
    project.left.move("D/X", "P/X")
    project.left.put("P/X/f.pdf", b"edited")
    project.left.put("P/X/new.pdf", b"new")
    await project.settle()

    project.left.move("P/X", "D/X")
    await project.settle()

    assert project.right.snapshot("D/X") == {
        "f.pdf": b"edited", "g.pdf": b"g", "new.pdf": b"new",
    }  # fmt: skip


async def test_a_tool_switched_on_during_a_look_is_thought_about_by_the_next_run(
    project: Stage,
) -> None:
    await switch(project, enabled=False)
    project.left.put("P/new.jpg", b"photo")
    ends = project.ends
    async with claimed_on(ends.link, project.clock) as lease:
        run = await asyncio.to_thread(lambda: runs.start(ends.link, lease, now=project.clock.now()))
        await observe(ends, project.clock, Nobody())
        looked = await look(ends, project.clock)
        await switch(project, enabled=True)
        await rest(ends.link, run, looked, project.clock)

    await project.settle()

    assert project.right.snapshot("P") == {"h.pdf": b"h", "new.jpg": b"photo"}


async def test_what_changed_in_a_lost_tool_follows_when_its_folder_is_back(
    project: Stage,
) -> None:
    project.left.put("P/new.jpg", b"photo")
    project.right.move("P", "Elsewhere")
    project.right.delete("Elsewhere")
    await project.run()

    project.right.restore("Elsewhere")
    await project.settle()

    assert project.right.snapshot("Elsewhere") == {"h.pdf": b"h", "new.jpg": b"photo"}


async def test_a_folder_is_not_deleted_around_what_was_moved_into_a_lost_tool(
    project: Stage,
) -> None:
    project.left.move("D/X/f.pdf", "P/f.pdf")
    project.left.delete("D/X")
    project.right.delete("P")

    await project.run()

    assert project.right.snapshot("D") == {"X/": None, "X/f.pdf": b"f"}


async def test_a_new_file_in_a_folder_that_lives_on_in_an_idle_tool_waits_for_it(
    project: Stage,
) -> None:
    await switch(project, enabled=False)
    project.left.move("D/X", "P/X")
    project.right.put("D/X/new.pdf", b"new")
    await project.settle()

    await switch(project, enabled=True)
    await project.settle()

    assert project.left.snapshot("P/X") == project.right.snapshot("P/X")
    assert project.left.snapshot("P/X")["new.pdf"] == b"new"
