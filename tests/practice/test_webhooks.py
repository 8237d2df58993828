"""Webhooks of a whole practice world, over HTTP alone: as a program outside has it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from practice.panelling import Panelist
from practice.receiver import Received, Receiver
from practice.until import until

from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.world import PracticeWorld, WorldSettings


def echo(received: Received) -> web.Response:
    token = received.query.get("validationToken")
    return web.Response(status=202) if token is None else web.Response(text=token)


@pytest.fixture
async def world() -> AsyncIterator[PracticeWorld]:
    async with PracticeWorld(WorldSettings(documents="empty", limits="off")) as started:
        yield started


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver(echo) as made:
        yield made


async def opened(world: PracticeWorld, session: aiohttp.ClientSession, side: str) -> Panelist:
    """Somebody at the panel of one side, who let webhooks to this machine in."""
    at = Panelist(world, session, side)
    answer = await at.panel("PATCH", body={"switches": {"loopback_hooks": True}})
    assert answer.status == 200
    return at


class Procore:
    """An app with a hook for new folders of the project."""

    def __init__(self, at: Panelist, receiver: Receiver) -> None:
        self.at = at
        self.receiver = receiver
        facts = at.facts
        project = f"companies/{facts['company_id']}/projects/{facts['project_id']}"
        self.root = f"/rest/v2.0/{project}/webhooks/hooks"
        self.hook = ""

    async def call(self, method: str, path: str, body: object = None) -> Any:
        token = await self.at.sign_in()
        company = str(self.at.facts["company_id"])
        headers = {"Authorization": f"Bearer {token}", "Procore-Company-Id": company}
        answer = await self.at.send(method, path, json=body, headers=headers)
        assert answer.status < 300, answer
        return answer.body["data"]

    async def subscribe(self) -> None:
        wish = {
            "payload_version": "v2.0",
            "namespace": "turnbuckle",
            "destination_url": f"{self.receiver.address}/in",
        }
        self.hook = (await self.call("POST", self.root, wish))["id"]
        trigger = {"resource_name": "Project Folders", "event_type": "create"}
        await self.call("POST", f"{self.root}/{self.hook}/triggers", trigger)

    async def status(self, wanted: str) -> str:
        """The status of the only delivery, when it is as wanted, or after a while."""
        for _ in range(600):
            (row,) = await self.call("GET", f"{self.root}/{self.hook}/deliveries")
            if row["status"] == wanted:
                break
            await asyncio.sleep(0.1)
        return str(row["status"])


async def test_what_a_person_does_in_procore_is_posted_to_the_hook(
    world: PracticeWorld, session: aiohttp.ClientSession, receiver: Receiver
) -> None:
    procore = Procore(await opened(world, session, "procore"), receiver)
    await procore.subscribe()
    ana = await ProcoreUser.sign_in(world.startup, "ana")
    await ana.add_folder(ana.top, "Plans")
    await ana.close()

    await until(lambda: bool(receiver.received))

    assert receiver.bodies[0]["resource_name"] == "Project Folders"
    assert await procore.status("succeeded") == "succeeded"


async def test_a_clock_set_ahead_at_the_panel_ends_the_retries(
    world: PracticeWorld, session: aiohttp.ClientSession, receiver: Receiver
) -> None:
    procore = Procore(await opened(world, session, "procore"), receiver)
    await procore.subscribe()
    receiver.fail()
    ana = await ProcoreUser.sign_in(world.startup, "ana")
    await ana.add_folder(ana.top, "Plans")
    await ana.close()
    await until(lambda: bool(receiver.received))
    tries = len(receiver.received)

    await procore.at.panel("POST", "/clock", {"seconds": 12 * 3600})
    await until(lambda: len(receiver.received) > tries)

    assert await procore.status("discarded") == "discarded"


async def test_webhooks_are_lost_and_doubled_on_order(
    world: PracticeWorld, session: aiohttp.ClientSession, receiver: Receiver
) -> None:
    procore = Procore(await opened(world, session, "procore"), receiver)
    await procore.subscribe()
    lost = await procore.at.order("lose_webhooks")
    doubled = await procore.at.order("double_webhooks", times=5)
    ana = await ProcoreUser.sign_in(world.startup, "ana")
    for name in ("Lost", "Doubled"):
        await ana.add_folder(ana.top, name)
    await until(lambda: len(receiver.received) == 2)
    left = (await procore.at.panel()).body
    await procore.at.calm()
    await ana.add_folder(ana.top, "Once")
    await ana.close()

    await until(lambda: len(receiver.received) == 3)

    assert (lost.status, doubled.status) == (201, 201)
    assert [(each["kind"], each["left"]) for each in left["ordered"]] == [("double_webhooks", 4)]
    assert len({each["ulid"] for each in receiver.bodies}) == 2


async def test_what_a_person_does_in_teams_is_noticed(
    world: PracticeWorld, session: aiohttp.ClientSession, receiver: Receiver
) -> None:
    teams = await opened(world, session, "microsoft")
    headers = {"Authorization": f"Bearer {await teams.sign_in()}"}
    body = {
        "changeType": "updated",
        "notificationUrl": f"{receiver.address}/in",
        "resource": f"/drives/{teams.facts['drive_id']}/root",
        "expirationDateTime": (world.clock.now() + timedelta(days=1)).isoformat(),
        "clientState": "between-us-two",
    }
    made = await teams.send("POST", "/v1.0/subscriptions", json=body, headers=headers)
    assert made.status == 201, made
    receiver.received.clear()
    ben = await TeamsUser.sign_in(world.startup, "ben")
    await ben.add_folder(ben.top, "Plans")
    await ben.close()

    await until(lambda: bool(receiver.received))

    (notice,) = receiver.bodies[0]["value"]
    assert (notice["subscriptionId"], notice["clientState"]) == (made.body["id"], "between-us-two")
