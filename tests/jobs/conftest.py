"""The jobs' tests run whole links between memory remotes, on the real store."""

import asyncio

import pytest
from jobs.working import Working
from scenarios.stage import Stage


@pytest.fixture
async def stage(transactional_db: None) -> Stage:
    """Give two empty remotes with a link between their folders ``D``."""
    return await asyncio.to_thread(Stage)


@pytest.fixture
def working(stage: Stage) -> Working:
    """Give a service for that link, which works when it is told to."""
    return Working(stage)
