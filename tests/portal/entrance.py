"""A portal that listens, with one link behind it whose feeds both have a hook."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from store.building import NOW, House

from turnbuckle.model.side import Side
from turnbuckle.portal.application import Portal
from turnbuckle.portal.gathering import Gathering
from turnbuckle.portal.listening import listening
from turnbuckle.ports.clock import SystemClock
from turnbuckle.store import hooks, models, timings


@dataclass
class Entrance:
    """What a test knocks at."""

    house: House
    session: aiohttp.ClientSession
    address: str = ""
    numbers: dict[str, int] = field(default_factory=dict)  # by system
    secrets: dict[str, str] = field(default_factory=dict)
    rings: int = 0

    def ring(self) -> None:
        self.rings += 1

    def furnish(self) -> None:
        """Make the hooks that remotes would have."""
        hooks.sow(NOW, systems=("procore", "microsoft"), kinds=("practice",))
        for claimed in hooks.claim(NOW, 10, base="https://sync.example.com"):
            system = "procore" if claimed.hook.feed.startswith("project") else "microsoft"
            self.numbers[system] = claimed.hook.id
            self.secrets[system] = hooks.begin(claimed)
            hooks.made(claimed, system, expires=None, now=NOW, next_at=NOW)

    @property
    def key(self) -> str:
        return self.house.scope.integrations.list()[0].key

    def path(self, system: str, key: str | None = None, number: int | None = None) -> str:
        shown = self._key if key is None else key
        return f"/hooks/{system}/{shown}/{self.numbers[system] if number is None else number}"

    _key: str = ""

    async def send(self, path: str, method: str = "POST", **more: Any) -> tuple[int, str]:
        """Knock, and give the answer's status and text."""
        async with self.session.request(method, self.address + path, **more) as answer:
            return answer.status, await answer.text()

    async def procore(self, told: object = None, secret: str | None = None) -> int:
        """Post as Procore does."""
        given = self.secrets["procore"] if secret is None else secret
        body = {"id": 1, "ulid": "01A", "resource_name": "Project Files", "event_type": "update"}
        status, _ = await self.send(
            self.path("procore"),
            json=body if told is None else told,
            headers={"Authorization": given} if given else {},
        )
        return status

    async def microsoft(self, *rows: dict[str, Any]) -> int:
        """Post as Microsoft does; a row without `clientState` gets the right one."""
        state = self.secrets["microsoft"]
        value = [{"clientState": state, "changeType": "updated", **row} for row in rows or ({},)]
        status, _ = await self.send(self.path("microsoft"), json={"value": value})
        return status

    async def nudged(self) -> tuple[int, set[Side]]:
        """How often the link was nudged, and on which sides something is said to have changed."""
        timing = await asyncio.to_thread(timings.of, self.house.link)
        return timing.nudges, {side for side in Side if timing.told_at(side) is not None}

    async def recorded(self) -> list[tuple[int, str]]:
        """The hooks and subjects of all that was recorded."""
        rows = models.Delivery.objects.order_by("id").values_list("hook_id", "what")
        return await asyncio.to_thread(list, rows)


@asynccontextmanager
async def entered(*, body_seconds: float = 5.0) -> AsyncIterator[Entrance]:
    """Listen on a free port."""
    house = await asyncio.to_thread(House)
    async with aiohttp.ClientSession() as session:
        entrance = Entrance(house, session)
        await asyncio.to_thread(entrance.furnish)
        entrance._key = await asyncio.to_thread(lambda: entrance.key)
        async with (
            Gathering(SystemClock(), entrance.ring) as gathering,
            listening(
                Portal(gathering, body_seconds=body_seconds), host="127.0.0.1", port=0
            ) as address,
        ):
            entrance.address = address
            yield entrance
