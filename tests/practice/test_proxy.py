"""The proxy leads the names it knows to the services, and everybody else nowhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from turnbuckle.practice.proxy import Proxy, routes_to

REAL = "graph.microsoft.com"


@asynccontextmanager
async def proxied(**limits: float) -> AsyncIterator[tuple[int, int]]:
    """Give the port of a proxy and of the one service it leads to, which echoes in capitals."""

    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(1000):
            writer.write(chunk.upper())
        writer.close()

    server = await asyncio.start_server(shout, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy = Proxy(routes_to(port, frozenset({REAL})), **limits)  # type: ignore[arg-type]
    await proxy.start()
    try:
        yield int(proxy.address.rpartition(":")[2]), port
    finally:
        await asyncio.wait_for(proxy.stop(), 5)
        server.close()


async def said(port: int, *parts: bytes) -> bytes:
    """Send one part after the other, and give all that comes back until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


def connect(target: str) -> bytes:
    return f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize("target", [f"{REAL}:443", "Graph.Microsoft.com:443", "127.0.0.1:{port}"])
async def test_a_name_that_it_knows_leads_to_the_service(target: str) -> None:
    async with proxied() as (port, service):
        answer = await said(port, connect(target.format(port=service)), b"hello")

    assert status(answer) == 200
    assert answer.endswith(b"\r\n\r\nHELLO")


@pytest.mark.parametrize(
    "target",
    [
        "evil.example:443",
        f"{REAL}:80",
        f"x.{REAL}:443",
        "127.0.0.1:22",
        "127.0.0.1:443",
        "[::1]:{port}",
        "169.254.169.254:80",
    ],
)
async def test_everything_else_is_refused(target: str) -> None:
    async with proxied() as (port, service):
        answer = await said(port, connect(target.format(port=service)), b"hello")

    assert status(answer) == 403
    assert b"HELLO" not in answer


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        (f"GET http://{REAL}/v1.0/me HTTP/1.1", 405),
        ("GET / HTTP/1.1", 405),
        (f"CONNECT {REAL} HTTP/1.1", 400),
        (f"CONNECT {REAL}:https HTTP/1.1", 400),
        (f"CONNECT {REAL}:443", 400),
        ("\x16\x03\x01", 400),
    ],
)
async def test_it_takes_nothing_but_connect(request_line: str, expected: int) -> None:
    async with proxied() as (port, _):
        answer = await said(port, f"{request_line}\r\nHost: {REAL}\r\n\r\n".encode("latin-1"))

    assert status(answer) == expected


async def test_a_head_without_end_is_refused() -> None:
    async with proxied() as (port, _):
        answer = await said(port, connect(f"{REAL}:443")[:-2], b"X: " + b"x" * 70_000)

    assert status(answer) == 431


async def test_a_caller_who_says_nothing_is_not_waited_for() -> None:
    async with proxied(head_seconds=0.05) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()

    assert answer == b""


async def test_a_tunnel_that_falls_silent_is_cut() -> None:
    async with proxied(idle_seconds=0.1) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(connect(f"{REAL}:443") + b"hello")
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()

    assert answer.endswith(b"HELLO")


async def test_more_callers_than_it_serves_are_refused() -> None:
    async with proxied(most_tunnels=1) as (port, _):
        reader, first = await asyncio.open_connection("127.0.0.1", port)
        first.write(connect(f"{REAL}:443"))
        await reader.readuntil(b"\r\n\r\n")
        answer = await said(port, connect(f"{REAL}:443"))
        first.close()

    assert status(answer) == 503


async def test_a_service_that_is_gone_ends_the_tunnel_and_not_the_proxy() -> None:
    proxy = Proxy({(REAL, 443): 1})  # nobody listens on that port
    await proxy.start()
    port = int(proxy.address.rpartition(":")[2])

    first = await said(port, connect(f"{REAL}:443"))
    second = await said(port, connect("evil.example:443"))
    await proxy.stop()

    assert first == b""
    assert status(second) == 403
