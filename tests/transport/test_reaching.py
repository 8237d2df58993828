"""What keeps us from a host is told by the step that failed."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trustme

from turnbuckle.transport.reaching import Obstacle, obstacle


@asynccontextmanager
async def listening(secure: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def close(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0, ssl=secure)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_host_that_listens_has_nothing_in_the_way() -> None:
    async with listening() as port:
        found = await obstacle(f"http://127.0.0.1:{port}", 5)

    assert found is None


async def test_nobody_listening_is_a_connection_that_fails() -> None:
    async with listening() as port:
        pass

    found = await obstacle(f"http://127.0.0.1:{port}", 5)

    assert isinstance(found, Obstacle)
    assert "cannot be connected to" in found.said
    assert "firewall" in found.todo


async def test_a_certificate_that_nobody_vouches_for_is_told_as_such() -> None:
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(secure)

    async with listening(secure) as port:
        found = await obstacle(f"https://127.0.0.1:{port}", 5)

    assert isinstance(found, Obstacle)
    assert "certificate of 127.0.0.1 is not accepted" in found.said
    assert "proxy" in found.todo


async def test_a_name_that_cannot_be_looked_up_is_told_as_such() -> None:
    found = await obstacle("https://no such name", 5)

    assert isinstance(found, Obstacle)
    assert "cannot be looked up" in found.said
    assert "DNS" in found.todo
