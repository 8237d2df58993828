"""Whose it is, how it is reached, and what is joined to what."""

from django.db import models

from turnbuckle.store.models.json_column import JsonColumn


class Organisation(models.Model):
    """Our customer; every row belongs to one."""

    name = models.TextField(unique=True)


class Connection(models.Model):
    """Credentials for one remote account."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    name = models.TextField()
    system = models.TextField()
    kind = models.TextField()
    settings = JsonColumn(default=dict)
    secrets = models.BinaryField(default=b"")  # sealed by `vault`; empty: none yet
    account = models.TextField(default="")
    created = models.DateTimeField()
    sign_ins = models.BigIntegerField(default=1)  # how often somebody signed in for it

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "name"), name="connection_name"),
        )


class Integration(models.Model):
    """Two connections whose accounts are joined: what all links between them have in common."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    left = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    key = models.TextField(unique=True)  # part of the address that its remotes send word to
    settings = JsonColumn(default=dict)  # what the owner set; absent: as usual
    paused = models.TextField(default="")  # the reason; empty: its links run
    created = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("left", "right"), name="integration_accounts"),
        )


class Feed(models.Model):
    """One remote source of changes; it serves all links that read from it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT)
    address = models.TextField()
    cursor = models.TextField(default="")  # empty: everything must be told
    complete_at = models.DateTimeField(null=True)  # when it was last told completely
    generation = models.BigIntegerField(default=0)  # counts page sets; see `trees`
    observed_at = models.DateTimeField(null=True)  # when its newest complete look began
    closely_at = models.DateTimeField(null=True)  # the same, of looks that pass nothing over
    heard_at = models.DateTimeField(null=True)  # the word of its hook that a close look followed
    changed_at = models.DateTimeField(null=True)  # when a look last brought something new
    account = models.TextField(default="")
    tenant = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("connection", "address"), name="feed_address"),
        )


class Link(models.Model):
    """One folder of a left feed bound to one folder of a right feed; the unit that syncs."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    integration = models.ForeignKey(Integration, on_delete=models.PROTECT)
    name = models.TextField()
    left_feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="+")
    right_feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="+")
    bounds = JsonColumn(default=list)  # one entry for each tool; see `records.Bound`
    project = JsonColumn(null=True)
    structure = JsonColumn(default=dict)  # names and places of the bound folders; `structure`
    caution = models.TextField(default="")
    trouble = models.TextField(default="")
    longest_path = JsonColumn(default=dict)  # by side: no path in the link is longer
    policy = JsonColumn(default=dict)
    path_start = JsonColumn(default=dict)
    paused = models.TextField(default="")  # the reason; empty: it runs
    created = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "name"), name="link_name"),)
