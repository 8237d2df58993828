"""What the store's tests are made of: a time, items, and an organisation with one link."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from turnbuckle.model.items import Cursor, Item, ItemId, Kind, Name, Version
from turnbuckle.model.pages import Page
from turnbuckle.model.pairs import Pair, half_of
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.store import leases, models, organisations, runs, trees
from turnbuckle.store.apps import DEFAULT_ORGANISATION
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Bound, Connection, Feed, Lease, Link, Run

NOW = datetime(2026, 5, 4, 9, 30, 0, 250_000, tzinfo=UTC)
TTL = timedelta(minutes=2)


def a_file(number: int | str, name: str = "", **other: Any) -> Item:
    """Make a file; its id comes from its number."""
    given: dict[str, Any] = {
        "parent": ItemId("top"),
        "version": Version("v1"),
        "size": 10,
        "modified": NOW,
        **other,
    }
    return Item(
        id=ItemId(f"file:{number}"),
        name=Name(name or f"sheet {number}.pdf"),
        kind=Kind.FILE,
        **given,
    )


def a_folder(number: int | str, name: str = "", parent: str | None = "top") -> Item:
    """Make a folder; its id comes from its number."""
    return Item(
        id=ItemId(f"folder:{number}"),
        parent=None if parent is None else ItemId(parent),
        name=Name(name or f"Level {number}"),
        kind=Kind.FOLDER,
    )


def a_pair(left: Item, right: Item) -> Pair:
    """Make the pair of two items as they are."""
    return Pair(kind=left.kind, left=half_of(left), right=half_of(right))


def tell(feed: Feed, *items: Item, gone: tuple[str, ...] = (), full: bool = False) -> trees.Applied:
    """Let a feed tell one page, and make it the truth."""
    batch = trees.begin_pages(feed, full)
    trees.stage(batch, Page(items=items, gone=[ItemId(item) for item in gone], full=full))
    return trees.apply(batch, Cursor("next"), now=NOW)


def states(feed: Feed) -> dict[str, str]:
    """Give the state of every item of a feed."""
    return dict(models.Seen.objects.filter(feed_id=feed.id).values_list("item_id", "state"))


def held(feed: Feed, item: str) -> Item:
    """Give an item as the store holds it."""
    from turnbuckle.store.rows import ITEM_COLUMNS, item_of

    rows = models.Seen.objects.filter(feed_id=feed.id, item_id=item)
    return item_of(rows.values_list(*ITEM_COLUMNS).get())


def dirty(link: Link) -> set[tuple[str, str]]:
    """Give what a link has to think about."""
    return set(models.Dirty.objects.filter(link_id=link.id).values_list("side", "item_id"))


def forget_dirty() -> None:
    """Take every link's thoughts away, as if a run had dealt with all of them."""
    models.Dirty.objects.all().delete()


@dataclass
class House:
    """One organisation with a connection for each side and one link."""

    name: str = DEFAULT_ORGANISATION
    scope: Scope = field(init=False)
    left: Feed = field(init=False)
    right: Feed = field(init=False)
    link: Link = field(init=False)

    def __post_init__(self) -> None:
        self.scope = organisations.add(self.name)
        self.left = self.scope.feeds.of(self.connection("site", "procore"), "project 7")
        self.right = self.scope.feeds.of(self.connection("team", "microsoft"), "drive b!1")
        self.link = self.bind("tower", self.left, self.right)

    def connection(self, name: str, system: str) -> Connection:
        """Keep a connection."""
        return self.scope.connections.add(
            name, system=system, kind="practice", settings={}, secrets={"secret": name}, now=NOW
        )

    def bind(self, name: str, left: Feed, right: Feed) -> Link:
        """Make a link between the tops of two feeds."""
        return self.scope.links.add(
            name,
            left=left,
            right=right,
            bounds=[Bound(tool=DOCUMENTS, left=ItemId("top"), right=ItemId("root"))],
            policy={"winner": "newest"},
            path_start={Side.RIGHT: 40},
            now=NOW,
        )

    def lease(self, owner: str = "me") -> Lease:
        """Take the link's lease."""
        return leases.acquire(self.link, owner, now=NOW, ttl=TTL)

    def run(self) -> Run:
        """Begin a run of the link."""
        return runs.start(self.link, self.lease(), now=NOW)
