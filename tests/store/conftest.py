"""Every test of the store has a data folder of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings
from store.building import House


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Settings) -> Path:
    """Put the data folder, where the key file is, into a folder that goes away."""
    settings.TURNBUCKLE_DATA = tmp_path
    return tmp_path


@pytest.fixture
def house(db: None) -> House:
    """Give the default organisation with one link."""
    return House()
