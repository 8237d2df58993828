"""Whoever asks about a file is told how it stands, and nothing is asked of the remotes for it."""

import asyncio

import pytest
from scenarios.stage import Stage
from sync.crashing import Crash, at, raising

from turnbuckle.actions.explaining import Answer, Explained, State, explained
from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.model.plans import CreateFile, Reason
from turnbuckle.model.policy import Policy, Winner
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import TooLarge


async def ask(stage: Stage, text: str) -> Answer:
    """Ask about a path; no remote may be called for it."""
    stage.zero()
    answer = await explained(stage.ends, text, stage.clock)
    assert not any(remote.calls.started for remote in stage.remotes.values())
    return answer


async def about(stage: Stage, text: str) -> Explained:
    """Ask about a path of exactly one item."""
    answer = await ask(stage, text)
    assert len(answer.found) == 1, answer
    return answer.found[0]


async def test_a_file_on_both_sides_is_in_step_under_both_names(stage: Stage) -> None:
    stage.left.put("D/Plans/what?.pdf", b"ink")
    await stage.settle()

    found = await about(stage, "plans/WHAT?.pdf")

    assert found.state is State.IN_STEP
    assert found.left is not None
    assert found.left.path == "Plans/what?.pdf"
    assert found.right is not None
    assert found.right.path == "Plans/what-.pdf"
    assert found.left.item.size == 3


async def test_a_file_can_be_asked_for_by_the_name_that_the_other_side_gave_it(
    stage: Stage,
) -> None:
    stage.left.put("D/Plans/what?.pdf", b"ink")
    await stage.settle()

    found = await about(stage, "what-.pdf")

    assert found.path == "Plans/what?.pdf"


async def test_a_change_that_no_run_has_dealt_with_is_to_come(stage: Stage) -> None:
    stage.left.put("D/a.pdf", b"one")
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()

    found = await about(stage, "a.pdf")

    assert found.state is State.TO_COME
    assert [type(step) for step in found.steps] == [CreateFile]


async def test_a_file_that_failed_says_why_and_when_it_is_tried_again(stage: Stage) -> None:
    stage.left.put("D/a.pdf", b"one")
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(TooLarge("too large there")))
    await stage.run()

    found = await about(stage, "a.pdf")

    assert (found.state, found.detail) == (State.SET_ASIDE, "too large there")
    assert found.aside is not None
    assert found.aside.tries == 1
    assert found.aside.next_try > stage.clock.now()


async def test_a_deleted_file_says_which_run_deleted_it_where(stage: Stage) -> None:
    stage.left.put("D/a.pdf", b"one")
    stage.left.put("D/b.pdf", b"two")
    await stage.settle()
    stage.right.delete("D/a.pdf")
    await stage.settle()

    found = await about(stage, "a.pdf")

    assert found.state is State.DELETED
    assert found.deleted is not None
    assert found.deleted.side is Side.LEFT


async def test_a_new_file_at_the_place_of_a_deleted_one_is_the_one_meant(stage: Stage) -> None:
    stage.left.put("D/a.pdf", b"one")
    await stage.settle()
    stage.left.delete("D/a.pdf")
    await stage.settle()
    stage.left.put("D/a.pdf", b"two")
    await stage.settle()

    assert (await about(stage, "a.pdf")).state is State.IN_STEP


async def test_a_file_that_is_never_synced_says_so(stage: Stage) -> None:
    stage.left.put("D/~$a.docx", b"owner")
    await stage.settle()

    found = await about(stage, "~$a.docx")

    assert found.state is State.LEFT_ALONE
    assert "never synced" in found.rule


async def test_a_conflict_copy_names_its_original_and_the_side_it_keeps(stage: Stage) -> None:
    stage.left.put("D/a.pdf", b"one")
    await stage.settle()
    stage.left.put("D/a.pdf", b"left")
    stage.right.put("D/a.pdf", b"right")
    await stage.settle()
    copy = next(path for path in stage.left.snapshot("D") if "conflict" in path)

    found = await about(stage, copy)

    assert found.state is State.IN_STEP
    assert found.copy_of == ("a.pdf", Side.RIGHT)


async def test_a_file_outside_of_the_links_folder_is_told_as_such(stage: Stage) -> None:
    stage.left.put("Elsewhere/a.pdf", b"one")
    await stage.settle()

    assert (await about(stage, "a.pdf")).state is State.OUTSIDE


async def test_a_file_that_was_never_seen_is_answered_by_the_closest_names(stage: Stage) -> None:
    stage.left.put("D/Plans/A-101.pdf", b"one")
    await stage.settle()

    answer = await ask(stage, "Plans/A-102.pdf")

    assert answer.found == ()
    assert answer.alike == ("Plans/A-101.pdf",)
    assert all(at is not None for at in answer.complete.values())


async def test_a_version_that_waits_for_a_lock_says_who_has_it_open(stage: Stage) -> None:
    stage.left.put("D/a.pdf", b"one")
    await stage.settle()
    stage.right.lock("D/a.pdf")
    stage.left.put("D/a.pdf", b"two")
    await stage.run()

    found = await about(stage, "a.pdf")

    assert found.state in (State.SET_ASIDE, State.WAITING)
    assert found.reason is Reason.LOCKED or "Pat" in found.detail


async def test_a_file_whose_deletion_is_held_names_the_batch(transactional_db: None) -> None:
    stage = await held_stage()

    found = await about(stage, "a.pdf")

    assert found.state is State.HELD
    assert found.reason is Reason.DELETE_LIMIT
    assert found.held is not None
    assert found.held.files == 2


RULED_OUT = Policy(
    scope=(
        Rule(include=False, names=("*.bak",)),
        Rule(include=False, folder="Old"),
        Rule(include=True, folder="Old/Kept"),
    ),
    directions={"Paused": Direction.PAUSED, "Ours": Direction.TO_LEFT},
)


@pytest.mark.parametrize(
    ("path", "state", "words"),
    [
        ("Old/a.pdf", State.LEFT_ALONE, "rule 2 "),
        ("Plans/a.bak", State.LEFT_ALONE, "rule 1 "),
        ("Paused/a.pdf", State.LEFT_ALONE, "paused"),
        ("Ours/a.pdf", State.WAITING, ""),
        ("Old/Kept/a.pdf", State.IN_STEP, ""),
    ],
)
async def test_a_file_that_a_rule_leaves_out_names_the_rule(
    path: str, state: State, words: str, transactional_db: None
) -> None:
    stage = await asyncio.to_thread(Stage, RULED_OUT)
    stage.left.put(f"D/{path}", b"one")
    await stage.settle()

    found = await about(stage, path)

    assert (found.state, words in found.rule) == (state, True)
    assert (found.reason is Reason.ONE_WAY) == (state is State.WAITING)


async def held_stage() -> Stage:
    """Give a link that holds the deletion of two files."""
    stage = await asyncio.to_thread(Stage, Policy(winner=Winner.LEFT, deletions_per_day=1))
    for name in ("a", "b", "c"):
        stage.left.put(f"D/{name}.pdf", name.encode())
    await stage.settle()
    stage.left.delete("D/a.pdf")
    stage.left.delete("D/b.pdf")
    await stage.settle()
    return stage
