"""Hold a link, so that nobody else writes to it: for a run, or while a person changes something."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta

from django.db import DatabaseError

from turnbuckle.ports.clock import Clock
from turnbuckle.store import leases
from turnbuckle.store.records import Lease, Link
from turnbuckle.store.unusable import StoreUnusable

_TTL = timedelta(seconds=60)  # after a machine is gone, its links wait so long
_RENEW_SECONDS = 15.0


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


@asynccontextmanager
async def claimed_on(link: Link, clock: Clock) -> AsyncIterator[Lease]:
    """Hold a link for as long as remotes are asked for it.

    Raises:
        LinkBusy: it is being run; the text says by whom.
        LeaseLost: another process took it over.
    """
    owner = secrets.token_hex(16)
    lease = await asyncio.to_thread(lambda: leases.acquire(link, owner, now=clock.now(), ttl=_TTL))

    async def renew() -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(
                StoreUnusable, DatabaseError
            ):  # the lease holds for longer than a few of these
                await asyncio.to_thread(lambda: leases.renew(lease, now=clock.now(), ttl=_TTL))

    renewing = asyncio.create_task(renew())
    try:
        yield lease
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        with suppress(StoreUnusable, DatabaseError):  # it ends by itself
            await asyncio.to_thread(leases.release, lease)
