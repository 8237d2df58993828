"""Feeds tell things in any order: twice, children first, or a folder's end before its content's."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from scenarios.stage import Stage
from sync import rows

from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.model.items import Cursor
from turnbuckle.model.pages import Page
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.store import models, notes
from turnbuckle.sync.report import State


class Untidy(MemoryConnector):
    """Tells every page set backwards, in small pages, some items twice, gone ones first."""

    async def changes(self, since: Cursor | None) -> AsyncIterator[Page]:
        told = [page async for page in super().changes(since)]
        items = [item for page in told for item in page.items][::-1]
        gone = [item for page in told for item in page.gone]
        stale = [replace(item, name=item.name + " before") for item in items[::2]]  # type: ignore[arg-type]
        queue = [*stale, *items]
        yield Page(gone=gone, full=since is None)
        for start in range(0, len(queue), 3):
            yield Page(items=queue[start : start + 3], full=since is None)
        yield Page(full=since is None, cursor=told[-1].cursor)


@pytest.fixture
async def untidy(transactional_db: None) -> Stage:
    """A stage whose feeds tell things in the worst order."""
    stage = await asyncio.to_thread(Stage)
    connectors = {side: Untidy(stage.remotes[side]) for side in Side}
    stage.ends = replace(stage.ends, connectors=connectors)
    return stage


async def test_children_told_before_their_folders_find_their_place(untidy: Stage) -> None:
    untidy.left.put("D/One/Two/Three/plan.pdf", b"first")
    untidy.right.put("D/Four/Five/letter.txt", b"dear")

    await untidy.settle()

    assert untidy.left.snapshot("D") == untidy.right.snapshot("D")
    assert len(untidy.left.snapshot("D")) == 7
    assert await rows.base_differs(untidy) == []


async def test_the_last_word_about_an_item_holds(untidy: Stage) -> None:
    untidy.left.put("D/One/plan.pdf", b"first")
    await untidy.settle()
    untidy.zero()
    untidy.left.move("D/One/plan.pdf", "D/Two/plan B.pdf")
    untidy.right.put("D/One/other.pdf", b"other")

    await untidy.settle()

    assert untidy.left.snapshot("D") == {
        "One/": None, "One/other.pdf": b"other", "Two/": None, "Two/plan B.pdf": b"first",
    }  # fmt: skip
    assert untidy.left.snapshot("D") == untidy.right.snapshot("D")
    assert untidy.count("transfers") == 1


async def test_a_folder_emptied_and_deleted_is_told_in_any_order(untidy: Stage) -> None:
    untidy.left.put("D/One/Two/plan.pdf", b"first")
    untidy.left.put("D/One/letter.txt", b"dear")
    await untidy.settle()
    untidy.left.move("D/One/Two/plan.pdf", "D/plan.pdf")
    untidy.left.delete("D/One")

    await untidy.settle()

    assert untidy.right.snapshot("D") == {"plan.pdf": b"first"}
    assert await rows.base_differs(untidy) == []


def show_in_each_other(stage: Stage, upper: str, lower: str) -> None:
    """Make rows say that two folders of the right side lie in each other, and have them seen to."""
    feed, folders = (
        stage.ends.feed(Side.RIGHT),
        [stage.right.id_of(upper), stage.right.id_of(lower)],
    )
    for folder, parent in zip(folders, reversed(folders), strict=True):
        models.Seen.objects.filter(feed_id=feed.id, item_id=folder).update(parent_id=parent)
    notes.mark(stage.ends.link, [(Side.RIGHT, folder) for folder in folders])


async def test_folders_that_seem_to_lie_in_each_other_wait_for_better_word(stage: Stage) -> None:
    for number in range(40):
        stage.left.put(f"D/One/Two/{number}.pdf", b"same")
    await stage.settle()
    await asyncio.to_thread(show_in_each_other, stage, "D/One", "D/One/Two")
    stage.left.put("D/One/new.pdf", b"new")
    began = time.process_time()

    report = await stage.run()

    assert (report.state, report.writes) == (State.HELD, 0)
    assert Reason.VANISHED in {notice.reason for notice in report.notices}
    assert time.process_time() - began < 20

    healed = await stage.run(complete=True)
    assert healed.state is State.SYNCED
    assert stage.left.snapshot("D") == stage.right.snapshot("D")
