"""The trouble that a link is in: it is told when it begins, not at every run."""

from turnbuckle.model.plans import Reason
from turnbuckle.store import models
from turnbuckle.store.records import Link
from turnbuckle.store.units import unit


@unit
def change(link: Link, reason: Reason | None) -> bool:
    """Note what a run stopped for, None when it got through; tell whether that is new trouble.

    A run that gets through where one before it could not sign in shows that both accounts work,
    so the link's integration does not wait any more.
    """
    row = models.Link.objects.select_for_update(no_key=True).get(id=link.id)
    word = "" if reason is None else reason.value
    if row.trouble == word:
        return False
    if row.trouble == Reason.SIGN_IN.value and reason is None:
        models.Integration.objects.filter(id=row.integration_id).update(paused="")
    row.trouble = word
    row.save(update_fields=["trouble"])
    return reason is not None
