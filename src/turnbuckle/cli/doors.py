"""The doors of a service for other machines: the portal listens, and our hooks are tended."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from django.db import DatabaseError

from turnbuckle.jobs.hook_upkeep import HookUpkeep
from turnbuckle.portal.application import Portal
from turnbuckle.portal.gathering import Gathering
from turnbuckle.portal.listening import listening
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.wiring.public_address import PublicAddress
from turnbuckle.wiring.remotes import Shared

_log = logging.getLogger(__name__)
_TENDED_EVERY_SECONDS = 20.0


@dataclass(slots=True)
class Doors:
    """Keeps `Beside`.

    Args:
        host: where the portal listens.
        port: 0: any that is free.
        address: where remotes reach it; None: nowhere, so no hooks are made.
    """

    host: str
    port: int
    address: PublicAddress | None
    listens_at: str = field(default="", init=False)

    @asynccontextmanager
    async def __call__(self, parts: Shared, ring: Callable[[], None]) -> AsyncIterator[None]:
        """Be open while the context lasts.

        Raises:
            CannotListen: the port is taken.
        """
        async with (
            Gathering(parts.clock, ring) as gathering,
            listening(Portal(gathering), host=self.host, port=self.port) as self.listens_at,
        ):
            upkeep = HookUpkeep(parts=parts, address=self.address, ring=ring)
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
