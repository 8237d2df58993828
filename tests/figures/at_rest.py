"""A link with as many items at rest as one likes: both sides hold the same tree, the base says so.

The tree comes in blocks of 1,000 items: a building, 27 folders in it, and 36 files in each. A
block is filled as the product fills it: told in pages, applied, paired by the journal. Copies of it
can be made in SQL, row by row the same, where the time that filling takes is not the point.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import batched

from django.db import connection, transaction
from scenarios.stage import Stage

from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.pages import Page
from turnbuckle.model.pairs import agreed
from turnbuckle.model.side import Side
from turnbuckle.store import journal, leases, models, runs, trees
from turnbuckle.store.journal import Outcome
from turnbuckle.sync.looking import look

BLOCK = 1_000
CHANGES = 100  # in ten folders of each of ten blocks
NOW = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
_FOLDERS, _FILES = 27, 36  # of a block, and of each folder
_PAGE_ITEMS = 1_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What some work took."""

    seconds: float
    cpu_seconds: float  # of them, those of the processor, in our process
    work: int  # instructions of the database's virtual machine; 0: not counted
    rows: int = 0  # that were read to gather what a plan is about
    steps: int = 0  # planned by a look, or written by a run


class AtRest:
    """One link between two memory remotes that know only of what changes in the course of it.

    The remotes are too slow for a million items, so the store is told of them in their name. Use it
    outside of any event loop; it writes rows.
    """

    def __init__(self) -> None:
        self.stage = Stage()
        self.ends, self.link = self.stage.ends, self.stage.ends.link
        self.blocks = 0
        self.run()

    def fill(self, blocks: int) -> None:
        """Add blocks as the product does: both feeds tell them, and the journal pairs them."""
        wanted = range(self.blocks, self.blocks + blocks)
        for side in Side:
            self._tell(side, (item for block in wanted for item in self._block(side, block)))
        lease = leases.acquire(self.link, "filling", now=NOW, ttl=timedelta(days=1))
        run = runs.start(self.link, lease, now=NOW)
        both = ((self._block(side, block) for side in Side) for block in wanted)
        couples = (couple for left, right in both for couple in zip(left, right, strict=True))
        for some in batched(couples, _PAGE_ITEMS):
            pairs = [agreed(None, *couple, place=True, content=True) for couple in some]
            clean = [(side, pair.half(side).id) for pair in pairs for side in Side]
            outcome = Outcome(pairs=pairs, clean=clean)
            journal.settle(self.link, run, [outcome], marks=trees.marks(self.link), now=NOW)
        runs.finish(run, "done", {}, now=NOW)
        leases.release(lease)
        self.blocks += blocks

    def copy(self, blocks: int) -> None:
        """Add blocks by copying the rows of the first one."""
        roots = {f"{side}_root": self.link.root(side) for side in Side}
        with transaction.atomic(), connection.cursor() as sql:
            for number in range(self.blocks, self.blocks + blocks):
                for side in Side:
                    feed, root = self.link.feed(side), self.link.root(side)
                    sql.execute(_COPY_SEEN, {"feed": feed, "root": root, "number": number})
                sql.execute(_COPY_PAIRS, {"link": self.link.id, "number": number, **roots})
        self.blocks += blocks

    def items(self, side: Side) -> int:
        """Count what a feed holds, but for the link's own folder."""
        return models.Seen.objects.filter(feed_id=self.link.feed(side)).count() - 1

    def tell(self, change: "Change", *, counted: bool = False) -> Cost:
        """Let both feeds tell of a hundred changes, half on either side."""

        def told() -> tuple[int, int]:
            for side in Side:
                every = [change.of(item) for item in self._touched(side, change.file)]
                gone = [item.id for item in every if change.deletes]
                self._tell(side, () if gone else every, gone)
            return 0, 0

        return _cost(lambda: asyncio.to_thread(told), counted)

    def look(self, *, counted: bool = False) -> Cost:
        """Plan what is to be done, as a run does."""

        async def planned() -> tuple[int, int]:
            looked = await look(self.ends, self.stage.clock)
            return looked.concerned.rows, len(looked.plan.steps)

        return _cost(planned, counted)

    def run(self, *, counted: bool = False) -> Cost:
        """Run the link once, from its first question to its report."""

        async def ran() -> tuple[int, int]:
            report = await self.stage.run()
            assert not report.stopped
            return report.rows_read, report.writes

        return _cost(ran, counted)

    def rest(self) -> None:
        """Let go of all that changed, as if a run had dealt with it."""
        models.Dirty.objects.filter(link_id=self.link.id).delete()

    def mark_all(self) -> None:
        """Make the link think about everything, as its first run does."""
        trees.dirty_all(self.link)

    def _tell(self, side: Side, items: Iterable[Item], gone: Iterable[ItemId] = ()) -> None:
        feed = self.ends.feed(side)
        batch = trees.begin_pages(feed, full=False)
        for some in batched(items, _PAGE_ITEMS):
            trees.stage(batch, Page(items=some, full=False))
        trees.stage(batch, Page(items=(), gone=tuple(gone), full=False))
        trees.apply(batch, feed.cursor, now=NOW, names_are_single=True)

    def _touched(self, side: Side, file: int) -> Iterator[Item]:
        for number in range(side is Side.RIGHT, CHANGES, 2):
            block, folder = divmod(number, 10)
            yield self._item(side, block * self.blocks // 10, folder, file)

    def _block(self, side: Side, block: int) -> Iterator[Item]:
        top = ItemId(f"{block}.{side}")
        name = Name(f"{block} Harbour Tower")
        yield Item(id=top, parent=self.link.root(side), name=name, kind=Kind.FOLDER)
        for folder in range(_FOLDERS):
            for file in range(_FILES + 1):
                yield self._item(side, block, folder, file)

    def _item(self, side: Side, block: int, folder: int, file: int) -> Item:
        """Give one file of a folder, or the folder itself, as it is at rest."""
        top = ItemId(f"{block}.{side}")
        at = ItemId(f"{top}.{folder}")
        if file == 0:
            return Item(id=at, parent=top, name=Name(f"Level {folder}"), kind=Kind.FOLDER)
        saved = NOW - timedelta(days=1, seconds=file)
        return Item(
            id=ItemId(f"{at}.{file}"),
            parent=at,
            name=Name(f"A-{file} ground floor.pdf"),
            kind=Kind.FILE,
            version=Version(f"v{file}"),
            size=1000 + file,
            modified=saved,
            created=saved,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What people make of one file in each of a hundred folders, or of the folder itself (0)."""

    name: str
    file: int
    of: Callable[[Item], Item] = lambda item: item
    deletes: bool = False


def _edited(item: Item) -> Item:
    return replace(item, version=Version(f"{item.version}b"), modified=NOW)


def _renamed(item: Item) -> Item:
    return replace(item, name=Name(f"Old {item.name}"))


def _moved(item: Item) -> Item:
    """Give a file in the folder above its own, under a name that nobody has there."""
    parent, _, _ = (item.parent or "").rpartition(".")
    return replace(item, parent=ItemId(parent), name=Name(f"{item.id} {item.name}"))


def _made(item: Item) -> Item:
    """Give a new file beside this one."""
    return replace(item, id=ItemId(f"{item.id}.new"), name=Name(f"New {item.name}"))


EVERY_CHANGE = (
    Change("files edited", 1, _edited),
    Change("files renamed", 2, _renamed),
    Change("files moved", 3, _moved),
    Change("files made", 4, _made),
    Change("files deleted", 5, deletes=True),
    Change("folders renamed", 0, _renamed),
)


def _cost(work: Callable[[], Awaitable[tuple[int, int]]], counted: bool) -> Cost:
    """Do some work with one thread for the store, on a connection of its own."""
    instructions = itertools.count()

    def count() -> None:
        next(instructions)

    def connect() -> None:
        connection.ensure_connection()
        if counted:
            connection.connection.set_progress_handler(count, 1)

    def disconnect() -> None:
        connection.close()

    async def measured(thread: ThreadPoolExecutor) -> Cost:
        asyncio.get_running_loop().set_default_executor(thread)
        await asyncio.to_thread(connect)
        begun, used = time.perf_counter(), time.process_time()
        rows, steps = await work()
        seconds, used = time.perf_counter() - begun, time.process_time() - used
        await asyncio.to_thread(disconnect)
        return Cost(seconds, used, next(instructions), rows, steps)

    with ThreadPoolExecutor(1) as thread:
        return asyncio.run(measured(thread))


def _copied(column: str) -> str:
    """Say in SQL what a block's copy has in a column: its own ids, another name at the top."""
    anew = f"%(number)s || SUBSTR({column}, 2)"
    half = column.partition("_")[0]
    seen = half not in Side
    parent, root = ("parent_id", "%(root)s") if seen else (f"{half}_parent", f"%({half}_root)s")
    if column in ("item_id", "left_id", "right_id"):
        return anew
    if column == parent:
        return f"CASE {parent} WHEN {root} THEN {parent} ELSE {anew} END"
    if column in ("name", "key_folded", "left_name", "right_name"):
        return f"CASE {parent} WHEN {root} THEN {anew} ELSE {column} END"
    return column


def _copy(table: str, model: type[models.Seen | models.PairRow], which: str) -> str:
    columns = [str(each.column) for each in model._meta.concrete_fields if not each.primary_key]
    return (
        f"INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {', '.join(map(_copied, columns))} FROM {table} WHERE {which}"
    )


_COPY_SEEN = _copy(
    "store_seen", models.Seen, "feed_id = %(feed)s AND item_id >= '0.' AND item_id < '0/'"
)
_COPY_PAIRS = _copy(
    "store_pair", models.PairRow, "link_id = %(link)s AND left_id >= '0.' AND left_id < '0/'"
)
