"""The address of a database is read as libpq reads it, and never repeated to anybody."""

from pathlib import Path
from typing import Any

import pytest

from turnbuckle.store.database import BadDatabaseUrl, databases

DATA = Path("/data")


def settings(address: str) -> Any:
    return databases({"DATABASE_URL": address}, DATA)["default"]


@pytest.mark.parametrize("environment", [{}, {"DATABASE_URL": " "}])
def test_without_an_address_it_is_a_file_in_the_data_folder(environment: dict[str, str]) -> None:
    found = databases(environment, DATA)["default"]

    assert (found["ENGINE"], found["NAME"]) == (
        "django.db.backends.sqlite3",
        "/data/turnbuckle.sqlite3",
    )


@pytest.mark.parametrize("address", ["sqlite:///srv/kept.db", "sqlite:////srv/kept.db"])
def test_a_file_may_be_named(address: str) -> None:
    assert settings(address)["NAME"] == "/srv/kept.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "PostgreSQL"])
def test_user_password_host_port_and_name_are_taken_apart(scheme: str) -> None:
    found = settings(f"{scheme}://ana:p%40ss%2F@db.example:6543/turn%20buckle")

    assert [found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "ana", "p@ss/", "db.example", "6543", "turn buckle",
    ]  # fmt: skip


def test_a_socket_is_named_in_the_query() -> None:
    assert settings("postgres://ana@/names?host=/run/postgresql")["HOST"] == "/run/postgresql"


def test_several_hosts_are_tried_in_turn() -> None:
    found = settings("postgres://one:1,[::2]:2/names?target_session_attrs=read-write")

    assert (found["HOST"], found["PORT"]) == ("one,::2", "1,2")
    assert found["OPTIONS"]["target_session_attrs"] == "read-write"


def test_parameters_of_libpq_are_passed_on_and_may_say_more_than_ours() -> None:
    found = settings("postgres://h/n?sslmode=verify-full&connect_timeout=3&options=-c%20geqo%3Doff")

    options = found["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("verify-full", "3")
    assert options["options"].endswith(" -c geqo=off")
    assert "lock_timeout" in options["options"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://ana:secret@h/n", "is no address of a database"),
        ("ana:secret@h/n", "is no address of a database"),
        ("postgres://", "is no address of a database"),
        ("sqlite://", "is no address of a database"),
        ("postgres://ana:secret@h", "names no database"),
        ("postgres://ana:secret@h/", "names no database"),
        ("postgres://ana:secret@h:99999/n", "a port that is no number from 1 to 65535"),
        ("postgres://ana:secret@h:0/n", "a port that is no number"),
        ("postgres://ana:secret@h:5432,i:x/n", "a port that is no number"),
        ("postgres://ana:secret/secret@h/n", "special characters"),
        ("postgres://ana:17/secret@h/n", "special characters"),
        ("postgres://ana:secret%zz@h/n", "special characters"),
        ("postgres://ana:secret@h:54 32/n", "special characters"),
        ("postgres://ana:secret@h/n?sslmodus=require", "does not know: sslmodus"),
        ("postgres://ana:secret@h/n?sslmode", "special characters"),
    ],
)
def test_a_wrong_address_is_told_without_the_password(address: str, said: str) -> None:
    with pytest.raises(BadDatabaseUrl) as raised:
        settings(address)

    assert said in str(raised.value)
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def with_file(file: Path, address: str = "postgres://ana@h/n") -> Any:
    given = {"DATABASE_URL": address, "DATABASE_PASSWORD_FILE": str(file)}
    return databases(given, DATA)["default"]


def test_the_password_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss/\n")

    assert with_file(file)["PASSWORD"] == "p@ss/"


def test_a_password_in_the_address_is_taken_before_that_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("another")

    assert with_file(file, "postgres://ana:mine@h/n")["PASSWORD"] == "mine"


def test_a_file_of_a_password_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDatabaseUrl, match="password that DATABASE_PASSWORD_FILE names cannot"):
        with_file(tmp_path / "password")
