"""Both two-way tools of one project as one feed: Documents, and beside them Photos.

A link may bind a folder of each. Ids tell the tools apart, and the cursor holds where each of them
was left. A page set is complete for both or for neither: where one has to tell everything again,
so does the other.
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import msgspec

from turnbuckle.connectors.procore.capabilities import TOGETHER
from turnbuckle.connectors.procore.photo_items import is_of_photos
from turnbuckle.connectors.procore.tools.documents import Documents
from turnbuckle.connectors.procore.tools.photos import Photos
from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Cursor, Item, ItemId, Name
from turnbuckle.model.pages import Page
from turnbuckle.ports.connector import Connector, Content
from turnbuckle.ports.errors import CursorExpired, Unsupported


class _Mark(msgspec.Struct, frozen=True, kw_only=True):
    documents: str
    photos: str


class Together:
    """One project's Documents and Photos behind one `ports.Connector`."""

    def __init__(self, documents: Documents, photos: Photos) -> None:
        self._documents = documents
        self._photos = photos

    @property
    def capabilities(self) -> Capabilities:
        """What Documents can do, and under its name what Photos can."""
        return TOGETHER

    async def changes(self, since: Cursor | None) -> AsyncIterator[Page]:
        """Tell what changed after `since`, or everything when it is None."""
        tools: tuple[Connector, Connector] = (self._documents, self._photos)
        feeds = [
            _Feed(tool.changes(cursor)) for tool, cursor in zip(tools, _read(since), strict=True)
        ]
        try:
            is_full = [(await feed.first()).full for feed in feeds]
            for place in [at for at, full in enumerate(is_full) if any(is_full) and not full]:
                await feeds[place].close()
                feeds[place] = _Feed(tools[place].changes(None))
                await feeds[place].first()
            expected = _added([feed.expected for feed in feeds])
            for feed in feeds:
                async for page in feed.rest():
                    yield replace(page, expected=expected, cursor=None)
            left = _Mark(documents=feeds[0].cursor, photos=feeds[1].cursor)
            cursor = Cursor(msgspec.json.encode(left).decode("ascii"))
            yield Page(full=any(is_full), expected=expected, cursor=cursor)
        finally:
            for feed in feeds:
                await feed.close()

    def look_closely(self) -> None:
        """Let the next look at what changed pass nothing over in either tool."""
        self._documents.look_closely()
        self._photos.look_closely()

    async def look(self, item: ItemId) -> Item | None:
        """Give one item as it is now; None where its deletion is proven."""
        return await self._of(item).look(item)

    async def find(self, parent: ItemId, name: Name) -> Item | None:
        """Give the item of that name in a folder or an album."""
        return await self._of(parent).find(parent, name)

    def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content of `item` from byte `start`."""
        return self._of(item.id).read(item, start)

    async def create_folder(self, parent: ItemId, name: Name) -> Item:
        """Make a folder or an album, or give the one of that name that is there."""
        return await self._of(parent).create_folder(parent, name)

    async def create_file(self, parent: ItemId, name: Name, content: Content) -> Item:
        """Make a file or a photo."""
        return await self._of(parent).create_file(parent, name, content)

    async def replace(self, item: Item, content: Content) -> Item:
        """Give a file a new version; a photo takes none."""
        return await self._of(item.id).replace(item, content)

    async def move(self, item: Item, parent: ItemId, name: Name) -> Item:
        """Move or rename within one tool."""
        if is_of_photos(item.id) != is_of_photos(parent):
            raise Unsupported("Procore moves nothing from one tool to another")
        return await self._of(item.id).move(item, parent, name)

    async def delete(self, item: Item) -> None:
        """Put an item into the bin, after one fresh look."""
        await self._of(item.id).delete(item)

    async def restore(self, item: ItemId, parent: ItemId) -> Item:
        """Take an item out of its tool's bin."""
        return await self._of(item).restore(item, parent)

    def read_binned(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content of a file that is in the bin; photos are not shown there."""
        return self._of(item.id).read_binned(item, start)

    async def slipped(self, item: ItemId) -> list[Item]:
        """Give, once, the versions of others that our last `replace` of this item came after."""
        return [] if is_of_photos(item) else await self._documents.slipped(item)

    def _of(self, item: ItemId) -> Documents | Photos:
        return self._photos if is_of_photos(item) else self._documents


class _Feed:
    """One tool's page set, of which the first page is looked at beforehand."""

    def __init__(self, pages: AsyncIterator[Page]) -> None:
        self._pages = pages
        self._first = Page()
        self.cursor = ""

    @property
    def expected(self) -> int | None:
        return self._first.expected

    async def first(self) -> Page:
        self._first = await anext(self._pages)
        return self._first

    async def rest(self) -> AsyncIterator[Page]:
        """Give all pages; the last one's cursor stays here."""
        self.cursor = self._first.cursor or ""
        yield self._first
        async for page in self._pages:
            self.cursor = page.cursor or self.cursor
            yield page

    async def close(self) -> None:
        close = getattr(self._pages, "aclose", None)
        if close is not None:
            await close()


def _added(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _read(cursor: Cursor | None) -> tuple[Cursor | None, Cursor | None]:
    """Read where each tool was left.

    Raises:
        CursorExpired: it is no cursor of both.
    """
    if cursor is None:
        return None, None
    try:
        mark = msgspec.json.decode(cursor.encode(), type=_Mark)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise CursorExpired("the place where Procore's changes were left is unreadable") from error
    return Cursor(mark.documents), Cursor(mark.photos)
