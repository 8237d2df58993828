"""Read photos by the addresses that lists told: no counted call for a photo that was just listed.

An address that is missing or refused is renewed together with those of up to a thousand photos that
were made next; only where that fails is the single photo asked for.

Source: the fact sheet, sections 8 and 10.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from turnbuckle.connectors.procore.addresses import Addresses
from turnbuckle.connectors.procore.downloads import Downloads
from turnbuckle.connectors.procore.photo_items import Part, address_key, part_of, photo_id
from turnbuckle.connectors.procore.photo_lists import PHOTOS, PhotoLists
from turnbuckle.connectors.procore.replies import REMOTE
from turnbuckle.connectors.procore.wire import PhotoRow
from turnbuckle.model.items import Item
from turnbuckle.ports.errors import Gone, Unsupported
from turnbuckle.transport.wire import Wire


class PhotoReader:
    """Gives the bytes of photos."""

    def __init__(self, wire: Wire, project: int, lists: PhotoLists, addresses: Addresses) -> None:
        self._wire = wire
        self._project = project
        self._lists = lists
        self._addresses = addresses
        self._downloads = Downloads(wire, addresses)
        self._renewing = asyncio.Lock()

    async def read(self, item: Item, start: int) -> AsyncIterator[bytes]:
        """Give the bytes from `start` on.

        Raises:
            Gone: the photo is not there, or not shown.
            Unreachable: even a new address is refused.
        """
        if part_of(item.id)[0] is not Part.PHOTO:
            raise Unsupported(f"{item.name!r} is an album; only photos have content")
        ways = (self._known, self._renewed, self._asked)
        stream = self._downloads.read(item, start, key=address_key(item.id), ways=ways)
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                yield chunk

    async def row(self, number: int) -> PhotoRow:
        """Ask for the single photo; one counted call."""
        reply = await self._wire.call(
            "GET",
            f"{PHOTOS}/{number}",
            params={"project_id": self._project},
            label="look at a photo",
        )
        return reply.json(PhotoRow)

    async def _known(self, item: Item) -> str | None:
        return self._addresses.of(address_key(item.id))

    async def _renewed(self, item: Item) -> str | None:
        """Renew this address and those of the photos made next; one call for all who wait."""
        if item.created is None:
            return None
        async with self._renewing:
            known = await self._known(item)
            if known is None:
                page = await self._lists.made_from(item.created)
                for row in page.rows:
                    self._addresses.note(address_key(photo_id(row.id)), row.url)
            return known or await self._known(item)

    async def _asked(self, item: Item) -> str | None:
        row = await self.row(part_of(item.id)[1])
        if row.permanently_deleted:
            raise Gone(f"{item.name!r} was deleted in {REMOTE} for ever")
        self._addresses.note(address_key(item.id), row.url)
        return row.url
