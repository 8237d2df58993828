"""Which links a page set concerns: those in whose folders it changed something.

A feed serves many links, and one look at it serves all of them. What it brought is marked dirty for
every link that reads it, so that none depends on what is found here; these rows only say who should
run soon. They are written in the transaction that makes a page set the truth.

An item concerns a link if it lies, or lay, in one of the link's folders; a folder does, too, if one
of these lies in it. Where a parent is not known (yet), it concerns every link of the feed.
"""

from datetime import datetime

from django.db import connection
from django.db.models import Q

from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.records import Link
from turnbuckle.store.units import tidy, unit
from turnbuckle.store.verdicts import NEWS


class Concerned:
    """Whom one page set concerns; it is asked inside the unit that makes the page set the truth.

    Args:
        feed: whose page set.
        batch: its id.
        full: it tells everything; then what it changes concerns all.
    """

    def __init__(self, feed: int, batch: int, full: bool) -> None:
        self._names = {"feed": feed, "batch": batch}
        self._full = full
        self._readers = _readers(feed)
        self._folders: set[str] = set()

    def gather(self) -> None:
        """Find the links' folders in which what is changed lies now, or that lie in it.

        Ask before the page set becomes the truth, and again after it: what moved was elsewhere.
        """
        wanted = sorted({folder for each in self._readers.values() for folder in each})
        if self._full or not wanted:
            return
        marks = ", ".join(f"%(folder{place})s" for place in range(len(wanted)))
        names = self._names | {f"folder{place}": each for place, each in enumerate(wanted)}
        with connection.cursor() as sql:
            for query in (_ABOVE, _BELOW):
                sql.execute(query.format(folders=marks), names)
                self._folders |= {folder for (folder,) in sql.fetchall()}

    def tell(self, now: datetime) -> None:
        """Note that there is something new for these links."""
        all_of_them = self._full or self._has_strangers()
        rows = [
            (link, now)
            for link, folders in self._readers.items()
            if all_of_them or folders & self._folders
        ]
        with connection.cursor() as sql:
            sql.executemany(_TELL, rows)

    def _has_strangers(self) -> bool:
        """Tell whether what is changed lies in a folder that nobody knows."""
        with connection.cursor() as sql:
            sql.execute(_STRANGE, self._names)
            return sql.fetchone() is not None


def _readers(feed: int) -> dict[int, frozenset[str]]:
    """Give the links that read a feed, with the folders of it that they keep in step."""
    rows = models.Link.objects.filter(Q(left_feed_id=feed) | Q(right_feed_id=feed))
    found = {}
    for link, left, bounds in rows.order_by("id").values_list("id", "left_feed_id", "bounds"):
        side = Side.LEFT if left == feed else Side.RIGHT
        found[link] = frozenset(each[side.value] for each in bounds if each.get("enabled", True))
    return found


@tidy
def waiting(link: Link) -> int:
    """Give the number under which there is something new for a link; 0: there is nothing."""
    kept = models.News.objects.filter(link_id=link.id).values_list("number", flat=True).first()
    return kept or 0


@unit
def take(link: Link, number: int) -> None:
    """A run looked at what was new under this number; what came later stays."""
    models.News.objects.filter(link_id=link.id, number=number).delete()


@tidy
def links_with_news(most: int) -> list[int]:
    """Give the ids of links, of all organisations, for which there is something new.

    Those that wait longest come first; paused ones, which may be many, are of no use to anybody. A
    run takes what there was for its link, also where it had to stop; one that failed or was killed
    leaves it, so leave out links that rest after failures.
    """
    rows = models.News.objects.filter(link__paused="", link__integration__paused="")
    return list(rows.order_by("since").values_list("link_id", flat=True)[:most])


_NEWS = ", ".join(str(int(each)) for each in NEWS)
_LINES = f"""
WITH RECURSIVE around(item_id) AS (
    SELECT item_id FROM store_staged WHERE batch_id = %(batch)s AND verdict IN ({_NEWS})
    UNION
    SELECT parent_id FROM store_staged WHERE batch_id = %(batch)s AND verdict IN ({_NEWS})
    UNION
    SELECT store_seen.parent_id FROM around
    JOIN store_seen ON store_seen.feed_id = %(feed)s AND store_seen.item_id = around.item_id
)
"""  # noqa: S608

_ABOVE = f"{_LINES} SELECT item_id FROM around WHERE item_id IN ({{folders}})"  # noqa: S608

_STRANGE = f"""{_LINES}
SELECT 1 FROM around
LEFT JOIN store_seen ON store_seen.feed_id = %(feed)s AND store_seen.item_id = around.item_id
WHERE around.item_id <> '' AND store_seen.id IS NULL LIMIT 1
"""  # noqa: S608

_BELOW = f"""
WITH RECURSIVE line(folder, item_id) AS (
    SELECT item_id, item_id FROM store_seen
    WHERE feed_id = %(feed)s AND item_id IN ({{folders}})
    UNION
    SELECT line.folder, store_seen.parent_id FROM line
    JOIN store_seen ON store_seen.feed_id = %(feed)s AND store_seen.item_id = line.item_id
)
SELECT DISTINCT line.folder FROM line
JOIN store_staged ON store_staged.batch_id = %(batch)s AND store_staged.item_id = line.item_id
WHERE store_staged.verdict IN ({_NEWS})
"""  # noqa: S608

_TELL = """
INSERT INTO store_news (link_id, number, since) VALUES (%s, 1, %s)
ON CONFLICT (link_id) DO UPDATE SET number = store_news.number + 1
"""
