"""Where remotes post word of changes, and what they posted lately."""

from django.db import models

from turnbuckle.store.models.places import Connection, Integration, Organisation


class Hook(models.Model):
    """The hook of one feed, from before it is made until its remote has forgotten it.

    It names its feed by connection and address, since it has to outlive the feed until then.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    feed_address = models.TextField()
    integration = models.ForeignKey(Integration, on_delete=models.SET_NULL, null=True)
    remote_id = models.TextField(default="")  # empty: it may be there, and nobody wrote it down
    proof = models.TextField(default="")  # SHA-256 of the secret that posts carry, hexadecimal
    base = models.TextField(default="")  # our public address when it was tended last
    state = models.TextField(default="missing")  # missing | working | refused | broken
    trouble = models.TextField(default="")  # for people to read
    tries = models.IntegerField(default=0)  # that failed, one after the other
    asked = models.TextField(default="")  # by the remote: renew, or anew since it is gone there
    next_at = models.DateTimeField(db_index=True)  # when it is to be tended
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)  # null: never
    told_at = models.DateTimeField(null=True)  # when its remote posted last

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("connection", "feed_address"), name="hook_of_feed"),
        )


class Delivery(models.Model):
    """One post of a remote that was ours to take."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, db_index=False)
    mark = models.TextField()  # equal for the same post sent twice
    what = models.TextField()  # what it was about, for people to read
    told_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("hook", "mark"), name="delivery_once"),)
        indexes = (models.Index(fields=("told_at",), name="delivery_age"),)
