"""Content goes from storage to storage: none of it is ever left on our own disk."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from sync.over_http.stage import Stage

from turnbuckle.practice.microsoft.faults import Fault

TOKEN = b"the-words-that-only-this-file-holds"
TREE: dict[str, bytes | None] = {"secret.txt": TOKEN, "secret.bin": TOKEN * 60_000}


def holding(folder: Path) -> Iterator[Path]:
    """Give the files below a folder that hold the token."""
    for path in folder.rglob("*"):
        if path.is_file() and TOKEN in path.read_bytes():
            yield path


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where a process of ours could leave something: the data folder and a temporary one."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setattr(settings, "TURNBUCKLE_DATA", data)
    return [temporary, data]


def database() -> list[Path]:
    """The database's files: SQLite keeps a journal beside it."""
    name = Path(connection.settings_dict["NAME"])
    found = [path for path in name.parent.glob(f"{name.name}*") if path.is_file()]
    assert found
    return found


async def test_neither_runs_nor_failures_leave_content_behind(
    places: list[Path], link: Stage
) -> None:
    link.left.plant(dict(TREE))
    await link.right.put("from the site.txt", TOKEN + b" of the site")
    link.microsoft.faults.order(Fault(host="storage", method="PUT", times=3, status=500))
    link.microsoft.faults.order(Fault(host="storage", method="GET", cut_after_bytes=10))
    link.procore.faults.cut("GET storage", 100_000, times=3)
    link.procore.faults.cut("POST storage", 10, times=2)

    await link.run()
    link.clock.advance(3600)
    await link.in_step()

    await link.assert_equal()
    assert not [path for place in places for path in holding(place)]
    assert not [path for path in database() if TOKEN in path.read_bytes()]
    assert not list(places[0].iterdir())
