"""A call whose connection drops is told, never silently made again."""

import asyncio

import aiohttp
import pytest

from turnbuckle.transport.addresses import open_session

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_call_on_a_kept_connection_that_drops_is_made_once(method: str) -> None:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            asked.append(head.split(b" ", 1)[0])
            if len(asked) > 1:
                break
            writer.write(_ANSWER)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with open_session() as session, server:
        await (await session.get(address)).read()

        with pytest.raises(aiohttp.ClientError):
            await session.request(method, address)

    assert asked == [b"GET", method.encode()]
