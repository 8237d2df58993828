"""What practice mode adds to Microsoft's own calls, for people and for comparisons.

All of it asks for the token of the start-up line: becoming a person, seeing what an upload
brought before the library rewrote it, the recycle bin, opening a file in Office.
"""

import json

from aiohttp import web

from turnbuckle.practice.guard import require_people_token
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Entry
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.signin import SignIn
from turnbuckle.practice.microsoft.tenant import Tenant
from turnbuckle.practice.microsoft.wire import timestamp
from turnbuckle.practice.persons import Person


class PeopleCalls:
    """Routes below ``/practice/``."""

    def __init__(self, tenant: Tenant, signin: SignIn, people_token: str) -> None:
        self._tenant = tenant
        self._signin = signin
        self._people_token = people_token

    def add_routes(self, app: web.Application) -> None:
        """Put the routes into the main host's application."""
        app.router.add_post("/practice/token", self.token)
        app.router.add_get("/practice/received/{drive}/{item}", self.received)
        app.router.add_get("/practice/bin/{drive}", self.bin)
        app.router.add_post("/practice/restore/{drive}/{item}", self.restore)
        app.router.add_post("/practice/lock/{drive}/{item}", self.lock)
        app.router.add_post("/practice/unlock/{drive}/{item}", self.unlock)
        app.router.add_post("/practice/common/{drive}/{item}", self.make_common)

    async def token(self, request: web.Request) -> web.Response:
        """Become a person: ``{"as": "ana"}`` gives an access token."""
        require_people_token(request, self._people_token)
        who = await self._named(request)
        token, seconds = self._signin.token_by_hand(who)
        body = {"access_token": token, "token_type": "Bearer", "expires_in": seconds}
        return web.json_response(body)

    async def received(self, request: web.Request) -> web.Response:
        """The SHA-256 and the size of what was uploaded, and whether the library changed it."""
        _, entry = self._entry(request)
        content = entry.content
        if content is None:
            raise web.HTTPNotFound(text="a folder has no content\n")
        if content.received is not None:
            first = content.received
            body = {"sha256": first.sha256, "size": first.size, "rewritten": True}
        else:
            blob = content.blob
            body = {"sha256": blob.sha256, "size": blob.size, "rewritten": False}
        return web.json_response(body)

    async def bin(self, request: web.Request) -> web.Response:
        """What lies in the recycle bin of a library."""
        drive = self._drive(request)
        rows = []
        for item, row in drive.bin.items():
            entry = drive.tree.entries[item]
            rows.append(
                {
                    "id": item,
                    "name": entry.name,
                    "folder": entry.is_folder,
                    "deletedDateTime": timestamp(row.at),
                    "deletedBy": row.by.identities,
                }
            )
        return web.json_response({"value": rows})

    async def restore(self, request: web.Request) -> web.Response:
        """Take an item out of the bin."""
        drive = self._drive(request)
        try:
            entry = drive.restore(request.match_info["item"])
        except Refusal as refusal:
            return web.Response(status=refusal.status, text=f"{refusal.message}\n")
        return web.json_response({"id": entry.id, "name": entry.name})

    async def lock(self, request: web.Request) -> web.Response:
        """Open a file in Office as a person: ``{"as": "ben"}``; others get 423 until unlock."""
        drive, entry = self._entry(request)
        drive.lock(entry.id, await self._named(request))
        return web.Response(status=204)

    async def unlock(self, request: web.Request) -> web.Response:
        """Close the file again."""
        drive, entry = self._entry(request)
        drive.unlock(entry.id)
        return web.Response(status=204)

    async def make_common(self, request: web.Request) -> web.Response:
        """Give an item its folder's permissions again; Graph has no call for it in v1.0."""
        drive, entry = self._entry(request)
        drive.sharing.make_common(entry)
        return web.Response(status=204)

    async def _named(self, request: web.Request) -> Person:
        try:
            key = str(json.loads(await request.read())["as"]).lower()
        except (ValueError, KeyError, TypeError, RecursionError):
            key = ""
        for one in self._tenant.persons.values():
            if key in (one.key, one.login, one.name.lower()):
                return one
        raise web.HTTPBadRequest(text='say who you are: {"as": "ana"}\n')

    def _drive(self, request: web.Request) -> Drive:
        require_people_token(request, self._people_token)
        drive = self._tenant.drives.get(request.match_info["drive"])
        if drive is None:
            raise web.HTTPNotFound(text="there is no such drive\n")
        return drive

    def _entry(self, request: web.Request) -> tuple[Drive, Entry]:
        drive = self._drive(request)
        try:
            return drive, drive.get(request.match_info["item"])
        except Refusal:
            raise web.HTTPNotFound(text="there is no such item\n") from None
