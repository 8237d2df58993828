"""Turnbuckle as people have it: a data folder, and commands that work in it as processes."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LINK = "Harbour Tower"
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that is over."""

    code: int
    told: str
    peak_bytes: int  # the most memory that it had at once (VmHWM)


@dataclass
class Installation:
    """One data folder and one temporary folder of its own, empty at first."""

    folder: Path
    data: Path = field(init=False)
    temporary: Path = field(init=False)

    def __post_init__(self) -> None:
        self.data, self.temporary = self.folder / "data", self.folder / "temporary"
        self.temporary.mkdir(parents=True)

    async def start(self, *arguments: str, secret: str = "", log: Path | None = None) -> Process:
        """Start a command; what it says is thrown away, unless there is a file for its log."""
        with nullcontext(DEVNULL) if log is None else log.open("wb") as stderr:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "turnbuckle", *arguments),
                env=self._environment(secret), stdout=DEVNULL, stderr=stderr,
            )  # fmt: skip

    async def do(self, *arguments: str, secret: str = "") -> Ended:
        """Run a command to its end.

        Raises:
            AssertionError: it ended with another code than 0.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "turnbuckle", *arguments),
            env=self._environment(secret), stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        watching = asyncio.create_task(_peak_of(process))
        told, wrong = await process.communicate()
        ended = Ended(process.returncode or 0, (told + wrong).decode(), await watching)
        assert ended.code == 0, f"{arguments[0]} ended with {ended.code}:\n{ended.told}"
        return ended

    async def connect(self, startup: Mapping[str, Any]) -> None:
        """Connect both practice services with client credentials."""
        procore, microsoft = startup["procore"], startup["microsoft"]
        await self.do(
            "connect", "procore", "--client-id", procore["client_id"],
            "--company", str(procore["company_id"]),
            "--practice", procore["address"], "--practice-storage", procore["storage_address"],
            secret=procore["client_secret"],
        )  # fmt: skip
        await self.do(
            "connect", "microsoft", "--client-id", microsoft["client_id"],
            "--tenant", microsoft["tenant_id"],
            "--practice", microsoft["address"], "--practice-storage", microsoft["storage_address"],
            secret=microsoft["client_secret"],
        )  # fmt: skip

    async def link(self, startup: Mapping[str, Any]) -> None:
        """Connect both practice services, and link project and channel."""
        await self.connect(startup)
        procore, microsoft = startup["procore"], startup["microsoft"]
        await self.do(
            "link", "add", "--name", LINK, "--project", str(procore["project_id"]),
            "--team", microsoft["team_name"], "--channel", microsoft["channel_name"],
            "--layout", "",
        )  # fmt: skip

    async def run(self) -> Ended:
        """Run the link once."""
        return await self.do("run", LINK)

    def _environment(self, secret: str) -> dict[str, str]:
        return {
            **os.environ,
            "TURNBUCKLE_DATA": str(self.data),
            "TURNBUCKLE_CLIENT_SECRET": secret,
            "TMPDIR": str(self.temporary),
        }


async def _peak_of(process: Process) -> int:
    """Look at a process until it ends; give the most memory that it had, in bytes."""
    status, peak = Path(f"/proc/{process.pid}/status"), 0
    while process.returncode is None:
        try:
            lines = status.read_text().splitlines()
        except OSError:
            break
        for line in lines:
            if line.startswith("VmHWM:"):
                peak = max(peak, int(line.split()[1]) * 1024)
        await asyncio.sleep(_POLL_SECONDS)
    return peak
