"""Every call to Graph says who we are, and can be asked about by its id."""

from uuid import UUID

from aiohttp import web
from aiohttp.test_utils import TestServer

from turnbuckle.connectors.graph.api import GraphApi, graph_wire
from turnbuckle.connectors.graph.wire import Drive
from turnbuckle.ports.clock import SystemClock
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import practice_cloud
from turnbuckle.transport.meter import Meter


class AnyToken:
    """Signed in for good."""

    async def bearer(self) -> str:
        return "a-token"

    async def refused(self, bearer: str) -> None:
        raise AssertionError("nobody refuses this token")


async def test_every_call_says_who_we_are_and_has_an_id_of_its_own() -> None:
    heard: list[web.BaseRequest] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        heard.append(request)
        return web.json_response({"id": "d"})

    app = web.Application()
    app.router.add_get("/v1.0/drives/d", answer)
    async with TestServer(app) as server, open_session() as session:
        wire = graph_wire(
            cloud=practice_cloud("microsoft", str(server.make_url("")).rstrip("/")),
            tokens=AnyToken(),
            budget=Budget(SystemClock()),
            session=session,
            clock=SystemClock(),
            meter=Meter(),
        )
        api = GraphApi(wire)

        for _ in range(2):
            await api.get("/v1.0/drives/d", Drive, label="drive")

    assert {one.headers["User-Agent"] for one in heard} == {"ISV|Turnbuckle|Turnbuckle/0.1"}
    assert len({UUID(one.headers["client-request-id"]) for one in heard}) == 2
