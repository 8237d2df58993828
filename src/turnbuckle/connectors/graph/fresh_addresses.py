"""Download addresses that came with items not long ago.

An address that came with an item within the last minutes is used again, so that most downloads
cost no counted call. Addresses are secrets for a while: they live in memory, in bounded number.

Source: section 3 of the Graph fact sheet; the life of an address is told there as "one hour" and
as "a few minutes", so a refused one is asked anew.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from turnbuckle.model.items import Item, Version
from turnbuckle.ports.clock import Clock

MOST_ADDRESSES = 4096  # about a kilobyte each
FRESH = timedelta(minutes=10)


class FreshAddresses:
    """Addresses by item; the oldest make room for new ones."""

    def __init__(self, clock: Clock, *, most: int = MOST_ADDRESSES) -> None:
        self._clock = clock
        self._most = most
        self._known: OrderedDict[str, tuple[Version, str, datetime]] = OrderedDict()

    def keep(self, item: Item, address: str | None) -> None:
        """Remember the address that came with this item."""
        self._known.pop(item.id, None)
        if address:
            self._known[item.id] = (item.version, address, self._clock.now())
            if len(self._known) > self._most:
                self._known.popitem(last=False)

    def of(self, item: Item) -> str | None:
        """Give the address of exactly this version, if it is fresh."""
        version, address, at = self._known.get(item.id, (None, None, None))
        if version != item.version or at is None or self._clock.now() - at > FRESH:
            return None
        return address

    def forget(self, item: Item) -> None:
        """The address of this item was refused."""
        self._known.pop(item.id, None)
