"""A plan that is cut off half way leaves nothing that a later run would misread."""

import asyncio

import pytest
from scenarios.stage import Stage
from sync.crashing import at

from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import Unreachable

FILES = {f"F/f{number:02}.txt": f"content {number}".encode() for number in range(40)}


@pytest.fixture
async def stage(transactional_db: None) -> Stage:
    return await asyncio.to_thread(Stage)


def cut_after_the_first_file(stage: Stage, side: Side) -> None:
    """Let the time for one plan be over once the first file is on its way."""
    at(stage, side, When.BEFORE, Op.CREATE_FILE, lambda: stage.clock.advance(61))


async def test_a_folder_kept_whole_stays_whole_when_its_plan_was_cut_off(stage: Stage) -> None:
    for path, content in FILES.items():
        stage.left.put(f"D/{path}", content)
    await stage.settle()
    stage.left.delete("D/F")
    stage.right.move("D/F", "D/G")
    cut_after_the_first_file(stage, Side.LEFT)
    await stage.settle()

    for number in range(40):  # somebody opens and closes every file in Teams
        stage.right.touch(f"D/G/f{number:02}.txt")
    report = await stage.run()

    assert report.tallies[Side.RIGHT].deleted == 0
    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert len(stage.right.snapshot("D")) == 41


async def test_all_of_a_folder_that_moved_in_crosses_though_the_plan_was_cut_off(
    stage: Stage,
) -> None:
    for path, content in FILES.items():
        stage.left.put(f"out/{path}", content)
    await stage.settle()
    stage.left.move("out/F", "D/F")
    cut_after_the_first_file(stage, Side.RIGHT)

    await stage.settle()

    assert stage.right.snapshot("D") == stage.left.snapshot("D")
    assert len(stage.right.snapshot("D")) == 41


async def test_a_file_moved_into_a_folder_that_cannot_be_made_yet_stays_where_it_was_moved(
    stage: Stage,
) -> None:
    stage.left.put("D/f.txt", b"ink")
    await stage.settle()
    stage.right.mkdir("D/N")
    stage.right.move("D/f.txt", "D/N/f.txt")
    down = Unreachable("down")

    def fail() -> None:
        raise down

    at(stage, Side.LEFT, When.BEFORE, Op.CREATE_FOLDER, fail, times=5)

    await stage.run()
    stage.clock.advance(120)
    await stage.settle()

    for people in (stage.left, stage.right):
        assert people.snapshot("D") == {"N/": None, "N/f.txt": b"ink"}


async def test_a_deletion_is_decided_anew_when_anything_else_was_done_first(stage: Stage) -> None:
    stage.left.put("D/F/old.txt", b"old")
    await stage.settle()
    stage.left.delete("D/F")
    stage.left.put("D/new.txt", b"new")
    at(
        stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE,
        lambda: stage.right.put("D/F/just added.txt", b"just added"), times=1,
    )  # fmt: skip

    await stage.settle()

    wanted = {"F/": None, "F/just added.txt": b"just added", "new.txt": b"new"}
    assert stage.right.snapshot("D") == stage.left.snapshot("D") == wanted
