"""Fixtures of the Graph connector's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from connectors.graph.world import Ana, World, practice_world

from turnbuckle.connectors.graph.connector import GraphConnector


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A practice Microsoft that nothing throttles."""
    async with practice_world(tmp_path) as made:
        yield made


@pytest.fixture
def graph(world: World) -> GraphConnector:
    """Our connector on the Team's library."""
    return world.connector()


@pytest.fixture
def ana(world: World) -> Ana:
    """A colleague."""
    return Ana(world)
