"""Actions are tried on two memory remotes with a link between them."""

import pytest
from scenarios.stage import Stage


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    """Give two empty remotes with a link between their folders ``D``."""
    return Stage()
