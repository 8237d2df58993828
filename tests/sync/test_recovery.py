"""A run that is cut off is taken up by the next one: every write once, no copy, no guess."""

from collections.abc import Callable

import pytest
from scenarios.stage import Stage
from sync import rows
from sync.crashing import Crash, at, clear_hooks, raising

from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.model.names import TEMPORARY, is_conflict_copy
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import AccessDenied, Unreachable

type Change = Callable[[Stage], object]

STEPS: dict[str, tuple[Op, Change]] = {
    "MakeFolder": (Op.CREATE_FOLDER, lambda stage: stage.left.mkdir("D/Drawings")),
    "MakeFile": (Op.CREATE_FILE, lambda stage: stage.left.put("D/new.pdf", b"new")),
    "ReplaceContent": (Op.REPLACE, lambda stage: stage.left.put("D/plan.pdf", b"second")),
    "MoveItem": (Op.MOVE, lambda stage: stage.left.move("D/plan.pdf", "D/Old/plan B.pdf")),
    "DeleteItem": (Op.DELETE, lambda stage: stage.left.delete("D/plan.pdf")),
}
MOMENTS = [When.BEFORE, When.AFTER]


async def begin(stage: Stage, kind: str) -> Op:
    """Bring both sides into step, then let a left user do what needs that kind of step."""
    stage.left.put("D/plan.pdf", b"first")
    stage.left.put("D/Old/letter.txt", b"dear")
    await stage.settle()
    op, change = STEPS[kind]
    change(stage)
    stage.zero()
    return op


async def is_in_step(stage: Stage) -> None:
    """Both sides hold the same, once, and the base says just that."""
    left, right = (stage.people[side].snapshot("D") for side in Side)
    assert left == right
    assert not [path for path in left if TEMPORARY in path or "conflict" in path]
    assert await rows.base_differs(stage) == []
    assert await rows.open_intents(stage) == []


@pytest.mark.parametrize("kind", STEPS)
async def test_an_intent_is_on_disk_before_its_call_and_gone_after_the_run(
    stage: Stage, kind: str
) -> None:
    op = await begin(stage, kind)
    seen: list[list[str]] = []

    async def look() -> None:
        seen.append(await rows.open_intents(stage))

    stage.remotes[Side.RIGHT].calls.hooks.append(
        lambda moment: look() if (moment.when, moment.op) == (When.BEFORE, op) else None
    )

    await stage.run()

    assert seen == [[kind]]
    assert await rows.open_intents(stage) == []


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("when", MOMENTS)
async def test_a_write_cut_off_by_a_crash_is_there_once_after_the_next_run(
    stage: Stage, kind: str, when: When
) -> None:
    op = await begin(stage, kind)
    at(stage, Side.RIGHT, when, op, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    assert await rows.open_intents(stage) == [kind]

    report = await stage.run()

    assert report.recovered == (when is When.AFTER)
    assert stage.remotes[Side.RIGHT].calls.done[op] == 1
    assert stage.remotes[Side.LEFT].calls.writes == 0
    await is_in_step(stage)


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("when", MOMENTS)
async def test_after_a_crash_the_second_run_finds_nothing_to_do(
    stage: Stage, kind: str, when: When
) -> None:
    op = await begin(stage, kind)
    at(stage, Side.RIGHT, when, op, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    await stage.run()
    stage.zero()

    report = await stage.run()

    assert report.writes == 0
    assert stage.count("writes") == 0


@pytest.mark.parametrize("kind", ["MakeFile", "ReplaceContent"])
async def test_a_crash_in_the_middle_of_an_upload_leaves_nothing_half_done(
    stage: Stage, kind: str
) -> None:
    op = await begin(stage, kind)
    before = stage.right.snapshot("D")
    at(stage, Side.RIGHT, When.DURING, op, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    assert stage.right.snapshot("D") == before

    await stage.run()

    await is_in_step(stage)


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("when", MOMENTS)
async def test_a_write_whose_answer_was_lost_is_looked_for_and_not_made_twice(
    stage: Stage, kind: str, when: When
) -> None:
    op = await begin(stage, kind)
    at(stage, Side.RIGHT, when, op, raising(Unreachable("the connection broke")))

    await stage.run()

    assert stage.remotes[Side.RIGHT].calls.done[op] == 1
    assert stage.remotes[Side.RIGHT].calls.refusals == []
    await is_in_step(stage)


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("when", MOMENTS)
async def test_a_remote_that_stays_away_during_a_run_is_served_by_a_later_one(
    stage: Stage, kind: str, when: When
) -> None:
    op = await begin(stage, kind)
    for calls in (op, Op.GET):
        at(stage, Side.RIGHT, when, calls, raising(Unreachable("no answer")), times=1000)
    await stage.run()
    clear_hooks(stage)
    stage.clock.advance(3600)

    await stage.run()

    assert stage.remotes[Side.RIGHT].calls.done[op] <= 2
    await is_in_step(stage)


async def test_an_edit_made_while_we_were_down_is_not_taken_for_our_own(stage: Stage) -> None:
    await begin(stage, "ReplaceContent")
    at(stage, Side.RIGHT, When.BEFORE, Op.REPLACE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    stage.right.put("D/plan.pdf", b"theirs")  # as long as what we were about to send

    await stage.settle()

    kept = {blob for blob in stage.left.snapshot("D").values() if blob is not None}
    assert {b"second", b"theirs"} <= kept
    assert stage.left.snapshot("D") == stage.right.snapshot("D")


async def test_a_file_that_a_user_put_at_our_place_while_we_were_down_is_not_adopted(
    stage: Stage,
) -> None:
    await begin(stage, "MakeFile")
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    stage.right.put("D/new.pdf", b"old")  # as long as what we were about to send

    report = await stage.run()

    assert report.recovered == 0
    await stage.settle()
    tree = stage.left.snapshot("D")
    assert {blob for path, blob in tree.items() if "new" in path} == {b"new", b"old"}
    assert tree == stage.right.snapshot("D")


async def test_a_write_that_a_user_renamed_before_we_came_back_is_lost_under_neither_name(
    stage: Stage,
) -> None:
    await begin(stage, "MakeFile")
    at(stage, Side.RIGHT, When.AFTER, Op.CREATE_FILE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    stage.right.move("D/new.pdf", "D/newer.pdf")

    await stage.settle()

    assert stage.left.snapshot("D")["newer.pdf"] == b"new"
    assert stage.left.snapshot("D") == stage.right.snapshot("D")


async def test_a_folder_that_cannot_be_seen_any_more_does_not_stop_the_recovery(
    stage: Stage,
) -> None:
    stage.left.put("D/plan.pdf", b"first")
    stage.left.mkdir("D/Private")
    await stage.settle()
    stage.left.put("D/Private/new.pdf", b"new")
    at(stage, Side.RIGHT, When.AFTER, Op.CREATE_FILE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    stage.right.hide("D/Private")
    stage.left.put("D/other.pdf", b"other")

    report = await stage.run()

    assert report.stopped == ""
    assert stage.right.snapshot("D")["other.pdf"] == b"other"


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("when", MOMENTS)
async def test_a_right_that_was_taken_away_stops_neither_recovery_nor_what_lies_elsewhere(
    stage: Stage, kind: str, when: When
) -> None:
    op = await begin(stage, kind)
    at(stage, Side.RIGHT, when, op, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    denied = AccessDenied("not for us")
    at(stage, Side.RIGHT, When.BEFORE, Op.GET, raising(denied), times=99)
    stage.left.put("D/Old/other.pdf", b"other")

    await stage.run()

    assert stage.right.snapshot("D/Old")["other.pdf"] == b"other"
    clear_hooks(stage)
    stage.clock.advance(3600)
    await stage.settle()
    await is_in_step(stage)


async def test_many_writes_cut_off_at_once_are_all_found(stage: Stage) -> None:
    for number in range(40):
        stage.left.put(f"D/{number}.txt", f"{number}".encode())
    at(stage, Side.RIGHT, When.AFTER, Op.CREATE_FILE, raising(Crash()), subject="17")
    with pytest.raises(Crash):
        await stage.run()

    await stage.run()

    assert stage.remotes[Side.RIGHT].calls.transfers == 40
    await is_in_step(stage)


@pytest.mark.parametrize(
    ("op", "side"),
    [(Op.CREATE_FILE, Side.LEFT), (Op.CREATE_FILE, Side.RIGHT), (Op.REPLACE, Side.RIGHT)],
)
@pytest.mark.parametrize("when", MOMENTS)
async def test_a_conflict_cut_off_anywhere_leaves_one_copy(
    stage: Stage, op: Op, side: Side, when: When
) -> None:
    stage.left.put("D/plan.pdf", b"first")
    await stage.settle()
    stage.left.put("D/plan.pdf", b"left's")
    stage.right.put("D/plan.pdf", b"right's!")
    came = at(stage, side, when, op, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()

    await stage.settle()

    assert len(came) == 1
    tree = stage.left.snapshot("D")
    assert set(tree.values()) == {b"left's", b"right's!"}
    assert len([path for path in tree if is_conflict_copy(path)]) == 1  # type: ignore[arg-type]
    assert tree == stage.right.snapshot("D")
    assert await rows.base_differs(stage) == []


async def test_a_copy_that_could_be_made_on_one_side_only_is_made_on_the_other_later(
    stage: Stage,
) -> None:
    """No feed tells it, since we made it; and in the end its file has another name."""
    stage.left.put("D/plan.pdf", b"first")
    await stage.settle()
    stage.left.move("D/plan.pdf", "D/new.pdf")
    stage.left.put("D/new.pdf", b"left's")
    stage.right.put("D/plan.pdf", b"right's!")
    at(stage, Side.LEFT, When.BEFORE, Op.CREATE_FILE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    stage.left.move("D/new.pdf", "D/newest.pdf")

    await stage.settle()

    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert set(stage.left.snapshot("D").values()) == {b"left's", b"right's!"}
    assert await rows.base_differs(stage) == []


@pytest.mark.parametrize("crash_at", range(3))
@pytest.mark.parametrize("when", MOMENTS)
async def test_an_exchange_of_names_cut_off_anywhere_ends_right(
    stage: Stage, crash_at: int, when: When
) -> None:
    stage.left.put("D/a.pdf", b"a")
    stage.left.put("D/b.pdf", b"b")
    await stage.settle()
    stage.left.swap("D/a.pdf", "D/b.pdf")
    moves = [0]

    def crash() -> None:
        moves[0] += 1
        if moves[0] == crash_at + 1:
            raise Crash

    at(stage, Side.RIGHT, when, Op.MOVE, crash, times=100)
    with pytest.raises(Crash):
        await stage.run()
    clear_hooks(stage)

    await stage.settle()

    assert stage.right.snapshot("D") == {"a.pdf": b"b", "b.pdf": b"a"}
    assert stage.left.snapshot("D") == {"a.pdf": b"b", "b.pdf": b"a"}
    assert stage.count("transfers") == 2
    assert await rows.base_differs(stage) == []


async def test_a_file_whose_answer_was_lost_and_that_a_user_renamed_is_not_made_twice(
    stage: Stage,
) -> None:
    stage.left.put("D/a.pdf", b"first")
    at(stage, Side.RIGHT, When.AFTER, Op.CREATE_FILE, raising(Unreachable("no answer")))
    at(stage, Side.RIGHT, When.BEFORE, Op.GET, raising(Unreachable("no answer")), times=10**6)
    await stage.run()
    clear_hooks(stage)
    stage.right.move("D/a.pdf", "D/New/b.pdf")

    await stage.settle()

    assert stage.left.snapshot("D") == {"New/": None, "New/b.pdf": b"first"}
    assert stage.right.snapshot("D") == {"New/": None, "New/b.pdf": b"first"}
    assert await rows.base_differs(stage) == []


async def test_a_file_of_ours_with_other_bytes_is_not_taken_for_the_lost_one(
    stage: Stage,
) -> None:
    stage.left.put("D/a.pdf", b"first")
    at(stage, Side.RIGHT, When.AFTER, Op.CREATE_FILE, raising(Unreachable("no answer")))
    at(stage, Side.RIGHT, When.BEFORE, Op.GET, raising(Unreachable("no answer")), times=10**6)
    await stage.run()
    clear_hooks(stage)
    stage.left.put("D/a.pdf", b"other")
    stage.right.move("D/a.pdf", "D/b.pdf")

    await stage.settle()

    assert stage.left.snapshot("D") == {"a.pdf": b"other", "b.pdf": b"first"}
