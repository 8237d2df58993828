"""What a person sees on either service, and what a person can do there."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Refused(Exception):
    """The service said no to a person."""

    def __init__(self, status: int, said: str) -> None:
        self.status = status
        self.said = said
        super().__init__(f"{status}: {said}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One item as a person sees it."""

    id: str
    parent: str | None
    name: str
    is_folder: bool
    size: int = 0  # bytes; a folder's is whatever the service says
    modified: str = ""  # as the service writes it
    address: str = ""  # where the content is, if the service told
    note: str = ""  # such as who has it checked out
    description: str = ""
    is_private: bool = False  # only some see it


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One version of a file."""

    id: str
    label: str  # what people call it, such as "3"
    size: int  # bytes
    modified: str  # as the service writes it
    by: str  # a name, empty where the service does not say
    address: str = ""  # where its content is, if the service told
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Somebody, or some group, that may see an item."""

    name: str
    may_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Somewhere to work: a project, a channel, a library."""

    key: str  # by which it is chosen
    group: str  # what it belongs to: a company, a Team
    name: str


class Power(StrEnum):
    """What a tool lets people do with an item, beside looking, moving and deleting."""

    REPLACE = "new versions"
    VERSIONS = "list, read and restore versions"
    DESCRIBE = "describe a file"
    CHECK_OUT = "check out and in"
    LIMITED_CHECK_OUT = "check out for so many hours"
    OFFICE = "open in Office, which locks"
    PRIVATE = "make private"
    SHARE = "share with somebody"
    PURGE = "delete for ever"


@dataclass(frozen=True, slots=True)
class Body:
    """Content to be uploaded."""

    size: int  # bytes
    pieces: AsyncIterable[bytes]


def body_of(data: bytes) -> Body:
    """Give bytes that are in memory as a body."""
    return Body(len(data), _once(data))


async def _once(data: bytes) -> AsyncIterator[bytes]:
    if data:
        yield data


class Person(Protocol):
    """Somebody at work on one of the two services.

    Every method raises `Refused` when the service says no.
    """

    @property
    def top(self) -> str:
        """The id of the folder that is kept in step."""

    async def listing(self) -> list[Seen]:
        """Everything below the top folder, parents first; what is in the bin is left out."""

    async def children(self, folder: str) -> list[Seen]:
        """What is directly in a folder."""

    async def binned(self) -> list[Seen]:
        """What lies in the recycle bin and can be restored."""

    async def look(self, item: str, *, is_folder: bool) -> Seen:
        """One item."""

    def read(self, item: Seen) -> AsyncIterator[bytes]:
        """A file's content, in pieces."""

    async def add_folder(self, parent: str, name: str) -> Seen:
        """Make a folder."""

    async def add_file(self, parent: str, name: str, body: Body) -> Seen:
        """Upload a new file."""

    async def replace(self, item: Seen, body: Body) -> None:
        """Give a file new content."""

    async def rename(self, item: Seen, name: str) -> None:
        """Give an item another name."""

    async def move(self, item: Seen, parent: str) -> None:
        """Put an item into another folder."""

    async def delete(self, item: Seen) -> None:
        """Put an item into the recycle bin."""

    async def restore(self, item: Seen, parent: str) -> None:
        """Take an item out of the bin, into that folder where the service lets one choose."""
