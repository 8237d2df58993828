"""The server goes away in the middle of a run: the run stops, and the next one goes on."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from postgres import interrupted
from postgres.server import Server


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restarted", "crashed"])
def test_a_run_whose_server_goes_away_stops_and_the_next_one_goes_on(
    tmp_path: Path, postgres_server: Server, postgres: str, how: signal.Signals
) -> None:
    path = os.pathsep.join(sys.path)
    process = subprocess.Popen(
        [sys.executable, interrupted.__file__],
        env={
            **os.environ,
            "PYTHONPATH": path,
            "DATABASE_URL": postgres,
            "TURNBUCKLE_DATA": str(tmp_path),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "midway\n"
        postgres_server.restart(how)
        said, wrong = process.communicate("\n", timeout=100)
    finally:
        process.kill()
        process.wait()

    assert wrong == ""
    told = json.loads(said)
    assert "went away or was restarted" in told["stopped"]
    assert told["seen"][0] < told["seen"][1] == 40
    assert (told["equal"], told["open"]) == (True, 0)
    assert told["states"][0] in {"stopped", "broken off"}
    assert set(told["states"][1:]) == {"done"}
