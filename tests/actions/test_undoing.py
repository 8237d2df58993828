"""A deletion that crossed is undone: from a bin where an app may, else again, else by hand."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from scenarios.stage import Stage
from sync.crashing import Crash, at, clear_hooks, raising

from turnbuckle.actions.undoing import NoSuchDeletion, Undoing, batches, undone
from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.connectors.memory.restoring import RestoringConnector
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import SignInNeeded
from turnbuckle.store import models, removed
from turnbuckle.store.deletions import DeletionBatch
from turnbuckle.store.leases import LeaseLost, acquire
from turnbuckle.sync.bringing_back import How

PLANS = {"Plans/a.pdf": b"a", "Plans/Old/b.pdf": b"b", "c.pdf": b"c"}


def let_apps(stage: Stage, *, restore: bool = True, read: bool = True) -> None:
    """Say what the left remote lets an app do with its bin; the right one allows nothing."""
    left = RestoringConnector(stage.remotes[Side.LEFT], restores=restore, shows=read)
    connectors = {Side.LEFT: left, Side.RIGHT: stage.ends.connectors[Side.RIGHT]}
    stage.ends = replace(stage.ends, connectors=connectors)


async def in_step(stage: Stage, *, restore: bool = True, read: bool = True) -> None:
    """Bring some files into step; the rest as in `let_apps`."""
    let_apps(stage, restore=restore, read=read)
    for path, content in PLANS.items():
        stage.left.put(f"D/{path}", content)
    await stage.settle()


def newest(stage: Stage) -> DeletionBatch:
    """Give the last batch of deletions."""
    return batches(stage.ends.link, stage.clock)[0]


async def undo(stage: Stage) -> Undoing:
    """Undo the last batch of deletions."""
    batch = await asyncio.to_thread(newest, stage)
    return await undone(stage.ends, batch.number, stage.clock)


def contents(stage: Stage) -> list[dict[str, object]]:
    """Give the files of both sides."""
    return [
        {path: blob for path, blob in people.snapshot("D").items() if blob is not None}
        for people in stage.people.values()
    ]


DELETIONS: list[Callable[[Stage], object]] = [
    lambda stage: stage.right.delete("D/Plans"),
    lambda stage: stage.left.delete("D/Plans"),
    lambda stage: stage.right.delete("D/c.pdf"),
    lambda stage: stage.left.delete("D/Plans/Old/b.pdf"),
]


@pytest.mark.parametrize("delete", DELETIONS)
async def test_a_deletion_of_either_side_is_undone_on_both(
    stage: Stage, delete: Callable[[Stage], object]
) -> None:
    await in_step(stage)
    delete(stage)
    await stage.settle()

    done = await undo(stage)
    await stage.settle()

    assert done.count(How.RESTORED) == len(done.items) > 0
    assert contents(stage) == [PLANS, PLANS]


async def test_what_was_restored_keeps_its_id(stage: Stage) -> None:
    await in_step(stage)
    before = stage.left.id_of("D/Plans/a.pdf")
    stage.right.delete("D/Plans")
    await stage.settle()

    await undo(stage)

    assert stage.left.id_of("D/Plans/a.pdf") == before


async def test_an_undone_deletion_counts_for_no_limit_and_is_not_undone_again(
    stage: Stage,
) -> None:
    await in_step(stage)
    stage.right.delete("D/Plans")
    await stage.settle()
    first = await undo(stage)

    again = await undo(stage)

    assert first.items != ()
    assert again.items == ()
    assert (
        await in_thread(removed.crossed, stage.ends.link, first.batch.at - timedelta(days=9)) == ()
    )


async def test_where_nothing_may_be_taken_out_the_files_are_sent_again(stage: Stage) -> None:
    await in_step(stage, restore=False)
    stage.right.delete("D/Plans")
    await stage.settle()

    done = await undo(stage)
    await stage.settle()

    assert done.count(How.SENT) == len(done.items) == 4
    assert contents(stage) == [PLANS, PLANS]


async def test_what_no_app_may_bring_back_is_left_to_a_person(stage: Stage) -> None:
    await in_step(stage, restore=False, read=False)
    stage.right.delete("D/c.pdf")
    await stage.settle()
    stage.zero()

    done = await undo(stage)

    assert [(each.how, each.item.path) for each in done.items] == [(How.BY_HAND, "c.pdf")]
    assert "no app" in done.items[0].why
    assert stage.count("writes") == 0


async def test_what_a_person_restored_by_hand_is_found_there(stage: Stage) -> None:
    await in_step(stage, restore=False, read=False)
    stage.left.delete("D/Plans")
    await stage.settle()
    await undo(stage)
    stage.right.restore("D/Plans")

    done = await undo(stage)
    await stage.settle()

    assert done.count(How.THERE) == len(done.items) == 4
    assert contents(stage) == [PLANS, PLANS]


async def test_a_folder_that_went_later_is_made_anew(stage: Stage) -> None:
    await in_step(stage)
    stage.right.delete("D/Plans/Old/b.pdf")
    await stage.settle()
    first = await in_thread(newest, stage)
    stage.right.delete("D/Plans")
    await stage.settle()

    await undone(stage.ends, first.number, stage.clock)
    await stage.settle()

    assert contents(stage) == [{"Plans/Old/b.pdf": b"b", "c.pdf": b"c"}] * 2


async def test_a_folder_of_the_same_name_gets_what_was_in_the_old_one(stage: Stage) -> None:
    await in_step(stage)
    stage.right.delete("D/Plans")
    await stage.settle()
    stage.left.put("D/Plans/new.pdf", b"new")
    await stage.settle()

    done = await undo(stage)
    await stage.settle()

    assert done.count(How.BY_HAND) == 0
    assert contents(stage) == [{**PLANS, "Plans/new.pdf": b"new"}] * 2


async def test_a_file_whose_name_was_taken_is_left_to_a_person(stage: Stage) -> None:
    await in_step(stage, read=False)
    stage.right.delete("D/c.pdf")
    await stage.settle()
    stage.left.put("D/c.pdf", b"another")
    await stage.settle()

    done = await undo(stage)

    assert [(each.how, "name" in each.why) for each in done.items] == [(How.BY_HAND, True)]


async def test_an_undoing_that_was_cut_off_is_begun_again(stage: Stage) -> None:
    await in_step(stage, restore=False)
    stage.right.delete("D/Plans")
    await stage.settle()
    at(stage, Side.RIGHT, When.AFTER, Op.CREATE_FILE, raising(Crash()))
    with pytest.raises(Crash):
        await undo(stage)
    clear_hooks(stage)

    await undo(stage)
    await stage.settle()

    assert contents(stage) == [PLANS, PLANS]


async def test_a_folder_that_was_moved_out_of_the_link_is_not_there(stage: Stage) -> None:
    await in_step(stage)
    stage.left.move("D/Plans", "Elsewhere")
    await stage.settle()

    done = await undo(stage)
    await stage.settle()

    assert done.count(How.SENT) == len(done.items) == 4
    assert contents(stage) == [PLANS, PLANS]
    assert stage.left.snapshot("Elsewhere") == {"Old/": None, "Old/b.pdf": b"b", "a.pdf": b"a"}


async def test_a_folder_that_was_moved_out_stays_undoable_where_no_app_may_read(
    stage: Stage,
) -> None:
    await in_step(stage, read=False)
    stage.left.move("D/Plans", "Elsewhere")
    await stage.settle()

    done = await undo(stage)

    assert done.count(How.BY_HAND) == len(done.items) == 4
    assert "moved out of the link's folders" in done.items[0].why
    assert len((await in_thread(newest, stage)).left) == 4


async def test_what_is_moved_back_into_the_link_is_there(stage: Stage) -> None:
    await in_step(stage, read=False)
    stage.left.move("D/Plans", "Elsewhere")
    await stage.settle()
    stage.left.mkdir("D/New")
    stage.left.move("Elsewhere", "D/New/Plans")

    done = await undo(stage)
    await stage.settle()

    assert done.count(How.THERE) == len(done.items) == 4
    assert stage.right.snapshot("D") == stage.left.snapshot("D")


async def test_what_was_written_outside_of_the_link_is_not_sent_into_it(stage: Stage) -> None:
    await in_step(stage)
    stage.left.move("D/c.pdf", "c.pdf")
    await stage.settle()
    stage.left.put("c.pdf", b"not for everybody")
    await stage.settle()

    done = await undo(stage)

    assert [each.how for each in done.items] == [How.BY_HAND]
    assert "was changed since it was moved out" in done.items[0].why


async def test_a_file_that_was_moved_out_of_a_deleted_folder_is_not_back_with_it(
    stage: Stage,
) -> None:
    await in_step(stage)
    stage.left.move("D/Plans/a.pdf", "a.pdf")
    stage.left.delete("D/Plans")
    await stage.settle()

    done = await undo(stage)
    await stage.settle()

    by_hand = [each.item.path for each in done.items if each.how is How.BY_HAND]
    assert by_hand == ["Plans/a.pdf"]
    assert contents(stage) == [{"Plans/Old/b.pdf": b"b", "c.pdf": b"c"}] * 2


async def test_nothing_is_brought_back_into_a_folder_that_was_moved_out_of_the_link(
    stage: Stage,
) -> None:
    await in_step(stage)
    stage.left.delete("D/Plans/a.pdf")
    await stage.settle()
    first = await in_thread(newest, stage)
    stage.left.move("D/Plans", "Elsewhere")
    await stage.settle()

    await undone(stage.ends, first.number, stage.clock)
    await stage.settle()

    assert contents(stage) == [{"Plans/a.pdf": b"a", "c.pdf": b"c"}] * 2


async def test_another_file_of_the_same_name_and_size_is_not_the_deleted_one(stage: Stage) -> None:
    await in_step(stage, restore=False)
    stage.left.delete("D/c.pdf")
    await stage.settle()
    stage.left.put("D/c.pdf", b"d")
    await stage.settle()

    done = await undo(stage)

    assert [(each.how, "name" in each.why) for each in done.items] == [(How.BY_HAND, True)]
    assert len((await in_thread(newest, stage)).left) == 1


async def test_the_same_bytes_under_the_same_name_are_there_already(stage: Stage) -> None:
    await in_step(stage, restore=False)
    stage.left.delete("D/c.pdf")
    await stage.settle()
    stage.left.put("D/c.pdf", b"c")
    await stage.settle()
    stage.zero()

    done = await undo(stage)

    assert [each.how for each in done.items] == [How.THERE]
    assert stage.count("writes") == 0


async def test_what_came_back_before_is_not_sent_a_second_time_with_the_rest(stage: Stage) -> None:
    await in_step(stage, restore=False)
    stage.left.delete("D/Plans")
    await stage.settle()
    batch = await in_thread(newest, stage)
    stage.right.put("D/Plans/Old/b.pdf", b"another")
    await stage.settle()
    await undone(stage.ends, batch.number, stage.clock)
    await stage.settle()
    stage.right.move("D/Plans/a.pdf", "D/Plans/A-101.pdf")
    await stage.settle()

    done = await undone(stage.ends, batch.number, stage.clock)
    await stage.settle()

    assert [each.item.path for each in done.items if each.how is How.BY_HAND] == ["Plans/Old/b.pdf"]
    assert (
        contents(stage)
        == [{"Plans/A-101.pdf": b"a", "Plans/Old/b.pdf": b"another", "c.pdf": b"c"}] * 2
    )


async def test_a_remote_that_lets_us_in_no_more_stops_the_undoing(stage: Stage) -> None:
    await in_step(stage)
    stage.right.delete("D/c.pdf")
    await stage.settle()
    at(stage, Side.LEFT, When.BEFORE, Op.MOVE, raising(SignInNeeded("sign in again")))

    with pytest.raises(SignInNeeded):
        await undo(stage)

    assert await in_thread(lambda: models.Removed.objects.filter(undone_at=None).count()) == 1


async def test_an_undoing_whose_link_was_taken_over_notes_nothing(stage: Stage) -> None:
    await in_step(stage)
    stage.right.delete("D/c.pdf")
    await stage.settle()

    async def take_over(moment: Moment) -> None:
        if moment.op is Op.MOVE:
            later, hour = stage.clock.now() + timedelta(hours=1), timedelta(hours=1)
            await in_thread(lambda: acquire(stage.ends.link, "another", now=later, ttl=hour))

    stage.remotes[Side.LEFT].calls.hooks.append(take_over)

    with pytest.raises(LeaseLost):
        await undo(stage)

    assert len((await in_thread(newest, stage)).left) == 1


async def test_a_run_that_deleted_nothing_cannot_be_undone(stage: Stage) -> None:
    with pytest.raises(NoSuchDeletion, match="run 999"):
        await undone(stage.ends, 999, stage.clock)


async def in_thread[T](work: Callable[..., T], *arguments: object) -> T:
    """Ask the database beside the loop."""
    return await asyncio.to_thread(work, *arguments)
