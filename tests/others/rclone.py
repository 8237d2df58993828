"""Debian's rclone and a practice Microsoft that it takes for the real one.

Practice mode is started as a stranger would start it, in a process of its own, and rclone is told
what the start-up line says: a proxy, an authority, a token, a drive. Nothing in it is patched.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import create_default_context
from typing import Any
from urllib.parse import quote
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

import pytest

PROGRAM = "rclone"
CHANNEL = "Site Office"
_SECONDS = 120


@contextmanager
def practice(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Run `turnbuckle practice --json --tls` with an empty project; give what its line says."""
    (folder / "project").mkdir()
    command = [sys.executable, "-m", "turnbuckle", "practice", "--json", "--tls"]
    with subprocess.Popen(
        [*command, "--documents", str(folder / "project")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            assert process.wait(60) == 0


@dataclass(frozen=True)
class Done:
    """How a call of rclone ended."""

    code: int
    out: str
    err: str


@dataclass
class Rclone:
    """Calls rclone with the remote ``sp:``, a document library."""

    facts: Mapping[str, Any]
    folder: Path  # for its configuration and cache
    trusting: bool = True

    def __call__(self, *arguments: str) -> str:
        """Run a command that has to work; give what it prints."""
        done = self.run(*arguments)
        assert done.code == 0, done.err
        return done.out

    def run(self, *arguments: str) -> Done:
        """Run a command."""
        path = shutil.which(PROGRAM)
        if path is None:
            pytest.fail("rclone is missing; get it with: apt-get install rclone")
        done = subprocess.run(
            [path, "--retries", "1", *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def _environment(self) -> dict[str, str]:
        facts = self.facts["microsoft"]
        told = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "HTTPS_PROXY": self.facts["proxy_address"],
            "RCLONE_CONFIG": str(self.folder / "rclone.conf"),
            "RCLONE_CONFIG_SP_TYPE": "onedrive",
            "RCLONE_CONFIG_SP_CLIENT_ID": facts["client_id"],
            "RCLONE_CONFIG_SP_CLIENT_SECRET": facts["client_secret"],
            "RCLONE_CONFIG_SP_TOKEN": json.dumps(self.token()),
            "RCLONE_CONFIG_SP_DRIVE_ID": facts["drive_id"],
            "RCLONE_CONFIG_SP_DRIVE_TYPE": "documentLibrary",
        }
        return told | ({"SSL_CERT_FILE": self.facts["ca_file"]} if self.trusting else {})

    def token(self) -> dict[str, str]:
        """The token as rclone keeps it."""
        given = self.facts["microsoft"]["person_token"]
        kept = {key: given[key] for key in ("access_token", "token_type", "refresh_token")}
        return {**kept, "expiry": given["expires_at"]}

    def item(self, path: str) -> dict[str, Any]:
        """Ask Graph itself for an item of the library."""
        facts = self.facts["microsoft"]
        address = f"/v1.0/drives/{quote(facts['drive_id'])}/root:/{quote(path)}"
        token = {"Authorization": f"Bearer {facts['token']['access_token']}"}
        request = Request(f"https://graph.microsoft.com{address}", headers=token)
        with self._opener().open(request, timeout=30) as answer:
            made: dict[str, Any] = json.load(answer)
        return made

    def _opener(self) -> OpenerDirector:
        trusted = create_default_context(cafile=self.facts["ca_file"])
        proxy = ProxyHandler({"https": self.facts["proxy_address"]})
        return build_opener(proxy, HTTPSHandler(context=trusted))


class RcloneOfOldToken(Rclone):
    """Whose access token is over, so that it has to get another one by its refresh token."""

    def token(self) -> dict[str, str]:
        """A token that nobody takes any more."""
        return {**super().token(), "access_token": "worn", "expiry": "2020-01-01T00:00:00Z"}


def tree(folder: Path) -> dict[str, bytes]:
    """Give all files below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def planted(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
