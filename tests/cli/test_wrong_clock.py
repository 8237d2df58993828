"""A machine whose clock is an hour off goes by the time of the database's server, as all others do.

No clock is set here: the server tells another hour instead, by a function of its database that is
found before the one of PostgreSQL.
"""

from datetime import UTC, datetime, timedelta

import pytest
from cli.conftest import Site
from cli.test_serve import comes_true, has
from cli.test_workers import linked_to, started
from postgres.server import Server

HOUR = timedelta(hours=1)
_FOUND_FIRST = "&options=-c%20search_path%3Dpublic%2Cpg_catalog"


def tells(server: Server, url: str, off: timedelta) -> None:
    """Let the server's clock differ from ours."""
    server.ask(
        "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
        f" $$ SELECT pg_catalog.clock_timestamp() + interval '{off.total_seconds()} s' $$",
        _name(url),
    )


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@pytest.mark.ci
async def test_a_service_on_a_machine_that_is_behind_runs_links_in_time(
    site: Site, postgres_server: Server, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tells(postgres_server, postgres, HOUR)
    monkeypatch.setenv("DATABASE_URL", postgres + _FOUND_FIRST)
    linked = await linked_to(site, "By the server")

    async with started(linked, "serve", "--port", "0"):
        await comes_true(has(linked, "/By the server/Minutes.txt"))
        began = postgres_server.ask("SELECT max(started_at) FROM store_timing", _name(postgres))

    assert abs(began[0][0] - HOUR - datetime.now(UTC)) < timedelta(minutes=2)


@pytest.mark.ci
async def test_a_lease_of_another_machine_is_not_taken_for_ended_by_a_clock_that_is_ahead(
    site: Site, postgres_server: Server, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres + _FOUND_FIRST)
    linked = await linked_to(site, "Held elsewhere")
    tells(postgres_server, postgres, -HOUR)  # so this machine is an hour ahead
    postgres_server.ask(
        "INSERT INTO store_lease (link_id, owner, process, fence, until)"
        " SELECT id, 'somebody', 'elsewhere 1 1', 7, now() - interval '59 min' FROM store_link",
        _name(postgres),
    )

    done = await linked.cli("run", "tower")

    assert done.is_one_clear_line("being run by process 1 on elsewhere")
    assert postgres_server.ask("SELECT fence FROM store_lease", _name(postgres)) == [(7,)]


@pytest.mark.ci
async def test_the_doctor_goes_by_the_server_and_says_whose_clock_is_off(
    site: Site, postgres_server: Server, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres + _FOUND_FIRST)
    linked = await linked_to(site, "Not late")
    tells(postgres_server, postgres, -HOUR)
    postgres_server.ask(
        "UPDATE store_timing SET started_at = now() - interval '90 min',"
        " next_at = now() - interval '30 min'",
        _name(postgres),
    )

    done = await linked.cli("doctor")

    assert "is late" not in done.out
    assert "the clock of the database's server is 1 h 0 min behind" in done.out
    assert "this machine's clock" not in done.out
