"""A database that was put back from an older copy is noticed."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from turnbuckle.store import models, rollback


@pytest.fixture
def beside(db: None) -> Iterator[Path]:
    """Give the file beside the test database, and take it away afterwards."""
    path = Path(f"{connection.settings_dict['NAME']}-epoch")
    if connection.vendor == "postgresql":
        path = Path(settings.TURNBUCKLE_DATA) / "postgres-epoch"
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def test_a_new_database_did_not_go_back(beside: Path) -> None:
    assert not rollback.went_back()


def test_a_database_that_goes_on_did_not_go_back(beside: Path) -> None:
    rollback.went_back()

    assert not rollback.went_back()


def test_a_database_that_was_put_back_is_noticed_once(beside: Path) -> None:
    for _ in range(3):
        rollback.went_back()
    models.Epoch.objects.update(counter=1)

    told = [rollback.went_back() for _ in range(2)]

    assert told == [True, False]


def test_the_file_of_another_installation_says_nothing(beside: Path) -> None:
    beside.write_text(json.dumps({"installation": "other", "counter": 99}))

    assert not rollback.went_back()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"installation": "a"}'])
def test_a_damaged_file_says_nothing_and_is_written_anew(beside: Path, text: str) -> None:
    beside.write_text(text)

    went_back = rollback.went_back()

    assert not went_back
    assert json.loads(beside.read_text())["counter"] == 1


def test_the_file_is_for_its_owner_alone_and_nothing_else_is_left(beside: Path) -> None:
    rollback.went_back()

    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    assert list(beside.parent.glob(f"{beside.name}.*")) == []


def test_what_a_killed_process_left_half_written_goes_away(beside: Path) -> None:
    old, fresh = (beside.with_name(f"{beside.name}.{pid}-0a0b0c0d") for pid in (17, 18))
    for draft in (old, fresh):
        draft.write_text("{")
    os.utime(old, (0, 0))

    rollback.went_back()

    assert (old.exists(), fresh.exists()) == (False, True)
    fresh.unlink()
