"""Who waits for a run and who runs: each link at most once in either; pure, and all in memory."""

import heapq
from collections.abc import Sequence
from itertools import count

from turnbuckle.store.timings import Due


class Line:
    """Links in the order in which they run: the most urgent first, then who was asked first."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[int, int]] = {}  # link to urgency and turn
        self._order: list[tuple[int, int, int]] = []  # heap; entries out of date are skipped
        self._running: set[int] = set()
        self._turns = count()

    @property
    def depth(self) -> int:
        """How many links wait."""
        return len(self._waiting)

    def ask(self, due: Sequence[Due]) -> bool:
        """Let links wait; what waits already may only become more urgent.

        Returns:
            Whether that changed anything.
        """
        changed = False
        for each in due:
            known = self._waiting.get(each.link)
            if known is None or each.urgency < known[0]:
                place = (each.urgency, next(self._turns))
                self._waiting[each.link] = place
                heapq.heappush(self._order, (*place, each.link))
                changed = True
        return changed

    def take(self) -> int | None:
        """Take the first link that waits and does not run; it runs until `done`."""
        passed: list[tuple[int, int, int]] = []
        found = None
        while self._order and found is None:
            urgency, turn, link = heapq.heappop(self._order)
            if self._waiting.get(link) != (urgency, turn):
                continue
            if link in self._running:
                passed.append((urgency, turn, link))
                continue
            del self._waiting[link]
            self._running.add(link)
            found = link
        for each in passed:
            heapq.heappush(self._order, each)
        return found

    def done(self, link: int) -> None:
        """A run is over."""
        self._running.discard(link)
