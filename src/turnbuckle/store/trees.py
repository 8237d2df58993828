"""What each feed holds, as we last knew it: page sets come in and become truth.

A page set is staged as it arrives and becomes truth together with its cursor, in one transaction:
whatever breaks before leaves the old truth and the old cursor. What really changed is marked dirty
for every link that reads the feed.

Page sets and our own writes may cross each other, since a feed serves several links. Every page set
gets the feed's next generation when it is begun, and another one when it becomes truth. A row
carries the latter of what last changed it (`changed`), as what it marks dirty does: a plan that was
made meanwhile knows neither, and must not take them for done. A row also carries the generation
that was underway when we last noted it ourselves (`noted`, see `notes`). So old word never covers
new word: a row that was noted while the pages were on their way stays as it is, and the cursor with
it, so that the feed tells that part again. Word that only looks new is doubted; see `formers`.

A file that our own app wrote and that we know nothing of is a sign that our records are older than
the remote. A feed tells it only once, so in the same transaction every link in whose folders it
lies becomes cautious.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from turnbuckle.model.items import Cursor
from turnbuckle.model.pages import Page
from turnbuckle.model.side import Side
from turnbuckle.store import cautions, formers, incoming, locks, looks, models, news
from turnbuckle.store.looks import Look
from turnbuckle.store.notes import new_generation
from turnbuckle.store.records import Feed, Link, Marks
from turnbuckle.store.rows import ITEM_COLUMNS, ITEM_SELECT, micros
from turnbuckle.store.units import tidy, unit
from turnbuckle.store.verdicts import Verdict


class Superseded(Exception):
    """Somebody else lists the same feed; next: wait for that page set, then begin again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A page set on its way in."""

    id: int
    feed: int
    generation: int
    full: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """How far a page set on its way in has come; `rows` of it are staged."""

    generation: int
    rows: int
    beats: int = 0  # grows while whoever began it waits for an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a page set came to, counted in items.

    Attributes:
        told: told as being there.
        changed: of these, the new and the really changed ones.
        gone: known before, and proven to be gone now.
        missing: there before, and not told by a full page set.
        cursor_kept: the old cursor stays, since some rows were overtaken by writes of our own;
            begin another page set soon.
    """

    told: int
    changed: int
    gone: int
    missing: int
    cursor_kept: bool = False


@unit
def begin_pages(feed: Feed, full: bool, *, over: Collection[int] | None = None) -> Batch:
    """Begin a page set; an unfinished one of the same feed is dropped.

    Args:
        feed: whose.
        full: it tells everything.
        over: the generations that may be dropped; None: any.

    Raises:
        Superseded: somebody else's page set is on its way.
    """
    locks.feeds(feed.id)
    row = models.Feed.objects.get(id=feed.id)
    for old in models.Batch.objects.select_for_update(no_key=True).filter(feed_id=feed.id):
        if over is not None and old.generation not in over:
            raise Superseded("somebody else has begun to list the same source")
        _drop(old.id)
    row.generation += 1
    row.save(update_fields=["generation"])
    made = models.Batch.objects.create(feed_id=feed.id, generation=row.generation, full=full)
    return Batch(made.id, feed.id, row.generation, full)


@tidy
def listing(feed: Feed) -> Listing | None:
    """Tell how far the unfinished page set of a feed has come; None when there is none."""
    batch = models.Batch.objects.filter(feed_id=feed.id).first()
    if batch is None:
        return None
    rows = models.Staged.objects.filter(batch_id=batch.id).count()
    return Listing(batch.generation, rows, batch.beats)


@unit
def beat(batch: Batch) -> None:
    """Show that a page set is waited for, although nothing of it came."""
    models.Batch.objects.filter(id=batch.id).update(beats=F("beats") + 1)


@unit
def give_up(batch: Batch) -> None:
    """Drop a page set that will not be finished, so that nobody waits for it."""
    models.Batch.objects.select_for_update(no_key=True).filter(id=batch.id).first()
    _drop(batch.id)


@tidy
def stage(batch: Batch, page: Page) -> None:
    """Keep a page until its page set is complete; the last word about an item holds.

    Within one page, `gone` is the last word.

    Raises:
        Superseded: a newer page set of the feed was begun.
    """
    told = incoming.rows_of(batch.id, page, int(Verdict.NEW), int(Verdict.SAME))
    for rows in batched(told, incoming.most_rows()):
        with transaction.atomic():
            _hold(batch)
            incoming.write(rows)


@tidy
def apply(
    batch: Batch,
    cursor: Cursor | None,
    *,
    now: datetime,
    names_are_single: bool = False,
    seen: Look | None = None,
) -> Applied:
    """Make a staged page set the truth, together with its cursor, and mark what changed.

    Only rows that really differ are marked dirty, for every link of the feed. A full page set
    turns what it did not tell into `missing`, which is no proof of a deletion. So does any page
    set with a folder, whose name is told of another one in its place: nobody told its end.

    Args:
        batch: the page set.
        cursor: where the feed goes on from.
        now: the time; that of deletions whose own time the remote does not tell.
        names_are_single: no two files of a folder share a name there, as no two folders do.
        seen: the look that brought it; None: no later one may do with it.

    Raises:
        Superseded: a newer page set of the feed was begun.
    """
    if not batch.full and not models.Staged.objects.filter(batch_id=batch.id).exists():
        return _apply_nothing(batch, cursor, now, seen)
    incoming.count(batch.id)
    return _apply(batch, cursor, now, names_are_single, seen)


@unit
def _apply_nothing(
    batch: Batch, cursor: Cursor | None, now: datetime, seen: Look | None
) -> Applied:
    locks.feeds(batch.feed)
    _hold(batch)
    feed = models.Feed.objects.get(id=batch.feed)
    formers.forget_old(feed.id, now)
    looks.keep(feed, cursor, seen)
    _drop(batch.id)
    return Applied(told=0, changed=0, gone=0, missing=0)


@unit
def _apply(
    batch: Batch, cursor: Cursor | None, now: datetime, names_are_single: bool, seen: Look | None
) -> Applied:
    locks.feeds(batch.feed)
    _hold(batch)
    feed = models.Feed.objects.get(id=batch.feed)
    feed.generation += 1  # of what becomes truth now; it is kept with the look
    names = {
        "batch": batch.id,
        "feed": batch.feed,
        "generation": batch.generation,
        "truth": feed.generation,
        "now": micros(now),
        "files_too": names_are_single,
    }
    formers.forget_old(feed.id, now)
    concerned = news.Concerned(feed.id, batch.id, batch.full)
    with connection.cursor() as sql:
        sql.execute(_JUDGE, names)
        for mark in _MARK_TOLD:
            sql.execute(mark, names)
        concerned.gather()
        sql.execute(_UPDATE, names)
        sql.execute(_BURY, names)
        sql.execute(_INSERT, names)
        missing = _lose(sql, names, _UNTOLD) if batch.full else 0
        sql.execute(_COUNT, names)
        told, changed, gone, stale, ours, doubted = (count or 0 for count in sql.fetchone())
        if changed and not batch.full:
            missing = _lose(sql, names, _REPLACED)
        if doubted:
            formers.doubt(feed.id, batch.id, Verdict.DOUBTED)
        if ours and feed.complete_at:
            cautions.begin_around_ours(feed.id, batch.id)
    if changed or gone or missing:
        feed.changed_at = now
        concerned.gather()
        concerned.tell(now)
    if stale:  # the feed tells that part again
        seen, cursor = None, Cursor(feed.cursor)
    elif batch.full:
        feed.complete_at = now
    looks.keep(feed, cursor, seen)
    _drop(batch.id)
    return Applied(
        told=told,
        changed=changed,
        gone=gone,
        missing=missing,
        cursor_kept=bool(stale),
    )


@tidy
def marks(link: Link) -> Marks:
    """Tell how far both sides of a link were told; ask before reading what a plan is about."""
    found = dict(
        models.Feed.objects.filter(id__in={link.left_feed, link.right_feed}).values_list(
            "id", "generation"
        )
    )
    return Marks(found[link.left_feed], found[link.right_feed])


def dirty_all(link: Link) -> None:
    """Mark everything that both feeds hold dirty for a link, inside the caller's unit.

    No plan that was made before can take it for done.
    """
    locks.feeds(link.left_feed, link.right_feed)
    for side in Side:
        feed = link.feed(side)
        names = {"link": link.id, "side": side.value, "feed": feed, "mark": new_generation(feed)}
        with connection.cursor() as sql:
            sql.execute(_MARK_ALL, names)


def _hold(batch: Batch) -> None:
    """Hold the batch for this transaction."""
    if models.Batch.objects.select_for_update(no_key=True).filter(id=batch.id).first() is None:
        raise Superseded("a newer look at the same source was begun; this one is dropped")


def _drop(batch: int) -> None:
    with connection.cursor() as sql:
        sql.execute("DELETE FROM store_staged WHERE batch_id = %s", [batch])
        sql.execute("DELETE FROM store_batch WHERE id = %s", [batch])


def _lose(sql: Any, names: dict[str, Any], which: str) -> int:
    for side in Side:
        sql.execute(_MARK_MISSING.format(side=side.value, which=which), names)
    sql.execute(_LOSE.format(which=which), names)
    return int(sql.rowcount)


_HASHES = ("sha256", "quickxor")
_PLAIN = tuple(column for column in ITEM_COLUMNS if column not in ("item_id", *_HASHES))

# A hash that becomes known, or that the feed does not tell, is no change: the version tells those.
_OTHER_HASH = " OR ".join(
    f"(new.{column} <> '' AND old.{column} <> '' AND new.{column} <> old.{column})"
    for column in _HASHES
)
_REALLY = (
    "old.state <> 'present' OR "
    + " OR ".join(
        f"new.{column} <> old.{column}"
        for column in ("parent_id", "name", "kind", "version", "size", "locked_by")
    )
    + f" OR {_OTHER_HASH}"
)
_BARELY = (
    " OR ".join(f"new.{column} <> old.{column}" for column in ("tag", "by_us", "author"))
    + " OR COALESCE(new.modified, 0) <> COALESCE(old.modified, 0)"
    + " OR COALESCE(new.created, 0) <> COALESCE(old.created, 0)"
    + "".join(f" OR (new.{column} <> '' AND old.{column} = '')" for column in _HASHES)
)

_JUDGE = f"""
UPDATE store_staged SET verdict = judged.verdict
FROM (
    SELECT new.id AS id, CASE
        WHEN new.gone THEN CASE
            WHEN old.state = 'gone' THEN {Verdict.SAME:d}
            WHEN old.noted >= %(generation)s THEN {Verdict.STALE:d}
            ELSE {Verdict.CHANGED:d} END
        WHEN NOT ({_REALLY} OR {_BARELY}) THEN {Verdict.SAME:d}
        WHEN old.noted >= %(generation)s THEN {Verdict.STALE:d}
        WHEN ({_REALLY}) AND {formers.DOUBTFUL} THEN {Verdict.DOUBTED:d}
        WHEN {_REALLY} THEN {Verdict.CHANGED:d}
        ELSE {Verdict.TOUCHED:d} END AS verdict
    FROM store_staged AS new
    JOIN store_seen AS old ON old.feed_id = %(feed)s AND old.item_id = new.item_id
    WHERE new.batch_id = %(batch)s
) AS judged
WHERE store_staged.id = judged.id
"""  # noqa: S608

_UPDATE = f"""
UPDATE store_seen SET
    state = 'present', gone_at = NULL,
    {", ".join(f"{column} = new.{column}" for column in _PLAIN)},
    {
    ", ".join(
        f"{column} = CASE WHEN new.{column} <> '' THEN new.{column}"
        f" WHEN new.version = store_seen.version THEN store_seen.{column} ELSE '' END"
        for column in _HASHES
    )
},
    changed = CASE WHEN new.verdict = {Verdict.CHANGED:d}
        THEN %(truth)s ELSE store_seen.changed END
FROM store_staged AS new
WHERE new.batch_id = %(batch)s AND NOT new.gone
    AND new.verdict IN ({Verdict.TOUCHED:d}, {Verdict.CHANGED:d})
    AND store_seen.feed_id = %(feed)s AND store_seen.item_id = new.item_id
"""  # noqa: S608

_BURY = f"""
UPDATE store_seen SET state = 'gone', changed = %(truth)s,
    gone_at = COALESCE(new.gone_at, %(now)s)
FROM store_staged AS new
WHERE new.batch_id = %(batch)s AND new.gone AND new.verdict = {Verdict.CHANGED:d}
    AND store_seen.feed_id = %(feed)s AND store_seen.item_id = new.item_id
"""  # noqa: S608

_INSERT = f"""
INSERT INTO store_seen (feed_id, state, changed, noted, {ITEM_SELECT})
SELECT %(feed)s, 'present', %(truth)s, 0, {ITEM_SELECT} FROM store_staged
WHERE batch_id = %(batch)s AND verdict = {Verdict.NEW:d}
"""  # noqa: S608

_SILENT = """store_seen.state = 'present'
    AND store_seen.noted < %(generation)s AND NOT EXISTS (
        SELECT 1 FROM store_staged AS new
        WHERE new.batch_id = %(batch)s AND new.item_id = store_seen.item_id
    )"""

_UNTOLD = f"store_seen.feed_id = %(feed)s AND {_SILENT}"

# Told anew under the name of another item, of whose end nothing was told (a lost tombstone). The
# feed is asked for inside only: beside the ids, it would have SQLite walk through all of its items.
_REPLACED = f"""store_seen.id IN (
        SELECT old.id FROM store_staged AS new CROSS JOIN store_seen AS old
        WHERE new.batch_id = %(batch)s AND NOT new.gone
            AND new.verdict IN ({Verdict.NEW:d}, {Verdict.CHANGED:d})
            AND old.feed_id = %(feed)s AND old.parent_id = new.parent_id
            AND old.key_folded = new.key_folded AND old.name = new.name AND old.kind = new.kind
            AND (new.kind = 'folder' OR %(files_too)s)
    ) AND {_SILENT}"""  # noqa: S608

_LOSE = "UPDATE store_seen SET state = 'missing', changed = %(truth)s WHERE {which}"

_AGAIN = "ON CONFLICT (link_id, side, item_id) DO UPDATE SET mark = excluded.mark"

_MARK_TOLD = tuple(
    f"""
INSERT INTO store_dirty (link_id, side, item_id, mark)
SELECT store_link.id, '{side}', new.item_id, %(truth)s
FROM store_link CROSS JOIN store_staged AS new
WHERE store_link.{side}_feed_id = %(feed)s AND new.batch_id = %(batch)s
    AND new.verdict IN ({Verdict.NEW:d}, {Verdict.CHANGED:d})
{_AGAIN}"""  # noqa: S608
    for side in Side
)

_MARK_MISSING = f"""
INSERT INTO store_dirty (link_id, side, item_id, mark)
SELECT store_link.id, '{{side}}', store_seen.item_id, %(truth)s
FROM store_link CROSS JOIN store_seen
WHERE store_link.{{side}}_feed_id = %(feed)s AND {{which}}
{_AGAIN}"""  # noqa: S608

_MARK_ALL = f"""
INSERT INTO store_dirty (link_id, side, item_id, mark)
SELECT %(link)s, %(side)s, item_id, %(mark)s FROM store_seen WHERE feed_id = %(feed)s
{_AGAIN}"""  # noqa: S608

_COUNT = f"""
SELECT
    SUM(CASE WHEN NOT gone THEN 1 ELSE 0 END),
    SUM(CASE WHEN NOT gone AND verdict IN ({Verdict.NEW:d}, {Verdict.CHANGED:d})
        THEN 1 ELSE 0 END),
    SUM(CASE WHEN gone AND verdict = {Verdict.CHANGED:d} THEN 1 ELSE 0 END),
    SUM(CASE WHEN verdict = {Verdict.STALE:d} THEN 1 ELSE 0 END),
    SUM(CASE WHEN verdict = {Verdict.NEW:d} AND by_us AND kind = 'file' AND NOT gone
        THEN 1 ELSE 0 END),
    SUM(CASE WHEN verdict = {Verdict.DOUBTED:d} THEN 1 ELSE 0 END)
FROM store_staged WHERE batch_id = %(batch)s
"""  # noqa: S608
