"""Read files by the addresses that listings told: no counted call for a file that was just listed.

An address that is missing or refused is renewed together with up to a thousand others: the index
is asked for the files made from this one on, in that order; the next time for those made before
it, so that reading in any order costs about one call for five hundred files. Only where that fails
is the single file asked for.

Source: the fact sheet, sections 8 and 18.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime, timedelta

from turnbuckle.connectors.procore.addresses import Addresses
from turnbuckle.connectors.procore.downloads import AddressRefused, Downloads
from turnbuckle.connectors.procore.index import (
    NEWEST_FIRST,
    OLDEST_FIRST,
    Index,
    from_on,
    up_to,
)
from turnbuckle.connectors.procore.items import Items, number_of
from turnbuckle.connectors.procore.project import Holder
from turnbuckle.connectors.procore.replies import REMOTE
from turnbuckle.connectors.procore.wire import DocumentRow, FileRow
from turnbuckle.model.items import Item, Kind
from turnbuckle.ports.errors import Gone, Overtaken, Unsupported
from turnbuckle.transport.wire import Wire

_MOST_PAGES = 20  # files made in one and the same second may fill many


class Reader:
    """Gives the bytes of files."""

    def __init__(
        self, wire: Wire, holder: Holder, index: Index, items: Items, addresses: Addresses
    ) -> None:
        self._wire = wire
        self._holder = holder
        self._index = index
        self._items = items
        self._addresses = addresses
        self._downloads = Downloads(wire, addresses)
        self._renewing = asyncio.Lock()
        self._looks_back = True

    async def read(self, item: Item, start: int) -> AsyncIterator[bytes]:
        """Give the bytes of `item.version` from `start` on.

        Raises:
            Overtaken: the file is known to have another version by now.
            Gone: the file is not there, or not shown.
            Unreachable: even a new address is refused.
        """
        if item.kind is not Kind.FILE:
            raise Unsupported(f"{item.name!r} is a folder; only files have content")
        ways = (self._known, self._renewed, self._asked)
        stream = self._downloads.read(item, start, key=item.version, ways=ways)
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                yield chunk

    async def read_binned(self, item: Item, start: int) -> AsyncIterator[bytes]:
        """Give the bytes of `item.version` of a file that is in the bin; one counted call more.

        Raises:
            Gone: the file, or that version of it, is not shown.
            Unsupported: the storage does not give it out.
        """
        row = await self.ask(item, latest_only=False)
        urls = [each.url for each in row.file_versions if str(each.id) == item.version]
        if not urls or not urls[0]:
            raise Gone(f"{REMOTE} does not show the version of {item.name!r} that was deleted")
        try:
            async with aclosing(self._downloads.at(urls[0], start)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except AddressRefused as error:
            raise Unsupported(f"{REMOTE} does not give out what is in its bin") from error

    async def ask(self, item: Item, *, latest_only: bool = True) -> FileRow:
        """Ask for the single file; one counted call."""
        reply = await self._wire.call(
            "GET",
            self._holder.at(f"files/{number_of(item.id)[1]}"),
            params={
                **self._holder.query,
                "show_latest_version_only": "true" if latest_only else "false",
            },
            label="look at a file",
        )
        return reply.json(FileRow)

    async def _known(self, item: Item) -> str | None:
        earlier = self._addresses.earlier(item.version)
        if earlier is not None:
            return earlier
        url = self._addresses.of(item.version)
        if url is not None:
            self._require_newest(item)
        return url

    async def _renewed(self, item: Item) -> str | None:
        """Renew this address and those of the files made next; one call for all who wait."""
        if item.created is None:
            return None
        async with self._renewing:
            known = await self._known(item)
            if known is not None:
                return known
            self._looks_back = not self._looks_back
            return await self._renew_around(item, item.created, backwards=self._looks_back)

    async def _renew_around(self, item: Item, created: datetime, *, backwards: bool) -> str | None:
        """Read the index from this file on; further pages only while they hold its very second."""
        second = timedelta(seconds=1)
        span = up_to(created + second) if backwards else from_on(created - second)
        for number in range(1, _MOST_PAGES + 1):
            page = await self._index.page(
                number,
                label="renew addresses",
                sort=NEWEST_FIRST if backwards else OLDEST_FIRST,
                filters={"document_type": "file", "created_at": span},
            )
            for row in page.rows:
                if row.file is not None and row.file.current_version is not None:
                    self._items.note_address(row.id, row.file.current_version)
            self._require_newest(item)
            url = self._addresses.of(item.version)
            if url is not None or page.last or _is_past(page.rows[-1], created, backwards):
                return url
        return None

    async def _asked(self, item: Item) -> str | None:
        row = await self.ask(item)
        if row.is_deleted:
            raise Gone(f"{item.name!r} is in Procore's bin")
        self._items.of_file(row)
        self._require_newest(item)
        return self._addresses.of(item.version)

    def _require_newest(self, item: Item) -> None:
        newest = self._addresses.newest(item.id)
        if newest is not None and _is_later(newest.version, item.version):
            raise Overtaken(f"{item.name!r} has a newer version in Procore")


def _is_later(one: str, other: str) -> bool:
    """Version ids grow; what is no number is compared for being another one."""
    if one.isdigit() and other.isdigit():
        return int(one) > int(other)
    return one != other


def _is_past(row: DocumentRow, created: datetime, backwards: bool) -> bool:
    if row.created_at is None:
        return True
    return row.created_at < created if backwards else row.created_at > created
