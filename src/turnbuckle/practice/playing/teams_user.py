"""A person at work in the files of a Teams channel.

Source of the calls: the Graph fact sheet, sections 2 (addresses), 3 (items) and 5 (writing).
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.seen import Audience, Body, Edition, Power, Refused, Seen, Site
from turnbuckle.practice.playing.teams_site import teams_sites

_FRAGMENT_BYTES = 16 * 320 * 1024
_SMALL_BYTES = 4 << 20


class TeamsUser:
    """One person in the folder of one channel, or in a library; made by `sign_in`."""

    powers = frozenset(
        {
            Power.REPLACE,
            Power.VERSIONS,
            Power.DESCRIBE,
            Power.CHECK_OUT,
            Power.OFFICE,
            Power.PRIVATE,
            Power.SHARE,
            Power.PURGE,
        }
    )

    def __init__(self, calls: Calls, drive: str, top: str, person: str = "ana") -> None:
        self._calls = calls
        self._drive = drive
        self._top = top
        self._person = person

    @classmethod
    async def sign_in(cls, startup: Mapping[str, Any], person: str = "ana", site: str = "") -> Self:
        """Become a person of the practice Microsoft.

        Args:
            startup: the whole start-up file.
            person: a key such as "ana".
            site: "drive/folder", from `sites`; empty: the channel that is kept in step.
        """
        facts = startup["microsoft"]
        drive, top = facts["drive_id"], facts["folder_id"]
        if site:
            drive, _, top = site.partition("/")
        calls = await Calls.signed_in(
            facts["address"], startup["people_token"], person, ca_file=startup.get("ca_file")
        )
        try:
            user = cls(calls, drive, top, person)
            if site:
                await user.look(top, is_folder=True)
        except BaseException:
            await calls.close()
            raise
        return user

    @staticmethod
    async def sites(startup: Mapping[str, Any], person: str) -> list[Site]:
        """The channels, libraries and the OneDrive that are open to this person."""
        return await teams_sites(startup, person)

    async def close(self) -> None:
        """Go home."""
        await self._calls.close()

    @property
    def top(self) -> str:
        """The channel's folder."""
        return self._top

    def _item(self, item: str, after: str = "") -> str:
        return f"/v1.0/drives/{quote(self._drive, safe='!')}/items/{quote(item, safe='')}{after}"

    async def listing(self) -> list[Seen]:
        """Everything below the channel's folder, parents first."""
        ordered: list[Seen] = []
        waiting = [self._top]
        while waiting:
            for item in await self.children(waiting.pop()):
                ordered.append(item)
                if item.is_folder:
                    waiting.append(item.id)
        return ordered

    async def children(self, folder: str) -> list[Seen]:
        """What is directly in a folder."""
        rows: list[Seen] = []
        path: str | None = self._item(folder, "/children?$top=999")
        while path is not None:
            page = await self._calls.json("GET", path)
            rows += [_seen(row) for row in page["value"]]
            path = page.get("@odata.nextLink")
        return rows

    async def binned(self) -> list[Seen]:
        """What was deleted, without what a deleted folder holds."""
        answer = await self._calls.json("GET", self._practice("bin"))
        return [
            Seen(
                id=row["id"],
                parent=None,
                name=row["name"],
                is_folder=bool(row["folder"]),
                modified=row["deletedDateTime"],
            )
            for row in answer["value"]
        ]

    def _practice(self, word: str, item: str = "") -> str:
        end = f"/{quote(item, safe='')}" if item else ""
        return f"/practice/{word}/{quote(self._drive, safe='!')}{end}"

    async def look(self, item: str, *, is_folder: bool) -> Seen:
        """One item."""
        return _seen(await self._calls.json("GET", self._item(item)))

    async def read(self, item: Seen) -> AsyncIterator[bytes]:
        """A file's content, in pieces."""
        async for piece in self._calls.stream(self._item(item.id, "/content")):
            yield piece

    async def received_sha256(self, item: Seen) -> str:
        """The SHA-256 of what was uploaded, for a file that Microsoft rewrote; else empty."""
        try:
            answer = await self._calls.json("GET", self._practice("received", item.id))
        except Refused as refused:
            if refused.status == 404:
                return ""
            raise
        return str(answer["sha256"]) if answer["rewritten"] else ""

    async def add_folder(self, parent: str, name: str) -> Seen:
        """Make a folder."""
        body = {"name": name, "folder": {}, "@microsoft.graph.conflictBehavior": "fail"}
        return _seen(await self._calls.json("POST", self._item(parent, "/children"), body))

    async def add_file(self, parent: str, name: str, body: Body) -> Seen:
        """Upload a new file.

        Graph cannot read a path with `&#` in it, even encoded (Graph fact sheet, section 2): such
        a file is uploaded under another name and renamed.
        """
        if "&#" in name:
            made = await self.add_file(parent, f"{uuid4().hex}-{name.replace('&#', '')}", body)
            await self.rename(made, name)
            return replace(made, name=name)
        target = self._item(parent, f":/{quote(name, safe='')}:")
        return _seen(await self._upload(target, body, conflict="fail"))

    async def replace(self, item: Seen, body: Body) -> None:
        """Give a file new content."""
        await self._upload(self._item(item.id), body, conflict="replace")

    async def _upload(self, target: str, body: Body, *, conflict: str) -> Any:
        if body.size <= _SMALL_BYTES:
            data = b"".join([piece async for piece in body.pieces])
            path = f"{target}/content?@microsoft.graph.conflictBehavior={conflict}"
            headers = {"Content-Type": "application/octet-stream"}
            answer, _ = await self._calls.whole("PUT", path, data, headers=headers)
            return _parsed(answer)
        asked = {"item": {"@microsoft.graph.conflictBehavior": conflict}}
        session = await self._calls.json("POST", f"{target}/createUploadSession", asked)
        return await self._send(session["uploadUrl"], body)

    async def _send(self, address: str, body: Body) -> Any:
        held, at = bytearray(), 0
        async for piece in body.pieces:
            held += piece
            while len(held) >= _FRAGMENT_BYTES and at + _FRAGMENT_BYTES < body.size:
                await self._fragment(address, bytes(held[:_FRAGMENT_BYTES]), at, body.size)
                del held[:_FRAGMENT_BYTES]
                at += _FRAGMENT_BYTES
        return await self._fragment(address, bytes(held), at, body.size)

    async def _fragment(self, address: str, data: bytes, at: int, size: int) -> Any:
        headers = {"Content-Range": f"bytes {at}-{at + len(data) - 1}/{size}"}
        answer, _ = await self._calls.whole("PUT", address, data, headers=headers)
        return _parsed(answer)

    async def describe(self, item: Seen, description: str) -> None:
        """Say what an item is."""
        await self._calls.json("PATCH", self._item(item.id), {"description": description})

    async def check_out(self, item: Seen) -> None:
        """Hold a file until it is checked in."""
        await self._calls.whole("POST", self._item(item.id, "/checkout"))

    async def check_in(self, item: Seen) -> None:
        """Let a file go again."""
        await self._calls.json("POST", self._item(item.id, "/checkin"), {"comment": ""})

    async def open_in_office(self, item: Seen) -> None:
        """Edit a file in Office, so that nobody else writes to it."""
        await self._calls.json("POST", self._practice("lock", item.id), {"as": self._person})

    async def close_in_office(self, item: Seen) -> None:
        """Close it again."""
        await self._calls.json("POST", self._practice("unlock", item.id), {})

    async def audience(self, item: Seen) -> list[Audience]:
        """Who may see an item: people and groups."""
        answer = await self._calls.json("GET", self._item(item.id, "/permissions"))
        return [
            Audience(_grantee(row), bool({"write", "owner"} & set(row["roles"])))
            for row in answer["value"]
        ]

    async def share(self, item: Seen, login: str, *, may_write: bool) -> None:
        """Show an item to somebody else."""
        await self._invite(item, login, may_write=may_write, alone=False)

    async def set_private(self, item: Seen, private: bool) -> None:
        """Show an item to this person and the owners alone, or to whom its folder is shown."""
        if not private:
            await self._calls.json("POST", self._practice("common", item.id), {})
            return
        me = await self._calls.json("GET", "/v1.0/me")
        await self._invite(item, me["userPrincipalName"], may_write=True, alone=True)

    async def _invite(self, item: Seen, login: str, *, may_write: bool, alone: bool) -> None:
        asked = {
            "recipients": [{"email": login}],
            "roles": ["write" if may_write else "read"],
            "requireSignIn": True,
            "sendInvitation": False,
            "retainInheritedPermissions": not alone,
        }
        await self._calls.json("POST", self._item(item.id, "/invite"), asked)

    async def editions(self, item: Seen) -> list[Edition]:
        """All versions of a file, newest first."""
        answer = await self._calls.json("GET", self._item(item.id, "/versions"))
        rows = answer["value"]
        return [
            Edition(
                id=row["id"],
                label=row["id"].removesuffix(".0"),
                size=row.get("size", 0),
                modified=row.get("lastModifiedDateTime", ""),
                by=_name_of(row.get("lastModifiedBy", {})),
                is_current=row is rows[0],
            )
            for row in rows
        ]

    async def read_edition(self, item: Seen, edition: Edition) -> AsyncIterator[bytes]:
        """A version's content, in pieces."""
        after = "/content" if edition.is_current else f"/versions/{edition.id}/content"
        async for piece in self._calls.stream(self._item(item.id, after)):
            yield piece

    async def restore_edition(self, item: Seen, edition: Edition) -> None:
        """Make an older content the newest version."""
        path = self._item(item.id, f"/versions/{edition.id}/restoreVersion")
        await self._calls.whole("POST", path)

    async def purge(self, item: Seen) -> None:
        """Delete an item past the recycle bin."""
        await self._calls.whole("POST", self._item(item.id, "/permanentDelete"))

    async def rename(self, item: Seen, name: str) -> None:
        """Give an item another name."""
        await self._calls.json("PATCH", self._item(item.id), {"name": name})

    async def move(self, item: Seen, parent: str) -> None:
        """Put an item into another folder."""
        body = {"parentReference": {"id": parent}}
        await self._calls.json("PATCH", self._item(item.id), body)

    async def delete(self, item: Seen) -> None:
        """Put an item into the recycle bin."""
        await self._calls.json("DELETE", self._item(item.id))

    async def restore(self, item: Seen, parent: str) -> None:
        """Take an item out of the bin, to where it was; `parent` is not asked."""
        await self._calls.json("POST", self._practice("restore", item.id))


def _parsed(answer: bytes) -> Any:
    return json.loads(answer)


def _seen(row: Mapping[str, Any]) -> Seen:
    parent = row.get("parentReference", {}).get("id")
    return Seen(
        id=row["id"],
        parent=parent,
        name=row.get("name", ""),
        is_folder="folder" in row,
        size=row.get("size", 0),
        modified=row.get("lastModifiedDateTime", ""),
        note=_held_by(row),
        description=row.get("description", ""),
    )


def _grantee(row: Mapping[str, Any]) -> str:
    if "link" in row:
        return f"whoever has the link ({row['link']['scope']})"
    granted = row.get("grantedToV2", {})
    for kind in ("user", "siteGroup", "group", "application"):
        if kind in granted:
            return str(granted[kind].get("displayName", ""))
    return "somebody"


def _held_by(row: Mapping[str, Any]) -> str:
    state = row.get("publication", {})
    if state.get("level") != "checkout":
        return ""
    return f"checked out by {_name_of(state.get('checkedOutBy', {}))}"


def _name_of(identities: Mapping[str, Any]) -> str:
    for kind in ("user", "application"):
        if kind in identities:
            return str(identities[kind].get("displayName", ""))
    return ""
