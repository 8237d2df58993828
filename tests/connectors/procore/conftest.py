"""A world for each test, and a way to ask for an unusual one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from connectors.procore.world import World, opened

Make = Callable[..., Awaitable[World]]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    async with AsyncExitStack() as stack:

        async def making(**options: object) -> World:
            return await stack.enter_async_context(opened(tmp_path, **options))  # type: ignore[arg-type]

        yield making


@pytest.fixture
async def world(make: Make) -> World:
    return await make()
