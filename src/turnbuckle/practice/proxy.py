"""A small proxy that leads the real services' names to the practice services, and nowhere else.

With ``HTTPS_PROXY`` set to it and our authority trusted, a program written for the real services
runs against practice mode unchanged. It knows one method, CONNECT, and a fixed table of hosts: it
resolves no name and opens no connection but to our own ports.
"""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress

from turnbuckle.practice.listening import LOOPBACK

HTTPS_PORT = 443
_MOST_TUNNELS = 200
_HEAD_BYTES = 16 << 10
_HEAD_SECONDS = 10.0
_IDLE_SECONDS = 300.0
_LAST_SECONDS = 1.0
_CHUNK_BYTES = 1 << 16

type Routes = Mapping[tuple[str, int], int]
"""Our own port for each host and port that somebody may ask for."""


def routes_to(port: int, hosts: frozenset[str]) -> dict[tuple[str, int], int]:
    """Lead these hosts, and this machine's own name for the port, to one service."""
    real = {(host, HTTPS_PORT): port for host in hosts}
    return {**real, (LOOPBACK, port): port, ("localhost", port): port}


class _Refused(Exception):
    def __init__(
        self, status: str, sentence: str = "this proxy takes CONNECT host:port only"
    ) -> None:
        super().__init__(status)
        self.status = status
        self.sentence = sentence


class Proxy:
    """Takes CONNECT on the loopback address.

    Args:
        routes: where each host leads.
        most_tunnels: how many callers are served at once; the next ones are refused.
        head_seconds: how long a caller may take to say where to.
        idle_seconds: how long a tunnel may be silent in both directions.
    """

    def __init__(
        self,
        routes: Routes,
        *,
        most_tunnels: int = _MOST_TUNNELS,
        head_seconds: float = _HEAD_SECONDS,
        idle_seconds: float = _IDLE_SECONDS,
    ) -> None:
        self._routes = routes
        self._most_tunnels = most_tunnels
        self._head_seconds = head_seconds
        self._idle_seconds = idle_seconds
        self._callers: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.address = ""

    async def start(self, port: int = 0) -> None:
        """Listen; 0 takes a free port.

        Raises:
            OSError: the port is taken.
        """
        self._server = await asyncio.start_server(self._take, LOOPBACK, port, limit=_HEAD_BYTES)
        number = self._server.sockets[0].getsockname()[1]
        self.address = f"http://{LOOPBACK}:{number}"

    async def stop(self) -> None:
        """Stop listening and cut all tunnels."""
        if self._server is None:
            return
        self._server.close()
        for task in self._callers:
            task.cancel()
        await asyncio.gather(*self._callers, return_exceptions=True)
        await self._server.wait_closed()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._callers.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the caller went away, or took too long
        except asyncio.CancelledError:
            writer.transport.abort()  # we are stopping, and wait for nobody to read on
        finally:
            self._callers.discard(task)
            _close(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._callers) > 2 * self._most_tunnels:
            return  # who only knocks is not even answered then
        try:
            async with asyncio.timeout(self._head_seconds):
                port = self._choose(await reader.readuntil(b"\r\n\r\n"))
        except asyncio.LimitOverrunError:
            await _refuse(reader, writer, _Refused("431 Request Header Fields Too Large"))
        except _Refused as refused:
            await _refuse(reader, writer, refused)
        else:
            await self._tunnel(reader, writer, port)

    def _choose(self, head: bytes) -> int:
        """Give our own port for what a request asks for, or raise `_Refused`."""
        if len(self._callers) > self._most_tunnels:
            raise _Refused("503 Service Unavailable", "too many tunnels at once")
        port = self._routes.get(_read_head(head))
        if port is None:
            raise _Refused("403 Forbidden", "this proxy leads to the practice services only")
        return port

    async def _tunnel(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int
    ) -> None:
        there, thither = await asyncio.open_connection(LOOPBACK, port, limit=_CHUNK_BYTES)
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
            async with asyncio.timeout(self._idle_seconds) as patience:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._carry(reader, thither, patience))
                    both.create_task(self._carry(there, writer, patience))
        except* (OSError, TimeoutError):
            pass  # one end is gone, and so is the tunnel
        finally:
            _close(thither)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: asyncio.Timeout
    ) -> None:
        clock = asyncio.get_running_loop()
        while chunk := await reader.read(_CHUNK_BYTES):
            if patience.expired():
                return
            patience.reschedule(clock.time() + self._idle_seconds)
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


def _read_head(head: bytes) -> tuple[str, int]:
    """Give the host and port that a CONNECT names, or raise `_Refused`."""
    line = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    if len(line) != 3 or not line[2].startswith("HTTP/1."):
        raise _Refused("400 Bad Request")
    method, target, _ = line
    if method != "CONNECT":
        raise _Refused("405 Method Not Allowed")
    host, colon, port = target.rpartition(":")
    if not colon or not re.fullmatch("[0-9]{1,5}", port):
        raise _Refused("400 Bad Request")
    return host.lower(), int(port)


async def _refuse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refused: _Refused
) -> None:
    body = f"{refused.sentence}\n".encode("ascii")
    allow = "Allow: CONNECT\r\n" if refused.status.startswith("405") else ""
    head = (
        f"HTTP/1.1 {refused.status}\r\n{allow}Content-Type: text/plain\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode("ascii") + body)
    writer.write_eof()
    await writer.drain()
    async with asyncio.timeout(_LAST_SECONDS):  # what is on its way would cut our answer short
        while await reader.read(_CHUNK_BYTES):
            pass


def _close(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        writer.close()
