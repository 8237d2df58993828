"""What the tests of the practice Procore share: a service that listens on real sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession, DummyCookieJar
from practice.procore.caller import PEOPLE_TOKEN, Caller, World

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreLimits, ProcoreSwitches

START = datetime(2026, 5, 14, 8, 0, 0, tzinfo=UTC)

Make = Callable[..., Awaitable[World]]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Start a practice Procore with other switches or limits than usual."""
    async with AsyncExitStack() as stack:

        async def making(limits: ProcoreLimits = NO_LIMITS, **switches: object) -> World:
            clock = SimulatedClock(START)
            blobs = Blobs(tmp_path / "blobs")
            procore = PracticeProcore(
                blobs=blobs,
                clock=clock,
                limits=limits,
                switches=ProcoreSwitches(**switches),  # type: ignore[arg-type]
                people_token=PEOPLE_TOKEN,
            )
            await procore.start()
            stack.push_async_callback(procore.stop)
            session = await stack.enter_async_context(ClientSession(cookie_jar=DummyCookieJar()))
            project = procore.add_project("Harbour Tower", number="316")
            return World(procore, blobs, clock, session, project)

        yield making


@pytest.fixture
async def world(make: Make) -> World:
    """A practice Procore as it is by default, without limits."""
    return await make()


@pytest.fixture
async def app(world: World) -> Caller:
    """The service account of that world."""
    return await world.app()
