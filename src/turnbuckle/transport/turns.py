"""Whose call is next: the most urgent purpose first, and within one, link by link.

Strict order alone would let the polls of a crowded account keep a first sync waiting for ever, so
after a number of calls that went past somebody less urgent, one of theirs goes through. Proofs
are not held up by that: they are few, and deletions wait for them. Bulk work that has to leave the
calls to others does not go past anybody either.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from turnbuckle.ports.budget import Lane, Purpose

MOST_PAST = 7  # calls in a row that may go past somebody less urgent


@dataclass(slots=True, eq=False)
class Waiter:
    """Somebody who wants to make one call."""

    lane: Lane
    let_in: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Turns:
    """All who wait for calls of one account in this process."""

    _lines: dict[Purpose, dict[str, deque[Waiter]]] = field(
        default_factory=lambda: {purpose: {} for purpose in Purpose}
    )
    holds_bulk: bool = False
    _past: int = 0

    def enter(self, lane: Lane) -> Waiter:
        """Stand in line, at the end of what waits for the same link and purpose."""
        waiter = Waiter(lane)
        self._lines[lane.purpose].setdefault(lane.link, deque()).append(waiter)
        return waiter

    def leave(self, waiter: Waiter) -> None:
        """Go away; whoever went in or left before may leave again."""
        lines = self._lines[waiter.lane.purpose]
        line = lines.get(waiter.lane.link, deque())
        if waiter in line:
            line.remove(waiter)
        if not line:
            lines.pop(waiter.lane.link, None)

    def first(self) -> Waiter | None:
        """Give whose turn it is; nobody moves on."""
        purposes = self._waiting()
        if not purposes:
            return None
        purpose = purposes[0]
        least = purposes[-1]
        is_held = self.holds_bulk and least is Purpose.BULK
        if self._past >= MOST_PAST and purpose is not Purpose.PROOF and not is_held:
            purpose = least
        return next(iter(self._lines[purpose].values()))[0]

    def take(self) -> Waiter:
        """Let the first one in; its link goes to the end of its purpose's links."""
        waiter = self.first()
        if waiter is None:
            raise IndexError("nobody waits")
        purposes = self._waiting()
        is_past = len(purposes) > 1 and waiter.lane.purpose is not purposes[-1]
        if waiter.lane.purpose is not Purpose.PROOF:
            self._past = self._past + 1 if is_past else 0
        lines = self._lines[waiter.lane.purpose]
        line = lines.pop(waiter.lane.link)
        line.popleft()
        if line:
            lines[waiter.lane.link] = line
        waiter.let_in = True
        return waiter

    def wake(self) -> None:
        """Let all who wait look again."""
        for lines in self._lines.values():
            for line in lines.values():
                for each in line:
                    each.woken.set()

    def links(self, purpose: Purpose) -> int:
        """Count the links that wait for a purpose or a more urgent one."""
        found = 0
        for each, lines in self._lines.items():
            if each > purpose:
                break
            found += len(lines)
        return found

    def count(self, purpose: Purpose) -> tuple[int, int]:
        """Count who waits for a purpose: callers, and links they are of."""
        lines = self._lines[purpose].values()
        return sum(map(len, lines)), len(lines)

    def _waiting(self) -> list[Purpose]:
        return [purpose for purpose, lines in self._lines.items() if lines]
