"""What waits for people, what they said, and what can be taken back."""

from django.db import models

from turnbuckle.store.models.places import Link
from turnbuckle.store.models.work import Run


class Hold(models.Model):
    """A batch that waits for a person."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    reason = models.TextField()
    opened = models.DateTimeField()
    decision = models.TextField(default="")  # approved | rejected; empty: not decided
    decided = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    closed = models.DateTimeField(null=True)  # nothing of it waits any more

    class Meta:
        indexes = (
            models.Index(
                fields=("link",), name="hold_open", condition=models.Q(closed__isnull=True)
            ),
        )


class HeldItem(models.Model):
    """One item of a batch that waits."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    side = models.TextField()
    item_id = models.TextField()
    what = models.TextField()  # deletion | change
    kind = models.TextField()  # file | folder
    path = models.TextField()
    gone_at = models.DateTimeField(null=True)
    version = models.TextField(default="")  # of a change: what it made of the item

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("link", "side", "item_id"), name="held_item"),
        )


class Removed(models.Model):
    """One item that we put into a bin because its counterpart was deleted."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_index=False)
    side = models.TextField()  # where we deleted it
    item_id = models.TextField()
    parent_id = models.TextField(default="")
    name = models.TextField()
    other_id = models.TextField()  # the counterpart that was deleted first
    other_parent_id = models.TextField(default="")
    other_name = models.TextField(default="")
    kind = models.TextField()
    path = models.TextField()
    top = models.BooleanField()  # the deletion named it; what lay below went with it
    deleted_at = models.DateTimeField()  # the counterpart, as the remote tells or as first seen
    applied_at = models.DateTimeField()
    approved = models.BooleanField(default=False)  # by a person, so no limit counts it
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("link", "deleted_at"), name="removed_when"),
            models.Index(fields=("link", "run"), name="removed_by_run"),
            models.Index(fields=("run",), name="removed_of_run"),  # whether a run may be forgotten
        )


class Answer(models.Model):
    """What a person said about two files that nobody can tell apart, until it is carried out."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    left_id = models.TextField()
    left_version = models.TextField(default="")
    right_id = models.TextField(default="")
    right_version = models.TextField(default="")
    answer = models.TextField()  # an `Answer` of the policy
    given = models.DateTimeField()
    given_by = models.TextField(default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("link", "left_id"), name="answer_item"),)
