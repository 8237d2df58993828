"""A small HTTP server on loopback, and a wire to it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from turnbuckle.ports.clock import SystemClock
from turnbuckle.ports.errors import RemoteError
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import Cloud, practice_cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.statuses import common_error
from turnbuckle.transport.wire import Wire

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class CountedTokens:
    """Tokens named by number; a refused one is replaced by the next."""

    given: int = 1
    refusals: list[str] = field(default_factory=list)

    async def bearer(self) -> str:
        return f"token-number-{self.given}"

    async def refused(self, bearer: str) -> None:
        self.refusals.append(bearer)
        self.given += 1


@dataclass
class Served:
    """A running server, what it was asked, and a wire to it."""

    address: str
    other: str  # the same server under another port: a storage host
    wire: Wire
    tokens: CountedTokens
    meter: Meter
    seen: list[web.BaseRequest] = field(default_factory=list)


@asynccontextmanager
async def served(answer: Answer, *, knows_storage: bool = True) -> AsyncIterator[Served]:
    """Let `answer` answer everything at two loopback ports."""
    seen: list[web.BaseRequest] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        seen.append(request)
        return await answer(request)  # type: ignore[arg-type]

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    sites = [web.TCPSite(runner, "127.0.0.1", 0) for _ in range(2)]
    for site in sites:
        await site.start()
    address, other = (f"http://127.0.0.1:{place[1]}" for place in runner.addresses)
    session = open_session()
    cloud = practice_cloud("test", address, other if knows_storage else None)
    tokens, meter = CountedTokens(), Meter()
    try:
        yield Served(address, other, wire(cloud, session, tokens, meter), tokens, meter, seen)
    finally:
        await session.close()
        await runner.cleanup()


def wire(cloud: Cloud, session: object, tokens: CountedTokens, meter: Meter) -> Wire:
    clock = SystemClock()
    return Wire(
        remote="Test",
        cloud=cloud,
        tokens=tokens,
        budget=Budget(clock),
        session=session,  # type: ignore[arg-type]
        clock=clock,
        meter=meter,
        sort_error=sorted_error,
        headers={"X-Company": "77"},
    )


def sorted_error(status: int, _headers: Mapping[str, str], body: bytes) -> RemoteError:
    return common_error("Test", status, body.decode("utf-8", "replace")[:100])
