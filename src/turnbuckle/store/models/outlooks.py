"""What runs told of the calls left to them, and of the work left to do."""

from django.db import models

from turnbuckle.store.models.places import Link


class Outlook(models.Model):
    """How far a link's last run was when it said so last."""

    link = models.OneToOneField(Link, on_delete=models.CASCADE)
    recorded_at = models.DateTimeField()
    is_first = models.BooleanField()  # the link was never in step before
    steps_left = models.BigIntegerField()
    seconds_left = models.BigIntegerField(null=True)  # null: cannot be told
    account = models.TextField()  # a `CallBudget`: the one that will be short first
    calls_left = models.BigIntegerField(null=True)  # null: not known
    calls_limit = models.BigIntegerField(null=True)
    calls_until = models.DateTimeField(null=True)
