"""Which links have something new to look at."""

from django.db import models

from turnbuckle.store.models.places import Link


class News(models.Model):
    """A feed told something that concerns a link, and no run has looked at it since."""

    link = models.OneToOneField(Link, on_delete=models.CASCADE)
    number = models.BigIntegerField(default=1)  # grows with each page set that brought something
    since = models.DateTimeField(db_index=True)
