"""The doors of a service for other machines: the portal listens, and our hooks are tended."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from django.db import DatabaseError

from turnbuckle.jobs.hook_upkeep import HookUpkeep
from turnbuckle.jobs.serving import AtWork, Beside
from turnbuckle.portal.application import Portal
from turnbuckle.portal.gathering import Gathering
from turnbuckle.portal.listening import listening
from turnbuckle.store.timings import SETTLING
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.wiring.public_address import PublicAddress

_log = logging.getLogger(__name__)
_TENDED_EVERY_SECONDS = 20.0


def together(*besides: Beside) -> Beside:
    """Have several things go on beside a service, the first of them first."""

    @asynccontextmanager
    async def all_of_them(work: AtWork) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for beside in besides:
                await stack.enter_async_context(beside(work))
            yield

    return all_of_them


@dataclass(slots=True)
class Doors:
    """Keeps `Beside`.

    Args:
        host: where the portal listens.
        port: 0: any that is free.
        address: where remotes reach it; None: nowhere, so no hooks are made.
        practice: whether practice services are asked for hooks.
    """

    host: str
    port: int
    address: PublicAddress | None
    practice: bool
    listens_at: str = field(default="", init=False)

    @asynccontextmanager
    async def __call__(self, work: AtWork) -> AsyncIterator[None]:
        """Be open while the context lasts.

        Raises:
            CannotListen: the port is taken.
        """
        loop, seconds = asyncio.get_running_loop(), SETTLING.total_seconds()

        def ring_when_settled() -> None:
            loop.call_later(seconds, work.ring)

        async with (
            Gathering(work.parts.clock, ring_when_settled) as gathering,
            listening(Portal(gathering), host=self.host, port=self.port) as self.listens_at,
        ):
            upkeep = HookUpkeep(
                parts=work.parts, address=self.address, ring=work.ring, practice=self.practice
            )
            tending = asyncio.create_task(_tend(upkeep))
            try:
                yield
            finally:
                tending.cancel()
                await asyncio.gather(tending, return_exceptions=True)


async def _tend(upkeep: HookUpkeep) -> None:
    while True:
        try:
            await upkeep.once()
        except (DatabaseError, StoreUnusable) as error:
            _log.warning("hooks could not be tended, links are polled meanwhile: %s", error)
        except Exception:  # noqa: BLE001  hooks are a help; links are polled without them
            _log.exception("hooks could not be tended, links are polled meanwhile")
        await asyncio.sleep(_TENDED_EVERY_SECONDS)
