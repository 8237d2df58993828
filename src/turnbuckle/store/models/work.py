"""What runs do and did: the lease, the journal, what failed, what was told."""

from django.db import models

from turnbuckle.store.models.json_column import JsonColumn
from turnbuckle.store.models.places import Link


class Lease(models.Model):
    """Who may run a link now; the fence grows with every new holder."""

    link = models.OneToOneField(Link, on_delete=models.CASCADE)
    owner = models.TextField(default="")  # empty: nobody
    process = models.TextField(default="")  # host, process id and its start, where they are known
    fence = models.BigIntegerField(default=0)
    until = models.DateTimeField(null=True)


class Run(models.Model):
    """Observe, plan, apply: once, for one link."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    fence = models.BigIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.TextField(default="running")  # running | done | stopped | failed | broken off
    report = JsonColumn(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=("link", "id"), name="run_of_link"),
            models.Index(fields=("link",), name="run_running", condition=models.Q(state="running")),
        )


class Intent(models.Model):
    """A write that was decided, from before its call until its outcome is known."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    step = JsonColumn()
    state = models.TextField(default="open")  # open | done | failed | void | given up
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        indexes = (
            models.Index(fields=("link", "state"), name="intent_of_link"),
            models.Index(fields=("run", "number"), name="intent_of_run"),
        )


class SetAside(models.Model):
    """An item that failed and waits for its next try."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    side = models.TextField()
    item_id = models.TextField()
    path = models.TextField()
    reason = models.TextField()
    code = models.TextField(default="")  # a `Reason`
    tries = models.IntegerField(default=0)
    next_try = models.DateTimeField()
    mark = models.BigIntegerField(default=0)  # the page set up to which the item was known then

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("link", "side", "item_id"), name="set_aside_item"),
        )


class Superseded(models.Model):
    """An item whose content was made anew elsewhere on its side, and that is to be deleted."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    side = models.TextField()
    item_id = models.TextField()
    version = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("link", "side", "item_id"), name="superseded_item"),
        )


class Activity(models.Model):
    """What happened, one row for each applied step or notice; rows are only ever added."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_index=False)
    at = models.DateTimeField()
    side = models.TextField()
    what = models.TextField()
    path = models.TextField()
    detail = models.TextField(default="")

    class Meta:
        indexes = (
            models.Index(fields=("link", "id"), name="activity_of_link"),
            models.Index(fields=("run",), name="activity_of_run"),
        )


class Epoch(models.Model):
    """How far this database has come, in one row; see `rollback`."""

    installation = models.TextField()
    counter = models.BigIntegerField(default=0)
    server = models.TextField(default="")  # which PostgreSQL it was written on; else empty
