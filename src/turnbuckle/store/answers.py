"""What people said about two files that nobody can tell apart, until it is carried out."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from turnbuckle.model.items import ItemId
from turnbuckle.model.policy import Answer
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.notes import mark
from turnbuckle.store.records import Link
from turnbuckle.store.units import tidy, unit


@unit
def give(
    link: Link, left: ItemId, right: ItemId, answer: Answer, *, by: str, now: datetime
) -> None:
    """Keep an answer, instead of an earlier one; the next run carries it out."""
    models.Answer.objects.update_or_create(
        link_id=link.id,
        left_id=left,
        defaults={"answer": answer.value, "given": now, "given_by": by},
    )
    mark(link, [(Side.LEFT, left), (Side.RIGHT, right)])


@tidy
def given(link: Link) -> dict[tuple[Side, ItemId], Answer]:
    """Give the answers that were not carried out yet; few wait at one time."""
    rows = models.Answer.objects.filter(link_id=link.id).values_list("left_id", "answer")
    return {(Side.LEFT, ItemId(item)): Answer(answer) for item, answer in rows}


def drop(link: Link, left: Iterable[ItemId]) -> None:
    """Forget the answers about items that are paired by now, inside the caller's unit."""
    paired = list(left)
    if not paired or not models.Answer.objects.filter(link_id=link.id).exists():
        return
    with connection.cursor() as sql:
        sql.executemany(
            "DELETE FROM store_answer WHERE link_id = %s AND left_id = %s",
            [(link.id, item) for item in paired],
        )
