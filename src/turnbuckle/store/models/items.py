"""What the feeds told, and what both sides of a link agreed on.

Times are whole microseconds since 1970 (UTC) and absent texts are empty, so that rows can be
compared and moved in sets by SQL alone, alike on SQLite and on PostgreSQL.
"""

from django.db import models

from turnbuckle.store.models.places import Feed, Link


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
    beats = models.BigIntegerField(default=0)  # grows while whoever began it waits for an answer


class Staged(ItemColumns):
    """One item of a page set that has not become truth yet."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, db_index=False)
    gone = models.BooleanField(default=False)
    gone_at = models.BigIntegerField(null=True)
    verdict = models.SmallIntegerField(default=0)  # see `verdicts`

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
