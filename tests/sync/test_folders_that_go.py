"""A folder is deleted with all that lies in it, so it is looked at once more just before."""

from collections.abc import Callable

from scenarios.stage import Stage

from turnbuckle.connectors.memory.feed import Quirk
from turnbuckle.model.plans import Plan
from turnbuckle.model.side import Side
from turnbuckle.sync.running import run_link
from turnbuckle.sync.watching import Nobody


class Acting(Nobody):
    """Lets a user do something once a plan was made, at the first of its kind."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act: Callable[[], object] | None = act

    def planned(self, plan: Plan) -> None:
        """Act, once."""
        if self._act is not None:
            act, self._act = self._act, None
            act()


async def two_folders(stage: Stage) -> None:
    for folder in ("x", "y"):
        stage.left.put(f"D/{folder}/a.pdf", folder.encode())
    await stage.settle()


async def run_while(stage: Stage, act: Callable[[], object]) -> None:
    """Run, with a user who is quick, and then until all is at rest."""
    await run_link(stage.ends, stage.clock, Acting(act))
    await stage.settle()


async def test_what_somebody_puts_into_a_folder_that_is_about_to_go_survives(
    stage: Stage,
) -> None:
    await two_folders(stage)
    stage.left.delete("D/x")

    await run_while(stage, lambda: stage.right.put("D/x/new.pdf", b"new"))

    for people in (stage.left, stage.right):
        assert set(people.snapshot("D")) == {"x/", "x/new.pdf", "y/", "y/a.pdf"}


async def test_what_somebody_moves_into_it_survives(stage: Stage) -> None:
    await two_folders(stage)
    stage.left.delete("D/x")

    await run_while(stage, lambda: stage.right.move("D/y/a.pdf", "D/x/b.pdf"))

    for people in (stage.left, stage.right):
        assert set(people.snapshot("D")) == {"x/", "x/b.pdf", "y/"}


async def test_a_folder_that_is_restored_meanwhile_stays(stage: Stage) -> None:
    await two_folders(stage)
    stage.left.delete("D/x")
    stage.zero()

    await run_while(stage, lambda: stage.left.restore("D/x"))

    assert stage.count("deletes") == 0
    assert "x/a.pdf" in stage.right.snapshot("D")


async def test_a_folder_made_anew_whose_old_end_nobody_told_takes_its_place(
    stage: Stage,
) -> None:
    await two_folders(stage)
    stage.remotes[Side.RIGHT].feed.quirk = Quirk.RECREATED_FOLDER_NO_TOMBSTONE
    stage.right.delete("D/x")
    stage.right.put("D/x/a.pdf", b"second")

    await stage.settle()

    assert stage.left.snapshot("D") == stage.right.snapshot("D")
    assert stage.left.snapshot("D/x") == {"a.pdf": b"second"}
