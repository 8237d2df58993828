"""A client as plain as can be: HTTP calls with a token, and the few steps of an upload."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, FormData

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.procore.server import PracticeProcore

PEOPLE_TOKEN = "people-token-of-this-test"


@dataclass(frozen=True)
class Reply:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: Any  # JSON where it is JSON, else text


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the practice Procore."""

    session: ClientSession
    address: str
    headers: Mapping[str, str]

    async def call(self, method: str, path: str, **options: Any) -> Reply:
        url = path if path.startswith("http") else self.address + path
        headers = dict(self.headers) | dict(options.pop("headers", {}))
        options.setdefault("allow_redirects", False)
        async with self.session.request(method, url, headers=headers, **options) as response:
            if response.content_type == "application/json" and method != "HEAD":
                return Reply(response.status, response.headers, await response.json())
            return Reply(response.status, response.headers, await response.text("latin-1"))

    async def get(self, path: str, **options: Any) -> Reply:
        return await self.call("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Reply:
        return await self.call("POST", path, json=body, **options)

    async def patch(self, path: str, body: Any) -> Reply:
        return await self.call("PATCH", path, json=body)

    async def delete(self, path: str) -> Reply:
        return await self.call("DELETE", path)


@dataclass(frozen=True)
class World:
    """A practice Procore with one project, its clock, and a session without any token."""

    procore: PracticeProcore
    blobs: Blobs
    clock: SimulatedClock
    session: ClientSession
    project: int

    @property
    def anybody(self) -> Caller:
        return Caller(self.session, self.procore.address, {})

    async def app(self, **headers: str) -> Caller:
        """The service account, as it signs in with client credentials."""
        fields = {
            "grant_type": "client_credentials",
            "client_id": self.procore.client_id,
            "client_secret": self.procore.client_secret,
        }
        reply = await self.anybody.post("/oauth/token", fields)
        return self.bearer(reply.body["access_token"], **headers)

    async def person(self, key: str) -> Caller:
        """A person at the web pages."""
        reply = await self.anybody.post(
            "/practice/token", {"as": key}, headers={"X-Practice-Token": PEOPLE_TOKEN}
        )
        return self.bearer(reply.body["access_token"])

    def bearer(self, token: str, **headers: str) -> Caller:
        company = {"Procore-Company-Id": str(self.procore.company_id)}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Caller(
            self.session,
            self.procore.address,
            {"Authorization": f"Bearer {token}", **company, **named},
        )

    def path(self, rest: str) -> str:
        """A path below `/rest/v1.0` with this world's project in its query."""
        joint = "&" if "?" in rest else "?"
        return f"/rest/v1.0/{rest}{joint}project_id={self.project}"

    @property
    def index(self) -> str:
        """The flat index of this world's project."""
        return f"/rest/v1.0/projects/{self.project}/documents"

    async def promise(self, caller: Caller, name: str = "a.pdf", **fields: Any) -> Any:
        """Create an upload; give the answer's body."""
        path = f"/rest/v1.1/projects/{self.project}/uploads"
        reply = await caller.post(path, {"response_filename": name, **fields})
        assert reply.status == 201, reply
        return reply.body

    async def send(self, upload: Any, data: bytes, **changed: str) -> Reply:
        """Send a simple upload's bytes to the storage host."""
        form = FormData()
        for name, value in {**upload["fields"], **changed}.items():
            form.add_field(name, value)
        form.add_field("file", data, filename="x", content_type="application/octet-stream")
        return await self.anybody.call("POST", upload["url"], data=form)

    async def put(self, upload: Any, number: int, data: bytes) -> Reply:
        """Send one segment to the storage host, with the promised headers."""
        segment = upload["segments"][number]
        headers = {**segment["headers"], "Content-Type": "application/octet-stream"}
        return await self.anybody.call("PUT", segment["url"], data=data, headers=headers)

    async def uploaded(self, caller: Caller, data: bytes, name: str = "a.pdf") -> str:
        """Promise and send; give the uuid that is ready to be attached."""
        upload = await self.promise(caller, name)
        reply = await self.send(upload, data)
        assert reply.status == 204, reply
        return str(upload["uuid"])

    async def new_file(self, caller: Caller, name: str, data: bytes, **fields: Any) -> Any:
        """Make a file in three steps; give the answer's body."""
        uuid = await self.uploaded(caller, data, name)
        body = {"file": {"name": name, "upload_uuid": uuid, **fields}}
        reply = await caller.post(self.path("files"), body)
        assert reply.status == 201, reply
        return reply.body

    async def new_folder(self, caller: Caller, name: str, **fields: Any) -> Any:
        """Make a folder; give the answer's body."""
        reply = await caller.post(self.path("folders"), {"folder": {"name": name, **fields}})
        assert reply.status == 201, reply
        return reply.body

    async def new_album(self, caller: Caller, name: str, **fields: Any) -> Any:
        """Make an album of photos; give the answer's body."""
        body = {"image_category": {"name": name, **fields}}
        reply = await caller.post(self.path("image_categories"), body)
        assert reply.status == 201, reply
        return reply.body

    async def new_photo(self, caller: Caller, name: str, data: bytes, **fields: Any) -> Any:
        """Upload a photo in three steps; give the answer's body."""
        uuid = await self.uploaded(caller, data, name)
        body = {"upload_uuid": uuid, "image_name": name, "image": {"private": False, **fields}}
        reply = await caller.post(self.path("images"), body)
        assert reply.status == 201, reply
        return reply.body

    async def photos(self, caller: Caller, query: str = "") -> list[dict[str, Any]]:
        """All rows of the list of photos on one page."""
        reply = await caller.get(f"{self.path('images')}&per_page=1000&{query}")
        assert reply.status == 200, reply
        rows: list[dict[str, Any]] = reply.body
        return rows

    async def albums(self, caller: Caller) -> dict[str, dict[str, Any]]:
        """All albums by name."""
        reply = await caller.get(f"{self.path('image_categories')}&per_page=1000")
        assert reply.status == 200, reply
        return {row["name"]: row for row in reply.body}

    async def listed(self, caller: Caller, query: str = "") -> list[dict[str, Any]]:
        """All rows of the flat index on one page."""
        reply = await caller.get(f"{self.index}?per_page=1000&{query}")
        assert reply.status == 200, reply
        rows: list[dict[str, Any]] = reply.body
        return rows

    async def names(self, caller: Caller, query: str = "") -> list[str]:
        """The names in the flat index, without the root and the bin."""
        rows = await self.listed(caller, query)
        return [
            row["name"]
            for row in rows
            if row["parent_id"] is not None and not row["is_recycle_bin"]
        ]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def segments(*parts: bytes) -> list[dict[str, Any]]:
    return [{"size": len(part), "sha256": sha256(part)} for part in parts]
