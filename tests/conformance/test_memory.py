"""The memory remote keeps the contract, in the manner of either side."""

from dataclasses import dataclass, replace

import pytest
from conformance.connector_contract import ConnectorContract
from conformance.setting import Setting

from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.connectors.memory.traits import PROCORE_LIKE, TEAMS_LIKE, MemoryTraits
from turnbuckle.model.items import ItemId, Kind, Name


@dataclass(frozen=True)
class Colleague:
    """A user of a memory remote, by ids."""

    remote: MemoryRemote
    clock: StepClock
    name: str = "Pat"

    async def put(self, parent: ItemId, name: str, data: bytes) -> ItemId:
        return self.remote.create(
            parent, Name(name), Kind.FILE, author=self.name, blob=data
        ).id  # fmt: skip

    async def write(self, item: ItemId, data: bytes) -> None:
        self.remote.write(self.remote.seen(item), data, author=self.name)

    async def mkdir(self, parent: ItemId, name: str) -> ItemId:
        return self.remote.create(parent, Name(name), Kind.FOLDER, author=self.name).id

    async def move(self, item: ItemId, parent: ItemId, name: str) -> None:
        self.remote.relocate(self.remote.seen(item), parent, Name(name), author=self.name)

    async def delete(self, item: ItemId) -> None:
        self.remote.throw_away(self.remote.seen(item), author=self.name)

    async def restore(self, item: ItemId) -> None:
        node = self.remote.shelf.get(item)
        assert node is not None
        People(self.remote, self.name).restore(self.remote.shelf.path(node))

    async def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def history(self, item: ItemId) -> list[bytes]:
        node = self.remote.seen(item)
        blobs = [node.blob, *(blob for _, blob in node.history)]
        return [blob for blob in blobs if isinstance(blob, bytes)]

    async def lock(self, item: ItemId) -> None:
        People(self.remote, self.name).lock(self.remote.shelf.path(self.remote.seen(item)))


class TestMemory(ConnectorContract):
    @pytest.fixture(
        params=[
            PROCORE_LIKE,
            TEAMS_LIKE,
            replace(TEAMS_LIKE, page_items=2, tells_descendants=True, keeps_modified=False),
            replace(PROCORE_LIKE, keeps_versions=False),
        ],
        ids=["procore-like", "teams-like", "small-pages", "no-history"],
    )
    def setting(self, request: pytest.FixtureRequest) -> Setting:
        traits: MemoryTraits = request.param
        clock = StepClock()
        remote = MemoryRemote(traits, clock)
        root = People(remote).mkdir("Site/Documents")
        return Setting(
            connector=MemoryConnector(remote),
            root=root,
            people=Colleague(remote, clock),
            unknown_file=ItemId("item-999999"),
            unknown_folder=ItemId("item-999999"),
        )
