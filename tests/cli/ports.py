"""Ports that nobody listens on, out of those that no system gives away by itself.

A port that was free a moment ago may be another test's by now, if it is one of those that every
outgoing connection takes one of; so these lie below them, and each process begins elsewhere.
"""

import random
import socket

_LOWEST, _HIGHEST = 20_000, 32_000
_TRIES = 500


def free_ports(count: int = 1) -> int:
    """Give the first of so many ports in a row that nobody listens on."""
    chance = random.SystemRandom()
    for _ in range(_TRIES):
        first = chance.randrange(_LOWEST, _HIGHEST - count)
        try:
            for port in range(first, first + count):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return first
    raise AssertionError(f"no {count} free ports in a row")
