"""Content on its way down: pre-signed addresses, fetched without our token, checked as it streams.

Source: section 3 of the Graph fact sheet.
"""

from collections.abc import AsyncIterator

from turnbuckle.connectors.graph.items import same_content
from turnbuckle.connectors.graph.reading import Reading
from turnbuckle.connectors.graph.replies import AddressRefused, download_error
from turnbuckle.connectors.graph.streams import closing
from turnbuckle.model.hashes import HashKind, QuickXor
from turnbuckle.model.items import Item
from turnbuckle.ports.errors import MalformedReply, Overtaken

_LABEL = "download"


class Downloads:
    """Reads the files of one drive."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._api = reading.api

    async def read(self, item: Item, start: int) -> AsyncIterator[bytes]:
        """Give the content from byte `start`; see `Connector.read`.

        Read from the start, the last chunk is given only when size and hash are those of `item`.
        """
        async with closing(self._content(item, start)) as chunks:
            if start == 0:
                async with closing(checked(chunks, item)) as sure:
                    async for chunk in sure:
                        yield chunk
            else:
                async for chunk in chunks:
                    yield chunk

    async def _content(self, item: Item, start: int) -> AsyncIterator[bytes]:
        known = self._reading.fresh.of(item) if start == 0 and item.hashes else None
        if known is not None:
            try:
                async with closing(self._stream(known, start)) as chunks:
                    async for chunk in chunks:
                        yield chunk
                return
            except AddressRefused:
                self._reading.fresh.forget(item)
        async with closing(self._stream(await self._address(item, start), start)) as chunks:
            async for chunk in chunks:
                yield chunk

    def _stream(self, address: str, start: int) -> AsyncIterator[bytes]:
        return self._api.wire.stream(address, start=start, label=_LABEL, sort_error=download_error)

    async def _address(self, item: Item, start: int) -> str:
        """Ask for an address; where no hash will tell, make sure of the version first."""
        if start > 0 or not item.hashes:
            now = await self._reading.known(item.id)
            if not same_content(now, item):
                raise Overtaken("the file changed in Microsoft 365 while it was read")
            known = self._reading.fresh.of(now)
            if known is not None:
                return known
        path = f"{self._reading.address(item.id)}/content"
        reply = await self._api.call("GET", path, label=_LABEL, expect={302})
        location = reply.headers.get("location", "")
        if not location:
            raise MalformedReply("Microsoft gives no address for a file's content")
        return location


async def checked(chunks: AsyncIterator[bytes], item: Item) -> AsyncIterator[bytes]:
    """Pass chunks on, the last one only when they make up the content of `item`.

    Raises:
        Overtaken: size or hash are not those of `item`.
    """
    hashed = QuickXor()
    size = 0
    withheld = b""
    async for chunk in chunks:
        if withheld:
            yield withheld
        withheld = chunk
        hashed.update(chunk)
        size += len(chunk)
    told = next((value for value in item.hashes if value.startswith(HashKind.QUICKXOR)), None)
    if (hashed.text() != told) if told is not None else (size != item.size):
        raise Overtaken("what Microsoft's storage sent is not the version that was asked for")
    if withheld:
        yield withheld
