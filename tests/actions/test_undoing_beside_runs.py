"""While one link's deletions are undone, runs of other links see what comes back as its own."""

import asyncio
from dataclasses import replace

import pytest
from actions.test_undoing import let_apps, undo
from scenarios.stage import Stage
from sync.crashing import Crash

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.store import cautions
from turnbuckle.store.records import Bound
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.running import run_link


def second_link(stage: Stage) -> Ends:
    """Bind the folders `E` of the same two sources to each other."""
    scope, link = stage.ends.scope, stage.ends.link
    added = scope.links.add(
        f"second {link.name}",
        left=scope.feeds.get(link.left_feed),
        right=scope.feeds.get(link.right_feed),
        bounds=[Bound(tool=DOCUMENTS, left=stage.left.mkdir("E"), right=stage.right.mkdir("E"))],
        policy={},
        path_start=dict.fromkeys(Side, 0),
        now=stage.clock.now(),
    )
    return replace(stage.ends, link=added)


@pytest.fixture
async def deleted(stage: Stage) -> Stage:
    """Give a link of which a deletion has crossed, and that can only be sent again."""
    let_apps(stage, restore=False)
    stage.left.put("D/a.pdf", b"a")
    await stage.settle()
    stage.left.delete("D/a.pdf")
    await stage.settle()
    return stage


async def test_what_an_undoing_sends_makes_nobody_cautious(deleted: Stage) -> None:
    other = await asyncio.to_thread(second_link, deleted)

    async def run_the_other(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.CREATE_FILE, When.AFTER):
            await run_link(other, deleted.clock)

    deleted.remotes[Side.RIGHT].calls.hooks.append(run_the_other)

    await undo(deleted)

    assert await asyncio.to_thread(cautions.caution, deleted.ends.link) is None


async def test_what_an_undoing_sent_before_it_was_killed_makes_nobody_cautious(
    deleted: Stage,
) -> None:
    def die(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.CREATE_FILE, When.AFTER):
            raise Crash

    hooks = deleted.remotes[Side.RIGHT].calls.hooks
    hooks.append(die)
    with pytest.raises(Crash):
        await undo(deleted)
    hooks.remove(die)

    report = await deleted.run()

    assert report.notices == []
    assert deleted.left.snapshot("D") == deleted.right.snapshot("D") == {"a.pdf": b"a"}
