"""How many calls remote accounts may still make."""

from django.db import models

from turnbuckle.store.models.json_column import JsonColumn


class CallBudget(models.Model):
    """One account as its remote counts it; two organisations that use the same one share it."""

    account = models.TextField(unique=True)  # system, host, app and whose account it is; no secret
    state = JsonColumn(default=dict)  # a `transport.sharing.Sharing`
    changed_at = models.DateTimeField()
