"""A test at the panel over HTTP, and an app that calls the services beside it."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from turnbuckle.practice.world import PracticeWorld

PANEL = "/practice/panel.json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Panelist:
    """Who has the start-up token of one side: "procore" or "microsoft"."""

    world: PracticeWorld
    session: aiohttp.ClientSession
    side: str

    @property
    def facts(self) -> Any:
        return self.world.startup[self.side]

    async def panel(self, method: str = "GET", after: str = "", body: object = None) -> Answer:
        headers = {"X-Practice-Token": self.world.people_token}
        return await self.send(method, PANEL + after, json=body, headers=headers)

    async def order(self, kind: str, **given: object) -> Answer:
        return await self.panel("POST", "/faults", {"kind": kind, **given})

    async def calm(self) -> Answer:
        return await self.panel("DELETE", "/faults")

    async def send(self, method: str, path: str, **options: Any) -> Answer:
        async with self.session.request(method, self.facts["address"] + path, **options) as answer:
            is_json = answer.content_type == "application/json"
            body = await answer.json() if is_json else await answer.text()
            return Answer(answer.status, body, dict(answer.headers))

    async def sign_in(self) -> str:
        """Give a fresh token of the app itself."""
        tenant = self.facts.get("tenant_id")
        fields = {
            "grant_type": "client_credentials",
            "client_id": self.facts["client_id"],
            "client_secret": self.facts["client_secret"],
        }
        if tenant:
            fields["scope"] = "https://graph.microsoft.com/.default"
        path = f"/{tenant}/oauth2/v2.0/token" if tenant else "/oauth/token"
        answer = await self.send("POST", path, data=fields)
        return str(answer.body["access_token"])

    async def list_root(self, token: str) -> Answer:
        """An app looks at the folder that is kept in step."""
        headers = {"Authorization": f"Bearer {token}"}
        facts = self.facts
        if self.side == "procore":
            headers["Procore-Company-Id"] = str(facts["company_id"])
            path = f"/rest/v1.0/folders?project_id={facts['project_id']}"
        else:
            path = f"/v1.0/drives/{facts['drive_id']}/items/{facts['folder_id']}"
        return await self.send("GET", path, headers=headers)
