"""A practice Microsoft on real sockets, our connector on it, and a colleague beside us."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from turnbuckle.connectors.graph.api import graph_wire
from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.connectors.graph.sign_in import AppTokens, Registration
from turnbuckle.model.items import ItemId
from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.microsoft.faults import Fault
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import Cloud, practice_cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.wire import Wire

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PEOPLE_TOKEN = "let-me-in"
CHANNEL = "Site Office"


@dataclass(kw_only=True)
class World:
    """One tenant, one connection to it, and what both count."""

    service: PracticeMicrosoft
    clock: SimulatedClock
    meter: Meter
    session: aiohttp.ClientSession
    people_token: str = PEOPLE_TOKEN

    @property
    def cloud(self) -> Cloud:
        return practice_cloud("microsoft", self.service.address, self.service.storage_address)

    def registration(self, **changed: str) -> Registration:
        """Our app, with a wrong word in it if asked."""
        right = {
            "tenant": self.service.tenant_id,
            "client_id": self.service.client_id,
            "secret": self.service.client_secret,
        }
        return Registration(cloud=self.cloud, **{**right, **changed})

    def wire(self, **changed: str) -> Wire:
        """A wire of the app by itself."""
        tokens = AppTokens(self.registration(**changed), clock=self.clock, meter=self.meter)
        return graph_wire(
            cloud=self.cloud,
            tokens=tokens,
            budget=Budget(self.clock),
            session=self.session,
            clock=self.clock,
            meter=self.meter,
        )

    def connector(self) -> GraphConnector:
        """A connector of the Team's library, as after a fresh start."""
        return GraphConnector(self.wire(), drive_id=self.drive_id, client_id=self.service.client_id)

    @property
    def drive_id(self) -> str:
        return self.service.channel(CHANNEL).drive.place.drive_id

    @property
    def folder(self) -> ItemId:
        """The folder of the channel Site Office."""
        return ItemId(self.service.channel(CHANNEL).folder)

    def fault(self, **told: Any) -> Fault:
        """Order something to go wrong."""
        return self.service.faults.order(Fault(**told))

    @property
    def calls(self) -> int:
        """The counted calls that our side made."""
        return self.meter.calls_to("Microsoft")


class Ana:
    """A colleague who works by Graph's own doors, with her own token."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._token = ""

    async def put(self, parent: ItemId, name: str, data: bytes) -> ItemId:
        return await self._upload(f"/items/{parent}:/{quote(name, safe='')}:", data)

    async def write(self, item: ItemId, data: bytes) -> None:
        await self._upload(f"/items/{item}", data)

    async def _upload(self, target: str, data: bytes) -> ItemId:
        made = await self.call("PUT", f"{target}/content", data=data)
        return ItemId(made["id"])

    async def mkdir(self, parent: ItemId, name: str) -> ItemId:
        body = {"name": name, "folder": {}}
        return ItemId((await self.call("POST", f"/items/{parent}/children", json=body))["id"])

    async def move(self, item: ItemId, parent: ItemId, name: str) -> None:
        body = {"name": name, "parentReference": {"id": parent}}
        await self.call("PATCH", f"/items/{item}", json=body)

    async def delete(self, item: ItemId) -> None:
        await self.call("DELETE", f"/items/{item}")

    async def lock(self, item: ItemId) -> None:
        await self.call("POST", f"/items/{item}/checkout")

    async def call(self, method: str, path: str, **more: Any) -> Any:
        """Call Graph below the library."""
        address = self._address(path)
        return await self._send(method, address, headers=await self._signed(), **more)

    def _address(self, path: str) -> URL:
        base = f"{self._world.service.address}/v1.0/drives/{self._world.drive_id}"
        return URL(base + path, encoded=True)

    async def _signed(self) -> dict[str, str]:
        if not self._token:
            told = await self.by_hand("/practice/token", json={"as": "ana"})
            self._token = told["access_token"]
        return {"Authorization": f"Bearer {self._token}"}

    async def by_hand(self, path: str, **more: Any) -> Any:
        """Use the doors that practice mode keeps for people."""
        return await self._send(
            "POST",
            URL(self._world.service.address + path, encoded=True),
            headers={"X-Practice-Token": PEOPLE_TOKEN},
            **more,
        )

    async def _send(self, method: str, address: URL, **more: Any) -> Any:
        async with self._world.session.request(method, address, **more) as response:
            body = await response.read()
            assert response.status < 300, body
            return await response.json() if body else None


@asynccontextmanager
async def practice_world(folder: Path, limits: GraphLimits | None = None) -> AsyncIterator[World]:
    """Start everything, with a clock that jumps over waits; stop it at the end."""
    clock = SimulatedClock(NOON)
    service = PracticeMicrosoft(
        blobs=Blobs(folder / "blobs"),
        clock=clock,
        limits=limits or GraphLimits.without_throttling(),
        switches=GraphSwitches(rewrite_after_seconds=None, storage_refuses_tokens=True),
        people_token=PEOPLE_TOKEN,
    )
    await service.start()
    session = open_session()
    try:
        yield World(service=service, clock=clock, meter=Meter(), session=session)
    finally:
        await session.close()
        await service.stop()
