"""The tests of store, engine and command line hold on a PostgreSQL as they do on SQLite.

They are carried out once more, by a pytest of their own with `DATABASE_URL` set.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from postgres.server import Server
from simulation.workers import simulate

TESTS = Path(__file__).parent.parent
_MOST_SECONDS = 600
_SILENT_SECONDS = 200  # a test that takes longer hangs; the output says where
_A_CHOICE = "S02 or S200 or S202 or S203 or S204 or S205 or S209 or S210 or S211 or S213 or S219"
"""Conflicts, processes that die, once at each step of a row, databases lost or put back."""


def carried_out(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Carry tests out on a PostgreSQL."""
    kept = {name: text for name, text in os.environ.items() if "XDIST" not in name}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider",
         "-o", f"faulthandler_timeout={_SILENT_SECONDS}", "-o", "faulthandler_exit_on_timeout=true",
         *arguments],
        cwd=TESTS.parent, env={**kept, "DATABASE_URL": server.url()},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=_MOST_SECONDS,
        check=False,
    )  # fmt: skip


def test_leases_units_and_several_workers_hold_on_postgresql(postgres_server: Server) -> None:
    names = ("leases", "units", "side_by_side")

    ended = carried_out(postgres_server, *(f"tests/store/test_{name}.py" for name in names))

    assert ended.returncode == 0, ended.stdout[-5_000:]
    assert "skipped" not in ended.stdout


@pytest.mark.ci
def test_simulated_users_and_faults_come_out_right_on_postgresql(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres)

    found = simulate(1, count=15, again_every=0, on_disk=True, workers=1)

    assert not found.wrong(), found.wrong()
    assert found.played == 15


@pytest.mark.ci
def test_all_tests_of_the_store_hold_on_postgresql(postgres_server: Server) -> None:
    idle = "tests/jobs/test_idle_statements.py"

    ended = carried_out(postgres_server, "tests/store", idle, "-m", "not ci and not long")

    assert ended.returncode == 0, ended.stdout[-5_000:]


@pytest.mark.ci
@pytest.mark.lasts(90)
def test_the_schedule_holds_on_postgresql(postgres_server: Server) -> None:
    ended = carried_out(postgres_server, "tests/jobs", "tests/store/test_timings.py")

    assert ended.returncode == 0, ended.stdout[-5_000:]


@pytest.mark.ci
@pytest.mark.lasts(160)
def test_every_command_is_the_same_on_postgresql(postgres_server: Server) -> None:
    ended = carried_out(postgres_server, "tests/cli", "-m", "not ci and not long")

    assert ended.returncode == 0, ended.stdout[-5_000:]


@pytest.mark.ci
def test_a_choice_of_the_catalogue_in_memory_holds_on_postgresql(
    postgres_server: Server,
) -> None:
    ended = carried_out(
        postgres_server,
        "tests/scenarios/test_catalogue_memory.py",
        "-k",
        _A_CHOICE,
        "-m",
        "not ci and not long",
    )

    assert ended.returncode == 0, ended.stdout[-5_000:]
