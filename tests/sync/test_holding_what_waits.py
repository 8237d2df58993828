"""What is held, or decided, stays so while its item waits, and whoever else is at work."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from scenarios.stage import Stage

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.items import ItemId
from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Decision, Policy, Winner
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import Locked
from turnbuckle.store import holds
from turnbuckle.store.holds import HeldBatch
from turnbuckle.store.leases import LeaseLost
from turnbuckle.store.trees import dirty_all
from turnbuckle.sync import looking
from turnbuckle.sync.report import State

A_DAY = 86400.0


async def put_and_settle(stage: Stage, paths: list[str], policy: Policy) -> None:
    stage.ends = replace(stage.ends, policy=policy)
    for path in paths:
        stage.left.put(path, path.encode())
    await stage.settle()


async def with_three_of_six_deleted(stage: Stage) -> None:
    """Have three deletions held where two may cross."""
    paths = [f"D/{number}.pdf" for number in range(6)]
    await put_and_settle(stage, paths, Policy(winner=Winner.LEFT, deletions_per_day=2))
    for path in paths[:3]:
        stage.left.delete(path)
    await stage.settle()


async def with_six_edited(stage: Stage) -> None:
    """Have the edits of all six files on the right held."""
    paths = [f"D/{number}.pdf" for number in range(6)]
    await put_and_settle(stage, paths, Policy(winner=Winner.LEFT, change_files=5))
    for path in paths:
        stage.right.put(path, b"scrambled " + path.encode())
    await stage.settle()


async def batches(stage: Stage) -> list[HeldBatch]:
    return await asyncio.to_thread(holds.batches, stage.ends.link)


async def decide(stage: Stage, decision: Decision) -> None:
    act = holds.approve if decision is Decision.APPROVED else holds.reject
    await asyncio.to_thread(lambda: act(stage.ends.link, None, by="ana", now=stage.clock.now()))


async def think_of_everything(stage: Stage) -> None:
    """Have the next look be about all items, as after a change of the link."""
    await asyncio.to_thread(dirty_all, stage.ends.link)


def before_the_first_rest(
    monkeypatch: pytest.MonkeyPatch, happening: Callable[[], Awaitable[object]]
) -> None:
    """Let something happen once, between a look and what is kept of it."""
    waiting = [happening]

    async def rest(*told: object) -> None:
        if waiting:
            await waiting.pop()()
        await real(*told)  # type: ignore[arg-type]

    real = looking.rest
    monkeypatch.setattr("turnbuckle.sync.one_run.rest", rest)


async def refuse_moves(moment: Moment) -> None:
    if (moment.op, moment.when) == (Op.MOVE, When.BEFORE):
        raise Locked("somebody has it open")


async def test_a_rejected_edit_of_a_locked_file_is_undone_when_the_lock_is_gone(
    stage: Stage,
) -> None:
    await with_six_edited(stage)
    stage.right.lock("D/0.pdf")
    await decide(stage, Decision.REJECTED)
    await stage.settle()
    stage.right.unlock("D/0.pdf")
    await stage.clock.sleep(A_DAY)

    await stage.settle()

    assert stage.left.snapshot("D")["0.pdf"] == stage.right.snapshot("D")["0.pdf"] == b"D/0.pdf"
    assert await batches(stage) == []


async def test_a_held_edit_stays_held_when_a_rename_of_its_file_fails(stage: Stage) -> None:
    await with_six_edited(stage)
    stage.right.lock("D/0.pdf")
    stage.left.move("D/0.pdf", "D/zero.pdf")
    await stage.settle()
    stage.right.unlock("D/0.pdf")
    await stage.clock.sleep(A_DAY)

    await stage.settle()

    assert stage.left.snapshot("D")["zero.pdf"] == b"D/0.pdf"
    assert sum(batch.files for batch in await batches(stage)) == 6


async def test_held_deletions_in_a_folder_that_failed_stay_held(stage: Stage) -> None:
    paths = ["D/X/0.pdf", "D/X/1.pdf", *(f"D/{number}.pdf" for number in range(2, 6))]
    await put_and_settle(stage, paths, Policy(winner=Winner.LEFT, deletions_per_day=2))
    for path in paths[:3]:
        stage.left.delete(path)
    await stage.settle()
    stage.left.move("D/X", "D/Y")
    hooks = stage.remotes[Side.RIGHT].calls.hooks
    hooks.append(refuse_moves)
    await stage.run()
    hooks.remove(refuse_moves)
    await think_of_everything(stage)
    await stage.run()
    await stage.clock.sleep(A_DAY)

    report = await stage.run()

    assert (report.state, report.held) == (State.HELD, 3)
    assert {"Y/0.pdf", "Y/1.pdf", "2.pdf"} <= set(stage.right.snapshot("D"))


async def test_a_deleted_file_that_waits_for_its_next_try_is_held_with_the_others(
    stage: Stage,
) -> None:
    paths = [f"D/{number}.pdf" for number in range(6)]
    await put_and_settle(stage, paths, Policy(winner=Winner.LEFT, deletions_per_day=2))
    stage.right.lock("D/0.pdf")
    stage.left.put("D/0.pdf", b"edited")
    await stage.run()
    for path in paths[:4]:
        stage.left.delete(path)
    await stage.settle()
    stage.right.unlock("D/0.pdf")
    await stage.clock.sleep(A_DAY)

    report = await stage.run()

    assert (report.state, report.held) == (State.HELD, 4)
    assert set(stage.right.snapshot("D")) == {f"{number}.pdf" for number in range(6)}


@pytest.mark.parametrize("decision", Decision)
async def test_a_decision_during_a_look_is_carried_out(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, decision: Decision
) -> None:
    await with_three_of_six_deleted(stage)
    await think_of_everything(stage)
    before_the_first_rest(monkeypatch, lambda: decide(stage, decision))
    await stage.run()

    await stage.settle()

    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert len(stage.left.snapshot("D")) == (3 if decision is Decision.APPROVED else 6)
    assert await batches(stage) == []


async def test_a_run_that_lost_its_link_forgets_no_hold_of_the_one_that_took_over(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [f"D/{number}.pdf" for number in range(6)]
    await put_and_settle(stage, paths, Policy(winner=Winner.LEFT, deletions_per_day=2))
    await think_of_everything(stage)

    async def sleep_while_another_runs() -> None:
        await stage.clock.sleep(3600.0)
        for path in paths[:3]:
            stage.left.delete(path)
        await stage.run()

    before_the_first_rest(monkeypatch, sleep_while_another_runs)
    with pytest.raises(LeaseLost):
        await stage.run()

    report = await stage.run()

    assert (report.state, report.held) == (State.HELD, 3)
    assert len(stage.right.snapshot("D")) == 6


async def test_a_held_edit_waits_where_the_other_side_deletes_the_file(stage: Stage) -> None:
    await with_six_edited(stage)
    stage.left.delete("D/0.pdf")

    await stage.settle()

    assert "0.pdf" not in stage.left.snapshot("D")
    assert stage.right.snapshot("D")["0.pdf"] == b"scrambled D/0.pdf"
    assert sum(batch.files for batch in await batches(stage)) == 6


@pytest.mark.parametrize("decision", Decision)
async def test_a_decision_about_an_edit_holds_where_the_other_side_deleted_the_file(
    stage: Stage, decision: Decision
) -> None:
    await with_six_edited(stage)
    stage.left.delete("D/0.pdf")
    await stage.settle()
    await decide(stage, decision)

    await stage.settle()

    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert ("0.pdf" in stage.left.snapshot("D")) is (decision is Decision.APPROVED)
    assert await batches(stage) == []


async def test_a_deletion_that_a_rejected_edit_did_not_prevent_is_held_like_any_other(
    stage: Stage,
) -> None:
    await with_six_edited(stage)
    policy = replace(stage.ends.policy, deletions_per_day=0)
    stage.ends = replace(stage.ends, policy=policy)
    stage.left.delete("D/0.pdf")
    await stage.settle()
    await decide(stage, Decision.REJECTED)
    await stage.settle()

    report = await stage.run(complete=True)

    assert (report.state, report.held) == (State.HELD, 1)
    assert stage.right.snapshot("D")["0.pdf"] == b"scrambled D/0.pdf"
    assert "0.pdf" not in stage.left.snapshot("D")


async def with_a_hidden_file_kept(stage: Stage) -> ItemId:
    """Have the unproven deletion of a file rejected; give the file that cannot be seen."""
    await put_and_settle(stage, ["D/a.pdf", "D/b.pdf"], Policy(winner=Winner.LEFT))
    hidden = stage.left.hide("D/a.pdf")
    await stage.run(complete=True)
    await decide(stage, Decision.REJECTED)
    await stage.settle()
    return hidden


async def test_a_hidden_file_whose_deletion_is_rejected_stays_and_is_held_no_more(
    stage: Stage,
) -> None:
    await with_a_hidden_file_kept(stage)

    report = await stage.run(complete=True)

    assert (report.state, report.writes, report.holds) == (State.BLOCKED, 0, False)
    assert [(one.reason, one.path) for one in report.blocked] == [(Reason.HIDDEN, "a.pdf")]
    assert await batches(stage) == []


async def test_a_hidden_file_whose_deletion_is_rejected_is_one_document_once_it_is_seen(
    stage: Stage,
) -> None:
    hidden = await with_a_hidden_file_kept(stage)
    stage.right.put("D/a.pdf", b"edited meanwhile")
    await stage.settle()
    stage.left.show(hidden)

    await stage.run(complete=True)
    await stage.settle()

    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert stage.left.snapshot("D") == {"a.pdf": b"edited meanwhile", "b.pdf": b"D/b.pdf"}


async def test_a_hidden_file_whose_deletion_is_rejected_is_made_anew_once_that_is_proven(
    stage: Stage,
) -> None:
    stage.left.show(await with_a_hidden_file_kept(stage))
    stage.left.delete("D/a.pdf")

    await stage.settle()

    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert set(stage.left.snapshot("D")) == {"a.pdf", "b.pdf"}


async def test_what_changes_on_a_side_of_which_too_many_edits_are_held_is_held_with_them(
    stage: Stage,
) -> None:
    paths = [f"D/{number}.pdf" for number in range(9)]
    await put_and_settle(stage, paths, Policy(winner=Winner.LEFT, change_files=5))
    for path in paths[:6]:
        stage.right.put(path, b"scrambled " + path.encode())
    await stage.settle()
    for path in paths[6:]:
        stage.right.put(path, b"scrambled " + path.encode())

    report = await stage.run()

    assert stage.left.snapshot("D") == {path[2:]: path.encode() for path in paths}
    assert [(each.reason, each.files) for each in await batches(stage)] == [
        (Reason.MASS_CHANGE, 6),
        (Reason.AFTER_MASS_CHANGE, 3),
    ]
    (told,) = report.notices
    assert told.detail.startswith("3 files changed; waits with the 6 edits held on ")
