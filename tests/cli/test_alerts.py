"""Alerts as a person sees and sets them up, and as a service tells them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cli.conftest import Site
from cli.test_serve import comes_true, serving


@dataclass
class Receiver:
    """Takes what is posted to it."""

    address: str = ""
    status: int = 200
    posts: list[dict[str, Any]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.posts.append(await request.json())
        return web.Response(status=self.status)

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(each["event"], each["kind"]) for post in self.posts for each in post["alerts"]]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    made, app = Receiver(), web.Application()
    app.router.add_post("/hush", made.take)
    async with TestServer(app) as server:
        made.address = str(server.make_url("/hush"))
        yield made


async def test_a_recipient_is_tried_at_once_listed_without_its_secret_and_forgotten(
    linked: Site, receiver: Receiver
) -> None:
    cli = linked.cli

    made = await cli("alerts", "tell", "ops", TURNBUCKLE_ALERT_ADDRESS=receiver.address)
    await cli("alerts", "tell", "ops", TURNBUCKLE_ALERT_ADDRESS=f"{receiver.address}?again")
    listed = await cli("alerts", "list")
    data = json.loads((await cli("alerts", "list", "--json")).out)
    forgotten = await cli("alerts", "forget", "ops")
    again = await cli("alerts", "forget", "ops")

    assert (made.code, made.err) == (0, "")
    assert "only `serve --allow-practice` tells it" in made.out
    assert [post["alerts"] for post in receiver.posts] == [[], []]
    assert "No alert is open.\nTold to: ops (127.0.0.1)" in listed.out
    assert data["recipients"] == [{"name": "ops", "host": "127.0.0.1"}]
    assert forgotten.code == 0
    assert again.is_one_clear_line("not told to anybody called 'ops'", "there are none")
    assert "hush" not in made.out + listed.out + json.dumps(data)


async def test_an_address_that_takes_nothing_is_not_kept(linked: Site, receiver: Receiver) -> None:
    receiver.status = 403

    refused = await linked.cli("alerts", "tell", "ops", TURNBUCKLE_ALERT_ADDRESS=receiver.address)
    wrong = await linked.cli("alerts", "tell", "ops", TURNBUCKLE_ALERT_ADDRESS="http://10.0.0.1/x")
    missing = await linked.cli("alerts", "tell", "ops")
    listed = await linked.cli("alerts", "list")

    assert refused.is_one_clear_line("127.0.0.1 answered 403")
    assert wrong.is_one_clear_line("https")
    assert wrong.code == 2
    assert missing.is_one_clear_line("TURNBUCKLE_ALERT_ADDRESS")
    assert "Told to nobody: turnbuckle alerts tell NAME" in listed.out


@pytest.mark.ci
async def test_a_service_tells_that_a_link_was_stopped_and_that_it_is_over(
    linked: Site, receiver: Receiver
) -> None:
    procore = linked.world.procore
    await linked.cli("alerts", "tell", "ops", TURNBUCKLE_ALERT_ADDRESS=receiver.address)
    procore.set_documents_on(linked.world.project_id, False)
    async with serving(linked.cli):
        await comes_true(lambda: ("opened", "stopped") in receiver.told)
        status = await linked.cli("status")
        listed = await linked.cli("alerts", "list")
        procore.set_documents_on(linked.world.project_id, True)
        await linked.cli("nudge", "tower")
        await comes_true(lambda: ("closed", "stopped") in receiver.told)
        await asyncio.sleep(0.1)
    over = await linked.cli("alerts", "list", "--all")

    assert receiver.told == [("opened", "stopped"), ("closed", "stopped")]
    assert "  alert: stopped since " in status.out
    assert "tower: stopped since " in listed.out
    assert "tower: over since " in over.out
    assert "No alert is open." in over.out
