"""A client that calls practice Microsoft over real sockets, as its app or as a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from yarl import URL

from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches

PEOPLE_TOKEN = "let-me-in"
PIECE = 320 * 1024


@dataclass(slots=True)
class Answer:
    """What came back, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    json: Any

    @property
    def error(self) -> str:
        """The error's code."""
        return str(self.json["error"]["code"])

    @property
    def inner(self) -> str:
        """The error's finer code."""
        error = self.json["error"]
        return str((error.get("innerError") or error["innererror"]).get("code", ""))


class Microsoft:
    """The service, and calls to it as its app or as a person."""

    def __init__(self, service: PracticeMicrosoft, clock: SimulatedClock) -> None:
        self.service = service
        self.clock = clock
        self.session = aiohttp.ClientSession()
        self.session._retry_connection = False  # else aiohttp repeats a PUT whose answer was lost
        self.token = ""

    @property
    def switches(self) -> GraphSwitches:
        return self.service.switches

    @property
    def limits(self) -> GraphLimits:
        return self.service.limits

    @property
    def drive(self) -> Drive:
        """The Team's library."""
        return self.service.tenant.library

    @property
    def at(self) -> str:
        """The library's address below the API."""
        return f"/drives/{self.drive.place.drive_id}"

    @property
    def folder(self) -> str:
        """The id of the folder of the channel Site Office."""
        return self.service.channel("Site Office").folder

    async def call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        """Call Graph with the app's token; a whole address is taken as it is."""
        address = path if path.startswith("http") else f"{self.service.address}/v1.0{path}"
        told = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return await self.bare(method, address, headers=told, **more)

    async def bare(self, method: str, address: str, **more: Any) -> Answer:
        """Send a request without a token."""
        target = URL(address, encoded=True)
        async with self.session.request(method, target, allow_redirects=False, **more) as response:
            body = await response.read()
            isjson = "json" in response.headers.get("Content-Type", "")
            parsed = await response.json() if isjson and body else None
            return Answer(response.status, response.headers.copy(), body, parsed)

    async def sign_in(self) -> Self:
        """Take a token for the app by itself."""
        self.token = (await self.ask_token()).json["access_token"]
        return self

    async def sign_in_with(self, *roles: str) -> None:
        """Take a token for the app by itself, with just these roles."""
        self.service.app.roles = set(roles)
        await self.sign_in()

    async def ask_token(self, **fields: str) -> Answer:
        """Ask the token endpoint with client credentials, or other fields."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.service.client_id,
            "client_secret": self.service.client_secret,
            "scope": "https://graph.microsoft.com/.default",
            **fields,
        }
        address = f"{self.service.address}/{self.service.tenant_id}/oauth2/v2.0/token"
        return await self.bare("POST", address, data=form)

    async def become(self, key: str) -> None:
        """From now on call as this person."""
        answer = await self.bare(
            "POST",
            f"{self.service.address}/practice/token",
            headers={"X-Practice-Token": PEOPLE_TOKEN},
            json={"as": key},
        )
        self.token = answer.json["access_token"]

    async def put(self, name: str, data: bytes, folder: str = "", query: str = "") -> Answer:
        """A small upload into the channel's folder, or another."""
        where = folder or self.folder
        path = f"{self.at}/items/{where}:/{name}:/content{query}"
        return await self.call("PUT", path, data=data)

    async def begin(self, name: str, headers: Any = None, **item: Any) -> Answer:
        """Open an upload session in the channel's folder."""
        path = f"{self.at}/items/{self.folder}:/{name}:/createUploadSession"
        return await self.call("POST", path, json={"item": item}, headers=headers)

    async def send(self, url: str, data: bytes, first: int = 0, total: int = -1) -> Answer:
        """Send one fragment."""
        total = len(data) if total < 0 else total
        span = f"bytes {first}-{first + len(data) - 1}/{total}"
        return await self.bare("PUT", url, data=data, headers={"Content-Range": span})

    async def download(self, item: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Read a file by the address to which Graph redirects."""
        answer = await self.call("GET", f"{self.at}/items/{item}/content")
        return await self.bare("GET", answer.headers["Location"], headers=headers or {})

    async def changes(self, link: str = "", query: str = "") -> tuple[list[Any], str]:
        """Follow delta to its end: all rows and the deltaLink."""
        rows: list[Any] = []
        link = link or f"{self.at}/root/delta{query}"
        while True:
            answer = await self.call("GET", link)
            assert answer.status == 200, answer.body
            rows += answer.json["value"]
            if "@odata.deltaLink" in answer.json:
                return rows, answer.json["@odata.deltaLink"]
            link = answer.json["@odata.nextLink"]
