"""A practice Procore with a hook, and the receiver that is told of all that happens in it."""

from dataclasses import dataclass
from typing import Any

from practice.procore.caller import Caller, World
from practice.receiver import Receiver

from turnbuckle.practice.procore.hook_resources import ALL

HEARD = ("Project Files", "Project File Versions", "Project Folders", "Images", "Image Categories")
SECRET = "Bearer between-us-two"


@dataclass
class Told:
    """A practice Procore, and a receiver that is told of all that happens in its project."""

    world: World
    app: Caller
    receiver: Receiver
    root: str
    hook: str

    async def settle(self, seconds: float = 0) -> None:
        self.world.clock.advance(seconds)
        await self.world.procore.hooks.settle()
        if seconds > 60:  # the token may be too old by now
            self.app = await self.world.app()

    async def events(self) -> list[tuple[str, str, int]]:
        """What arrived since the last question."""
        await self.settle()
        bodies, self.receiver.received = self.receiver.bodies, []
        return [(one["resource_name"], one["event_type"], one["resource_id"]) for one in bodies]

    async def deliveries(self, query: str = "") -> list[Any]:
        reply = await self.app.get(f"{self.root}/hooks/{self.hook}/deliveries?per_page=100{query}")
        assert reply.status == 200, reply
        rows: list[Any] = reply.body["data"]
        return rows

    async def statuses(self) -> list[str]:
        return [each["status"] for each in await self.deliveries("&sort=timestamp")]


async def tell(world: World, receiver: Receiver, version: str = "v2.0", place: str = "") -> Told:
    """Set up a hook with triggers for all that practice mode tells."""
    app = await world.app()
    company = f"/rest/v2.0/companies/{world.procore.company_id}"
    root = f"{company}/projects/{world.project}/webhooks"
    body = {
        "payload_version": version,
        "namespace": "turnbuckle",
        "destination_url": f"{receiver.address}/in{place}",
        "destination_headers": {"Authorization": SECRET},
    }
    hook = (await app.post(f"{root}/hooks", body)).body["data"]["id"]
    rows = [{"resource_name": name, "event_type": str(event)} for name in HEARD for event in ALL]
    assert (await app.post(f"{root}/hooks/{hook}/triggers/bulk", rows)).status == 201
    return Told(world, app, receiver, root, hook)
