"""A PostgreSQL is made ready, brought up to date, and what is wrong with it told in plain words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from postgres import trying
from postgres.server import Server

from turnbuckle.store import migrations


def tried(folder: Path, *urls: str) -> list[str]:
    """Open databases as commands do, all at once; give the answers."""
    ended = subprocess.run(
        [sys.executable, trying.__file__, str(folder), *urls],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.stderr == ""
    return ended.stdout.splitlines()


def take_back_the_newest(folder: Path, url: str) -> None:
    """Make a database one migration older."""
    names = sorted(path.stem for path in Path(migrations.__path__[0]).glob("[0-9]*.py"))
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "store", names[-2], "--verbosity=0"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "DJANGO_SETTINGS_MODULE": "turnbuckle.store.settings",
            "TURNBUCKLE_DATA": str(folder),
            "DATABASE_URL": url,
        },
        timeout=120, check=True,
    )  # fmt: skip


@pytest.fixture
def guest(postgres_server: Server, postgres: str) -> str:
    """Give the address of the fresh database for a user who owns nothing, with a password."""
    postgres_server.ask("DROP ROLE IF EXISTS guest")
    postgres_server.ask("CREATE ROLE guest LOGIN PASSWORD 'right'")
    return postgres.replace("//postgres@", "//guest:right@")


def test_of_several_who_start_at_once_one_makes_the_tables(tmp_path: Path, postgres: str) -> None:
    said = tried(tmp_path, postgres, postgres, postgres)

    assert said == ["default"] * 3


def test_what_is_wrong_with_a_server_is_told_in_plain_words(
    tmp_path: Path, postgres_server: Server, postgres: str, guest: str
) -> None:
    elsewhere = f"postgres://ana:secret@127.0.0.1:1/n?host={tmp_path}"

    said = tried(
        tmp_path,
        "postgres://ana:secret@127.0.0.1:1/turnbuckle",
        elsewhere,
        guest.replace("right", "secret"),
        guest.replace("guest:right", "nobody_here:secret"),
        postgres_server.url("turnbuckle_of_nobody"),
        guest,
        f"{postgres}&options=-c%20default_transaction_read_only%3Don",
    )

    assert [line.partition(":")[0] for line in said] == ["unusable"] * 7
    for line, part in zip(
        said,
        [
            "127.0.0.1:1 cannot be reached",
            "cannot be reached",
            "no such user and password",
            "no such user and password",
            "has no database 'turnbuckle_of_nobody'",
            "lacks a right in this database",
            "only reads",
        ],
        strict=True,
    ):
        assert part in line
        assert "secret" not in line


def test_a_server_without_a_connection_left_says_so(
    tmp_path: Path, postgres_server: Server, postgres: str, guest: str
) -> None:
    name = postgres.partition("@/")[2].partition("?")[0]
    postgres_server.ask(f"ALTER DATABASE {name} CONNECTION LIMIT 0")

    said = tried(tmp_path, guest)

    assert "has no connection left" in said[0]


@pytest.mark.ci
def test_an_older_database_is_changed_only_by_who_asks_for_it(
    tmp_path: Path, postgres: str
) -> None:
    tried(tmp_path, postgres)
    take_back_the_newest(tmp_path, postgres)

    refused = tried(tmp_path, postgres)
    upgraded = tried(tmp_path, f"upgrade:{postgres}", f"upgrade:{postgres}")
    after = tried(tmp_path, postgres)

    assert "run `turnbuckle migrate`" in refused[0]
    assert sorted(upgraded) == ["0 steps", "1 steps"]
    assert after == ["default"]


@pytest.mark.ci
def test_a_database_of_a_newer_version_is_not_touched(
    tmp_path: Path, postgres_server: Server, postgres: str
) -> None:
    name = postgres.partition("@/")[2].partition("?")[0]
    tried(tmp_path, postgres)
    postgres_server.ask(
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('store', '9999_later', '2036-01-01')",
        name,
    )

    assert "made by a newer Turnbuckle" in tried(tmp_path, postgres)[0]
