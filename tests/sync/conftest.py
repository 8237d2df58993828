"""The engine's tests run on memory remotes and the real store."""

import asyncio

import pytest
from scenarios.stage import Stage
from sync.source import Source


@pytest.fixture
async def stage(transactional_db: None) -> Stage:
    """Give two empty remotes with a link between their folders ``D``."""
    return await asyncio.to_thread(Stage)


@pytest.fixture
def source() -> Source:
    """Give a remote without hashes that holds one file."""
    return Source()
