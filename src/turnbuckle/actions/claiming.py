"""Hold a link for a moment, so that no run works on it while a person changes something."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from turnbuckle.ports.clock import Clock
from turnbuckle.store import leases
from turnbuckle.store.records import Lease, Link

_TTL = timedelta(minutes=5)


@contextmanager
def claimed(link: Link, clock: Clock) -> Iterator[Lease]:
    """Hold a link.

    Raises:
        LinkBusy: it is being run; the text says by whom.
    """
    lease = leases.acquire(link, secrets.token_hex(16), now=clock.now(), ttl=_TTL)
    try:
        yield lease
    finally:
        leases.release(lease)
