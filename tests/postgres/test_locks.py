"""Whoever holds a lock of the server and is gone, or frozen, keeps nobody waiting for ever."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from postgres import holding


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_the_lock_of_who_is_gone_is_free_for_the_next(
    tmp_path: Path, postgres: str, how: signal.Signals
) -> None:
    holder, waiter = held(tmp_path, postgres), None
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.send_signal(how)

        waiter = held(tmp_path, postgres)
        said, _ = waiter.communicate("\n", timeout=30)

        assert said == "held\n"
        holder.send_signal(signal.SIGCONT)
    finally:
        for process in filter(None, (holder, waiter)):
            process.kill()
            process.communicate()


def held(folder: Path, url: str) -> subprocess.Popen[str]:
    """Start a process that holds the lock, as soon as it gets it."""
    return subprocess.Popen(
        [sys.executable, holding.__file__, "connection-1"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "DATABASE_URL": url,
            "TURNBUCKLE_DATA": str(folder),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
