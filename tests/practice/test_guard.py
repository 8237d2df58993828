"""Only programs on this machine, and pages that we served ourselves, reach practice mode."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web

from turnbuckle.practice.guard import guard, require_people_token

TOKEN = "the-token"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def people(request: web.Request) -> web.Response:
        require_people_token(request, TOKEN)
        return web.Response(text="come in")

    async def take(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    app = web.Application(middlewares=[guard])
    app.add_routes([web.post("/take", take)])
    app.add_routes([web.get("/", hello), web.get("/people", people)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def status(port: int, path: str = "/", **headers: str) -> int:
    async with (
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}", headers=headers) as response,
    ):
        return response.status


async def test_its_own_addresses_are_answered(port: int) -> None:
    assert await status(port) == 200
    assert await status(port, Host=f"localhost:{port}") == 200
    assert await status(port, Origin=f"http://127.0.0.1:{port}") == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "0.0.0.0"])
async def test_another_host_is_refused(port: int, host: str) -> None:
    assert await status(port, Host=host) == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_origin_is_refused(port: int, origin: str) -> None:
    assert await status(port, Origin=origin) == 403


async def test_peoples_pages_ask_for_the_token(port: int) -> None:
    assert await status(port, "/people") == 403
    assert await status(port, "/people", **{"X-Practice-Token": "guess"}) == 403
    assert await status(port, "/people", **{"X-Practice-Token": TOKEN}) == 200
    assert await status(port, "/people", Cookie=f"practice_token={TOKEN}") == 200


async def test_a_caller_who_goes_away_in_the_middle_is_no_error_of_ours(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    _, sending = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /take HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 900\r\n\r\nso"
    sending.write(head.encode())
    await sending.drain()
    await asyncio.sleep(0.05)

    sending.close()

    await asyncio.sleep(0.05)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert await status(port) == 200
