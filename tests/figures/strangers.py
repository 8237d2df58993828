"""Practice mode as a process of its own, and a client that knows of it what a stranger is told."""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

_START_SECONDS = 180
_POLL_SECONDS = 0.05
_ROOM_BYTES = 2 << 30


@dataclass(frozen=True)
class Stranger:
    """Somebody who was given what the start-up file says, and nothing else."""

    session: aiohttp.ClientSession
    facts: Mapping[str, Any]
    process: Process

    @property
    def procore(self) -> Mapping[str, Any]:
        return dict(self.facts["procore"])

    @property
    def microsoft(self) -> Mapping[str, Any]:
        return dict(self.facts["microsoft"])

    @property
    def documents(self) -> str:
        """The flat index of the project."""
        procore = self.procore
        return f"{procore['address']}/rest/v1.0/projects/{procore['project_id']}/documents"

    @property
    def drive(self) -> str:
        """The Team's library."""
        return f"{self.microsoft['address']}/v1.0/drives/{self.microsoft['drive_id']}"

    def memory(self, what: str = "VmHWM") -> int:
        """Bytes of memory that practice mode had at the most; with ``VmRSS``, that it has now."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1]) * 1024
        raise AssertionError(f"no {what} of {self.process.pid}")

    async def turn(self, service: Mapping[str, Any], switches: Mapping[str, object]) -> None:
        """Turn switches at the panel of one of the two services."""
        async with self._at_panel("PATCH", service, "", {"switches": switches}) as reply:
            assert reply.status == 200, await reply.text()

    async def make(self, service: Mapping[str, Any], **what: str) -> Mapping[str, Any]:
        """Make a project, a channel and the like at the panel; give what it tells of it."""
        async with self._at_panel("POST", service, "/make", what) as reply:
            assert reply.status == 201, await reply.text()
            made: Mapping[str, Any] = await reply.json()
            return made

    def _at_panel(
        self, method: str, service: Mapping[str, Any], path: str, body: object
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        address = f"{service['address']}/practice/panel.json{path}"
        headers = {"X-Practice-Token": str(self.facts["people_token"])}
        return self.session.request(method, address, json=body, headers=headers)

    async def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Give the calls of apps that each service has counted, where it runs attended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"counts\n")
        while not (line := await self.process.stdout.readline()).startswith(b"{"):
            assert line, "practice mode has ended"
        counts: Mapping[str, Mapping[str, int]] = json.loads(line)
        return counts

    async def sign_in(self, side: str) -> dict[str, str]:
        """Take a token as the app of that side; give the headers of its calls."""
        told = self.facts[side]
        form = {
            "grant_type": "client_credentials",
            "client_id": told["client_id"],
            "client_secret": told["client_secret"],
        }
        address, more = f"{told['address']}/oauth/token", {}
        if side == "microsoft":
            address = f"{told['address']}/{told['tenant_id']}/oauth2/v2.0/token"
            form["scope"] = "https://graph.microsoft.com/.default"
        else:
            more = {"Procore-Company-Id": str(told["company_id"])}
        async with self.session.post(address, data=form) as reply:
            assert reply.status == 200, await reply.text()
            return {"Authorization": f"Bearer {(await reply.json())['access_token']}", **more}

    async def pages(
        self, address: str, headers: Mapping[str, str]
    ) -> AsyncIterator[tuple[bytes, Mapping[str, str]]]:
        """Follow `Link` headers, or the links in Graph's answers, to the last page."""
        following: str | None = address
        while following is not None:
            url = URL(following, encoded=True)
            async with self.session.get(url, headers=headers) as reply:
                body = await reply.read()
                assert reply.status == 200, body[:500]
                yield body, reply.headers
                following = _link(reply) or _next(body)


def _link(reply: aiohttp.ClientResponse) -> str | None:
    return str(reply.links["next"]["url"]) if "next" in reply.links else None


def _next(body: bytes) -> str | None:
    following = json.loads(body).get("@odata.nextLink") if body.startswith(b"{") else None
    return None if following is None else str(following)


def quick_place() -> str:
    """Where a hundred thousand small files are made and gone soonest: in memory, if it has room."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK)
    if roomy and shutil.disk_usage(memory).free >= _ROOM_BYTES:
        return str(memory)
    return tempfile.gettempdir()


@asynccontextmanager
async def practice(folder: Path, *arguments: str) -> AsyncIterator[Stranger]:
    """Run ``turnbuckle practice`` until the end of the block, by the start-up file in a folder."""
    startup = folder / "startup.json"
    answers = PIPE if "--attended" in arguments else DEVNULL
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "turnbuckle", "practice", "--startup", str(startup), *arguments),
        stdin=PIPE, stdout=answers, env={**os.environ, "TMPDIR": str(folder)},
    )  # fmt: skip
    try:
        facts = await asyncio.wait_for(_started(process, startup), _START_SECONDS)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield Stranger(session, facts, process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def _started(process: Process, startup: Path) -> Mapping[str, Any]:
    while process.returncode is None:
        if startup.exists():
            facts: Mapping[str, Any] = json.loads(startup.read_text())
            return facts
        await asyncio.sleep(_POLL_SECONDS)
    raise AssertionError(f"practice mode ended with {process.returncode}")
