"""The download addresses that listings told, kept for a while so that reading costs no call.

An address works for a time that nobody publishes. It is tried as long as none of its age was
refused; the first refusal teaches how old is too old. Nothing of this is ever written to disk.

Source: the fact sheet, sections 8 and 18.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from turnbuckle.model.items import ItemId, Version
from turnbuckle.ports.clock import Clock

MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class _Seen:
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest version of a file that this process has seen."""

    version: Version
    number: int | None  # grows by one with each version


class Addresses:
    """Addresses by version, and each file's newest version; the oldest entries are forgotten."""

    def __init__(self, clock: Clock, most: int = MOST_KEPT) -> None:
        self._clock = clock
        self._most = most
        self._by_version: OrderedDict[Version, _Seen] = OrderedDict()
        self._earlier: dict[Version, str] = {}
        self._newest: OrderedDict[ItemId, Newest] = OrderedDict()
        self._too_old: timedelta | None = None

    def note(self, version: Version, url: str | None) -> None:
        """Remember where this version's bytes are."""
        if url:
            self._by_version[version] = _Seen(url, self._clock.now())
            self._by_version.move_to_end(version)
            while len(self._by_version) > self._most:
                self._by_version.popitem(last=False)

    def note_earlier(self, version: Version, url: str | None) -> None:
        """Remember where a version's bytes are that is not its file's current one."""
        if url:
            self._earlier[version] = url

    def earlier(self, version: Version) -> str | None:
        """Give the address of a version noted as an earlier one."""
        return self._earlier.get(version)

    def note_newest(self, item: ItemId, version: Version, number: int | None) -> None:
        """Remember which version of a file is the current one."""
        self._newest[item] = Newest(version, number)
        self._newest.move_to_end(item)
        while len(self._newest) > self._most:
            self._newest.popitem(last=False)

    def newest(self, item: ItemId) -> Newest | None:
        """Give the newest version seen of a file; None when it was not seen lately."""
        return self._newest.get(item)

    def of(self, version: Version) -> str | None:
        """Give a version's address, if there is one that may still work."""
        seen = self._by_version.get(version)
        if seen is None:
            return None
        if self._too_old is not None and self._clock.now() - seen.at >= self._too_old:
            return None
        return seen.url

    def refused(self, version: Version, url: str) -> None:
        """Forget an address that was refused, and learn from its age."""
        seen = self._by_version.get(version)
        if seen is None or seen.url != url:
            return
        age = self._clock.now() - seen.at
        if age > timedelta(seconds=60):
            self._too_old = min(age, self._too_old or age)
        del self._by_version[version]
