"""The engine's tests run on two memory remotes and the real store."""

import asyncio

import pytest
from scenarios.stage import Stage


@pytest.fixture
async def stage(transactional_db: None) -> Stage:
    """Give two empty remotes with a link between their folders ``D``."""
    return await asyncio.to_thread(Stage)
