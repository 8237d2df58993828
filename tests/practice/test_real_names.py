"""Behind the certificate and the proxy, a program calls the services by their real names."""

import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectorCertificateError, ClientResponse, ClientSession, TCPConnector

from turnbuckle.practice.guard import PEOPLE_COOKIE
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.world import PracticeWorld, WorldSettings

GRAPH = "https://graph.microsoft.com/v1.0"
PROCORE = "https://api.procore.com/rest/v1.0"


@dataclass
class Stranger:
    """A program that was told of the proxy and the authority, and of nothing else."""

    facts: Mapping[str, Any]
    session: ClientSession

    async def __call__(self, method: str, address: str, **more: Any) -> ClientResponse:
        answer = await self.session.request(
            method,
            address,
            proxy=self.facts["proxy_address"],
            allow_redirects=False,
            **more,
        )
        await answer.read()
        return answer

    async def graph(self, method: str, address: str, **more: Any) -> ClientResponse:
        token = self.facts["microsoft"]["token"]["access_token"]
        return await self(method, address, headers={"Authorization": f"Bearer {token}"}, **more)

    async def procore(self, address: str) -> ClientResponse:
        facts = self.facts["procore"]
        token = facts["token"]["access_token"]
        company = {"Procore-Company-Id": str(facts["company_id"])}
        headers = {"Authorization": f"Bearer {token}", **company}
        return await self("GET", address, headers=headers)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[PracticeWorld]:
    documents = tmp_path / "Tower"
    documents.mkdir()
    (documents / "A-101.txt").write_text("ground floor")
    async with PracticeWorld(WorldSettings(documents=documents, tls=True, limits="off")) as made:
        yield made


@pytest.fixture
async def stranger(world: PracticeWorld) -> AsyncIterator[Stranger]:
    trusted = ssl.create_default_context(cafile=world.startup["ca_file"])
    async with ClientSession(connector=TCPConnector(ssl=trusted)) as session:
        yield Stranger(world.startup, session)


async def test_pages_go_on_at_the_name_that_was_called(stranger: Stranger) -> None:
    drive = stranger.facts["microsoft"]["drive_id"]

    first = await stranger.graph("GET", f"{GRAPH}/drives/{drive}/root/children?$top=1")
    again = await stranger.graph("GET", (await first.json())["@odata.nextLink"])

    assert (await first.json())["@odata.nextLink"].startswith(f"{GRAPH}/drives/")
    assert [one["name"] for one in (await again.json())["value"]] == ["Site Office"]


async def test_bytes_go_up_and_come_down_by_https_on_this_machine(stranger: Stranger) -> None:
    facts = stranger.facts["microsoft"]
    item = f"{GRAPH}/drives/{facts['drive_id']}/items/{facts['folder_id']}:/a.txt:"

    session = await stranger.graph("POST", f"{item}/createUploadSession", json={})
    there = (await session.json())["uploadUrl"]
    ranged = {"Content-Range": "bytes 0-2/3"}
    sent = await stranger("PUT", there, data=b"ink", headers=ranged)
    content = await stranger.graph("GET", f"{item}/content")
    fetched = await stranger("GET", content.headers["Location"])

    assert there.startswith(facts["storage_address"] + "/")
    assert there.startswith("https://127.0.0.1:")
    assert sent.status == 201
    assert await fetched.read() == b"ink"


async def test_files_of_procore_are_at_its_storage_host_and_then_on_this_machine(
    stranger: Stranger,
) -> None:
    project = f"{PROCORE}/projects/{stranger.facts['procore']['project_id']}"
    listed = await stranger.procore(f"{project}/documents?view=extended&per_page=100")
    files = [row["file"] for row in await listed.json() if row["document_type"] == "file"]
    wanted = files[0]["current_version"]

    moved = await stranger.procore(wanted["url"])
    fetched = await stranger("GET", moved.headers["Location"])

    assert listed.headers["Link"].startswith(f"<{project}/documents?")
    assert wanted["url"].startswith("https://storage.procore.com/api/v5/files/")
    assert moved.status in (301, 302, 303, 307, 308)
    assert moved.headers["Location"].startswith(stranger.facts["procore"]["storage_address"])
    assert await fetched.read() == b"ground floor"


async def test_sign_in_is_at_its_own_names(stranger: Stranger) -> None:
    procore, microsoft = stranger.facts["procore"], stranger.facts["microsoft"]
    login = f"https://login.microsoftonline.com/{microsoft['tenant_id']}"
    alone = {"grant_type": "client_credentials"}
    keys = [
        {name: one[name] for name in ("client_id", "client_secret")} for one in (procore, microsoft)
    ]
    scope = {"scope": "https://graph.microsoft.com/.default"}

    first = await stranger(
        "POST", "https://login.procore.com/oauth/token", data={**alone, **keys[0]}
    )
    told = await stranger("GET", f"{login}/v2.0/.well-known/openid-configuration")
    endpoint = (await told.json())["token_endpoint"]
    second = await stranger("POST", endpoint, data={**alone, **keys[1], **scope})

    assert endpoint == f"{login}/oauth2/v2.0/token"
    assert [answer.status for answer in (first, second)] == [200, 200]


async def test_a_library_may_ask_which_sign_in_hosts_there_are(stranger: Stranger) -> None:
    asked = "https://login.microsoftonline.com/common/discovery/instance?api-version=1.1"
    known = "https://login.microsoftonline.us/contoso/oauth2/v2.0/authorize"

    told = await (await stranger("GET", f"{asked}&authorization_endpoint={known}")).json()
    refused = await stranger("GET", f"{asked}&authorization_endpoint=https://evil.example/x")

    assert told["tenant_discovery_endpoint"].startswith(
        "https://login.microsoftonline.us/contoso/v2.0/"
    )
    assert "login.microsoftonline.us" in {one["preferred_network"] for one in told["metadata"]}
    assert refused.status == 400
    assert (await refused.json())["error"] == "invalid_instance"


@pytest.mark.parametrize(
    "address",
    [
        "https://graph.microsoft.com/practice/",
        "https://login.microsoftonline.com/practice/token",
        "https://login.microsoftonline.com/v1.0/me",
        "https://api.procore.com/practice/token",
        "https://login.procore.com/rest/v1.0/me",
    ],
)
async def test_a_real_name_serves_only_what_it_is_for(stranger: Stranger, address: str) -> None:
    answer = await stranger("GET", address)

    assert answer.status == 404
    assert set(await answer.json()) <= {"error", "errors"}


async def test_peoples_pages_need_the_token_and_their_cookie_is_for_https(
    stranger: Stranger,
) -> None:
    page = stranger.facts["microsoft"]["people_page"]

    closed = await stranger("GET", page.partition("?")[0])
    opened = await stranger("GET", page)

    assert page.startswith("https://127.0.0.1:")
    assert closed.status == 403
    assert opened.status == 303
    assert opened.cookies[PEOPLE_COOKIE]["secure"]


async def test_people_work_behind_the_certificate_too(world: PracticeWorld) -> None:
    ana, chloe = await ProcoreUser.sign_in(world.startup), await TeamsUser.sign_in(world.startup)

    made = await chloe.add_folder(chloe.top, "New")
    files = [item for item in await ana.listing() if not item.is_folder]
    await ana.close()
    await chloe.close()

    assert made.name == "New"
    assert [item.name for item in files] == ["A-101.txt"]


async def test_nobody_is_trusted_who_was_not_told_of_the_authority(world: PracticeWorld) -> None:
    async with ClientSession() as session:
        with pytest.raises(ClientConnectorCertificateError):
            await session.get(world.startup["procore"]["address"])


async def test_without_it_nothing_is_said_of_a_proxy() -> None:
    async with PracticeWorld(WorldSettings(documents="empty")) as world:
        assert world.startup["tls"] is False
        assert "proxy_address" not in world.startup
