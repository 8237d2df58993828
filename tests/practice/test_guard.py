"""Only programs on this machine, and pages that we served ourselves, reach practice mode."""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector, web

from turnbuckle.practice.certificates import Certificates
from turnbuckle.practice.guard import guarding, require_people_token
from turnbuckle.practice.listening import listen

TOKEN = "the-token"


REAL = "api.procore.com"


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def people(request: web.Request) -> web.Response:
        require_people_token(request, TOKEN)
        return web.Response(text="come in")

    async def take(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    app = web.Application(middlewares=[guarding({REAL: re.compile("/")})])
    app.add_routes([web.post("/take", take)])
    app.add_routes([web.get("/", hello), web.get("/people", people)])
    runners: list[web.AppRunner] = []
    address = await listen(app, 0, tls, runners)
    yield int(address.rpartition(":")[2])
    await runners[0].cleanup()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving() as port:
        yield port


@pytest.fixture
async def secure_port() -> AsyncIterator[int]:
    async with serving(Certificates(["127.0.0.1"]).server_context()) as port:
        yield port


async def status(port: int, path: str = "/", scheme: str = "http", **headers: str) -> int:
    connector = TCPConnector(ssl=False)  # whom to trust is the matter of other tests
    async with (
        ClientSession(connector=connector) as session,
        session.get(f"{scheme}://127.0.0.1:{port}{path}", headers=headers) as response,
    ):
        return response.status


async def test_its_own_addresses_are_answered(port: int) -> None:
    assert await status(port) == 200
    assert await status(port, Host=f"localhost:{port}") == 200
    assert await status(port, Origin=f"http://127.0.0.1:{port}") == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "0.0.0.0", REAL])
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


@pytest.mark.parametrize("host", [REAL, f"{REAL}:443", "API.Procore.com"])
async def test_behind_a_certificate_a_real_name_is_answered(secure_port: int, host: str) -> None:
    assert await status(secure_port, scheme="https", Host=host) == 200
    assert await status(secure_port, scheme="https", Host=host, Origin=f"https://{REAL}") == 200


async def test_a_real_name_serves_what_it_serves_there_and_no_page_of_ours(
    secure_port: int,
) -> None:
    assert await status(secure_port, "/people", scheme="https", Host=REAL) == 404


@pytest.mark.parametrize("host", ["evil.example", f"{REAL}:8443", f"x.{REAL}", "127.0.0.1:1"])
async def test_behind_a_certificate_another_host_is_refused(secure_port: int, host: str) -> None:
    assert await status(secure_port, scheme="https", Host=host) == 421


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (REAL, "https://evil.example"),
        (REAL, f"http://{REAL}"),
        (REAL, "https://127.0.0.1:{port}"),
        ("127.0.0.1:{port}", "https://evil.example"),
        ("127.0.0.1:{port}", f"https://{REAL}"),
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}"),
    ],
)
async def test_behind_a_certificate_another_origin_is_refused(
    secure_port: int, host: str, origin: str
) -> None:
    told = {"Host": host.format(port=secure_port), "Origin": origin.format(port=secure_port)}

    assert await status(secure_port, scheme="https", **told) == 403


def test_the_key_of_the_authority_is_written_nowhere(tmp_path: Path) -> None:
    files = Certificates(["localhost"]).write(tmp_path)

    written = [path.read_text() for path in tmp_path.iterdir()]
    assert len(written) == 2
    assert not [text for text in written if "PRIVATE" in text]
    assert files.bundle.read_text().endswith(files.authority.read_text())


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
