"""Where Microsoft 365 is asked: one folder of a drive, and in it a scratch folder of our own.

Everything that is made lies in the scratch folder. What a killed probe leaves behind is known by
its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from turnbuckle.connectors.graph import addresses
from turnbuckle.connectors.graph.replies import REMOTE
from turnbuckle.model.items import ItemId, Name
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError
from turnbuckle.ports.probe import NotSettled, is_made_by_probe
from turnbuckle.transport.raw_calls import RawCalls, row, shown
from turnbuckle.transport.reply import Reply

CONFLICT = "@microsoft.graph.conflictBehavior"
MOST_PAGES = 12
_LEFTOVER_CALLS = 40
_CHILDREN = 200

type Row = dict[str, Any]


@dataclass(slots=True)
class Told:
    """What delta told since a token.

    Attributes:
        pages: the rows, page by page.
        link: where the next set begins; None where the pages did not end.
        repeats: a next link led to the page that it was on.
    """

    pages: list[list[Row]] = field(default_factory=list)
    link: str | None = None
    repeats: bool = False

    @property
    def rows(self) -> list[Row]:
        """All rows in their order."""
        return [each for page in self.pages for each in page]


class GraphGround:
    """One folder of one drive, asked with raw calls.

    Args:
        calls: over the wire of the connection.
        drive: the drive's id.
        folder: where the scratch folder goes.
        title: where that is, for people.
        team: the id of the Team whose channel it is; None where it is none.
        by_app: the app is signed in by itself.
    """

    remote = REMOTE
    tidying = 2

    def __init__(
        self,
        calls: RawCalls,
        drive: str,
        folder: ItemId,
        title: str,
        *,
        team: str | None,
        by_app: bool,
    ) -> None:
        self.calls = calls
        self.drive = addresses.drive(drive)
        self.drive_id = drive
        self.folder_id = folder
        self.team = team
        self.by_app = by_app
        self.shown = title
        self._scratch: Row = {}
        self._name = ""

    @property
    def clock(self) -> Clock:
        """The time, and how to wait."""
        return self.calls.wire.clock

    @property
    def may_write(self) -> bool:
        """Whether there is a scratch folder."""
        return bool(self._scratch)

    @property
    def scratch(self) -> str:
        """The scratch folder's id."""
        return str(self._scratch["id"])

    def allow(self, calls: int) -> None:
        """From now on make at most that many API calls."""
        self.calls.allow(calls)

    # -- what is made, found and removed -----------------------------------------------------------

    async def leftovers(self) -> Sequence[str]:
        """Give the names of what earlier probes left behind; two calls at most."""
        self.allow(2)
        return sorted(str(each["name"]) for each in await self._left())

    async def remove_leftovers(self) -> None:
        """Move what earlier probes left behind into the bin."""
        self.allow(_LEFTOVER_CALLS)
        for each in await self._left():
            await self.delete(each["id"])

    async def prepare(self, name: str) -> None:
        """Make the scratch folder of that name."""
        self.allow(1)
        self._name = name
        self._scratch = row(await self.try_folder(name, self.folder_id))

    async def clean(self) -> Sequence[str]:
        """Move the scratch folder into the bin; give what could not be moved."""
        if not self._scratch:
            return []
        self.allow(1)
        try:
            reply = await self.delete(self.scratch)
        except (RemoteError, NotSettled) as error:
            return [f"folder {self._name!r}: {error}"]
        gone = reply.status < 400 or reply.status == 404
        return [] if gone else [f"folder {self._name!r}: {shown(reply)}"]

    async def _left(self) -> list[Row]:
        listed = await self.calls.call(
            "GET", f"{self.item(self.folder_id)}/children", params={"$top": _CHILDREN}
        )
        return [
            each
            for each in (row(listed)["value"] if listed.status < 300 else [])
            if "folder" in each and is_made_by_probe(each.get("name"))
        ]

    # -- calls -------------------------------------------------------------------------------------

    def item(self, identifier: str) -> str:
        """Give the path of an item."""
        return f"{self.drive}/items/{addresses.segment(identifier)}"

    def child(self, name: str, parent: str | None = None) -> str:
        """Give the path of a child of the scratch folder, or of another one, by its name."""
        return addresses.child(self.drive_id, ItemId(parent or self.scratch), Name(name))

    async def get(self, path: str, **options: str | int) -> Reply:
        """Read something; options are told with their dollar sign."""
        asked = {f"${name}": value for name, value in options.items()}
        return await self.calls.call("GET", path, params=asked or None)

    async def look(self, identifier: str) -> Row:
        """Ask for one item; one call."""
        return row(await self.get(self.item(identifier)))

    async def try_folder(self, name: str, parent: str | None = None) -> Reply:
        """Try to make a folder; one call."""
        body = {"name": name, "folder": {}, CONFLICT: "fail"}
        path = f"{self.item(parent or self.scratch)}/children"
        return await self.calls.call("POST", path, json=body)

    async def folder(self, name: str, parent: str | None = None) -> Row:
        """Make a folder; one call."""
        return row(await self.try_folder(name, parent))

    async def try_file(self, name: str, data: bytes, parent: str | None = None) -> Reply:
        """Try to make a small file, or to replace it; one call."""
        path = f"{self.child(name, parent)}:/content"
        headers = {"Content-Type": "application/octet-stream"}
        return await self.calls.call("PUT", path, data=data, headers=headers)

    async def file(self, name: str, data: bytes = b"probe", parent: str | None = None) -> Row:
        """Make a small file; one call."""
        return row(await self.try_file(name, data, parent))

    async def change(self, identifier: str, **fields: Any) -> Reply:
        """Rename, move or describe an item; one call."""
        return await self.calls.call("PATCH", self.item(identifier), json=fields)

    async def delete(self, identifier: str) -> Reply:
        """Delete an item into the bin; one call."""
        return await self.calls.call("DELETE", self.item(identifier))

    # -- upload sessions ---------------------------------------------------------------------------

    async def begin(
        self,
        target: str,
        conflict: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Ask for an upload session; `target` is an item's path, or a child's with its colon."""
        item = {} if conflict is None else {CONFLICT: conflict}
        path = f"{target}/createUploadSession"
        return await self.calls.call("POST", path, json={"item": item}, headers=headers)

    async def send(
        self, session: Row, data: bytes, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a whole file in one fragment; no call, one transfer."""
        span = f"bytes 0-{len(data) - 1}/{len(data)}"
        told = {"Content-Range": span, **(headers or {})}
        return await self.calls.send("PUT", session["uploadUrl"], data, told)

    async def cancel(self, session: Row) -> None:
        """Give a session up; no call, one transfer."""
        await self.calls.send("DELETE", session["uploadUrl"], b"")

    # -- delta -------------------------------------------------------------------------------------

    async def token(self) -> str:
        """Give the token from which on delta tells what comes now; one call."""
        latest = row(await self.calls.call("GET", self._delta, params={"token": "latest"}))
        found = parse_qs(urlsplit(str(latest["@odata.deltaLink"])).query)
        for name in ("token", "$token", "$deltatoken"):
            if name in found:
                return found[name][0]
        raise NotSettled("the deltaLink carries its token in a way that nobody told of")

    async def told(self, token: str, page: int) -> Told:
        """Read all pages since a token; at most `MOST_PAGES` calls."""
        told, last = Told(), ""
        reply = await self.calls.call("GET", self._delta, params={"token": token, "$top": page})
        for _ in range(MOST_PAGES):
            body = row(reply)
            rows = list(body["value"])
            link = str(body.get("@odata.nextLink", ""))
            if told.pages and (link == last or (rows and rows == told.pages[-1])):
                told.repeats = True
                return told
            told.pages.append(rows)
            told.link = body.get("@odata.deltaLink")
            if not link:
                return told
            last = link
            reply = await self.calls.call("GET", link)
        return told

    @property
    def _delta(self) -> str:
        return f"{self.drive}/root/delta"
