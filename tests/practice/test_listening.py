"""Whoever speaks no HTTP gets an answer, and whoever runs practice mode no traceback."""

import asyncio
import logging
from pathlib import Path

import pytest

from turnbuckle.practice.world import PracticeWorld, WorldSettings

_HEAD = b"Host: 127.0.0.1:%d\r\n"


@pytest.mark.parametrize(
    "text",
    [
        b"GET /v1.0/me HTTP/1.1\r\n" + _HEAD + b"no colon\r\n\r\n",
        b"GET /v1.0/me HTTP/1.1\r\n" + _HEAD + b"Long: " + b"x" * 70_000 + b"\r\n\r\n",
        b"POST /v1.0/$batch HTTP/1.1\r\n" + _HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01 not for this door\r\n\r\n",
    ],
    ids=["a broken header", "a huge header", "a broken chunk", "TLS at a plain door"],
)
async def test_broken_http_is_refused_without_a_word_on_the_screen(
    text: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with PracticeWorld(WorldSettings(documents="empty", limits="off")) as world:
        port = int(world.microsoft.address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with caplog.at_level(logging.WARNING):
            writer.write(text.replace(b"%d", str(port).encode()))
            answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()

    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400", b"HTTP/1.1 401"))
    assert caplog.records == []
