"""The change log of a library: for each item when it changed last, in that order.

Only the latest state of an item is ever told, so the log holds one entry an item; "what changed
since n" costs what changed, not what the library holds.
"""

from collections.abc import Iterator
from datetime import datetime


class ChangeLog:
    """Item ids in the order of their last change."""

    def __init__(self) -> None:
        self._latest: dict[str, tuple[int, datetime]] = {}
        self._shared: dict[str, int] = {}
        self.number = 0  # of the newest change
        self.shares = 0  # how many of them were of permissions

    def touch(self, item: str, at: datetime) -> None:
        """This item changed now."""
        self.number += 1
        self._latest.pop(item, None)
        self._latest[item] = (self.number, at)

    def share(self, item: str) -> None:
        """The permissions of this item changed now, which is no change of the item itself."""
        self.number += 1
        self.shares += 1
        self._shared[item] = self.number

    def shared_since(self, number: int) -> list[str]:
        """The items whose permissions changed after that change, oldest change first."""
        found = [item for item, at in self._shared.items() if at > number]
        return sorted(found, key=self._shared.__getitem__)

    def since(self, number: int) -> list[str]:
        """The items that changed after that change, oldest change first."""
        found: list[str] = []
        for item in reversed(self._latest):
            if self._latest[item][0] <= number:
                break
            found.append(item)
        found.reverse()
        return found

    def number_at(self, moment: datetime) -> int:
        """The newest change up to a moment."""
        for number, at in self._newest_first():
            if at <= moment:
                return number
        return 0

    def _newest_first(self) -> Iterator[tuple[int, datetime]]:
        for item in reversed(self._latest):
            yield self._latest[item]
