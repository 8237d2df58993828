"""Whatever is wrong around it, each command says it in one line; a service says it and goes on."""

import asyncio
import re
import sqlite3
from pathlib import Path

import pytest
from cli.conftest import Cli, Site
from cli.databases import of_sqlite
from cli.test_commands import in_a_folder_of_its_own
from cli.test_serve import comes_true, has, serving
from postgres.server import Server
from postgres.test_upkeep import take_back_the_newest

SERVICES = (("serve", "--port", "0"), ("worker",))


async def is_said_by_both(cli: Cli, address: str, *words: str) -> bool:
    """Whether both kinds of service end with one line that has these words, and no secret."""
    ended = await asyncio.gather(*(cli(*each, DATABASE_URL=address) for each in SERVICES))
    for done in ended:
        assert done.is_one_clear_line(*words)
        assert "hush" not in done.err
        assert done.code == 1
    return True


@pytest.mark.ci
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://me:hush@db.example/there", ("DATABASE_URL", "postgres://USER")),
        ("postgres://me:hush@nobody.invalid/there", ("cannot be reached", "DATABASE_URL")),
    ],
    ids=["scheme", "host"],
)
async def test_a_wrong_address_of_the_database(
    cli: Cli, address: str, words: tuple[str, ...]
) -> None:
    assert await is_said_by_both(cli, address, *words)


@pytest.mark.ci
async def test_a_wrong_password_and_a_database_that_there_is_not(
    cli: Cli, postgres_server: Server, postgres: str
) -> None:
    postgres_server.ask("DROP ROLE IF EXISTS visitor")
    postgres_server.ask("CREATE ROLE visitor LOGIN PASSWORD 'right'")
    wrong = postgres.replace("//postgres@", "//visitor:hush@")

    assert await is_said_by_both(cli, wrong, "no such user and password")
    assert await is_said_by_both(
        cli, postgres_server.url("of_nobody"), "no database 'of_nobody'", "createdb"
    )


@pytest.mark.ci
async def test_a_database_of_another_version(
    cli: Cli, tmp_path: Path, postgres_server: Server, postgres: str
) -> None:
    assert (await cli("migrate", DATABASE_URL=postgres)).code == 0
    await asyncio.to_thread(take_back_the_newest, tmp_path, postgres)
    older = await is_said_by_both(cli, postgres, "turnbuckle migrate", "pg_dump")
    postgres_server.ask(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', now())",
        postgres.partition("@/")[2].partition("?")[0],
    )

    newer = await is_said_by_both(cli, postgres, "newer Turnbuckle", "go back")

    assert older
    assert newer


@of_sqlite
async def test_a_service_on_a_file_of_a_newer_version_leaves_it_alone(linked: Site) -> None:
    file = linked.cli.data / "turnbuckle.sqlite3"
    with sqlite3.connect(file) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('store', '9999_later', '2036-01-01')"
        )

    done = await linked.cli("serve", "--port", "0")

    assert done.is_one_clear_line("newer Turnbuckle", "go back")


@pytest.mark.ci
async def test_a_service_without_its_key_says_so_and_goes_on_when_it_is_back(
    connected: Site,
) -> None:
    site = await in_a_folder_of_its_own(connected, "Key away")
    key = site.cli.data / "key"
    key.rename(site.cli.data / "elsewhere")

    async with serving(site.cli) as process:
        assert process.stderr is not None
        async with asyncio.timeout(60):
            while "is missing" not in (line := (await process.stderr.readline()).decode()):
                assert line, "it ended"
        (site.cli.data / "elsewhere").rename(key)
        assert (await site.cli("nudge", "tower")).code == 0
        await comes_true(has(site, "/Key away/Minutes.txt"))

    assert re.search("put it back from your backup.*turnbuckle keys lost", line)
