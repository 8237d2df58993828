"""No test touches the data folder of the person who runs it, and each run tries the same examples.

What nobody tried before is tried by `make test-long`.
"""

import gc
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

pytest_plugins = ["contract_checks.plugin", "others.versions", "postgres.plugin"]

_OBJECTS_BETWEEN_LOOKS = 20_000
_FOLDER = Path(tempfile.mkdtemp(prefix="turnbuckle-tests-"))


def pytest_configure(config: pytest.Config) -> None:
    """Put the data folder of this process, and of those it starts, into a temporary one."""
    settings.TURNBUCKLE_DATA = _FOLDER
    os.environ["TURNBUCKLE_DATA"] = str(_FOLDER)
    hypothesis.settings.register_profile("known", derandomize=True)
    hypothesis.settings.load_profile("known")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that last longest, so that no worker ends long after the others."""
    seconds: Counter[Path] = Counter()
    for item in items:
        if (mark := item.get_closest_marker("lasts")) is not None:
            seconds[item.path] += mark.args[0]
    items.sort(key=lambda item: -seconds[item.path])


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: all tests, contracts and libraries."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it, and what lay beside this process's test database."""
    shutil.rmtree(_FOLDER, ignore_errors=True)
    for left in Path(tempfile.gettempdir()).glob(f"turnbuckle-tests-{os.getpid()}.*-epoch"):
        left.unlink(missing_ok=True)
