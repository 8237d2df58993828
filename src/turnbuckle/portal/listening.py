"""Listen for other machines, inside a process that does other things as well.

Signals are left to that process, and its end is ours: when the context ends, requests under way
are answered, and the port is closed.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import uvicorn

from turnbuckle.portal.application import Receive, Scope, Send

_MOST_CONNECTIONS = 2000  # more are told to come later
_KEEP_ALIVE_SECONDS = 30
_ENDING_SECONDS = 3
_LONGEST_HEAD_BYTES = 16 << 10


class CannotListen(Exception):
    """The port cannot be listened on; the text says why."""


type Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class _Server(uvicorn.Server):
    """Uvicorn without what only a process of its own may do: take signals, and exit."""

    def __init__(self, config: uvicorn.Config, options: str) -> None:
        super().__init__(config)
        self._options = options

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        host, port = self.config.host, self.config.port
        try:
            await super().startup(sockets)
        except SystemExit:
            raise CannotListen(
                f"nothing can listen on {host} port {port}: another program has it, or this"
                f" machine has no such address; choose another one with {self._options}"
            ) from None


@contextlib.asynccontextmanager
async def listening(
    portal: Application, *, host: str, port: int, option: str = "--port and --host"
) -> AsyncIterator[str]:
    """Listen while the context lasts.

    Args:
        portal: what answers.
        host: an address of this machine.
        port: 0: any that is free.
        option: what a person chooses another place with.

    Yields:
        Where it listens, such as ``http://127.0.0.1:8080``.

    Raises:
        CannotListen: the port is taken, or the host is not this machine's.
    """
    config = uvicorn.Config(
        portal,
        host=host,
        port=port,
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",  # it tells a busy port, which we tell better
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_ENDING_SECONDS,
        h11_max_incomplete_event_size=_LONGEST_HEAD_BYTES,
        ws="none",
    )
    server = _Server(config, option)
    task = asyncio.create_task(server.serve(), name="portal")
    try:
        while not server.started:
            if task.done():
                task.result()
                raise CannotListen(f"the portal on {host} port {port} ended at once")
            await asyncio.sleep(0.005)
        yield _address(server)
    finally:
        server.should_exit = True
        await asyncio.wait({task})


def _address(server: uvicorn.Server) -> str:
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
