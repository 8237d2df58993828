"""The alarm beside a service: whatever goes wrong with it stays there."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from django.db import DatabaseError

from turnbuckle.jobs.alarm import Alarm
from turnbuckle.jobs.serving import AtWork
from turnbuckle.store.unusable import StoreUnusable

_log = logging.getLogger(__name__)
_EVERY_SECONDS = 10.0
_FIRST_SECONDS = 2.0  # after the start


@dataclass(frozen=True, slots=True)
class Alarming:
    """Keeps `Beside`.

    Args:
        practice: the service runs links with practice services.
    """

    practice: bool

    @asynccontextmanager
    async def __call__(self, work: AtWork) -> AsyncIterator[None]:
        """Review the links while the context lasts."""
        alarm = Alarm(session=work.parts.session, clock=work.parts.clock, practice=self.practice)
        going_on = asyncio.create_task(_go_on(alarm))
        try:
            yield
        finally:
            going_on.cancel()
            await asyncio.gather(going_on, return_exceptions=True)


async def _go_on(alarm: Alarm) -> None:
    await asyncio.sleep(_FIRST_SECONDS)
    while True:
        try:
            await alarm.once()
        except (DatabaseError, StoreUnusable) as error:
            _log.warning("nobody is told of alerts until the database can be used: %s", error)
        except Exception:  # noqa: BLE001  links run without it
            _log.exception("the alarm failed in a way that was not foreseen; it goes on")
        await asyncio.sleep(_EVERY_SECONDS)
