"""The doctor names what is wrong and what to do, changes nothing, and never fails itself."""

import json
import re
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.conftest import Cli, Finished, Site
from cli.databases import of_sqlite
from cli.ports import free_ports
from cli.test_signing_in_again import person_connected

from turnbuckle.practice.procore.company import Level


@dataclass
class Told:
    """What `doctor --json` told."""

    code: int
    well: bool
    findings: list[dict[str, Any]] = field(default_factory=list)

    def troubles(self, area: str) -> list[str]:
        return [
            f"{each['said']}; {each['todo']}"
            for each in self.findings
            if (each["area"], each["verdict"]) == (area, "trouble")
        ]


async def told_by(cli: Cli, **environment: str) -> Told:
    done = await cli("doctor", "--json", **environment)
    assert done.err == ""
    assert done.code in {0, 1}
    return Told(done.code, **json.loads(done.out))


def has_words(said: list[str], *words: str) -> bool:
    (only,) = said
    return [word for word in words if word not in only] == []


def kept(data: Path) -> dict[str, object]:
    """Give all that is kept in a data folder, but for what calls count in their budgets."""
    with sqlite3.connect(data / "turnbuckle.sqlite3") as sql:
        tables = [
            name for (name,) in sql.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        rows: dict[str, object] = {
            name: sql.execute(f"SELECT * FROM {name}").fetchall()
            for name in tables
            if name.startswith("store_") and "budget" not in name
        }
    return rows | {"key": (data / "key").read_bytes()}


@of_sqlite
async def test_where_all_is_well_everything_is_told_and_nothing_changed(linked: Site) -> None:
    before = kept(linked.cli.data), linked.in_teams()

    done = await linked.cli("doctor")

    assert (done.code, done.err) == (0, ""), done.out
    for words in (
        "the file is sound",
        "it is up to date",
        "GB are free",
        "is closed to others",
        "keep a copy of the key apart from the backups",
        "it opens the secrets of 2 connections",
        "procore: signed in as",
        "microsoft: signed in as",
        "it agrees with what the remotes tell",
        "all that is needed is there for 1 link",
        "tower never ran",
        "nobody is told of them",
        "All is well.",
    ):
        assert words in done.out
    assert (kept(linked.cli.data), linked.in_teams()) == before


@of_sqlite
async def test_an_empty_data_folder_is_told_and_no_database_is_made(cli: Cli) -> None:
    told = await told_by(cli)

    assert told.code == 1
    assert has_words(told.troubles("database"), "no database", "turnbuckle connect", "--data")
    assert not cli.data.exists()


@of_sqlite
async def test_a_damaged_database_is_told(linked: Site) -> None:
    (linked.cli.data / "turnbuckle.sqlite3").write_bytes(b"not what it was" * 1000)

    told = await told_by(linked.cli)

    assert has_words(told.troubles("database"), "damaged", "put a copy back")


@of_sqlite
async def test_damage_in_the_midst_of_a_database_is_told(linked: Site) -> None:
    file = linked.cli.data / "turnbuckle.sqlite3"
    page = sqlite3.connect(file).execute("PRAGMA page_size").fetchone()[0]
    whole = file.read_bytes()
    root = next(
        number
        for name, number in sqlite3.connect(file).execute(
            "SELECT name, rootpage FROM sqlite_master WHERE type = 'index' AND rootpage > 0"
        )
        if name.startswith("store_")
    )
    file.write_bytes(whole[: (root - 1) * page] + b"\xff" * page + whole[root * page :])

    told = await told_by(linked.cli)

    assert has_words(told.troubles("database"), "damaged", "put a ")


@of_sqlite
async def test_a_database_from_before_and_one_from_later_are_told(linked: Site) -> None:
    newest = "SELECT max(id) FROM django_migrations WHERE app = 'store'"
    with sqlite3.connect(linked.cli.data / "turnbuckle.sqlite3") as sql:
        ((name,),) = sql.execute(
            f"DELETE FROM django_migrations WHERE id = ({newest}) RETURNING name"
        ).fetchall()
    before = await told_by(linked.cli)
    with sqlite3.connect(linked.cli.data / "turnbuckle.sqlite3") as sql:
        sql.execute("INSERT INTO django_migrations VALUES (999, 'store', '0999_later', 'now')")

    later = await told_by(linked.cli)

    assert has_words(before.troubles("database"), "pending", name, "turnbuckle migrate")
    assert has_words(later.troubles("database"), "newer Turnbuckle", "0999_later", "go back")


async def test_a_database_that_is_away_is_told_without_the_password(
    cli: Cli,
) -> None:
    address = f"postgres://me:hush-hush@127.0.0.1:{free_ports()}/there"

    done = await cli("doctor", DATABASE_URL=address)

    assert done.code == 1
    assert "cannot be reached" in done.out
    assert "DATABASE_URL" in done.out
    assert done.err == ""
    assert "hush-hush" not in done.out


async def test_a_lost_key_is_told_once_with_the_connections_that_need_it(linked: Site) -> None:
    (linked.cli.data / "key").unlink()

    told = await told_by(linked.cli)

    assert has_words(told.troubles("key"), "microsoft, procore", "is missing", "your backup")
    assert told.troubles("account") == []
    assert not (linked.cli.data / "key").exists()


async def test_a_key_that_others_may_read_is_told(linked: Site) -> None:
    (linked.cli.data / "key").chmod(0o644)

    told = await told_by(linked.cli)

    assert any("chmod 600" in each for each in told.troubles("key"))


@of_sqlite
async def test_a_remote_that_does_not_listen_is_told_and_the_other_is_tried(linked: Site) -> None:
    with sqlite3.connect(linked.cli.data / "turnbuckle.sqlite3") as sql:
        sql.execute(
            "UPDATE store_connection SET settings = json_set(settings, '$.practice', ?)"
            " WHERE system = 'procore'",
            [f"http://127.0.0.1:{free_ports()}"],
        )

    told = await told_by(linked.cli)

    assert has_words(told.troubles("account"), "procore", "cannot be connected", "practice mode")
    assert any("microsoft: signed in as" in each["said"] for each in told.findings)


async def test_a_client_secret_that_is_not_taken_any_more_is_told(linked: Site) -> None:
    facts = linked.facts("microsoft")
    linked.world.microsoft.signin.apps[facts["client_id"]].secret = "another one"

    told = await told_by(linked.cli)

    assert has_words(
        told.troubles("account"), "client secret is wrong", "turnbuckle connect microsoft --name"
    )


async def test_until_when_a_person_s_token_is_good_is_told_and_that_a_new_sign_in_is_needed(
    site: Site,
) -> None:
    await person_connected(site, "Told until when")

    signed_in = await told_by(site.cli)
    site.world.procore.revoke_tokens()
    revoked = await told_by(site.cli)

    (good,) = [one["said"] for one in signed_in.findings if "the token is good" in one["said"]]
    hour, minute = map(int, re.findall(r"until (\d\d):(\d\d) UTC and renews itself", good)[0])
    now = datetime.now(UTC)
    minutes_left = (hour * 60 + minute - now.hour * 60 - now.minute) % (24 * 60)
    assert 60 <= minutes_left <= 90  # practice mode's tokens are good for an hour and a half
    assert has_words(revoked.troubles("account"), "sign in again", "connect procore")
    assert "renews itself" not in str(revoked.findings)


async def test_a_right_that_a_link_lacks_is_told(linked: Site) -> None:
    procore = linked.world.procore
    procore.set_level(linked.world.project_id, procore.service_account, Level.READ_ONLY)

    told = await told_by(linked.cli)

    assert has_words(told.troubles("permissions"), "tower, Procore", "give it Admin")


@of_sqlite
async def test_a_link_that_is_paused_and_one_that_was_stopped_are_told(linked: Site) -> None:
    procore = linked.world.procore
    procore.set_documents_on(linked.world.project_id, False)
    stopped = await linked.cli("run", "tower")
    procore.set_documents_on(linked.world.project_id, True)
    with sqlite3.connect(linked.cli.data / "turnbuckle.sqlite3") as sql:
        sql.execute("UPDATE store_link SET paused = 'the owner said so'")

    told = await told_by(linked.cli)

    assert stopped.code == 1
    assert any("tower is paused: the owner said so" in each for each in told.troubles("links"))
    assert any("tower was stopped: " in each for each in told.troubles("links"))


@of_sqlite
async def test_what_waits_for_a_decision_is_told_with_the_command(linked: Site) -> None:
    await linked.cli("run", "tower")
    with sqlite3.connect(linked.cli.data / "turnbuckle.sqlite3") as sql:
        sql.execute(
            "INSERT INTO store_hold (link_id, reason, opened, decision, decided_by)"
            " SELECT id, 'mass_change', '2026-01-01', '', '' FROM store_link"
        )

    done: Finished = await linked.cli("doctor")

    assert done.code == 1
    assert 'do: turnbuckle held list "tower"' in done.out


@of_sqlite
async def test_links_that_are_late_or_fail_before_they_begin_are_told_with_what_to_do(
    linked: Site,
) -> None:
    with sqlite3.connect(linked.cli.data / "turnbuckle.sqlite3") as sql:
        sql.execute("UPDATE store_timing SET next_at = '2026-01-02 03:04:00'")
        sql.commit()
        never_served = await told_by(linked.cli)
        sql.execute("UPDATE store_timing SET started_at = '2026-01-01'")
        sql.commit()
        late = await told_by(linked.cli)
        sql.execute("UPDATE store_timing SET failures = 4")
        sql.execute(
            "INSERT INTO store_run (link_id, fence, started_at, ended_at, state, report)"
            " SELECT id, 1, '2026-01-01', '2026-01-01', 'done', '{}' FROM store_link"
        )
        sql.commit()
        failing = await told_by(linked.cli)

    assert never_served.troubles("links") == []
    assert has_words(late.troubles("links"), "tower is late", "2026-01-02 03:04", "serve` runs")
    assert has_words(failing.troubles("links"), "4 runs in a row failed", 'turnbuckle run "tower"')
