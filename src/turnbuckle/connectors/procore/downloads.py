"""Contents from Procore's storage, by addresses that expire.

An address is tried as it is known; where it is missing or refused, the next way of coming by one is
tried, from the cheapest to the one that asks for the single item.

Source: the fact sheet, section 8.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing

from turnbuckle.connectors.procore.addresses import Addresses
from turnbuckle.connectors.procore.replies import REMOTE
from turnbuckle.model.items import Item, Version
from turnbuckle.ports.errors import RemoteError, Unreachable
from turnbuckle.transport.statuses import common_error
from turnbuckle.transport.wire import Wire

_REFUSALS = frozenset({401, 403, 404, 410})

type Way = Callable[[Item], Awaitable[str | None]]
"""Gives an address of an item's content, or None where this way leads to none."""


class AddressRefused(RemoteError):
    """An address does not work (any more); only those who read by addresses see this."""


class Downloads:
    """Gives the bytes behind addresses."""

    def __init__(self, wire: Wire, addresses: Addresses) -> None:
        self._wire = wire
        self._addresses = addresses

    async def read(
        self, item: Item, start: int, *, key: Version, ways: tuple[Way, ...]
    ) -> AsyncGenerator[bytes]:
        """Give the bytes from `start` on.

        Args:
            item: whose content.
            start: the first byte.
            key: what `addresses` knows the content by.
            ways: how to come by an address, the cheapest first.

        Raises:
            Unreachable: the address of every way is refused.
        """
        for way in ways:
            url = await way(item)
            if url is None:
                continue
            try:
                async with aclosing(self.at(url, start)) as chunks:
                    async for chunk in chunks:
                        yield chunk
            except AddressRefused:
                self._addresses.refused(key, url)
            else:
                return
        raise Unreachable(f"{REMOTE} gives addresses for {item.name!r} that its storage refuses")

    async def at(self, url: str, start: int) -> AsyncGenerator[bytes]:
        """Give the bytes behind one address from `start` on.

        Raises:
            AddressRefused: it does not work (any more).
        """
        stream = self._wire.stream(
            url, start=start, bearer=True, label="download", sort_error=_refusal
        )
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                yield chunk


def _refusal(status: int, _headers: Mapping[str, str], _body: bytes) -> RemoteError:
    """Make the error of a refused address; see `transport.wire.SortError`."""
    if status in _REFUSALS:
        return AddressRefused(f"{status}")
    return common_error(f"{REMOTE}'s storage", status)
