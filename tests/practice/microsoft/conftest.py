"""A practice Microsoft that listens on free ports."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from practice.microsoft.client import PEOPLE_TOKEN, Microsoft

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
async def microsoft(tmp_path: Path) -> AsyncIterator[Microsoft]:
    """A service by itself, without throttling, its app signed in, its clock standing still."""
    clock = SimulatedClock(NOON)
    service = PracticeMicrosoft(
        blobs=Blobs(tmp_path / "blobs"),
        clock=clock,
        limits=GraphLimits.without_throttling(),
        switches=GraphSwitches(rewrite_after_seconds=None),
        people_token=PEOPLE_TOKEN,
    )
    await service.start()
    client = Microsoft(service, clock)
    try:
        yield await client.sign_in()
    finally:
        await client.session.close()
        await service.stop()
