"""One bad item never stops the others; it waits, longer each time, and is tried again."""

from datetime import timedelta

import pytest
from scenarios.stage import Stage
from sync import rows
from sync.crashing import at, clear_hooks, raising

from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import (
    BadName,
    NoSpace,
    Overtaken,
    RateLimited,
    RemoteError,
    SignInNeeded,
    TooLarge,
    Unproven,
    Unreachable,
    Unsupported,
)

MINUTE = 60.0
SETS_ASIDE: list[RemoteError] = [
    BadName("this name is refused"),
    TooLarge("too large there"),
    Unsupported("cannot be done there"),
    Unproven("cannot be seen"),
    Unreachable("no answer"),
]


def poison(stage: Stage, error: RemoteError, op: Op = Op.CREATE_FILE) -> None:
    """Let every write of that kind to `bad.pdf` fail."""
    at(stage, Side.RIGHT, When.BEFORE, op, raising(error), subject="bad.pdf", times=10**6)


@pytest.mark.parametrize("error", SETS_ASIDE, ids=lambda error: type(error).__name__)
async def test_one_bad_item_does_not_stop_the_others(stage: Stage, error: RemoteError) -> None:
    for name in ("a.pdf", "bad.pdf", "c.pdf"):
        stage.left.put(f"D/{name}", name.encode())
    poison(stage, error)

    report = await stage.run()

    assert set(stage.right.snapshot("D")) == {"a.pdf", "c.pdf"}
    assert report.stopped == ""
    assert report.set_aside == [(Side.RIGHT.other, "bad.pdf", str(error))]
    assert await rows.aside(stage) == {"bad.pdf": str(error)}


async def test_a_bad_item_is_left_alone_until_its_next_try(stage: Stage) -> None:
    stage.left.put("D/bad.pdf", b"bad")
    poison(stage, BadName("this name is refused"))
    await stage.run()
    clear_hooks(stage)
    stage.zero()

    report = await stage.run()

    assert report.writes == 0
    assert stage.count("writes") == 0


async def test_a_bad_item_that_waits_is_told_as_waiting(stage: Stage) -> None:
    stage.left.put("D/bad.pdf", b"bad")
    poison(stage, BadName("this name is refused"))
    await stage.run()

    report = await stage.run()

    assert [(notice.reason, notice.path) for notice in report.waiting] == [
        (Reason.SET_ASIDE, "bad.pdf")
    ]


async def test_a_bad_item_is_tried_again_after_its_wait_and_then_forgotten_as_bad(
    stage: Stage,
) -> None:
    stage.left.put("D/bad.pdf", b"bad")
    poison(stage, BadName("this name is refused"))
    await stage.run()
    clear_hooks(stage)
    stage.clock.advance(MINUTE)

    report = await stage.run()

    assert report.writes == 1
    assert stage.right.snapshot("D") == {"bad.pdf": b"bad"}
    assert await rows.aside(stage) == {}


async def test_waits_double_with_each_failure(stage: Stage) -> None:
    stage.left.put("D/bad.pdf", b"bad")
    poison(stage, BadName("this name is refused"))
    tries = []

    for _ in range(40):
        report = await stage.run()
        tries.append(len(report.set_aside))
        stage.clock.advance(MINUTE)

    assert [minute for minute, tried in enumerate(tries) if tried] == [0, 1, 3, 7, 15, 31]


async def test_a_new_version_that_cannot_be_written_waits_and_then_starts_afresh(
    stage: Stage,
) -> None:
    """After it came through, an earlier failure counts for nothing."""
    stage.left.put("D/bad.pdf", b"first")
    await stage.settle()
    stage.left.put("D/bad.pdf", b"second")
    poison(stage, TooLarge("too large there"), Op.REPLACE)
    await stage.run()
    clear_hooks(stage)
    stage.clock.advance(MINUTE)

    await stage.run()

    assert stage.right.snapshot("D") == {"bad.pdf": b"second"}
    assert await rows.aside(stage) == {}


async def test_a_folder_that_cannot_be_made_keeps_its_content_waiting_and_nothing_else(
    stage: Stage,
) -> None:
    stage.left.put("D/Bad/plan.pdf", b"plan")
    stage.left.put("D/good.pdf", b"good")
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FOLDER, raising(BadName("refused")), times=1)

    await stage.run()
    assert stage.right.snapshot("D") == {"good.pdf": b"good"}
    stage.clock.advance(MINUTE)
    await stage.run()

    assert stage.right.snapshot("D") == stage.left.snapshot("D")
    assert await rows.base_differs(stage) == []


async def test_what_is_overtaken_once_is_looked_at_again_and_crosses_in_the_same_run(
    stage: Stage,
) -> None:
    stage.left.put("D/bad.pdf", b"ink")
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(Overtaken("newer")), times=2)

    report = await stage.run()

    assert stage.right.snapshot("D") == {"bad.pdf": b"ink"}
    assert report.set_aside == []
    assert await rows.aside(stage) == {}


async def test_what_is_overtaken_three_times_in_a_run_is_set_aside(stage: Stage) -> None:
    stage.left.put("D/bad.pdf", b"ink")
    stage.left.put("D/good.pdf", b"good")
    poison(stage, Overtaken("newer"))

    report = await stage.run()

    assert set(stage.right.snapshot("D")) == {"good.pdf"}
    assert [path for _, path, _ in report.set_aside] == ["bad.pdf"]
    assert report.rounds <= 5


async def test_a_file_that_is_never_what_its_remote_tells_is_set_aside_when_it_is_read(
    stage: Stage,
) -> None:
    """Two files without a base have to be read to know whether they are one."""
    stage.left.put("D/bad.pdf", b"ink1")
    stage.right.put("D/bad.pdf", b"ink1")
    stage.left.put("D/good.pdf", b"good")
    at(
        stage, Side.LEFT, When.BEFORE, Op.DOWNLOAD, raising(Overtaken("other bytes")),
        subject="bad.pdf", times=10**6,
    )  # fmt: skip

    report = await stage.run()

    assert report.rounds <= 5
    assert "good.pdf" in stage.right.snapshot("D")
    assert [path for _, path, _ in report.set_aside] == ["bad.pdf"]


@pytest.mark.parametrize("side", Side)
async def test_a_locked_file_waits_and_crosses_when_it_is_free(stage: Stage, side: Side) -> None:
    stage.left.put("D/plan.pdf", b"first")
    stage.left.put("D/other.pdf", b"other")
    await stage.settle()
    stage.people[side].lock("D/plan.pdf")
    stage.people[side.other].put("D/plan.pdf", b"second")
    stage.people[side.other].put("D/other.pdf", b"other two")

    report = await stage.run()
    assert stage.people[side].snapshot("D") == {"plan.pdf": b"first", "other.pdf": b"other two"}
    assert [path for _, path, _ in report.set_aside] == ["plan.pdf"]
    stage.people[side].unlock("D/plan.pdf")
    stage.clock.advance(MINUTE)
    await stage.run()

    assert stage.people[side].snapshot("D")["plan.pdf"] == b"second"
    assert await rows.aside(stage) == {}
    assert await rows.base_differs(stage) == []


async def test_an_item_locked_when_it_was_last_seen_is_looked_at_and_written_if_it_is_free(
    stage: Stage,
) -> None:
    """Closing a file is not always told; the write must not wait for word that never comes."""
    stage.left.put("D/plan.pdf", b"first")
    await stage.settle()
    stage.right.lock("D/plan.pdf")
    await stage.run()
    stage.right.at("D/plan.pdf").locked_by = ""  # the feed tells nothing
    stage.left.put("D/plan.pdf", b"second")

    report = await stage.run()

    assert report.writes == 1
    assert stage.right.snapshot("D") == {"plan.pdf": b"second"}


async def test_a_side_without_space_takes_no_transfers_but_everything_else_goes_on(
    stage: Stage,
) -> None:
    stage.left.put("D/old.pdf", b"old")
    await stage.settle()
    for number in range(30):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())
    stage.left.mkdir("D/Empty")
    stage.left.move("D/old.pdf", "D/older.pdf")
    stage.right.put("D/back.pdf", b"back")
    came = at(
        stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(NoSpace("the library is full")),
        times=10**6,
    )  # fmt: skip

    report = await stage.run()

    assert set(stage.right.snapshot("D")) == {"Empty/", "older.pdf", "back.pdf"}
    assert stage.left.snapshot("D")["back.pdf"] == b"back"
    assert len(came) <= 16  # those under way when the first one was refused
    assert len(report.set_aside) == 30
    assert report.stopped == ""


async def test_a_side_that_has_space_again_gets_what_waited(stage: Stage) -> None:
    for number in range(30):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())
    at(
        stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(NoSpace("the library is full")),
        times=10**6,
    )  # fmt: skip
    await stage.run()
    clear_hooks(stage)
    stage.clock.advance(MINUTE)

    await stage.run()

    assert stage.right.snapshot("D") == stage.left.snapshot("D")
    assert await rows.aside(stage) == {}


async def test_a_block_stops_the_link_with_its_reason_and_the_next_run_goes_on(
    stage: Stage,
) -> None:
    error = SignInNeeded("sign in again")
    for number in range(60):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())
    came = at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(error), subject="30", times=1)

    report = await stage.run()

    assert len(came) == 1
    assert report.stopped == str(error)
    assert report.writes < 60
    assert len(stage.right.snapshot("D")) == report.writes
    await stage.run()
    assert stage.right.snapshot("D") == stage.left.snapshot("D")
    assert await rows.open_intents(stage) == []


async def test_a_write_that_is_told_to_wait_waits_as_told_and_counts_no_failure(
    stage: Stage,
) -> None:
    stage.left.put("D/plan.pdf", b"ink")
    wait = RateLimited("SharePoint", timedelta(seconds=90))
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(wait), times=9)
    before = stage.clock.now()

    report = await stage.run()

    assert report.writes == 1
    assert timedelta(seconds=810) <= stage.clock.now() - before < timedelta(seconds=812)
    assert await rows.aside(stage) == {}


async def test_a_deletion_that_failed_is_forgotten_as_bad_once_it_was_made(stage: Stage) -> None:
    stage.left.put("D/bad.pdf", b"bad")
    await stage.settle()
    stage.left.delete("D/bad.pdf")
    at(stage, Side.RIGHT, When.BEFORE, Op.DELETE, raising(Unsupported("not now")), times=1)
    await stage.run()
    stage.clock.advance(MINUTE)

    await stage.run()

    assert stage.right.snapshot("D") == {}
    assert await rows.aside(stage) == {}
