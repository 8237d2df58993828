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
from turnbuckle.practice.playing.seen import Body, Refused, Seen

_FRAGMENT_BYTES = 16 * 320 * 1024
_SMALL_BYTES = 4 << 20


class TeamsUser:
    """One person in the folder of one channel; made by `sign_in`."""

    def __init__(self, calls: Calls, drive: str, top: str) -> None:
        self._calls = calls
        self._drive = drive
        self._top = top

    @classmethod
    async def sign_in(cls, startup: Mapping[str, Any], person: str = "ana") -> Self:
        """Become a person of the practice Microsoft.

        Args:
            startup: the whole start-up file.
            person: a key such as "ana".
        """
        facts = startup["microsoft"]
        calls = await Calls.signed_in(
            facts["address"], startup["people_token"], person, ca_file=startup.get("ca_file")
        )
        return cls(calls, facts["drive_id"], facts["folder_id"])

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
    )
