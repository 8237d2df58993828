"""Deletions that look like an accident wait, for as long as nobody decides."""

import asyncio
from dataclasses import replace

from scenarios.stage import Stage
from sync import rows

from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Policy, Winner
from turnbuckle.model.side import Side
from turnbuckle.store import holds, models
from turnbuckle.store.holds import HeldBatch
from turnbuckle.sync.report import State


def strict(stage: Stage, limit: int = 2) -> None:
    """Let no more than so many deletions cross within a day."""
    policy = Policy(winner=Winner.LEFT, deletions_per_day=limit)
    stage.ends = replace(stage.ends, policy=policy)


async def put_and_settle(stage: Stage, files: int) -> None:
    for number in range(files):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())
    await stage.settle()


async def batches(stage: Stage) -> list[HeldBatch]:
    return await asyncio.to_thread(holds.batches, stage.ends.link)


async def decide(stage: Stage, *, approve: bool) -> None:
    act = holds.approve if approve else holds.reject
    await asyncio.to_thread(lambda: act(stage.ends.link, None, by="ana", now=stage.clock.now()))


async def with_three_of_six_held(stage: Stage) -> None:
    """Have three deletions held where two may cross."""
    strict(stage)
    await put_and_settle(stage, 6)
    for number in range(3):
        stage.left.delete(f"D/{number}.pdf")
    await stage.settle()
    stage.zero()


async def test_more_deletions_than_may_cross_are_all_held(stage: Stage) -> None:
    strict(stage)
    await put_and_settle(stage, 6)
    for number in range(3):
        stage.left.delete(f"D/{number}.pdf")

    report = await stage.run()

    assert (report.state, report.held) == (State.HELD, 3)
    assert len(stage.right.snapshot("D")) == 6
    assert [notice.reason for notice in report.notices] == [Reason.DELETE_LIMIT]


async def test_what_is_held_stays_held_and_is_told_once(stage: Stage) -> None:
    await with_three_of_six_held(stage)

    report = await stage.run(complete=True)

    assert (report.state, report.held, report.notices) == (State.HELD, 3, [])
    assert stage.count("writes") == 0


async def test_the_rest_goes_on_while_something_is_held(stage: Stage) -> None:
    await with_three_of_six_held(stage)
    stage.left.put("D/new.pdf", b"new")
    stage.left.delete("D/5.pdf")

    report = await stage.run()

    assert set(stage.right.snapshot("D")) == {*(f"{n}.pdf" for n in range(5)), "new.pdf"}
    assert report.held == 3


async def test_an_approved_batch_crosses(stage: Stage) -> None:
    await with_three_of_six_held(stage)
    await decide(stage, approve=True)

    report = await stage.run()

    assert set(stage.right.snapshot("D")) == {"3.pdf", "4.pdf", "5.pdf"}
    assert (report.state, await batches(stage)) == (State.SYNCED, [])


async def test_what_was_approved_counts_for_no_limit(stage: Stage) -> None:
    await with_three_of_six_held(stage)
    await decide(stage, approve=True)
    await stage.settle()
    stage.left.delete("D/3.pdf")

    report = await stage.run()

    assert set(stage.right.snapshot("D")) == {"4.pdf", "5.pdf"}
    assert report.held == 0


async def test_a_rejected_batch_comes_back_where_it_was_deleted(stage: Stage) -> None:
    await with_three_of_six_held(stage)
    await decide(stage, approve=False)

    await stage.settle()

    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert len(stage.left.snapshot("D")) == 6
    assert await batches(stage) == []
    assert await rows.base_differs(stage) == []


async def test_a_decision_does_not_decide_about_what_comes_later(stage: Stage) -> None:
    await with_three_of_six_held(stage)
    await decide(stage, approve=False)
    await stage.settle()
    for number in range(3):
        stage.left.delete(f"D/{number}.pdf")

    report = await stage.run()

    assert report.held == 3


async def with_six_edits_held(stage: Stage) -> None:
    """Have the edits of all six files on the right held."""
    stage.ends = replace(stage.ends, policy=Policy(winner=Winner.LEFT, change_files=5))
    await put_and_settle(stage, 6)
    for number in range(6):
        stage.right.put(f"D/{number}.pdf", f"scrambled {number}".encode())
    await stage.settle()


async def test_rejected_edits_are_undone_where_they_were_made(stage: Stage) -> None:
    await with_six_edits_held(stage)
    await decide(stage, approve=False)

    await stage.settle()

    assert stage.right.snapshot("D") == {f"{n}.pdf": f"{n}".encode() for n in range(6)}
    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert await batches(stage) == []


async def test_what_is_saved_after_a_rejection_is_not_undone(stage: Stage) -> None:
    await with_six_edits_held(stage)
    await decide(stage, approve=False)
    stage.right.put("D/0.pdf", b"repaired by hand")

    await stage.settle()

    assert stage.right.snapshot("D")["0.pdf"] == b"repaired by hand"
    assert stage.right.snapshot("D")["1.pdf"] == b"1"
    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert await batches(stage) == []


async def test_what_is_saved_between_the_hold_and_the_rejection_is_not_undone(
    stage: Stage,
) -> None:
    await with_six_edits_held(stage)
    stage.right.put("D/0.pdf", b"repaired by hand")
    await decide(stage, approve=False)

    await stage.settle()

    assert stage.right.snapshot("D")["0.pdf"] == b"repaired by hand"
    assert stage.left.snapshot("D") == stage.right.snapshot("D")


async def test_what_its_user_saves_while_a_rejection_waits_for_a_lock_is_not_undone(
    stage: Stage,
) -> None:
    await with_six_edits_held(stage)
    await decide(stage, approve=False)
    stage.right.lock("D/0.pdf")
    await stage.settle()
    stage.right.unlock("D/0.pdf")
    stage.right.put("D/0.pdf", b"repaired by hand")

    await stage.settle()

    assert stage.right.snapshot("D")["0.pdf"] == b"repaired by hand"
    assert stage.left.snapshot("D") == stage.right.snapshot("D")


async def test_a_rejection_that_waited_for_a_lock_is_carried_out_later(stage: Stage) -> None:
    await with_six_edits_held(stage)
    await decide(stage, approve=False)
    stage.right.lock("D/0.pdf")
    await stage.settle()
    stage.right.unlock("D/0.pdf")
    await stage.clock.sleep(7 * 3600.0)

    await stage.settle()

    assert stage.right.snapshot("D")["0.pdf"] == b"0"
    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert await batches(stage) == []


async def test_a_held_file_that_is_saved_again_waits_in_a_batch_of_its_own(stage: Stage) -> None:
    await with_six_edits_held(stage)
    (first,) = await batches(stage)
    stage.right.put("D/0.pdf", b"repaired by hand")
    await stage.settle()
    link, now = stage.ends.link, stage.clock.now()
    await asyncio.to_thread(lambda: holds.reject(link, first.number, by="ana", now=now))

    await stage.settle()

    (second,) = await batches(stage)
    assert (second.files, second.decision) == (1, None)
    assert stage.right.snapshot("D")["0.pdf"] == b"repaired by hand"
    assert stage.left.snapshot("D")["0.pdf"] == b"0"
    assert stage.right.snapshot("D")["1.pdf"] == b"1"


async def test_restored_files_are_not_held_any_more(stage: Stage) -> None:
    await with_three_of_six_held(stage)
    for number in range(3):
        stage.left.restore(f"D/{number}.pdf")

    report = await stage.run()

    assert (report.state, report.held, stage.count("writes")) == (State.SYNCED, 0, 0)
    assert await batches(stage) == []


async def test_a_held_file_that_is_edited_is_kept_and_the_others_wait(stage: Stage) -> None:
    await with_three_of_six_held(stage)
    stage.right.put("D/1.pdf", b"edited")

    await stage.settle()

    report = await stage.run()
    assert report.held == 2
    assert stage.left.snapshot("D")["1.pdf"] == b"edited"


async def test_what_crossed_lately_is_added_up(stage: Stage) -> None:
    strict(stage)
    await put_and_settle(stage, 6)
    for number in range(2):
        stage.left.delete(f"D/{number}.pdf")
    await stage.settle()
    stage.left.delete("D/2.pdf")

    report = await stage.run()

    assert report.held == 1


async def test_a_day_later_deletions_cross_again(stage: Stage) -> None:
    strict(stage)
    await put_and_settle(stage, 6)
    for number in range(2):
        stage.left.delete(f"D/{number}.pdf")
    await stage.settle()
    await stage.clock.sleep(25 * 3600.0)
    stage.left.delete("D/2.pdf")

    report = await stage.run()

    assert (report.held, len(stage.right.snapshot("D"))) == (0, 3)


async def test_a_side_emptied_by_its_users_is_held(stage: Stage) -> None:
    stage.left.put("D/a.pdf", b"a")
    stage.left.put("D/x/b.pdf", b"b")
    await stage.settle()
    for path in ("D/a.pdf", "D/x"):
        stage.right.delete(path)

    report = await stage.run()

    assert [notice.reason for notice in report.notices] == [Reason.SIDE_EMPTIED]
    assert (report.held, set(stage.left.snapshot("D"))) == (2, {"a.pdf", "x/", "x/b.pdf"})


async def test_moving_everything_into_a_new_folder_empties_nothing(stage: Stage) -> None:
    for name in ("a.pdf", "b.pdf"):
        stage.left.put(f"D/{name}", b"a")
    await stage.settle()
    for name in ("a.pdf", "b.pdf"):
        stage.right.move(f"D/{name}", f"D/Archive/{name}")

    await stage.settle()

    assert set(stage.left.snapshot("D")) == {"Archive/", "Archive/a.pdf", "Archive/b.pdf"}


async def test_a_hidden_folder_is_held_and_free_when_it_can_be_seen(stage: Stage) -> None:
    stage.left.put("D/x/a.pdf", b"a")
    stage.left.put("D/b.pdf", b"b")
    await stage.settle()
    folder = stage.left.hide("D/x")
    held = await stage.run(complete=True)
    stage.left.show(folder)

    report = await stage.run(complete=True)

    assert (held.state, held.held) == (State.HELD, 1)
    assert [notice.reason for notice in held.notices] == [Reason.VANISHED]
    assert (report.state, report.held) == (State.SYNCED, 0)
    assert "x/a.pdf" in stage.right.snapshot("D")


async def test_what_crossed_is_on_record_with_all_that_lay_below(stage: Stage) -> None:
    stage.left.put("D/x/y/a.pdf", b"a")
    stage.left.put("D/b.pdf", b"b")
    await stage.settle()
    stage.left.delete("D/x")

    await stage.settle()

    found = await rows.held(
        lambda: list(
            models.Removed.objects.order_by("id").values_list("side", "path", "kind", "top")
        )
    )
    assert sorted(found) == [
        (Side.RIGHT, "x", "folder", True),
        (Side.RIGHT, "x/y", "folder", False),
        (Side.RIGHT, "x/y/a.pdf", "file", False),
    ]
