"""No test touches the data folder of the person who runs it, and each run tries the same examples.

What nobody tried before is tried by `make test-long`.
"""

import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

pytest_plugins = ["contract_checks.plugin", "others.versions", "postgres.plugin"]

_FOLDER = Path(tempfile.mkdtemp(prefix="turnbuckle-tests-"))


def pytest_configure(config: pytest.Config) -> None:
    """Put the data folder of this process, and of those it starts, into a temporary one."""
    settings.TURNBUCKLE_DATA = _FOLDER
    os.environ["TURNBUCKLE_DATA"] = str(_FOLDER)
    hypothesis.settings.register_profile("known", derandomize=True)
    hypothesis.settings.load_profile("known")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it, and what lay beside this process's test database."""
    shutil.rmtree(_FOLDER, ignore_errors=True)
    for left in Path(tempfile.gettempdir()).glob(f"turnbuckle-tests-{os.getpid()}.*-epoch"):
        left.unlink(missing_ok=True)
