"""What people said about two files that nobody can tell apart, until it is carried out.

An answer is about the two files as they were when it was given. When one of them is another by
then, the person is asked again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from turnbuckle.model.items import ItemId, Version
from turnbuckle.model.policy import Answer, Twins
from turnbuckle.model.side import Side
from turnbuckle.store import locks, models
from turnbuckle.store.notes import mark_anew
from turnbuckle.store.records import Link
from turnbuckle.store.units import in_turn, tidy, unit


@unit
def give(link: Link, twins: Twins, answer: Answer, *, by: str, now: datetime) -> None:
    """Keep an answer, instead of an earlier one; the next run carries it out."""
    locks.link(link)
    models.Answer.objects.update_or_create(
        link_id=link.id,
        left_id=twins.left,
        defaults={
            "left_version": twins.left_version,
            "right_id": twins.right,
            "right_version": twins.right_version,
            "answer": answer.value,
            "given": now,
            "given_by": by,
        },
    )
    mark_anew(link, [(Side.LEFT, twins.left), (Side.RIGHT, twins.right)])


@tidy
def given(link: Link) -> dict[Twins, Answer]:
    """Give the answers that were not carried out yet; few wait at one time."""
    return {
        Twins(
            left=ItemId(row.left_id),
            left_version=Version(row.left_version),
            right=ItemId(row.right_id),
            right_version=Version(row.right_version),
        ): Answer(row.answer)
        for row in models.Answer.objects.filter(link_id=link.id)
    }


@unit
def let_go(link: Link, versions: Mapping[tuple[Side, ItemId], Version | None]) -> None:
    """Forget the answers about files that were saved again, or are gone.

    Args:
        link: whose answers.
        versions: of all items that were looked at; None for what is gone.
    """
    locks.link(link)
    past = [
        twins.left
        for twins in given(link)
        for side in Side
        if versions.get((side, twins.half(side)[0]), twins.half(side)[1]) != twins.half(side)[1]
    ]
    drop(link, past)


def drop(link: Link, left: Iterable[ItemId]) -> None:
    """Forget the answers about items that are paired by now, inside the caller's unit."""
    paired = list(left)
    if not paired or not models.Answer.objects.filter(link_id=link.id).exists():
        return
    in_turn(
        "DELETE FROM store_answer WHERE link_id = %s AND left_id = %s",
        [(link.id, item) for item in paired],
    )
