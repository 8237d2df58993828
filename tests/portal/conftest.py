"""Every test of the portal has one that listens, and a data folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from portal.entrance import Entrance, entered
from pytest_django import Settings


@pytest.fixture
async def entrance(
    transactional_db: None, tmp_path: Path, settings: Settings
) -> AsyncIterator[Entrance]:
    """A portal before one link whose feeds both have a hook."""
    settings.TURNBUCKLE_DATA = tmp_path
    async with entered() as made:
        yield made
