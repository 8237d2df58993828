"""What a side tells is believed when it is complete, and a deletion only when it is proven."""

from dataclasses import replace
from datetime import timedelta

import pytest
from scenarios.stage import Stage
from sync import rows
from sync.crashing import at, clear_hooks, raising

from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import AccessDenied, RateLimited, Unreachable
from turnbuckle.sync import proving
from turnbuckle.sync.report import State
from turnbuckle.sync.retrying import TRIES


async def in_step(stage: Stage, files: int = 5) -> None:
    """Bring a small tree into step."""
    for number in range(files):
        stage.left.put(f"D/Set/{number}.txt", f"{number}".encode())
    stage.left.put("D/plan.pdf", b"first")
    await stage.settle()
    stage.zero()


def unguarded(stage: Stage) -> None:
    """Let any number of deletions cross."""
    policy = replace(stage.ends.policy, deletions_per_day=10**6, deletion_share=1.0)
    stage.ends = replace(stage.ends, policy=policy)


@pytest.mark.parametrize("side", Side)
async def test_a_cursor_that_expired_means_that_everything_is_told_again(
    stage: Stage, side: Side
) -> None:
    await in_step(stage)
    stage.remotes[side].expire_cursors()
    stage.people[side].put("D/plan.pdf", b"second")

    report = await stage.run()

    assert stage.remotes[side].calls.started[Op.LIST] == 1
    assert report.writes == 1
    assert stage.people[side.other].snapshot("D")["plan.pdf"] == b"second"
    assert await rows.base_differs(stage) == []


@pytest.mark.parametrize("side", Side)
async def test_an_enumeration_without_any_change_writes_nothing(stage: Stage, side: Side) -> None:
    await in_step(stage)
    stage.remotes[side].expire_cursors()

    report = await stage.run()

    assert report.writes == 0
    assert stage.count("writes") == 0
    assert report.waiting == []


@pytest.mark.parametrize("side", Side)
async def test_what_an_enumeration_leaves_out_is_deleted_only_once_a_look_proves_it(
    stage: Stage, side: Side
) -> None:
    await in_step(stage)
    stage.people[side].delete("D/plan.pdf")
    stage.remotes[side].expire_cursors()

    await stage.run()

    assert stage.remotes[side].calls.started[Op.GET] == 1
    assert "plan.pdf" not in stage.people[side.other].snapshot("D")
    assert await rows.base_differs(stage) == []


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("path", ["D/plan.pdf", "D/Set"])
async def test_what_cannot_be_seen_any_more_stays_and_is_held(
    stage: Stage, side: Side, path: str
) -> None:
    await in_step(stage)
    before = stage.people[side.other].snapshot("D")
    stage.people[side].hide(path)
    stage.remotes[side].expire_cursors()

    report = await stage.run()

    assert report.writes == 0
    assert stage.people[side.other].snapshot("D") == before
    assert report.state is State.HELD
    assert (Reason.VANISHED, path.removeprefix("D/")) in {
        (notice.reason, notice.path) for notice in report.notices
    }


@pytest.mark.parametrize("side", Side)
async def test_what_was_hidden_and_comes_back_is_in_step_again(stage: Stage, side: Side) -> None:
    await in_step(stage)
    item = stage.people[side].hide("D/Set")
    stage.remotes[side].expire_cursors()
    await stage.run()
    stage.people[side].show(item)
    stage.remotes[side].expire_cursors()

    report = await stage.run()

    assert report.writes == 0
    assert report.waiting == []
    assert await rows.base_differs(stage) == []


async def test_a_look_that_is_refused_proves_nothing(stage: Stage) -> None:
    await in_step(stage)
    stage.right.delete("D/plan.pdf")
    stage.remotes[Side.RIGHT].expire_cursors()
    at(stage, Side.RIGHT, When.BEFORE, Op.GET, raising(AccessDenied("no right")), times=1000)

    await stage.run()

    assert "plan.pdf" in stage.left.snapshot("D")


async def test_a_deletion_that_could_not_be_proven_is_proven_by_a_later_enumeration(
    stage: Stage,
) -> None:
    await in_step(stage)
    stage.right.delete("D/plan.pdf")
    stage.remotes[Side.RIGHT].expire_cursors()
    at(stage, Side.RIGHT, When.BEFORE, Op.GET, raising(AccessDenied("no right")), times=1000)
    await stage.run()
    clear_hooks(stage)

    await stage.run(complete=True)

    assert "plan.pdf" not in stage.left.snapshot("D")


async def test_one_proof_serves_a_whole_folder(stage: Stage) -> None:
    """More items than are looked for one by one, gone with their folder."""
    unguarded(stage)
    await in_step(stage, files=300)
    stage.right.delete("D/Set")
    stage.remotes[Side.RIGHT].expire_cursors()

    await stage.run()

    assert stage.left.snapshot("D") == {"plan.pdf": b"first"}
    assert stage.remotes[Side.LEFT].calls.deletes == 1
    assert stage.remotes[Side.RIGHT].calls.started[Op.GET] == 1


async def test_hundreds_of_deletions_are_proven_after_one_enumeration(stage: Stage) -> None:
    unguarded(stage)
    await in_step(stage, files=300)
    for number in range(300):
        stage.right.delete(f"D/Set/{number}.txt")
    stage.remotes[Side.RIGHT].expire_cursors()

    await stage.settle()

    assert stage.left.snapshot("D") == {"Set/": None, "plan.pdf": b"first"}


async def test_what_can_never_be_proven_keeps_nothing_else_waiting(stage: Stage) -> None:
    await in_step(stage, files=300)
    for number in range(250):
        stage.right.hide(f"D/Set/{number}.txt")
    for number in range(250, 300):
        stage.right.delete(f"D/Set/{number}.txt")
    stage.remotes[Side.RIGHT].expire_cursors()

    await stage.settle()

    assert len(stage.left.snapshot("D/Set")) == 250


async def test_what_one_run_has_no_looks_left_for_is_proven_by_the_next_ones(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "_MOST_LOOKS", 10)
    monkeypatch.setattr(proving, "_MOST_LOOKS_BETWEEN", 10)
    unguarded(stage)
    await in_step(stage, files=40)
    for number in range(15):
        stage.right.hide(f"D/Set/{number}.txt")
    for number in range(15, 40):
        stage.right.delete(f"D/Set/{number}.txt")
    stage.remotes[Side.RIGHT].expire_cursors()

    for _ in range(5):
        await stage.run()

    assert len(stage.left.snapshot("D/Set")) == 15


@pytest.mark.parametrize("page", [1, 2, 3])
async def test_an_enumeration_that_breaks_changes_nothing(stage: Stage, page: int) -> None:
    await in_step(stage, files=450)
    before = stage.left.snapshot("D")
    stage.right.delete("D/Set/7.txt")
    at(
        stage, Side.RIGHT, When.BEFORE, Op.LIST, raising(Unreachable("no answer")),
        subject=f"page {page}", times=TRIES,
    )  # fmt: skip

    report = await stage.run(complete=True)

    assert report.stopped == "no answer"
    assert stage.left.snapshot("D") == before
    assert stage.count("writes") == 0


async def test_after_an_enumeration_that_broke_the_next_run_goes_on_as_if_nothing_had_been(
    stage: Stage,
) -> None:
    await in_step(stage, files=450)
    stage.right.delete("D/Set/7.txt")
    at(
        stage, Side.RIGHT, When.BEFORE, Op.LIST, raising(Unreachable("no answer")),
        subject="page 3", times=TRIES,
    )  # fmt: skip
    await stage.run(complete=True)

    report = await stage.run()

    assert report.tallies[Side.LEFT].deleted == 1
    assert await rows.base_differs(stage) == []


async def test_a_page_that_fails_now_and_then_is_asked_for_again(stage: Stage) -> None:
    await in_step(stage)
    stage.left.put("D/plan.pdf", b"second")
    at(
        stage, Side.LEFT, When.BEFORE, Op.DELTA, raising(Unreachable("no answer")),
        times=TRIES - 1,
    )  # fmt: skip

    report = await stage.run()

    assert report.stopped == ""
    assert report.writes == 1


async def test_a_feed_that_asks_for_waits_gets_them(stage: Stage) -> None:
    await in_step(stage)
    stage.left.put("D/plan.pdf", b"second")
    wait = RateLimited("Procore", timedelta(seconds=100))
    at(stage, Side.LEFT, When.BEFORE, Op.DELTA, raising(wait), times=8)
    before = stage.clock.now()

    report = await stage.run()

    assert report.writes == 1
    assert timedelta(seconds=800) <= stage.clock.now() - before < timedelta(seconds=810)


@pytest.mark.parametrize("side", Side)
async def test_what_moves_out_of_the_links_folder_is_gone_there(stage: Stage, side: Side) -> None:
    await in_step(stage)
    stage.people[side].move("D/Set", "Elsewhere")

    await stage.run()

    assert stage.people[side.other].snapshot("D") == {"plan.pdf": b"first"}
    assert stage.remotes[side.other].calls.deletes == 1
    assert len(stage.people[side].snapshot("Elsewhere")) == 5
    assert await rows.base_differs(stage) == []


@pytest.mark.parametrize("side", Side)
async def test_what_moves_into_the_links_folder_appears_with_all_below_it(
    stage: Stage, side: Side
) -> None:
    stage.people[side].put("Elsewhere/Deep/1.txt", b"1")
    stage.people[side].put("Elsewhere/2.txt", b"2")
    await in_step(stage)
    stage.people[side].move("Elsewhere", "D/Here")

    await stage.run()

    assert stage.people[side.other].snapshot("D/Here") == {
        "Deep/": None, "Deep/1.txt": b"1", "2.txt": b"2",
    }  # fmt: skip
    assert await rows.base_differs(stage) == []


async def test_a_change_outside_the_links_folder_is_nobodys_business(stage: Stage) -> None:
    await in_step(stage)
    stage.right.put("Elsewhere/1.txt", b"1")
    await stage.run()
    stage.right.put("Elsewhere/1.txt", b"2")

    report = await stage.run()

    assert report.writes == 0
    assert report.waiting == []


@pytest.mark.parametrize("side", Side)
async def test_a_link_whose_folder_vanished_stops_and_changes_nothing(
    stage: Stage, side: Side
) -> None:
    await in_step(stage)
    before = stage.people[side.other].snapshot("D")
    stage.people[side].delete("D")

    report = await stage.run()

    assert f"on the {side} side" in report.stopped
    assert stage.people[side.other].snapshot("D") == before
    assert stage.count("writes") == 0


@pytest.mark.parametrize("side", Side)
async def test_a_link_whose_folder_comes_back_goes_on(stage: Stage, side: Side) -> None:
    await in_step(stage)
    stage.people[side].delete("D")
    await stage.run()
    stage.people[side].restore("D")
    stage.people[side].put("D/plan.pdf", b"second")

    report = await stage.run()

    assert report.stopped == ""
    assert stage.people[side.other].snapshot("D")["plan.pdf"] == b"second"
    assert len(stage.people[side.other].snapshot("D")) == 7
