"""A person decides about what is held, and the decision is kept with who made it."""

from datetime import UTC, datetime

import pytest
from scenarios.stage import Stage

from turnbuckle.actions import holds
from turnbuckle.model.items import ItemId, Kind
from turnbuckle.model.plans import Withheld
from turnbuckle.model.policy import Decision
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.holds import NoSuchBatch
from turnbuckle.store.records import Link

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def hold(link: Link, *paths: str, what: Withheld = Withheld.DELETION) -> int:
    """Hold files of the right side back; give the batch's number."""
    batch = models.Hold.objects.create(link_id=link.id, reason="delete_limit", opened=NOW)
    for path in paths:
        models.HeldItem.objects.create(
            hold=batch, link_id=link.id, side="right", item_id=f"r-{path}", what=what.value,
            kind="file", path=path,
        )  # fmt: skip
    return batch.id


def decide(stage: Stage, batch: int | None, decision: Decision) -> list[int]:
    """Decide, and give the numbers of the batches that were decided about."""
    scope, name = stage.ends.scope, stage.ends.link.name
    done = holds.decide(scope, name, batch, decision, by="ana", now=NOW)
    return [each.batch.number for each in done]


def test_what_waits_is_told_with_what_would_happen(stage: Stage) -> None:
    number = hold(stage.ends.link, "a.pdf", "b.pdf")

    waiting = holds.waiting(stage.ends.link)

    assert [each.batch.number for each in waiting] == [number]
    assert waiting[0].counts == {(Withheld.DELETION, Side.RIGHT, Kind.FILE): 2}
    assert [entry.path for entry in waiting[0].entries] == ["a.pdf", "b.pdf"]


def test_one_batch_is_approved_and_the_other_waits_on(stage: Stage) -> None:
    first, second = hold(stage.ends.link, "a.pdf"), hold(stage.ends.link, "b.pdf")

    decided = decide(stage, first, Decision.APPROVED)

    assert decided == [first]
    state = {each.batch.number: each.batch for each in holds.waiting(stage.ends.link)}
    assert (state[first].decision, state[first].decided_by) == (Decision.APPROVED, "ana")
    assert state[second].decision is None


def test_the_next_run_thinks_about_what_was_decided(stage: Stage) -> None:
    number = hold(stage.ends.link, "a.pdf")

    decide(stage, number, Decision.REJECTED)

    marked = models.Dirty.objects.filter(link_id=stage.ends.link.id)
    assert list(marked.values_list("item_id", flat=True)) == [ItemId("r-a.pdf")]


def test_everything_that_waits_is_decided_about_in_one_go(stage: Stage) -> None:
    numbers = [hold(stage.ends.link, "a.pdf"), hold(stage.ends.link, "b.pdf")]

    assert decide(stage, None, Decision.APPROVED) == numbers


def test_a_batch_is_decided_about_once(stage: Stage) -> None:
    number, other = hold(stage.ends.link, "a.pdf"), hold(stage.ends.link, "b.pdf")
    decide(stage, number, Decision.APPROVED)

    with pytest.raises(NoSuchBatch, match=f"what waits: {other}"):
        decide(stage, number, Decision.REJECTED)


def test_nothing_that_waits_is_said_as_such(stage: Stage) -> None:
    with pytest.raises(NoSuchBatch, match="nothing of the link"):
        decide(stage, None, Decision.APPROVED)
