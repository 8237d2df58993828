"""What makes no sense is refused, wherever it is sent; each case once broke practice mode."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from yarl import URL

from turnbuckle.practice.guard import PEOPLE_HEADER
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.world import CHANNEL, PracticeWorld, WorldSettings

DEEP = b"[" * 100_000
CONTROL = (
    b'--x\r\nContent-Disposition: form-data; name="\x00"\r\n\r\n1\r\n--x--\r\n'  # no header has it
)
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"


@dataclass(frozen=True)
class Garbage:
    """A request, and the status of its refusal."""

    side: str
    method: str
    path: str
    status: int = 400
    data: bytes | None = None
    json: Any = None
    kind: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


CASES = (
    Garbage("procore", "POST", "/rest/v1.0/files?project_id={project}", data=DEEP),
    Garbage("procore", "POST", "/rest/v1.0/files?project_id={project}", data=CONTROL, kind=PARTS),
    Garbage(
        "procore", "PATCH", "/rest/v1.0/files/{file}?project_id={project}",
        json={"file": {"checked_out_until": "0001-01-01T00:00:00+23:59"}},
    ),
    Garbage(
        "procore", "GET", "/rest/v1.0/projects/{project}/documents"
        "?filters%5Bupdated_at%5D=9999-12-31...9999-12-31", 200,
    ),
    Garbage("procore", "POST", "/oauth/authorize", data=b"x", kind="multipart/form-data"),
    Garbage("procore", "POST", "/oauth/revoke", data=b"a=1", kind=f"{FORM}; charset=bogus"),
    Garbage("procore", "POST", "/oauth/revoke", data=CONTROL, kind=PARTS),
    Garbage("procore", "POST", "/practice/folder/{folder}/upload", data=b"a=1", kind=FORM),
    Garbage("procore", "POST", "/practice/folder/{folder}/add", data=CONTROL, kind=PARTS),
    Garbage("procore", "POST", "/practice/panel/switches", data=CONTROL, kind=PARTS),
    Garbage("procore", "GET", "/practice/folder/%22", 404),
    Garbage("procore", "GET", "/practice/photos/folder/%22", 404),
    Garbage(
        "microsoft", "POST", "/v1.0/drives/{drive}/root/children",
        json={"name": "D", "folder": {}, "@microsoft.graph.conflictBehavior": {}},
    ),
    Garbage("microsoft", "POST", "/common/oauth2/v2.0/authorize", data=b"x", kind=PARTS),
    Garbage("microsoft", "POST", "/practice/token", data=DEEP),
    Garbage("storage", "GET", "/sites/x/_layouts/15/download.aspx?tempauth=a.%C3%A9", 401),
    Garbage(
        "storage", "GET", "/sites/x/_api/v2.0/drives/x/items/x/uploadSession"
        "?guid='{session}'&tempauth=%C3%A9", 404,
    ),
)  # fmt: skip


@pytest.fixture
async def world() -> AsyncIterator[PracticeWorld]:
    async with PracticeWorld(WorldSettings(documents="empty", limits="off")) as started:
        yield started


@pytest.fixture
async def session(world: PracticeWorld) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody who has been on the people's pages."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as opened:
        for page in world.people_pages:
            async with opened.get(page):
                pass
        yield opened


@pytest.mark.off_contract
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.method} {case.path.split('?')[0]}")
async def test_garbage_is_refused(
    world: PracticeWorld, session: aiohttp.ClientSession, case: Garbage
) -> None:
    address, headers = await known(world, session, case)

    async with session.request(
        case.method, URL(address, encoded=True), headers=headers, data=case.data, json=case.json
    ) as answer:
        text = await answer.text()

    assert answer.status == case.status, text


async def known(
    world: PracticeWorld, session: aiohttp.ClientSession, case: Garbage
) -> tuple[str, dict[str, str]]:
    """Give the whole address, and headers that open it."""
    side = "microsoft" if case.side == "storage" else case.side
    facts = world.startup[side]
    opened = {PEOPLE_HEADER: world.people_token}
    token = f"{facts['address']}/practice/token"
    async with session.post(token, headers=opened, json={"as": "ana"}) as answer:
        bearer = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
    documents = world.procore.documents(world.project_id)
    blob = world.blobs.keep(b"x")
    path = case.path.format(
        project=world.project_id,
        file=documents.add_file(documents.root_id, "a.txt", blob, PERSONS[0]),
        folder=documents.root_id,
        drive=facts.get("drive_id"),
        session=await upload_session(world, session, bearer),
    )
    kind = {"Content-Type": case.kind or "application/json"} if case.data is not None else {}
    company = {"Procore-Company-Id": str(world.procore.company_id)}
    if case.side == "storage":
        return facts["storage_address"] + path, {}
    return facts["address"] + path, {**bearer, **company, **kind, **opened}


async def upload_session(
    world: PracticeWorld, session: aiohttp.ClientSession, bearer: dict[str, str]
) -> str:
    """Open an upload session where the token is one of Graph's; give the id that is in its url."""
    channel = world.microsoft.channel(CHANNEL)
    address = (
        f"{world.microsoft.address}/v1.0/drives/{channel.drive.place.drive_id}"
        f"/items/{channel.folder}:/u.txt:/createUploadSession"
    )
    async with session.post(address, headers=bearer, json={}) as answer:
        url = (await answer.json()).get("uploadUrl", "")
    return str(url).partition("guid='")[2].partition("'")[0]
