"""Looks at a feed: when the newest one began, and where it led to.

One look serves every link that reads the feed: who needs to know what the remote held at some
moment can do with any look that began after it and came to its end, unless the feed's hook said
something since: that is followed by a close look, whoever makes it. A look notes the last word that
it knew of before it began, as the portal wrote it, so clocks of several machines need not agree.
"""

from dataclasses import dataclass
from datetime import datetime

from turnbuckle.model.items import Cursor
from turnbuckle.store import models
from turnbuckle.store.records import Feed

_KEPT = (
    "generation",
    "cursor",
    "complete_at",
    "observed_at",
    "closely_at",
    "heard_at",
    "changed_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look at a feed.

    Attributes:
        began: when.
        closely: it passed nothing over.
        heard_at: the last word of the feed's hook that was known before it began.
    """

    began: datetime
    closely: bool
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which looks at a feed will do: those that began after a moment, or the close ones of them."""

    after: datetime
    closely: bool

    def is_met_by(self, feed: Feed) -> bool:
        """Tell whether there was such a look."""
        at = feed.closely_at if self.closely else feed.observed_at
        return at is not None and at > self.after and not has_word(feed)


def has_word(feed: Feed) -> bool:
    """Tell whether the feed's hook said something that no close look followed yet."""
    return feed.said_at != feed.heard_at


def keep(feed: models.Feed, cursor: Cursor | None, look: Look | None) -> None:
    """Keep, inside the unit of a caller who holds the feed, where a look led to.

    Args:
        feed: as it is to be.
        cursor: where it goes on from.
        look: what looked; None: no later one may do with it.
    """
    feed.cursor = cursor or ""
    if look is not None:
        feed.observed_at = look.began
        if look.closely:
            feed.closely_at, feed.heard_at = look.began, look.heard_at
    feed.save(update_fields=[*_KEPT])
