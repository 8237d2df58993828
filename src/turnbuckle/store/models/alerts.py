"""What was wrong with links that somebody has to know of, and who was not told of it yet."""

from django.db import models

from turnbuckle.store.models.places import Connection, Link, Organisation


class Alert(models.Model):
    """One time that a link was late, failing or stopped, from its beginning to its end."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    link = models.ForeignKey(Link, on_delete=models.SET_NULL, null=True)  # null: it was removed
    name = models.TextField()  # the link's, as it was then
    kind = models.TextField()  # late | failing | stopped
    said = models.TextField()  # for people to read
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    is_news = models.BooleanField(default=True)  # its beginning, or end, was not passed on yet

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("link", "kind"), condition=models.Q(closed_at=None), name="alert_open"
            ),
        )
        indexes = (
            models.Index(fields=("closed_at",), name="alert_closed"),
            models.Index(fields=("id",), name="alert_news", condition=models.Q(is_news=True)),
        )


class Telling(models.Model):
    """The beginning or end of an alert on its way to one recipient; once told, it is no more."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE)
    recipient = models.ForeignKey(Connection, on_delete=models.CASCADE)
    event = models.TextField()  # opened | closed
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)
    tries = models.IntegerField(default=0)
    trouble = models.TextField(default="")  # why the last try failed
    given_up = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("alert", "recipient", "event"), name="telling_once"),
        )
