"""When each link runs: one row for each, beside the link because it changes with every run."""

from django.db import models

from turnbuckle.store.models.places import Link


class Timing(models.Model):
    """When a link is due, who asked for it, and how its last runs went."""

    link = models.OneToOneField(Link, on_delete=models.CASCADE)
    next_at = models.DateTimeField(db_index=True)  # due from then on
    nudges = models.BigIntegerField(default=0)  # how often somebody asked for a run
    taken = models.BigIntegerField(default=0)  # so many of them led to a run that is over
    nudged_at = models.DateTimeField(null=True)  # the first nudge that is not taken
    nudged_by = models.TextField(default="")  # webhook | person: the most urgent one not taken
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    late_seconds = models.FloatField(default=0.0)  # how late the last run began
    apart_seconds = models.FloatField(default=0.0)  # polls so far apart, for what accounts can bear
    swept_at = models.DateTimeField(null=True)  # when the last complete run began
    failures = models.IntegerField(default=0)  # in a row
    resting_until = models.DateTimeField(null=True)  # after a failure; a person's nudge goes before
    told_left_at = models.DateTimeField(null=True)  # when a webhook of that side told last
    told_right_at = models.DateTimeField(null=True)
    unheralded_at = models.DateTimeField(null=True)  # a poll that began then found untold news
    unheralded_on = models.TextField(default="")  # on that side
    missed_at = models.DateTimeField(null=True)  # and no webhook told later either
