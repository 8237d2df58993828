"""What it costs to plan 100 changes in a link of 200,000 items at rest, beside planning all of it.

    python bench/planning.py [ITEMS] [CHANGES]

The store is real, on SQLite in a temporary folder; the two feeds are written as connectors tell.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from turnbuckle.model.items import Item
    from turnbuckle.store.records import Feed, Link

NOW = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
IN_A_FOLDER = 100
PAGE_ITEMS = 1_000
MOST_AT_ONCE = 200_000  # more of them, planned all at once, would want gigabytes


@dataclass(frozen=True, slots=True)
class Figure:
    """One plan."""

    what: str
    seconds: float
    rows: int
    steps: int

    def line(self) -> str:
        """Say it."""
        return f"{self.what}: {self.seconds:.3f} s, {self.rows:,} rows read, {self.steps:,} steps"


def measure(items: int, changes: int) -> list[Figure]:
    """Fill a store, and plan in it."""
    from turnbuckle.model.items import Version
    from turnbuckle.model.side import Side
    from turnbuckle.store import notes

    link, feeds = _linked()
    trees = {side: list(_tree(side.value, items)) for side in Side}
    for side in Side:
        _tell(feeds[side], trees[side], full=True)
    _pair(link, trees[Side.LEFT], trees[Side.RIGHT])
    figures = []
    if items <= MOST_AT_ONCE:
        both = [(side, item.id) for side in Side for item in trees[side]]
        notes.mark(link, both)
        figures.append(_plan(link, f"all {len(both):,} items of both sides"))
        notes.clean(link, both, None)
    rest = _plan(link, "nothing, at rest")
    files = [item for item in trees[Side.LEFT] if item.size]
    edited = files[:: max(1, len(files) // changes)][:changes]
    _tell(
        feeds[Side.LEFT],
        [replace(item, version=Version(f"{item.version}b"), modified=NOW) for item in edited],
        full=False,
    )
    few = _plan(link, f"{len(edited)} changes")
    return [*figures, rest, few]


def _linked() -> "tuple[Link, dict[str, Feed]]":
    from turnbuckle.model.items import ItemId
    from turnbuckle.model.side import Side
    from turnbuckle.store import organisations, upkeep
    from turnbuckle.store.records import Bound

    upkeep.migrate(Path(os.environ["TURNBUCKLE_DATA"]))
    scope = organisations.of()
    feeds: dict[str, Feed] = {}
    for side in Side:
        connection = scope.connections.add(
            side.value, system="memory", kind="practice", settings={}, secrets={}, now=NOW
        )
        feeds[side] = scope.feeds.of(connection, "everything")
    link = scope.links.add(
        "bench",
        left=feeds[Side.LEFT],
        right=feeds[Side.RIGHT],
        bounds=[Bound(tool="documents", left=ItemId("left-0"), right=ItemId("right-0"))],
        policy={},
        path_start=dict.fromkeys(Side, 0),
        now=NOW,
    )
    return link, feeds


def _tree(side: str, count: int) -> "Iterator[Item]":
    """Give a root and below it folders of a hundred files each, parents first."""
    from turnbuckle.model.items import Item, ItemId, Kind, Name, Version

    root = ItemId(f"{side}-0")
    yield Item(id=root, parent=None, name=Name("root"), kind=Kind.FOLDER)
    folder = root
    for number in range(1, count + 1):
        item, age = ItemId(f"{side}-{number}"), timedelta(seconds=number)
        if number % (IN_A_FOLDER + 1) == 1:
            folder = item
            yield Item(id=item, parent=root, name=Name(f"Folder {number}"), kind=Kind.FOLDER)
            continue
        yield Item(
            id=item,
            parent=folder,
            name=Name(f"A-{number} ground floor.pdf"),
            kind=Kind.FILE,
            version=Version(f"v{number}"),
            size=1000 + number,
            modified=NOW - age,
            created=NOW - age,
        )


def _tell(feed: "Feed", items: "Iterable[Item]", *, full: bool) -> None:
    from turnbuckle.model.items import Cursor
    from turnbuckle.model.pages import Page
    from turnbuckle.store import trees

    batch = trees.begin_pages(feed, full)
    for page in batched(items, PAGE_ITEMS):
        trees.stage(batch, Page(items=page, full=full))
    trees.apply(batch, Cursor("here"), now=NOW)


def _pair(link: "Link", left: "list[Item]", right: "list[Item]") -> None:
    """Write the base down: both sides agree about everything."""
    from turnbuckle.model.pairs import agreed
    from turnbuckle.store import journal, leases, runs, trees
    from turnbuckle.store.journal import Outcome

    lease = leases.acquire(link, "bench", now=NOW, ttl=timedelta(days=1))
    run = runs.start(link, lease, now=NOW)
    for some in batched(zip(left[1:], right[1:], strict=True), PAGE_ITEMS):
        pairs = [agreed(None, one, other, place=True, content=True) for one, other in some]
        journal.settle(link, run, [Outcome(pairs=pairs)], marks=trees.marks(link), now=NOW)


def _plan(link: "Link", what: str) -> Figure:
    from turnbuckle.connectors.graph.capabilities import CAPABILITIES
    from turnbuckle.connectors.procore.capabilities import DOCUMENTS
    from turnbuckle.model.policy import Policy, Standing, Terms
    from turnbuckle.planning.planner import plan
    from turnbuckle.planning.wishes import wishes
    from turnbuckle.store import closure

    terms = Terms(policy=Policy(), left=DOCUMENTS, right=CAPABILITIES)
    begun = time.perf_counter()
    seen = closure.concerned(
        link,
        lambda side, item, tool, rounds: wishes(side, item, terms, tool, rounds),
        terms=terms,
    )
    made = plan(seen.base, seen.left, seen.right, terms, Standing())
    return Figure(what, time.perf_counter() - begun, seen.rows, len(made.steps))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("items", nargs="?", type=int, default=200_000)
    parser.add_argument("changes", nargs="?", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="turnbuckle-bench-") as folder:
        os.environ["TURNBUCKLE_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
        django.setup()
        figures = measure(asked.items, asked.changes)
    for figure in figures:
        print(figure.line())
    peer, few = figures[0], figures[-1]
    print(
        f"{asked.changes} changes: {few.rows / asked.changes:.1f} rows each; beside {peer.what}"
        f" {few.seconds / peer.seconds:.4f} of the time and {few.rows / peer.rows:.5f} of the rows"
    )


if __name__ == "__main__":
    main()
