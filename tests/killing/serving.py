"""Two memory remotes that outlive the process that syncs them, served on a socket file."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from killing.frames import receive, send, told_error

from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.model.side import Side
from turnbuckle.ports.connector import Content
from turnbuckle.ports.errors import RemoteError

_STREAMS = {"changes", "read"}
_UPLOADS = {"create_file", "replace"}
_LONGEST_START = 10.0  # seconds
_LONGEST_FINISH = 30.0  # seconds
_ROUNDS = 20  # of the loop, after which a connection that was made has been noticed


class Serving:
    """Answers one connection for each call; `remotes` may be exchanged between two processes."""

    def __init__(self, socket: Path, loop: asyncio.AbstractEventLoop) -> None:
        self.socket = socket
        self._loop = loop
        self._under_way = 0
        self._connectors: dict[Side, MemoryConnector] = {}

    def take(self, remotes: dict[Side, MemoryRemote]) -> None:
        """Serve these from now on, to a process that knows nothing of earlier calls."""
        self._connectors = {side: MemoryConnector(remotes[side]) for side in Side}

    def finish(self) -> None:
        """Wait until the calls of a process that is gone are over."""
        asyncio.run_coroutine_threadsafe(self._finish(), self._loop).result(_LONGEST_FINISH)

    async def _finish(self) -> None:
        quiet = 0
        while quiet < _ROUNDS:
            await asyncio.sleep(0)
            quiet = 0 if self._under_way else quiet + 1

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one call, unless the caller dies in the middle of it."""
        self._under_way += 1
        try:
            await self._answer_one(reader, writer)
        finally:
            self._under_way -= 1

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(EOFError, ConnectionError):
            side, method, arguments = await receive(reader)
            try:
                await self._answer(self._connectors[side], method, arguments, reader, writer)
            except RemoteError as error:
                await send(writer, "error", *told_error(error))
        writer.close()

    async def _answer(
        self, connector: MemoryConnector, method: str, arguments: tuple[Any, ...],
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter,
    ) -> None:  # fmt: skip
        if method == "capabilities":
            await send(writer, "answer", connector.capabilities)
        elif method in _STREAMS:
            async for piece in getattr(connector, method)(*arguments):
                await send(writer, "piece", piece)
            await send(writer, "end")
        elif method in _UPLOADS:
            *first, size, modified = arguments
            content = Content(size=size, modified=modified, open=lambda _: _pieces(reader))
            await send(writer, "answer", await getattr(connector, method)(*first, content))
        else:
            await send(writer, "answer", await getattr(connector, method)(*arguments))


async def _pieces(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Give what the caller uploads; a caller that dies leaves an upload without an end."""
    while True:
        kind, *rest = await receive(reader)
        if kind == "end":
            return
        yield rest[0]


@contextlib.contextmanager
def serving(socket: Path) -> Iterator[Serving]:
    """Serve in a thread of this process."""
    loop = asyncio.new_event_loop()
    served = Serving(socket, loop)
    ready = threading.Event()

    async def serve() -> None:
        server = await asyncio.start_unix_server(served.answer, socket, limit=1 << 24)
        ready.set()
        async with server:
            await asyncio.Event().wait()

    thread = threading.Thread(target=_run, args=(loop, serve), daemon=True)
    thread.start()
    assert ready.wait(_LONGEST_START)
    try:
        yield served
    finally:
        loop.call_soon_threadsafe(_cancel_all, loop)
        thread.join(_LONGEST_START)


def _run(loop: asyncio.AbstractEventLoop, serve: Callable[[], Any]) -> None:
    asyncio.set_event_loop(loop)
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(serve())
    loop.close()


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
