"""Single items of one drive: by id, by name, and the proof that one is gone."""

from unicodedata import normalize

from turnbuckle.connectors.graph import addresses
from turnbuckle.connectors.graph.api import GraphApi
from turnbuckle.connectors.graph.capabilities import NAMES
from turnbuckle.connectors.graph.fresh_addresses import FreshAddresses
from turnbuckle.connectors.graph.items import is_item, to_item
from turnbuckle.connectors.graph.replies import InvalidRequest
from turnbuckle.connectors.graph.wire import DriveItem, Listing
from turnbuckle.model.items import Item, ItemId, Name
from turnbuckle.ports.errors import AccessDenied, Gone, RemoteError, Unproven, Unsupported


class Reading:
    """Reads items of one drive, and remembers the download addresses that come with them."""

    def __init__(self, api: GraphApi, drive_id: str, client_id: str) -> None:
        self.api = api
        self.drive_id = drive_id
        self.fresh = FreshAddresses(api.wire.clock)
        self._client_id = client_id

    def take(self, raw: DriveItem) -> Item:
        """Make the item of a driveItem that is one."""
        item = to_item(raw, self._client_id)
        self.fresh.keep(item, raw.download_url)
        return item

    async def raw(self, item: ItemId) -> DriveItem:
        """Ask for an item by its id; raises `Gone` on a 404 and on an item in the bin."""
        found = await self.api.get(self.address(item), DriveItem, label="item")
        if found.deleted is not None:
            raise Gone("the item is in Microsoft's recycle bin")
        return found

    async def known(self, item: ItemId) -> Item:
        """Ask for an item by its id; raises `Gone` where it is not shown."""
        found = await self.raw(item)
        if not is_item(found):
            raise Unsupported("a notebook or a shortcut of Microsoft 365 is not synchronised")
        return self.take(found)

    def address(self, item: ItemId) -> str:
        """The path of an item."""
        return addresses.item(self.drive_id, item)

    async def look(self, item: ItemId) -> Item | None:
        """Give the item; None when it is deleted, or not there while the drive can be read.

        Raises:
            Unproven: it is not shown, and neither is the drive.
            AccessDenied: Microsoft refuses to show it to us, which is no 404: it is there.
        """
        try:
            found = await self.api.get(self.address(item), DriveItem, label="item")
        except Gone as error:
            if await self._can_read_drive():
                return None
            raise Unproven("Microsoft shows neither the item nor its library") from error
        if found.deleted is not None:
            return None
        if not is_item(found):
            raise Unsupported("a notebook or a shortcut of Microsoft 365 is not synchronised")
        return self.take(found)

    async def _can_read_drive(self) -> bool:
        try:
            await self.api.get(f"{addresses.drive(self.drive_id)}/root", DriveItem, label="root")
        except (Gone, AccessDenied):
            return False
        return True

    async def find(self, parent: ItemId, name: Name) -> Item | None:
        """Give the child of that name, as SharePoint compares names; None when there is none."""
        found = await self.child(parent, name)
        return self.take(found) if found is not None and is_item(found) else None

    async def child(self, parent: ItemId, name: Name) -> DriveItem | None:
        """Give whatever has that name, items of ours or not."""
        if not name or not NAMES.forbidden.isdisjoint(name):
            return None
        if not addresses.is_readable(name):
            return await self._listed(parent, name)
        for form in dict.fromkeys((name, normalize("NFC", name), normalize("NFD", name))):
            try:
                found = await self.api.get(
                    addresses.child(self.drive_id, parent, Name(form)), DriveItem, label="child"
                )
            except Gone:
                continue
            except InvalidRequest:
                return await self._listed(parent, name)
            if found.deleted is None and NAMES.key(found.name or "") == NAMES.key(name):
                return found
            return await self._listed(parent, name)
        return None

    async def _listed(self, parent: ItemId, name: Name) -> DriveItem | None:
        address = f"{self.address(parent)}/children?$top={addresses.TOP}"
        key = NAMES.key(name)
        try:
            async for one in self.api.each(address, Listing[DriveItem], label="children"):
                if NAMES.key(one.name or "") == key:
                    return one
        except Gone:
            return None
        return None

    async def holder_error(self, parent: ItemId, name: Name, error: RemoteError) -> RemoteError:
        """Say why a name is taken: by an item, or by what can never be one."""
        found = await self.child(parent, name)
        if found is None or is_item(found):
            return error
        return Unsupported(
            f"a notebook or a shortcut in Microsoft 365 has the name {name!r}; rename one of both"
        )
