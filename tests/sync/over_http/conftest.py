"""A link between practice Procore and practice Microsoft, over real sockets."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sync.over_http.stage import Scene, Stage, staged


@pytest.fixture
def scene() -> Scene:
    """How the services behave; tests that want something else override it."""
    return Scene()


@pytest.fixture
async def link(
    request: pytest.FixtureRequest, scene: Scene, tmp_path: Path, transactional_db: None
) -> AsyncIterator[Stage]:
    """Both services are empty, and nothing has run yet.

    A test gives a `Scene` of its own with the mark ``parametrize("link", [Scene(...)],
    indirect=True)``.
    """
    wanted = getattr(request, "param", scene)
    async with staged(tmp_path / "practice", wanted) as stage:
        yield stage
