"""Everything that is not in step is told once, with the reason that people can act on."""

import pytest
from scenarios.stage import Stage
from sync.crashing import at, clear_hooks, raising

from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.side import Side
from turnbuckle.ports import errors
from turnbuckle.ports.errors import AccessDenied, NoSpace, RemoteError
from turnbuckle.sync.reasons import reason_of, stopped_for
from turnbuckle.sync.report import Report, State

WORDS: list[tuple[RemoteError, Reason]] = [
    (errors.CheckedOut("x"), Reason.CHECKED_OUT),
    (errors.Locked("x"), Reason.LOCKED),
    (errors.NoSpace("x"), Reason.QUOTA_FULL),
    (errors.AccessDenied("x"), Reason.PERMISSION),
    (errors.TooLarge("x"), Reason.TOO_LARGE),
    (errors.EmptyRefused("x"), Reason.EMPTY_NOT_ALLOWED),
    (errors.TypeRefused("x"), Reason.TYPE_NOT_ALLOWED),
    (errors.BadName("x"), Reason.BAD_NAME),
    (errors.Unsupported("x"), Reason.UNSUPPORTED),
    (errors.Unproven("x"), Reason.HIDDEN),
    (errors.ServerError("x"), Reason.SERVER_ERROR),
    (errors.Unreachable("x"), Reason.SERVER_ERROR),
    (errors.MalformedReply("x"), Reason.SERVER_ERROR),
    (errors.Overtaken("x"), Reason.SET_ASIDE),
    (errors.SignInNeeded("x"), Reason.SIGN_IN),
    (errors.WrongTenant("x"), Reason.WRONG_TENANT),
    (errors.FolderLost("x"), Reason.ROOT_MISSING),
    (errors.ProjectArchived("x"), Reason.PROJECT_ARCHIVED),
    (errors.ProjectMissing("x"), Reason.PROJECT_MISSING),
]


@pytest.mark.parametrize(
    ("error", "reason"), WORDS, ids=lambda value: str(getattr(value, "value", type(value).__name__))
)
def test_each_error_has_its_reason(error: RemoteError, reason: Reason) -> None:
    assert reason_of(error) is reason


def test_only_what_a_person_has_to_mend_pauses_a_link() -> None:
    paused = {reason for error, reason in WORDS if stopped_for(error) is not None}

    assert paused == {
        Reason.SIGN_IN,
        Reason.WRONG_TENANT,
        Reason.PERMISSION,
        Reason.QUOTA_FULL,
        Reason.ROOT_MISSING,
        Reason.PROJECT_ARCHIVED,
        Reason.PROJECT_MISSING,
    }


def told(report: Report) -> dict[str, Reason]:
    """Give the reasons of what is not in step, by path."""
    return {notice.path: notice.reason for notice in report.blocked}


async def two_folders(stage: Stage) -> None:
    for folder in ("x", "y"):
        stage.left.put(f"D/{folder}/a.pdf", b"first")
    await stage.settle()


async def test_what_failed_is_told_by_every_run_until_it_is_through(stage: Stage) -> None:
    stage.left.put("D/bad.pdf", b"bad")
    error = errors.TooLarge("too large there")
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(error), times=10**6)

    reports = [await stage.run() for _ in range(2)]

    assert [told(report) for report in reports] == [{"bad.pdf": Reason.TOO_LARGE}] * 2
    assert [report.state for report in reports] == [State.BLOCKED] * 2


async def test_what_was_opened_by_somebody_is_tried_again_as_soon_as_it_is_closed(
    stage: Stage,
) -> None:
    await two_folders(stage)
    stage.right.lock("D/x/a.pdf")
    stage.left.put("D/x/a.pdf", b"second")
    waiting = await stage.run()
    stage.right.unlock("D/x/a.pdf")

    report = await stage.run()

    assert told(waiting) == {"x/a.pdf": Reason.LOCKED}
    assert (told(report), report.state) == ({}, State.SYNCED)
    assert stage.right.snapshot("D/x") == {"a.pdf": b"second"}


async def test_a_full_side_is_tried_by_each_run_with_one_file_alone(stage: Stage) -> None:
    for number in range(30):
        stage.left.put(f"D/{number}.pdf", b"x")
    error = NoSpace("the library is full")
    tries = at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(error), times=10**6)
    await stage.run()
    tries.clear()

    report = await stage.run()

    assert 1 <= len(tries) <= 16  # as many as are under way together
    assert set(told(report).values()) == {Reason.QUOTA_FULL}
    assert report.stopped_for is None


async def test_when_there_is_room_again_everything_goes_on_at_once(stage: Stage) -> None:
    stage.left.put("D/a.pdf", b"x")
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(NoSpace("full")), times=10**6)
    await stage.run()
    clear_hooks(stage)

    report = await stage.run()

    assert report.state is State.SYNCED


async def test_a_right_lost_below_a_folder_covers_the_folder_and_nothing_else(
    stage: Stage,
) -> None:
    await two_folders(stage)
    for folder in ("x", "y"):
        stage.left.put(f"D/{folder}/a.pdf", b"second")
    for op in (Op.REPLACE, Op.GET):
        error = AccessDenied("no right to this folder")
        at(stage, Side.RIGHT, When.BEFORE, op, raising(error), subject="D/x", times=10**6)

    report = await stage.run()

    assert told(report) == {"x": Reason.PERMISSION}
    assert report.state is State.BLOCKED
    assert stage.right.snapshot("D/y") == {"a.pdf": b"second"}


async def test_a_right_given_back_lets_everything_go_on(stage: Stage) -> None:
    await two_folders(stage)
    stage.left.put("D/x/a.pdf", b"second")
    for op in (Op.REPLACE, Op.GET):
        error = AccessDenied("no right to this folder")
        at(stage, Side.RIGHT, When.BEFORE, op, raising(error), subject="D/x", times=10**6)
    await stage.run()
    clear_hooks(stage)

    report = await stage.run(complete=True)

    assert (report.state, told(report)) == (State.SYNCED, {})
    assert stage.right.snapshot("D/x") == {"a.pdf": b"second"}


async def test_a_complete_run_tries_again_what_failed_before(stage: Stage) -> None:
    stage.left.put("D/bad.pdf", b"bad")
    error = errors.TooLarge("too large there")
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(error), times=1)
    await stage.run()

    report = await stage.run(complete=True)

    assert report.state is State.SYNCED


def test_the_state_is_one_word() -> None:
    report = Report()
    states = [report.state]
    report.blocked.append(Notice(reason=Reason.LOCKED, side=Side.LEFT, path="a"))
    states.append(report.state)
    report.holds = True
    states.append(report.state)
    report.stopped_for = Reason.ROOT_MISSING
    states.append(report.state)

    assert states == [State.SYNCED, State.BLOCKED, State.HELD, State.PAUSED]
