"""The promise that every connected system keeps: a tree of items in somebody else's hands."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Cursor, Item, ItemId, Name
from turnbuckle.model.pages import Page

CHUNK_BYTES = 1 << 20
"""The largest chunk that `read` gives and that a `Content` may be asked to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file's bytes on their way, never all in memory and never on disk.

    `open(start)` gives the bytes from byte `start` on in chunks of at most `CHUNK_BYTES`; it can be
    called again to resume. It withholds the last chunk until the whole is verified and raises
    `Overtaken` instead when the bytes are not those that the plan meant, so a connector must not
    make a write visible before the iterator has ended.
    """

    size: int  # bytes
    modified: datetime | None  # with time zone; stored where the remote keeps it
    open: Callable[[int], AsyncIterator[bytes]]


@runtime_checkable
class FindsSlips(Protocol):
    """A remote without guarded writes that tells afterwards whose version a write came after."""

    async def slipped(self, item: ItemId) -> list[Item]:
        """Give, once, the versions of others that our last `replace` of this item came after.

        Oldest first; each can be read like any item, though it is not the current version.
        """


@runtime_checkable
class Restores(Protocol):
    """A remote of whose recycle bin an app may take things back.

    Only undoing uses it, when a person asked for that.
    """

    async def restore(self, item: ItemId, parent: ItemId) -> Item:
        """Take an item, with all that went into the bin with it, back into a folder.

        An item that is not in the bin any more is left where it is, and given.

        Raises:
            Overtaken: something else in the folder has its name by now.
            Gone: it is not in the bin, and nowhere else.
            Unsupported: the remote does not let an app do this.
        """

    def read_binned(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content of a file that is in the bin, as `Connector.read` does.

        Raises:
            Gone: it is not there, or not at `item.version`.
            Unsupported: the remote does not show it to an app.
        """


@runtime_checkable
class Skims(Protocol):
    """A remote without a feed of changes, whose connector takes some numbers for a sign of quiet.

    Changes that cancel each other out in these numbers are found later, unless the look is close.
    """

    def look_closely(self) -> None:
        """Let the next `changes` pass nothing over, as after word of a change."""


class Connector(Protocol):
    """One feed of a remote: the whole tree of a drive, or of one project's tool.

    Raises only the errors of `ports.errors`, and never retries a call: `sync` decides what comes
    next. A write takes the `Item` as we last saw it: that is what it expects to find. A remote
    with `guarded_writes` refuses a write whose item is out of date; another one may take it, and
    then what it came after stays in the history and is told by `FindsSlips`. A delete is preceded
    by a fresh look everywhere.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this remote can do, the same for the whole run."""

    def changes(self, since: Cursor | None) -> AsyncIterator[Page]:
        """Tell what changed after `since`, or everything when it is None.

        Raises:
            CursorExpired: this feed cannot go on from `since`; call again with None.
        """

    async def look(self, item: ItemId) -> Item | None:
        """Give one item as it is now; None only where the remote proves that it is gone.

        Raises:
            Unproven: the item cannot be seen, and nothing proves that it was deleted.
        """

    async def find(self, parent: ItemId, name: Name) -> Item | None:
        """Give the item of that name, as this side compares names; the journal's recovery asks."""

    def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content of `item` from byte `start`, in chunks of at most `CHUNK_BYTES`.

        Raises:
            Overtaken: the remote cannot give `item.version` any more; it holds another by now.
            Gone: the item is not there.
        """

    async def create_folder(self, parent: ItemId, name: Name) -> Item:
        """Make a folder, or give the one of that name that is there.

        Raises:
            Overtaken: a file has the name.
        """

    async def create_file(self, parent: ItemId, name: Name, content: Content) -> Item:
        """Make a file; give it as the remote reports it after the write.

        Raises:
            Overtaken: the name is taken.
        """

    async def replace(self, item: Item, content: Content) -> Item:
        """Give a file new content, keeping its id and, where there is one, its history.

        Raises:
            Overtaken: the file's content is not `item.version` any more (where writes are guarded).
        """

    async def move(self, item: Item, parent: ItemId, name: Name) -> Item:
        """Move or rename a file or a folder with all below it, in one call.

        Raises:
            Overtaken: the name is taken; or, where writes are guarded, the item is not where, or
                not called what, `item` says.
        """

    async def delete(self, item: Item) -> None:
        """Put a file, or a folder with all below it, into the recycle bin; gone already is fine.

        Raises:
            Overtaken: the item's content, name or parent is not what `item` says.
        """
