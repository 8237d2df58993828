"""One drive of Microsoft 365 as a connector: what `ports.Connector` promises, over Graph.

Reading is here and in `delta` and `downloads`; writing is in `writes`.
"""

from collections.abc import AsyncIterator

from turnbuckle.connectors.graph import delta
from turnbuckle.connectors.graph.api import GraphApi
from turnbuckle.connectors.graph.capabilities import CAPABILITIES
from turnbuckle.connectors.graph.downloads import Downloads
from turnbuckle.connectors.graph.reading import Reading
from turnbuckle.connectors.graph.writes import Writes
from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Cursor, Item, ItemId, Name
from turnbuckle.model.pages import Page
from turnbuckle.ports.connector import Content
from turnbuckle.transport.wire import Wire


class GraphConnector:
    """The whole tree of one drive; a link's folder is only an item id in it.

    OneNote notebooks and shortcuts to other libraries are not told, read or written.

    Args:
        wire: made by `api.graph_wire`.
        drive_id: the library's or the OneDrive's id.
        client_id: our app's registration, to recognise what we wrote ourselves.
    """

    def __init__(self, wire: Wire, *, drive_id: str, client_id: str) -> None:
        api = GraphApi(wire)
        self._api = api
        self._drive_id = drive_id
        self._reading = Reading(api, drive_id, client_id)
        self._downloads = Downloads(self._reading)
        self._writes = Writes(self._reading)

    @property
    def capabilities(self) -> Capabilities:
        """What a SharePoint library can do."""
        return CAPABILITIES

    async def changes(self, since: Cursor | None) -> AsyncIterator[Page]:
        """Tell what changed after `since`; one call when nothing did."""
        async for page in delta.pages(self._api, self._drive_id, since, self._reading.take):
            yield page

    async def look(self, item: ItemId) -> Item | None:
        """Give one item as it is now; None with Microsoft's word that it is gone.

        Costs one call, and one more when the item is not shown.
        """
        return await self._reading.look(item)

    async def find(self, parent: ItemId, name: Name) -> Item | None:
        """Give the item of that name, whatever its case and its Unicode form."""
        return await self._reading.find(parent, name)

    async def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content; no counted call where a fresh address is known, else one or two."""
        async for chunk in self._downloads.read(item, start):
            yield chunk

    async def create_folder(self, parent: ItemId, name: Name) -> Item:
        """Make a folder, or give the one of that name that is there."""
        return await self._writes.create_folder(parent, name)

    async def create_file(self, parent: ItemId, name: Name, content: Content) -> Item:
        """Make a file in one counted call; an empty one gets the present time."""
        return await self._writes.create_file(parent, name, content)

    async def replace(self, item: Item, content: Content) -> Item:
        """Give a file new content, in one counted call when its tag is known and right."""
        return await self._writes.replace(item, content)

    async def move(self, item: Item, parent: ItemId, name: Name) -> Item:
        """Move, rename or both in one counted call when the tag is known and right."""
        return await self._writes.move(item, parent, name)

    async def delete(self, item: Item) -> None:
        """Put an item into the recycle bin, after one fresh look at it."""
        await self._writes.delete(item)
