"""Conflicts are listed with what is left of them, and a person decides what nobody can tell."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from scenarios.stage import TRAITS, Stage

from turnbuckle.actions.conflicts import Conflicts, NothingToDecide, decided, found
from turnbuckle.connectors.memory.blobs import rewritten
from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Answer
from turnbuckle.model.side import Side
from turnbuckle.store import models

REWRITES = {
    side: replace(traits, rewrites=frozenset({".docx"}) if side is Side.RIGHT else frozenset())
    for side, traits in TRAITS.items()
}
LEFT, RIGHT = b"as it was drawn up", b"as somebody put it into Teams"


async def look(stage: Stage) -> Conflicts:
    """Ask for the conflicts; no remote may be called for it."""
    stage.zero()
    told = await found(stage.ends, stage.clock)
    assert not any(remote.calls.started for remote in stage.remotes.values())
    return told


async def both_had_it(stage: Stage) -> None:
    """Let both sides have had a file of one name before the link was made, and run it."""
    stage.left.put("D/Minutes/plan?.docx", LEFT)
    stage.right.put("D/Minutes/plan-.docx", RIGHT)
    made = stage.clock.now() + timedelta(hours=1)
    link = models.Link.objects.filter(id=stage.ends.link.id)
    await asyncio.to_thread(lambda: link.update(created=made))
    stage.ends = replace(stage.ends, link=replace(stage.ends.link, created=made))
    await stage.settle()


@pytest.fixture
def rewriting(transactional_db: None) -> Stage:
    """Give a link whose right side rewrites documents."""
    return Stage(traits=REWRITES)


async def test_a_conflict_copy_is_listed_once_while_it_is_there(stage: Stage) -> None:
    stage.left.put("D/Plans/a.pdf", b"one")
    await stage.settle()
    stage.left.put("D/Plans/a.pdf", b"left")
    stage.right.put("D/Plans/a.pdf", b"right")
    await stage.settle()

    told = await look(stage)

    assert [(copy.original, copy.keeps) for copy in told.copies] == [("a.pdf", Side.RIGHT)]
    stage.left.delete(f"D/{told.copies[0].shown.path}")
    await stage.settle()
    assert (await look(stage)).copies == ()


async def test_a_move_that_did_not_hold_is_listed(stage: Stage) -> None:
    stage.left.put("D/a.pdf", b"one")
    await stage.settle()
    stage.left.move("D/a.pdf", "D/Left/a.pdf")
    stage.right.move("D/a.pdf", "D/Right/a.pdf")
    await stage.settle()

    told = await look(stage)

    assert [(line.what, line.side) for line in told.moves] == [(Reason.MOVE_OVERRULED, Side.RIGHT)]


async def test_files_that_both_sides_had_before_are_listed_to_decide(rewriting: Stage) -> None:
    await both_had_it(rewriting)

    told = await look(rewriting)

    assert [(each.path, each.right.path, each.answer) for each in told.undecided] == [
        ("Minutes/plan?.docx", "Minutes/plan-.docx", None)
    ]
    assert told.copies == ()


@pytest.mark.parametrize(
    ("answer", "left", "right"),
    [
        (Answer.SAME, LEFT, RIGHT),
        (Answer.LEFT, LEFT, LEFT),
        (Answer.RIGHT, RIGHT, RIGHT),
    ],
)
async def test_a_persons_answer_is_carried_out_by_the_next_run(
    rewriting: Stage, answer: Answer, left: bytes, right: bytes
) -> None:
    await both_had_it(rewriting)

    await decided(rewriting.ends, "minutes/PLAN?.docx", answer, by="ana", clock=rewriting.clock)
    await rewriting.settle()

    assert rewriting.left.snapshot("D")["Minutes/plan?.docx"] == left
    assert rewriting.right.snapshot("D")["Minutes/plan-.docx"] in (right, rewritten(right))
    assert (await look(rewriting)).undecided == ()


async def test_both_are_kept_when_a_person_says_so(rewriting: Stage) -> None:
    await both_had_it(rewriting)

    await decided(
        rewriting.ends, "Minutes/plan?.docx", Answer.BOTH, by="ana", clock=rewriting.clock
    )
    await rewriting.settle()

    kept = [blob for blob in rewriting.left.snapshot("D").values() if blob is not None]
    assert sorted(map(str, kept)) == sorted(map(str, (LEFT, RIGHT)))
    assert len(rewriting.right.snapshot("D")) == len(rewriting.left.snapshot("D"))


async def test_an_answer_is_shown_until_it_is_carried_out(rewriting: Stage) -> None:
    await both_had_it(rewriting)

    done = await decided(
        rewriting.ends, "Minutes/plan?.docx", Answer.SAME, by="ana", clock=rewriting.clock
    )

    assert done.answer is Answer.SAME
    assert [each.answer for each in (await look(rewriting)).undecided] == [Answer.SAME]
    kept = await asyncio.to_thread(lambda: models.Answer.objects.get().given_by)
    assert kept == "ana"


@pytest.mark.parametrize("side", Side)
async def test_what_is_saved_after_the_answer_is_kept_and_asked_about_again(
    rewriting: Stage, side: Side
) -> None:
    await both_had_it(rewriting)
    await decided(
        rewriting.ends, "Minutes/plan?.docx", Answer.LEFT, by="ana", clock=rewriting.clock
    )
    people = rewriting.people[side]
    (path,) = (path for path in people.snapshot("D") if path.endswith(".docx"))
    people.put(f"D/{path}", b"two more hours of work, after the answer")

    await rewriting.settle()

    texts = [blob for blob in people.snapshot("D").values() if blob is not None]
    assert b"two more hours of work, after the answer" in texts
    assert [each.answer for each in (await look(rewriting)).undecided] == [None]
    assert await asyncio.to_thread(models.Answer.objects.count) == 0


async def test_another_file_of_that_name_is_not_what_the_answer_was_about(
    rewriting: Stage,
) -> None:
    await both_had_it(rewriting)
    await decided(
        rewriting.ends, "Minutes/plan?.docx", Answer.LEFT, by="ana", clock=rewriting.clock
    )
    rewriting.right.move("D/Minutes/plan-.docx", "D/Minutes/old.docx")
    rewriting.right.put("D/Minutes/plan-.docx", b"another file altogether")

    await rewriting.settle()

    assert b"another file altogether" in rewriting.right.snapshot("D").values()
    assert RIGHT in rewriting.right.snapshot("D").values()


async def test_a_file_that_waits_for_no_answer_cannot_be_decided(stage: Stage) -> None:
    with pytest.raises(NothingToDecide, match=r"a\.pdf"):
        await decided(stage.ends, "a.pdf", Answer.SAME, by="", clock=stage.clock)
