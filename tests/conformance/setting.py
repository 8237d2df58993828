"""What a remote's tests give to the contract, and the few words its sentences are told in."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import pytest

from turnbuckle.model.hashes import running
from turnbuckle.model.items import Cursor, Item, ItemId, Name
from turnbuckle.model.pages import Page
from turnbuckle.ports.connector import CHUNK_BYTES, Connector, Content, Skims


class Colleague(Protocol):
    """Somebody else who works on the same remote, by its own doors and not by our connector."""

    async def put(self, parent: ItemId, name: str, data: bytes) -> ItemId:
        """Make a file."""

    async def write(self, item: ItemId, data: bytes) -> None:
        """Give a file a new version."""

    async def mkdir(self, parent: ItemId, name: str) -> ItemId:
        """Make a folder."""

    async def move(self, item: ItemId, parent: ItemId, name: str) -> None:
        """Move or rename."""

    async def delete(self, item: ItemId) -> None:
        """Put into the recycle bin."""

    async def restore(self, item: ItemId) -> None:
        """Take out of the recycle bin; skips the test where this remote has no such door."""

    async def wait(self, seconds: float) -> None:
        """Let time pass on the remote's clock, and on ours."""

    async def history(self, item: ItemId) -> list[bytes]:
        """Give the contents of all versions of a file, the current one's too, in any order."""

    async def lock(self, item: ItemId) -> None:
        """Check a file out, or open it, so that others cannot change it."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One remote with our connector and a colleague on it.

    Attributes:
        root: an empty folder to work in.
        unknown_file: an id of the right form that no item ever had.
        unknown_folder: the same; another one where ids tell files from folders.
        secrets: what must be in no cursor: tokens, client secrets.
        case_blind: names equal but for case clash, though our capabilities do not say so.
        cleans_names: the remote changes names that it takes, and the write's answer tells so.
        tells_moves: every rename, move and restore shows in the changes, whatever else happens;
            else some show in a full page set only.
        not_found_is_proof: what this account may not see is refused, never said to be missing.
    """

    connector: Connector
    root: ItemId
    people: Colleague
    unknown_file: ItemId
    unknown_folder: ItemId
    secrets: Sequence[str] = ()
    case_blind: bool = False
    cleans_names: bool = False
    tells_moves: bool = True
    not_found_is_proof: bool = False


@dataclass(kw_only=True)
class Told:
    """One page set, read to its end."""

    pages: list[Page] = field(default_factory=list)

    @property
    def items(self) -> dict[ItemId, Item]:
        """The items told, the last occurrence of each."""
        return {item.id: item for page in self.pages for item in page.items}

    @property
    def gone(self) -> set[ItemId]:
        """The ids that are proven gone."""
        return {item for page in self.pages for item in page.gone}

    @property
    def cursor(self) -> Cursor:
        """Where to go on from."""
        cursor = self.pages[-1].cursor
        assert cursor is not None, "the last page of a page set has no cursor"
        return cursor


async def told(connector: Connector, since: Cursor | None = None) -> Told:
    """Read the feed, and let it pass nothing over."""
    if isinstance(connector, Skims):
        connector.look_closely()
    return Told(pages=[page async for page in connector.changes(since)])


async def everything(connector: Connector, root: ItemId) -> dict[str, Item]:
    """Give all below `root` by path, as a full page set tells it."""
    items = (await told(connector)).items
    return dict(_below(tuple(items.values()), root, ""))


def _below(items: Sequence[Item], root: ItemId, above: str) -> Iterator[tuple[str, Item]]:
    for item in items:
        if item.parent == root:
            yield above + item.name, item
            yield from _below(items, item.id, f"{above}{item.name}/")


def content(data: bytes, modified: datetime | None = None, chunk: int = CHUNK_BYTES) -> Content:
    """Give `data` in chunks of `chunk` bytes."""

    async def opened(start: int) -> AsyncIterator[bytes]:
        for place in range(start, len(data), chunk):
            yield data[place : place + chunk]

    return Content(size=len(data), modified=modified, open=opened)


def breaking(data: bytes, error: Exception, after: int) -> Content:
    """Promise all of `data`, give its first `after` bytes and then raise `error`."""

    async def opened(start: int) -> AsyncIterator[bytes]:
        for place in range(start, after, CHUNK_BYTES):
            yield data[place : min(after, place + CHUNK_BYTES)]
        raise error

    return Content(size=len(data), modified=None, open=opened)


async def bytes_of(connector: Connector, item: Item, start: int = 0) -> bytes:
    """Read a whole content, from byte `start`."""
    return b"".join([chunk async for chunk in connector.read(item, start)])


async def make(connector: Connector, parent: ItemId, name: str, data: bytes = b"ink") -> Item:
    """Let our connector make a file."""
    return await connector.create_file(parent, Name(name), content(data))


async def looked(connector: Connector, item: ItemId) -> Item:
    """Look at an item that must be there."""
    found = await connector.look(item)
    assert found is not None, f"{item} is said to be gone"
    return found


def digest(connector: Connector, data: bytes) -> str | None:
    """Give the hash that the remote must report for `data`; None where it reports none."""
    kind = connector.capabilities.content_hash
    if kind is None:
        return None
    state = running(kind)
    state.update(data)
    return state.text()


def essence(item: Item) -> tuple[object, ...]:
    """Give what must be the same however an item is told; its tag may move on by itself."""
    return (item.id, item.parent, item.name, item.kind, item.version, item.size)


def pattern(size: int) -> bytes:
    """Give `size` bytes of which no piece is like its neighbour."""
    return b"".join(place.to_bytes(8, "big") for place in range(-(-size // 8)))[:size]


class Words:
    """The fixtures that the sentences use; a remote's tests give `setting`."""

    @pytest.fixture
    def connector(self, setting: Setting) -> Connector:
        return setting.connector

    @pytest.fixture
    def root(self, setting: Setting) -> ItemId:
        return setting.root

    @pytest.fixture
    def people(self, setting: Setting) -> Colleague:
        return setting.people
