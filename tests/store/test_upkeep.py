"""The database's upkeep, each time in a process of its own with a data folder of its own."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from store.building import House

from turnbuckle.store import migrations

MIGRATE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
import django
django.setup()
from django.conf import settings
from turnbuckle.store import organisations, upkeep
try:
    copy = upkeep.migrate(settings.TURNBUCKLE_DATA)
    print(organisations.of().name, copy.name if copy else "-")
except upkeep.StoreUnusable as error:
    print("unusable:", error)
"""
LATER = """
from turnbuckle.store import settings
settings.MIGRATION_MODULES = {"store": "later_migrations"}
"""
_FILE_BYTES = 20_000

pytestmark = pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="not needed here: of a PostgreSQL, tests/postgres tells"
)


def _small_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))


def _later_release(folder: Path, sql: str) -> Path:
    """Write migrations as a later release might have them: ours, and one more."""
    package = folder / "code" / "later_migrations"
    shutil.copytree(Path(migrations.__file__).parent, package)
    newest = max(path.stem for path in package.glob("[0-9]*.py"))
    (package / "9999_later.py").write_text(
        "from django.db import migrations\n"
        "class Migration(migrations.Migration):\n"
        f"    dependencies = [('store', {newest!r})]\n"
        f"    operations = [migrations.RunSQL({sql!r})]\n"
    )
    return package.parent


def _migrate(data: Path, *, small_files: bool = False, later: Path | None = None) -> str:
    environment = {**os.environ, "TURNBUCKLE_DATA": str(data), "PYTHONDONTWRITEBYTECODE": "1"}
    if later is not None:
        environment["PYTHONPATH"] = str(later)
    ended = subprocess.run(
        [sys.executable, "-c", MIGRATE if later is None else LATER + MIGRATE],
        env=environment,
        preexec_fn=_small_files if small_files else None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def _database(data: Path) -> Path:
    return data / "turnbuckle.sqlite3"


def _run_sql(data: Path, *statements: str) -> None:
    opened = sqlite3.connect(_database(data))
    for statement in statements:
        opened.execute(statement)
    opened.commit()
    opened.close()


def _names(database: Path) -> list[str]:
    return _ask(database, "SELECT name FROM store_organisation ORDER BY name")


def _tables(database: Path) -> list[str]:
    return _ask(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")


def _ask(database: Path, question: str) -> list[str]:
    opened = sqlite3.connect(database)
    found = [str(row[0]) for row in opened.execute(question)]
    opened.close()
    return found


def test_a_new_data_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "some" / "where"

    said = _migrate(data)

    assert said == "default -"
    assert data.stat().st_mode & 0o777 == 0o700
    assert _database(data).stat().st_mode & 0o777 == 0o600


def test_a_database_that_is_up_to_date_is_left_as_it_is(tmp_path: Path) -> None:
    _migrate(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())

    said = _migrate(tmp_path)

    assert said == "default -"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_an_upgrade_begins_with_a_sound_copy_of_what_was_there(tmp_path: Path) -> None:
    data = tmp_path / "data"
    _migrate(data)
    _run_sql(data, "INSERT INTO store_organisation (name) VALUES ('before')")

    said = _migrate(data, later=_later_release(tmp_path, "CREATE TABLE later (id integer)"))

    assert said == "default turnbuckle-before-9999_later.sqlite3"
    copy = data / "turnbuckle-before-9999_later.sqlite3"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert _names(copy) == ["before", "default"]
    assert "later" in _tables(_database(data))
    assert "later" not in _tables(copy)


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    data = tmp_path / "data"
    _migrate(data)
    before = _tables(_database(data))

    said = _migrate(
        data, later=_later_release(tmp_path, "CREATE TABLE later (id integer); CREATE nonsense")
    )

    assert said.startswith("unusable:")
    assert _tables(_database(data)) == before
    assert _migrate(data) == "default -"


def test_a_database_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    _migrate(tmp_path)
    _run_sql(
        tmp_path,
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('store', '9999_later', '2036-01-01')",
    )

    assert "made by a newer Turnbuckle" in _migrate(tmp_path)


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    _database(tmp_path).write_bytes(b"a shopping list, not a database\n" * 40)

    said = _migrate(tmp_path)

    assert said.startswith("unusable: the file ")
    assert "no database of ours" in said
    assert _database(tmp_path).read_bytes().startswith(b"a shopping list")


@pytest.mark.parametrize("place", ["a file/data", "/proc/turnbuckle"])
def test_a_data_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").touch()

    said = _migrate(tmp_path / place)

    assert "cannot be made or written" in said
    assert "--data FOLDER" in said


def test_a_full_disk_is_one_clear_line_and_no_harm_once_there_is_room(tmp_path: Path) -> None:
    said = _migrate(tmp_path, small_files=True)

    assert "the disk is full or failing" in said
    assert _migrate(tmp_path) == "default -"


def test_the_migrations_make_what_the_models_say(house: House) -> None:
    call_command("makemigrations", "store", check_changes=True, dry_run=True, verbosity=0)
