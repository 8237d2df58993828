"""What a plan is about: around each change just as much as the planner must see, and no more."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from store.building import NOW, House, a_file, a_folder, a_pair, forget_dirty, tell

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.names import NameRules, numbered_once
from turnbuckle.model.policy import Policy, Terms
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS, PHOTOS
from turnbuckle.store import journal, models
from turnbuckle.store.closure import Concerned, concerned
from turnbuckle.store.journal import Outcome
from turnbuckle.store.records import Bound, Link, Run

PLAIN = Capabilities(
    names=NameRules(),
    content_hash=None,
    max_file_bytes=1 << 40,
    guarded_writes=False,
    keeps_modified=False,
    keeps_versions=True,
    rewrites=frozenset(),
)
LIMIT = 200


@dataclass
class Tower:
    """A link of two tools in step; photos are flat on the left, paths are limited on the right."""

    house: House
    link: Link = field(init=False)
    items: dict[Side, dict[str, Item]] = field(init=False)

    def __post_init__(self) -> None:
        scope = self.house.scope
        self.link = scope.links.add(
            "two tools",
            left=self.house.left,
            right=self.house.right,
            bounds=[
                Bound(tool=DOCUMENTS, left=ItemId("docs"), right=ItemId("docs")),
                Bound(tool=PHOTOS, left=ItemId("photos"), right=ItemId("photos")),
            ],
            policy={},
            path_start={},
            now=NOW,
        )
        self.items = {
            side: {
                top: replace(a_folder(top, top, parent=None), id=ItemId(top))
                for top in ("docs", "photos")
            }
            for side in Side
        }

    @property
    def terms(self) -> Terms:
        photos = replace(PLAIN, flat=True, duplicate_names=True, crosses_tools=False)
        right = replace(PLAIN, names=NameRules(folds=True, longest_path=LIMIT))
        left = replace(PLAIN, crosses_tools=False, tools={PHOTOS: photos})
        return Terms(policy=Policy(), left=left, right=right)

    def add(self, side: Side, item: Item) -> Item:
        self.items[side][item.id] = item
        return item

    def both(self, left: Item, right: Item) -> None:
        """Put an item on both sides, in step."""
        self.add(Side.LEFT, left)
        self.add(Side.RIGHT, right)
        pairs = [a_pair(left, right)]
        models.PairRow.objects.bulk_create([_row(self.link, pair) for pair in pairs])

    def settle(self) -> None:
        """Tell all there is, and think about none of it."""
        for side, feed in ((Side.LEFT, self.house.left), (Side.RIGHT, self.house.right)):
            tell(feed, *self.items[side].values(), full=True)
        forget_dirty()

    def change(self, side: Side, item: str, **other: object) -> None:
        feed = self.house.left if side is Side.LEFT else self.house.right
        self.items[side][item] = replace(self.items[side][item], **other)  # type: ignore[arg-type]
        tell(feed, self.items[side][item])

    def look(self) -> Concerned:
        return concerned(self.link, _names, terms=self.terms)

    def bound(self) -> dict[str, int]:
        return dict(models.Link.objects.get(id=self.link.id).longest_path)


def _names(side: Side, item: Item, tool: str, rounds: int) -> Iterator[tuple[Side, Name]]:
    """The plain name and nine numbers, and five more numbers in each further round."""
    for where in Side:
        if rounds == 0:
            yield where, item.name
        for number in range(2 + 5 * rounds, 7 + 5 * rounds):
            yield where, numbered_once(item.name, item.kind, NameRules(), number)


def _row(link: Link, pair: object) -> models.PairRow:
    from turnbuckle.store.rows import PAIR_COLUMNS, pair_values

    values = dict(zip(PAIR_COLUMNS, pair_values(pair), strict=True))  # type: ignore[arg-type]
    return models.PairRow(link_id=link.id, **values)


def photo(number: str, parent: str, name: str = "") -> Item:
    return a_file(number, name or f"{number}.jpg", parent=ItemId(parent))


@pytest.fixture
def tower(house: House) -> Tower:
    """Give `Site/North` on the right, two albums on the left, with a photo in each."""
    tower = Tower(house)
    tower.both(a_folder("site", "Site", "photos"), a_folder("SITE", "Site", "photos"))
    tower.both(
        a_folder("north", "Site - North", "photos"), a_folder("NORTH", "North", "folder:SITE")
    )
    tower.both(photo("i", "folder:north"), photo("I", "folder:NORTH"))
    tower.both(photo("j", "folder:site"), photo("J", "folder:SITE"))
    tower.settle()
    return tower


def ids(found: Concerned, side: Side) -> set[str]:
    tree = found.left if side is Side.LEFT else found.right
    return {str(item) for item in tree.items} - {"docs", "photos"}


def test_of_a_renamed_folder_the_folders_in_it_are_read_and_no_photo(tower: Tower) -> None:
    tower.change(Side.RIGHT, "folder:SITE", name=Name("Yard"))

    found = tower.look()

    assert ids(found, Side.RIGHT) == {"folder:SITE", "folder:NORTH"}
    assert ids(found, Side.LEFT) == {"folder:site", "folder:north"}


def test_of_a_renamed_folder_nothing_is_read_where_both_sides_have_folders_in_folders(
    tower: Tower,
) -> None:
    tower.both(a_folder("plans", "Plans", "docs"), a_folder("PLANS", "Plans", "docs"))
    tower.both(a_folder("deep", "Deep", "folder:plans"), a_folder("DEEP", "Deep", "folder:PLANS"))
    tower.settle()

    tower.change(Side.RIGHT, "folder:PLANS", name=Name("Drawings"))

    assert ids(tower.look(), Side.RIGHT) == {"folder:PLANS"}


def test_the_album_that_has_the_joined_name_already_is_read(tower: Tower) -> None:
    tower.both(
        a_folder("yard", "Yard - North", "photos"), a_folder("YARD", "Yard - North", "photos")
    )
    tower.settle()

    tower.change(Side.RIGHT, "folder:SITE", name=Name("Yard"))

    assert "folder:yard" in ids(tower.look(), Side.LEFT)


def test_the_folder_that_has_the_rest_of_an_albums_new_name_is_read(tower: Tower) -> None:
    tower.both(a_folder("south", "Other", "photos"), a_folder("SOUTH", "South", "folder:SITE"))
    tower.settle()

    tower.change(Side.LEFT, "folder:north", name=Name("Site - South"))

    assert "folder:SOUTH" in ids(tower.look(), Side.RIGHT)


def test_all_of_a_folder_that_got_into_another_tool_is_read(tower: Tower) -> None:
    tower.change(Side.RIGHT, "folder:SITE", parent=ItemId("docs"))

    assert ids(tower.look(), Side.RIGHT) == {"folder:SITE", "folder:NORTH", "file:I", "file:J"}


def test_numbers_are_looked_up_until_one_is_free(tower: Tower) -> None:
    for number in range(2, 15):
        name = f"j ({number}).jpg"
        tower.add(Side.RIGHT, photo(f"J{number}", "folder:SITE", name))
    tower.settle()

    tower.change(Side.LEFT, "file:j", version=Version("v2"))

    assert {f"file:J{number}" for number in range(2, 15)} <= ids(tower.look(), Side.RIGHT)


def test_a_longer_name_measures_nothing_while_no_path_could_get_too_long(tower: Tower) -> None:
    tower.change(Side.LEFT, "folder:site", name=Name("Yard"))
    tower.look()

    tower.change(Side.LEFT, "folder:site", name=Name("Courtyard"))

    assert tower.look().right.longest_below == {}
    assert len("Site/North/I.jpg") <= tower.bound()["right"] <= LIMIT


def test_a_longer_name_measures_its_folder_where_a_path_could_get_too_long(tower: Tower) -> None:
    tower.change(Side.LEFT, "folder:site", name=Name("y" * 180))

    assert tower.look().right.longest_below == {"folder:SITE": len("North/I.jpg")}


def test_a_new_long_path_is_counted_before_the_next_rename(tower: Tower) -> None:
    tower.change(Side.LEFT, "folder:site", name=Name("Yard"))
    tower.look()
    tower.add(Side.RIGHT, photo("K", "folder:SITE", f"{'k' * 70}.jpg"))
    tell(tower.house.right, tower.items[Side.RIGHT]["file:K"])

    tower.look()

    assert tower.bound()["right"] >= 79


def new_tower(house: House) -> Tower:
    """Make a link whose one file, with a long name, nobody has looked at."""
    tower = Tower(house)
    tower.add(Side.RIGHT, a_file("K", f"{'k' * 70}.jpg", parent=ItemId("docs")))
    tell(house.left, *tower.items[Side.LEFT].values(), full=True)
    tell(house.right, *tower.items[Side.RIGHT].values(), full=True)
    return tower


def test_the_first_look_of_a_link_finds_how_long_its_paths_are(house: House) -> None:
    tower = new_tower(house)

    tower.look()

    assert 74 <= tower.bound()["right"] <= LIMIT


def test_a_look_at_single_items_of_a_new_link_says_nothing_of_its_paths(house: House) -> None:
    tower = new_tower(house)

    concerned(tower.link, _names, [(Side.RIGHT, ItemId("docs"))], terms=tower.terms)

    assert tower.bound() == {}


def go_in_a_circle(tower: Tower) -> None:
    """Make rows say that the folder `Site` lies in its own folder `North`."""
    site = models.Seen.objects.filter(feed_id=tower.house.right.id, item_id="folder:SITE")
    site.update(parent_id="folder:NORTH")


def test_folders_that_seem_to_lie_in_each_other_are_read_once(tower: Tower) -> None:
    tower.change(Side.RIGHT, "folder:SITE", name=Name("Yard"))
    go_in_a_circle(tower)

    found = tower.look()

    assert {"folder:SITE", "folder:NORTH"} <= found.right.hidden
    assert found.rows < 60


def test_folders_that_seem_to_lie_in_each_other_are_measured_once(tower: Tower) -> None:
    go_in_a_circle(tower)

    tower.change(Side.LEFT, "folder:site", name=Name("y" * 180))

    assert tower.look().right.longest_below == {"folder:SITE": len("North/I.jpg")}


def test_a_link_at_rest_reads_its_bound_folders_alone(tower: Tower) -> None:
    assert tower.look().rows == 4


def test_the_pair_of_a_settled_step_is_read_with_its_item(tower: Tower) -> None:
    left, right = photo("n", "folder:site"), photo("N", "folder:SITE")
    run = _run(tower)
    journal.settle(
        tower.link,
        run,
        [Outcome(seen=[(Side.LEFT, left), (Side.RIGHT, right)], pairs=[a_pair(left, right)])],
        marks=None,
        now=NOW,
    )
    tower.items[Side.LEFT]["file:n"] = left

    tower.change(Side.LEFT, "file:n", version=Version("v2"))

    assert {pair.right.id for pair in tower.look().base.pairs if pair.kind is Kind.FILE} == {
        "file:N"
    }


def _run(tower: Tower) -> Run:
    from store.building import TTL

    from turnbuckle.store import leases, runs

    return runs.start(tower.link, leases.acquire(tower.link, "me", now=NOW, ttl=TTL), now=NOW)
