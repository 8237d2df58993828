"""Writers of one process take turns before they ask SQLite for its one lock; the portal goes first.

Whoever finds SQLite's lock taken sleeps, and tries again after up to a tenth of a second, while
others come and go: beside a run that writes much, what takes milliseconds took a second. Who waits
here is woken. Other processes know nothing of these turns, so a turn is a courtesy and no promise:
who waits for long goes on without one, and SQLite's lock decides as before.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST_SECONDS = 10.0


class Turns:
    """One at a time: those who go first, then whoever came first.

    Args:
        longest_seconds: so long is a turn waited for.
    """

    def __init__(self, longest_seconds: float = _LONGEST_SECONDS) -> None:
        self._longest_seconds = longest_seconds
        lock = threading.Lock()
        self._first, self._others = threading.Condition(lock), threading.Condition(lock)
        self._first_waiting = 0
        self._taken = False
        self._thread = threading.local()

    def go_first(self) -> None:
        """Let this thread go before others from now on; it must leave time between its turns."""
        self._thread.goes_first = True

    @contextmanager
    def one(self) -> Iterator[None]:
        """Have a turn while the context lasts."""
        is_mine = self._begin()
        try:
            yield
        finally:
            if is_mine:
                self._end()

    def _begin(self) -> bool:
        goes_first = getattr(self._thread, "goes_first", False)
        mine = self._first if goes_first else self._others
        with mine:
            self._first_waiting += goes_first
            try:
                is_mine = mine.wait_for(
                    lambda: not self._taken and (goes_first or not self._first_waiting),
                    self._longest_seconds,
                )
            finally:
                self._first_waiting -= goes_first
            self._taken = self._taken or is_mine
            return is_mine

    def _end(self) -> None:
        with self._first:  # the lock of both
            self._taken = False
            (self._first if self._first_waiting else self._others).notify()


WRITERS = Turns()
"""Those of this process."""
