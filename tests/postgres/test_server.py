"""The tests' own PostgreSQL is what they take it for."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
from postgres.server import Server

_STARTS_ONE_AND_IS_KILLED = """
import os, signal
from postgres.server import Server
server = Server()
print(server.pid, server.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_each_test_has_an_empty_database_of_its_own(postgres: str) -> None:
    with psycopg.connect(postgres) as opened:
        found = opened.execute(
            "SELECT * FROM information_schema.tables WHERE table_schema='public'"
        )

        assert found.fetchall() == []


def test_nobody_reaches_it_over_the_network(postgres_server: Server) -> None:
    sockets = psutil.Process(postgres_server.pid).net_connections("inet")

    assert sockets == []


@pytest.mark.ci
def test_it_does_not_outlive_a_test_process_that_is_killed() -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _STARTS_ONE_AND_IS_KILLED],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    pid, folder = killed.stdout.split()

    until = time.monotonic() + 10
    while psutil.pid_exists(int(pid)) and time.monotonic() < until:
        time.sleep(0.05)

    assert not psutil.pid_exists(int(pid)), killed.stderr
    assert Path(folder).name.startswith("tb-pg-")
    subprocess.run(["rm", "-rf", folder], check=True)
