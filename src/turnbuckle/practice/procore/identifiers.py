"""Ids as Procore gives them: whole numbers beyond 32 bits, and 26-character ones for uploads."""

import secrets

from turnbuckle.practice.clock import PracticeClock

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FIRST = (1 << 32) + 1001


class Identifiers:
    """A source of ids, no two alike; whole numbers grow with time."""

    def __init__(self, clock: PracticeClock) -> None:
        self._next = FIRST
        self._clock = clock

    def next(self) -> int:
        """A whole number that does not fit into 32 bits."""
        self._next += 1
        return self._next - 1

    def ulid(self) -> str:
        """A ULID: ten characters of time and sixteen of chance."""
        number = (int(self._clock.now().timestamp() * 1000) << 80) | secrets.randbits(80)
        return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))
