"""The watch point of a service: what it is asked there is found out here, at a bounded cost."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from django.db import Error

from turnbuckle.cli.mistakes import Mistake
from turnbuckle.jobs.lately import Lately, TooSlow
from turnbuckle.jobs.serving import AtWork
from turnbuckle.portal.listening import listening
from turnbuckle.portal.watch_point import WatchPoint
from turnbuckle.store import gauges, usable
from turnbuckle.store.gauges import Gauges
from turnbuckle.store.unusable import StoreUnusable

_READY_KEPT_SECONDS = 2.0
_GAUGES_KEPT_SECONDS = 10.0
_PATIENCE_SECONDS = 5.0  # Prometheus itself waits for ten
_PLACE = re.compile(r"(?:(?P<host>\[[0-9a-fA-F:]+\]|[^:\[\]]+):)?(?P<port>\d{1,5})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether nobody else's machine reaches it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def place(text: str) -> Place:
    """Read where to listen: a port of loopback, or an address and a port.

    Raises:
        Mistake: it is neither.
    """
    found = _PLACE.fullmatch(text.strip())
    if found is None or int(found["port"]) > 65_535:
        raise Mistake(f"{text!r} is no place to listen; write 9464 or 0.0.0.0:9464")
    return Place((found["host"] or "127.0.0.1").strip("[]"), int(found["port"]))


@dataclass(slots=True)
class Watching:
    """Keeps `Beside`.

    Args:
        place: where to listen.
        of_database: also tells the numbers of the database; of several processes one should.
        practice: the service runs links with practice services.
    """

    place: Place
    of_database: bool
    practice: bool
    listens_at: str = field(default="", init=False)

    @asynccontextmanager
    async def __call__(self, work: AtWork) -> AsyncIterator[None]:
        """Answer while the context lasts.

        Raises:
            CannotListen: the port is taken.
        """
        asked = _Asked(work, self.of_database, self.practice)
        point = WatchPoint(asked.obstacles, asked.metrics, loopback=self.place.is_loopback)
        try:
            async with listening(
                point, host=self.place.host, port=self.place.port, option="--metrics"
            ) as self.listens_at:
                yield
        finally:
            await asked.close()


class _Asked:
    def __init__(self, work: AtWork, of_database: bool, practice: bool) -> None:
        self._work = work
        self._of_database = of_database
        self._practice = practice
        self._usable = Lately(
            lambda: asyncio.to_thread(usable.obstacles),
            kept_seconds=_READY_KEPT_SECONDS,
            patience_seconds=_PATIENCE_SECONDS,
        )
        self._gauges = Lately(
            self._read, kept_seconds=_GAUGES_KEPT_SECONDS, patience_seconds=_PATIENCE_SECONDS
        )

    async def obstacles(self) -> list[str]:
        if self._work.stopping.is_asked():
            return ["this process is ending"]
        try:
            return await self._usable()
        except TooSlow as error:
            return [f"the database cannot be used: {error}"]

    async def metrics(self) -> tuple[bytes, str]:
        from turnbuckle.wiring import metrics  # prometheus_client takes its time to come in

        told: Gauges | None = None
        if self._of_database:
            try:
                told = await self._gauges()
            except (Error, StoreUnusable, OSError, TooSlow):
                told = None
        text = metrics.exposition(self._work.counts, self._work.parts.meter, told)
        if self._of_database:
            text += metrics.database_is(told is not None)
        return text, metrics.CONTENT_TYPE

    async def close(self) -> None:
        for each in (self._usable, self._gauges):
            await each.close()

    async def _read(self) -> Gauges:
        now = self._work.parts.clock.now()
        return await asyncio.to_thread(lambda: gauges.read(now, practice=self._practice))
