"""A receiver of webhooks on the loopback address: keeps what comes, answers as it is told to."""

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web


@dataclass(frozen=True)
class Received:
    """One post."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answering = Callable[[Received], web.Response]


def _fine(_: Received) -> web.Response:
    return web.Response(status=204)


@dataclass
class Receiver:
    """Listens while it is entered; `answering` may be changed at any time."""

    answering: Answering = _fine
    hold_seconds: float = 0.0  # before each answer
    tls: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list)
    address: str = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("POST", "/{rest:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.tls).start()
        scheme = "http" if self.tls is None else "https"
        self.address = f"{scheme}://localhost:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        received = Received(request.path, dict(request.query), dict(request.headers), body)
        self.received.append(received)
        if self.hold_seconds:
            await asyncio.sleep(self.hold_seconds)
        return self.answering(received)

    def fail(self, status: int = 500) -> None:
        """Answer everything with this status from now on."""
        self.answering = lambda _: web.Response(status=status, text="out of order")

    def recover(self) -> None:
        """Take everything again."""
        self.answering = _fine

    @property
    def bodies(self) -> list[Any]:
        """The JSON of all posts."""
        return [each.json for each in self.received]
