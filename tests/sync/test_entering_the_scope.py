"""What was done outside the scope is carried over once its folder comes into the scope."""

from dataclasses import replace

import pytest
from scenarios.stage import Stage

from turnbuckle.model.policy import Policy, Winner
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side
from turnbuckle.sync import one_run

EXCLUDED = Policy(winner=Winner.LEFT, scope=(Rule(include=False, folder="Archive"),))
PAUSED = Policy(winner=Winner.LEFT, directions={"Archive": Direction.PAUSED})
NOW = {"Current/": None, "Current/a.pdf": b"two, longer", "Current/c.pdf": b"c",
       "Current/s/": None, "Current/s/b.pdf": b"b, longer"}  # fmt: skip


@pytest.fixture(params=[EXCLUDED, PAUSED], ids=["excluded", "paused"])
async def archive(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    """Give a link whose folder `Archive` is out of the scope, after some work of people in it."""
    stage.left.put("D/Archive/a.pdf", b"one")
    stage.left.put("D/Archive/s/b.pdf", b"b")
    stage.left.put("D/Archive/s/d.pdf", b"d")
    await stage.settle()
    stage.ends = replace(stage.ends, policy=request.param)
    work(stage, "Archive")
    await stage.settle()
    return stage


def work(stage: Stage, folder: str) -> None:
    """Edit, add and delete below a folder of the left side."""
    stage.left.put(f"D/{folder}/a.pdf", b"two, longer")
    stage.left.put(f"D/{folder}/s/b.pdf", b"b, longer")
    stage.left.put(f"D/{folder}/c.pdf", b"c")
    stage.left.delete(f"D/{folder}/s/d.pdf")


async def test_a_folder_renamed_into_the_scope_brings_what_was_done_in_it(archive: Stage) -> None:
    archive.left.move("D/Archive", "D/Current")

    await archive.settle()

    assert archive.right.snapshot("D") == archive.left.snapshot("D") == NOW


@pytest.mark.parametrize("side", Side)
async def test_a_folder_moved_into_the_scope_brings_what_was_done_in_it(
    archive: Stage, side: Side
) -> None:
    archive.people[side].move("D/Archive", "D/Y/Archive")

    await archive.settle()

    assert archive.right.snapshot("D") == archive.left.snapshot("D")
    assert archive.right.snapshot("D")["Y/Archive/s/b.pdf"] == b"b, longer"


async def test_what_was_done_comes_though_the_run_breaks_off_after_the_rename(
    archive: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.left.move("D/Archive", "D/Current")
    monkeypatch.setattr(one_run, "_MOST_ROUNDS", 1)
    await archive.run()
    monkeypatch.undo()

    await archive.settle()

    assert archive.right.snapshot("D") == NOW


async def test_the_folder_above_brings_what_was_done_in_a_folder_outside(stage: Stage) -> None:
    stage.left.put("D/X/Archive/a.pdf", b"one")
    await stage.settle()
    rule = Rule(include=False, folder="X/Archive")
    stage.ends = replace(stage.ends, policy=Policy(scope=(rule,)))
    stage.left.put("D/X/Archive/a.pdf", b"two, longer")
    await stage.settle()
    stage.left.move("D/X", "D/Y")

    await stage.settle()

    assert stage.right.snapshot("D")["Y/Archive/a.pdf"] == b"two, longer"


async def test_what_was_done_while_a_folder_was_out_comes_when_it_is_back(stage: Stage) -> None:
    stage.ends = replace(stage.ends, policy=EXCLUDED)
    for name in ("a.pdf", "s/b.pdf", "s/d.pdf"):
        stage.left.put(f"D/Current/{name}", name.encode())
    await stage.settle()
    stage.left.move("D/Current", "D/Archive")
    await stage.settle()
    work(stage, "Archive")
    await stage.settle()
    stage.left.move("D/Archive", "D/Current")

    await stage.settle()

    assert stage.right.snapshot("D") == stage.left.snapshot("D") == NOW
