"""Calls say on whose behalf and what for they are made, so that the urgent ones go first."""

from scenarios.stage import Stage

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.side import Side
from turnbuckle.ports.budget import Lane, Purpose, lane
from turnbuckle.sync.running import run_link

LOOKS = (Op.LIST, Op.DELTA)


def overheard(stage: Stage) -> list[tuple[Op, Lane]]:
    """Give a list of the calls from now on, each with its lane."""
    heard: list[tuple[Op, Lane]] = []

    def hear(moment: Moment) -> None:
        if moment.when is When.BEFORE:
            heard.append((moment.op, lane()))

    for side in Side:
        stage.remotes[side].calls.hooks.append(hear)
    return heard


def purposes(heard: list[tuple[Op, Lane]], *ops: Op) -> set[Purpose]:
    return {lane.purpose for op, lane in heard if op in ops}


async def test_a_first_sync_is_bulk_work(stage: Stage) -> None:
    stage.left.put("D/plan.pdf", b"ink")
    heard = overheard(stage)

    await stage.run()

    assert purposes(heard, *LOOKS) == {Purpose.BULK}
    assert purposes(heard, Op.CREATE_FILE) == {Purpose.BULK}
    assert {lane.link for _, lane in heard} == {str(stage.ends.link.id)}


async def test_what_people_change_later_is_fresh_and_a_look_is_ordinary(stage: Stage) -> None:
    await stage.run()
    stage.left.put("D/plan.pdf", b"ink")
    heard = overheard(stage)

    await stage.run()

    assert purposes(heard, *LOOKS) == {Purpose.ORDINARY}
    assert purposes(heard, Op.CREATE_FILE) == {Purpose.FRESH}


async def test_a_folder_of_hundreds_of_files_keeps_nobody_elses_edits_waiting(stage: Stage) -> None:
    await stage.run()
    for number in range(201):
        stage.left.put(f"D/{number}.txt", b"ink")
    heard = overheard(stage)

    await stage.run()

    assert purposes(heard, Op.CREATE_FILE) == {Purpose.ORDINARY}


async def test_a_run_that_somebody_waits_for_looks_at_once(stage: Stage) -> None:
    await stage.run()
    heard = overheard(stage)

    await run_link(stage.ends, stage.clock, purpose=Purpose.FRESH)

    assert purposes(heard, *LOOKS) == {Purpose.FRESH}


async def test_a_complete_enumeration_is_bulk_work_and_its_proofs_are_not(stage: Stage) -> None:
    stage.left.put("D/plan.pdf", b"ink")
    stage.left.put("D/keep.pdf", b"ink")
    await stage.run()
    stage.left.delete("D/plan.pdf")
    heard = overheard(stage)

    await run_link(stage.ends, stage.clock, complete=True)

    assert purposes(heard, *LOOKS) == {Purpose.BULK}
    assert purposes(heard, Op.DELETE) == {Purpose.FRESH}
    assert purposes(heard, Op.GET) == {Purpose.PROOF}


async def test_the_look_before_a_folder_is_deleted_is_a_proof(stage: Stage) -> None:
    stage.left.put("D/old/plan.pdf", b"ink")
    stage.left.put("D/keep.pdf", b"ink")
    await stage.run()
    stage.left.delete("D/old")
    heard = overheard(stage)

    await stage.run()

    assert purposes(heard, *LOOKS) == {Purpose.ORDINARY, Purpose.PROOF}
