"""Feeds that lag or misremember, and a remote that goes back to an earlier time."""

from dataclasses import dataclass, field

import pytest

from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.feed import Quirk
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.connectors.memory.rollback import remembered, roll_back
from turnbuckle.connectors.memory.traits import TEAMS_LIKE
from turnbuckle.model.items import Cursor, ItemId


@dataclass
class Told:
    names: list[str] = field(default_factory=list)
    gone: list[ItemId] = field(default_factory=list)
    cursor: Cursor | None = None


class Library:
    """A library with its people and our connector."""

    def __init__(self) -> None:
        self.remote = MemoryRemote(TEAMS_LIKE)
        self.people = People(self.remote)
        self.connector = MemoryConnector(self.remote)

    async def told(self, since: Cursor | None = None) -> Told:
        told = Told()
        async for page in self.connector.changes(since):
            told.names += [item.name for item in page.items]
            told.gone += page.gone
            told.cursor = page.cursor
        return told


@pytest.fixture
def library() -> Library:
    return Library()


async def test_a_feed_that_lags_tells_what_came_later_only_afterwards(library: Library) -> None:
    since = (await library.told()).cursor
    library.remote.feed.lag(2)
    library.people.put("a.pdf", b"ink")

    first = await library.told(since)
    second = await library.told(first.cursor)
    third = await library.told(second.cursor)

    assert (first.names, second.names, third.names) == ([], [], ["a.pdf"])


async def test_a_listing_that_lags_tells_everything_as_it_was(library: Library) -> None:
    library.people.put("a.pdf", b"ink")
    library.remote.feed.lag(1)
    library.people.put("b.pdf", b"ink")

    late = await library.told()
    now = await library.told(late.cursor)

    assert "b.pdf" not in late.names
    assert now.names == ["b.pdf"]


async def test_a_feed_may_keep_a_deletion_to_itself(library: Library) -> None:
    library.people.put("a.pdf", b"ink")
    since = (await library.told()).cursor
    library.remote.feed.quirk = Quirk.MISSING_TOMBSTONE
    library.people.delete("a.pdf")

    told = await library.told(since)

    assert told.gone == []


async def test_a_feed_may_tell_a_file_before_its_folder(library: Library) -> None:
    since = (await library.told()).cursor
    library.remote.feed.quirk = Quirk.CHILD_BEFORE_PARENT
    library.people.put("x/a.pdf", b"ink")

    told = await library.told(since)

    assert told.names == ["a.pdf", "x"]


async def test_a_feed_may_tell_each_place_that_an_item_had(library: Library) -> None:
    library.people.put("a.pdf", b"ink")
    since = (await library.told()).cursor
    library.remote.feed.quirk = Quirk.DUPLICATE_ITEM
    library.people.move("a.pdf", "t.pdf")
    library.people.move("t.pdf", "b.pdf")

    told = await library.told(since)

    assert told.names == ["t.pdf", "b.pdf"]


async def test_a_feed_may_tell_a_folder_made_again_and_not_that_the_old_one_is_gone(
    library: Library,
) -> None:
    library.people.put("x/a.pdf", b"ink")
    library.people.put("y.pdf", b"ink")
    since = (await library.told()).cursor
    library.remote.feed.quirk = Quirk.RECREATED_FOLDER_NO_TOMBSTONE
    library.people.delete("x")
    library.people.put("x/a.pdf", b"other")
    gone = library.people.delete("y.pdf")

    told = await library.told(since)

    assert told.names == ["x", "a.pdf"]
    assert told.gone == [gone]


async def test_a_library_that_goes_back_keeps_what_was_made_since_in_its_bin(
    library: Library,
) -> None:
    library.people.put("a.pdf", b"old")
    library.people.put("x/b.pdf", b"ink")
    past = remembered(library.remote)
    library.people.put("a.pdf", b"new")
    library.people.move("x/b.pdf", "b.pdf")
    library.people.put("c.pdf", b"ink")

    roll_back(library.remote, past)

    assert library.people.snapshot() == {"a.pdf": b"old", "x/": None, "x/b.pdf": b"ink"}
    assert [node.name for node in library.remote.shelf.all() if node.binned] == ["c.pdf"]


async def test_a_library_that_goes_back_tells_of_it(library: Library) -> None:
    library.people.put("a.pdf", b"old")
    past = remembered(library.remote)
    library.people.put("a.pdf", b"new")
    since = (await library.told()).cursor

    roll_back(library.remote, past)

    assert (await library.told(since)).names == ["a.pdf"]
