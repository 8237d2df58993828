"""The tables. Other rooms never see these classes; they get the frozen records of `records`.

Items' times are whole microseconds since 1970 (UTC) and absent texts are empty, so that rows can be
compared and moved in sets by SQL alone, alike on SQLite and on PostgreSQL.
"""

from django.db import models


class Organisation(models.Model):
    """Our customer; every row belongs to one."""

    name = models.TextField(unique=True)


class Connection(models.Model):
    """Credentials for one remote account."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    name = models.TextField()
    system = models.TextField()
    kind = models.TextField()
    settings = models.JSONField(default=dict)
    secrets = models.BinaryField(default=b"")  # sealed by `vault`; empty: none yet
    account = models.TextField(default="")
    created = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "name"), name="connection_name"),
        )


class Feed(models.Model):
    """One remote source of changes; it serves all links that read from it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT)
    address = models.TextField()
    cursor = models.TextField(default="")  # empty: everything must be told
    complete_at = models.DateTimeField(null=True)  # when it was last told completely
    generation = models.BigIntegerField(default=0)  # counts page sets; see `trees`
    account = models.TextField(default="")
    tenant = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("connection", "address"), name="feed_address"),
        )


class Link(models.Model):
    """One folder of a left feed bound to one folder of a right feed; the unit that syncs."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    name = models.TextField()
    left_feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="+")
    right_feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="+")
    bounds = models.JSONField(default=list)  # one entry for each tool; see `records.Bound`
    project = models.JSONField(null=True)
    structure = models.JSONField(default=dict)  # names and places of the bound folders; `structure`
    caution = models.TextField(default="")
    trouble = models.TextField(default="")
    longest_path = models.JSONField(default=dict)  # by side: no path in the link is longer
    policy = models.JSONField(default=dict)
    path_start = models.JSONField(default=dict)
    paused = models.TextField(default="")  # the reason; empty: it runs
    created = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "name"), name="link_name"),)


class ItemColumns(models.Model):
    """An item as a feed told it; the columns that `rows.ITEM_COLUMNS` lists."""

    item_id = models.TextField()
    parent_id = models.TextField(default="")
    name = models.TextField(default="")
    key_folded = models.TextField(default="")  # the name under NFC and case folding
    kind = models.TextField(default="file")
    version = models.TextField(default="")
    size = models.BigIntegerField(default=0)
    modified = models.BigIntegerField(null=True)
    created = models.BigIntegerField(null=True)
    sha256 = models.TextField(default="")  # one column for each `HashKind`, without its prefix
    quickxor = models.TextField(default="")
    tag = models.TextField(default="")
    locked_by = models.TextField(default="")
    by_us = models.BooleanField(default=False)
    author = models.TextField(default="")

    class Meta:
        abstract = True


class Seen(ItemColumns):
    """What a feed holds, as we last knew it."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, db_index=False)
    state = models.TextField(default="present")  # present | missing | gone
    changed = models.BigIntegerField(default=0)  # the page set that last really changed the row
    noted = models.BigIntegerField(default=0)  # the newest page set begun before our last own word
    gone_at = models.BigIntegerField(null=True)  # when it was deleted, else when we learnt of it

    class Meta:
        constraints = (models.UniqueConstraint(fields=("feed", "item_id"), name="seen_item"),)
        indexes = (
            models.Index(fields=("feed", "parent_id", "key_folded"), name="seen_name"),
            models.Index(
                fields=("feed",), name="seen_absent", condition=~models.Q(state="present")
            ),
        )


class Batch(models.Model):
    """A page set on its way in; a feed has at most one."""

    feed = models.OneToOneField(Feed, on_delete=models.CASCADE)
    generation = models.BigIntegerField()
    full = models.BooleanField()


class Staged(ItemColumns):
    """One item of a page set that has not become truth yet."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, db_index=False)
    gone = models.BooleanField(default=False)
    gone_at = models.BigIntegerField(null=True)
    verdict = models.SmallIntegerField(default=0)  # see `trees.Verdict`

    class Meta:
        constraints = (models.UniqueConstraint(fields=("batch", "item_id"), name="staged_item"),)


class Former(models.Model):
    """What an item was before a write of ours; see `formers`."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, db_index=False)
    item_id = models.TextField()
    version = models.TextField(default="")
    parent_id = models.TextField(default="")
    name = models.TextField(default="")
    written = models.BigIntegerField()  # when it was replaced by us
    doubted = models.BooleanField(default=False)  # told again since, and not looked at yet

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("feed", "item_id", "version", "parent_id", "name"), name="former_state"
            ),
        )
        indexes = (
            models.Index(fields=("feed", "written"), name="former_age"),
            models.Index(
                fields=("feed", "id"), condition=models.Q(doubted=True), name="former_doubted"
            ),
        )


class PairRow(models.Model):
    """One pair of the base of a link."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    kind = models.TextField()
    left_id = models.TextField()
    left_parent = models.TextField(default="")
    left_name = models.TextField()
    left_version = models.TextField(default="")
    left_size = models.BigIntegerField(default=0)
    left_hashes = models.TextField(default="")
    left_modified = models.BigIntegerField(null=True)
    right_id = models.TextField()
    right_parent = models.TextField(default="")
    right_name = models.TextField()
    right_version = models.TextField(default="")
    right_size = models.BigIntegerField(default=0)
    right_hashes = models.TextField(default="")
    right_modified = models.BigIntegerField(null=True)

    class Meta:
        db_table = "store_pair"
        constraints = (
            models.UniqueConstraint(fields=("link", "left_id"), name="pair_left"),
            models.UniqueConstraint(fields=("link", "right_id"), name="pair_right"),
        )
        indexes = (
            models.Index(fields=("link", "left_parent"), name="pair_left_parent"),
            models.Index(fields=("link", "right_parent"), name="pair_right_parent"),
        )


class Dirty(models.Model):
    """An item that a link has to think about."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    side = models.TextField()
    item_id = models.TextField()
    mark = models.BigIntegerField(default=0)  # the page set that marked it last

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("link", "side", "item_id"), name="dirty_item"),
        )


class Run(models.Model):
    """Observe, plan, apply: once, for one link."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE)
    fence = models.BigIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.TextField(default="running")  # running | done | stopped | failed | broken off
    report = models.JSONField(default=dict)


class Intent(models.Model):
    """A write that was decided, from before its call until its outcome is known."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, db_index=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    step = models.JSONField()
    state = models.TextField(default="open")  # open | done | failed | void
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        indexes = (
            models.Index(fields=("link",), name="intent_open", condition=models.Q(state="open")),
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


class Epoch(models.Model):
    """How far this database has come; a file beside it says the same, see `rollback`."""

    installation = models.TextField()
    counter = models.BigIntegerField(default=0)


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


class Lease(models.Model):
    """Who may run a link now; the fence grows with every new holder."""

    link = models.OneToOneField(Link, on_delete=models.CASCADE)
    owner = models.TextField(default="")  # empty: nobody
    process = models.TextField(default="")  # host, process id and its start, where they are known
    fence = models.BigIntegerField(default=0)
    until = models.DateTimeField(null=True)
