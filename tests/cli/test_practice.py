"""Practice mode by itself, as a stranger starts it: one line that says everything."""

import asyncio
import json
import re
import shlex
import signal
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar, TCPConnector
from cli.conftest import Cli
from cli.ports import free_ports

Facts = dict[str, Any]


@asynccontextmanager
async def running(cli: Cli, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await cli.start("practice", *arguments)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(120):
        return (await process.stdout.readline()).decode()


async def status(session: ClientSession, address: str, token: Facts, **headers: str) -> int:
    told = {"Authorization": f"Bearer {token['access_token']}", **headers}
    async with session.get(address, headers=told) as answer:
        return answer.status


async def test_one_line_of_json_opens_both_services(cli: Cli, documents: Path) -> None:
    async with (
        running(cli, "--json", "--documents", str(documents)) as process,
        ClientSession(cookie_jar=CookieJar(unsafe=True)) as session,  # takes cookies of addresses
    ):
        facts = json.loads(await line_of(process))
        procore, microsoft = facts["procore"], facts["microsoft"]
        company = {"Procore-Company-Id": str(procore["company_id"])}
        project = f"{procore['address']}/rest/v1.0/projects/{procore['project_id']}"
        graph, drive = microsoft["graph_address"], microsoft["drive_id"]
        seen = [
            await status(session, f"{project}/documents", procore["token"], **company),
            await status(session, f"{procore['address']}/rest/v1.0/me", procore["person_token"]),
            await status(session, f"{graph}/drives/{drive}/root", microsoft["token"]),
            await status(session, f"{graph}/me", microsoft["person_token"]),
            await status(session, procore["people_page"], procore["token"]),
        ]
        process.send_signal(signal.SIGTERM)
        rest, _ = await asyncio.wait_for(process.communicate(), 60)

    assert seen == [200] * 5
    assert rest == b""
    assert process.returncode == 0


async def test_the_page_for_people_says_how_to_get_a_token(cli: Cli, documents: Path) -> None:
    async with running(cli, "--documents", str(documents)) as process, ClientSession() as session:
        said = ""
        while "Ctrl-C" not in said:
            said += await line_of(process)
        kinds = []
        for found in re.findall(r"for a token: (curl .*)", said):
            _, address, *words = shlex.split(found)
            fields = dict(one.split("=", 1) for one in words if one != "-d")
            async with session.post(address, data=fields) as answer:
                kinds.append((await answer.json())["token_type"])
        process.send_signal(signal.SIGINT)
        code = await asyncio.wait_for(process.wait(), 60)

    assert kinds == ["Bearer", "Bearer"]
    assert code == 0
    assert len(re.findall(r"^  (?:team|channel|site|drive|folder) +\S+$", said, re.MULTILINE)) == 5


async def test_the_services_take_one_port_after_the_other(cli: Cli, documents: Path) -> None:
    first = free_ports(5)
    other = first + 4
    ports = ("--port", str(first), "--microsoft-port", str(other))

    async with running(cli, "--json", "--documents", str(documents), *ports) as process:
        facts = json.loads(await line_of(process))

    assert [
        int(facts[side][key].rpartition(":")[2])
        for side in ("procore", "microsoft")
        for key in ("address", "storage_address")
    ] == [first, first + 1, other, first + 3]


async def test_behind_a_certificate_a_program_is_told_the_proxy_and_whom_to_trust(
    cli: Cli, documents: Path
) -> None:
    async with running(cli, "--json", "--tls", "--documents", str(documents)) as process:
        facts = json.loads(await line_of(process))
        trusted = ssl.create_default_context(cafile=facts["ca_file"])
        async with ClientSession(connector=TCPConnector(ssl=trusted)) as session:
            token = facts["microsoft"]["token"]["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            root = "https://graph.microsoft.com/v1.0/sites/root"
            proxy = facts["proxy_address"]
            async with session.get(root, headers=headers, proxy=proxy) as answer:
                seen = answer.status
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 60)

    assert seen == 200
    assert code == 0
    assert not Path(facts["ca_file"]).exists()


@pytest.mark.parametrize("option", ["--data", "--folder"])
async def test_file_bytes_are_kept_in_the_folder_that_was_named(
    cli: Cli, documents: Path, tmp_path: Path, option: str
) -> None:
    kept = tmp_path / "kept"
    named = ("--documents", str(documents), option, str(kept))
    async with running(cli, "--json", *named) as process:
        await line_of(process)
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 60)

    assert code == 0
    assert {path.name for path in kept.iterdir()} > {".turnbuckle-practice"}
    assert not cli.data.exists()
