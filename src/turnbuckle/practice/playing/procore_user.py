"""A person at work in Procore's Documents.

Source of the calls: the Procore fact sheet, sections 7 (Documents) and 8 (addresses).
"""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.photo_user import PhotoUser
from turnbuckle.practice.playing.procore_site import number_of, procore_calls, procore_sites
from turnbuckle.practice.playing.seen import Body, Edition, Power, Refused, Seen, Site
from turnbuckle.practice.playing.uploading import uploaded

_PAGE = 1000


class ProcoreUser:
    """One person in one project; made by `sign_in`."""

    powers = frozenset(
        {
            Power.REPLACE,
            Power.VERSIONS,
            Power.DESCRIBE,
            Power.CHECK_OUT,
            Power.LIMITED_CHECK_OUT,
            Power.PRIVATE,
        }
    )
    _holder = "project"  # whose Documents; the start-up file tells its id

    def __init__(self, calls: Calls, number: int) -> None:
        self._calls = calls
        self._project = number
        self._top = ""

    @classmethod
    async def sign_in(cls, startup: Mapping[str, Any], person: str = "ana", site: str = "") -> Self:
        """Become a person of the practice Procore.

        Args:
            startup: the whole start-up file.
            person: a key such as "ana".
            site: the key of a project, from `sites`; empty: the one that is kept in step.
        """
        calls, number = await procore_calls(startup, person, site, cls._holder)
        try:
            user = cls(calls, number)
            user._top = str((await calls.json("GET", user._at("folders")))["id"])
        except BaseException:
            await calls.close()
            raise
        return user

    async def close(self) -> None:
        """Go home."""
        await self._calls.close()

    @property
    def top(self) -> str:
        """The project's root folder."""
        return self._top

    @staticmethod
    async def sites(startup: Mapping[str, Any], person: str) -> list[Site]:
        """The projects that are open to this person."""
        return await procore_sites(startup, person)

    @property
    def photos(self) -> PhotoUser:
        """The same person in the project's Photos."""
        return PhotoUser(self._calls, self._project)

    @property
    def _place(self) -> str:
        """What stands in the path of the index and of uploads."""
        return f"projects/{self._project}"

    def _at(self, rest: str) -> str:
        """The path of folders, files and versions, with its query."""
        return f"/rest/v1.0/{rest}?project_id={self._project}"

    async def listing(self) -> list[Seen]:
        """Everything below the root, parents first; what is in the bin is left out."""
        seen = [_seen(row) for row in await self._index(in_bin=False)]
        below: dict[str | None, list[Seen]] = {}
        for item in seen:
            below.setdefault(item.parent, []).append(item)
        ordered, waiting = [], [self._top]
        while waiting:
            for item in below.get(waiting.pop(), ()):
                ordered.append(item)
                if item.is_folder:
                    waiting.append(item.id)
        return ordered

    async def _index(self, *, in_bin: bool) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        page = 1
        while True:
            body, headers = await self._calls.whole(
                "GET",
                f"/rest/v1.0/{self._place}/documents?view=extended&page={page}"
                f"&per_page={_PAGE}&filters[is_in_recycle_bin]={'true' if in_bin else 'false'}",
            )
            rows += _rows(body)
            if 'rel="next"' not in headers.get("Link", ""):
                return [row for row in rows if not row.get("is_recycle_bin")]
            page += 1

    async def children(self, folder: str) -> list[Seen]:
        """What is directly in a folder."""
        found = await self._calls.json("GET", self._at(f"folders/{number_of(folder)}"))
        return [
            _child(row, is_folder=kind == "folders")
            for kind in ("folders", "files")
            for row in found[kind]
            if not row.get("is_recycle_bin") and not row.get("is_deleted")
        ]

    async def binned(self) -> list[Seen]:
        """What was deleted, without what a deleted folder holds."""
        rows = [_seen(row) for row in await self._index(in_bin=True)]
        inside = {item.id for item in rows}
        return [item for item in rows if item.parent not in inside]

    async def look(self, item: str, *, is_folder: bool) -> Seen:
        """One item."""
        path = self._at(_route(item, is_folder=is_folder))
        return _child(await self._calls.json("GET", path), is_folder=is_folder)

    async def read(self, item: Seen) -> AsyncIterator[bytes]:
        """A file's content, in pieces."""
        address = item.address or (await self.look(item.id, is_folder=False)).address
        async for piece in self._calls.stream(address):
            yield piece

    async def add_folder(self, parent: str, name: str) -> Seen:
        """Make a folder."""
        body = {"folder": {"name": name, "parent_id": number_of(parent)}}
        made = await self._calls.json("POST", self._at("folders"), body)
        return _child(made, is_folder=True)

    async def add_file(self, parent: str, name: str, body: Body) -> Seen:
        """Upload a new file."""
        upload = await uploaded(self._calls, self._place, name, body)
        file = {"name": name, "parent_id": number_of(parent), "upload_uuid": upload}
        made = await self._calls.json("POST", self._at("files"), {"file": file})
        return _child(made, is_folder=False)

    async def replace(self, item: Seen, body: Body) -> None:
        """Give a file a new version."""
        upload = await uploaded(self._calls, self._place, item.name, body)
        await self._calls.json(
            "POST",
            _joined(self._at("file_versions"), f"file_id={item.id}"),
            {"file_version": {"upload_uuid": upload}},
        )

    async def rename(self, item: Seen, name: str) -> None:
        """Give an item another name."""
        await self._patch(item, {"name": name})

    async def move(self, item: Seen, parent: str) -> None:
        """Put an item into another folder."""
        await self._patch(item, {"parent_id": number_of(parent)})

    async def restore(self, item: Seen, parent: str) -> None:
        """Take an item out of the bin into that folder."""
        await self._patch(item, {"parent_id": number_of(parent)})

    async def check_out(self, item: Seen, until: str) -> None:
        """Hold a file until that time (ISO 8601), so that others only read it."""
        await self._patch(item, {"checked_out_until": until})

    async def check_in(self, item: Seen) -> None:
        """Let a file go again."""
        await self._patch(item, {"checked_out_until": "null"})

    async def describe(self, item: Seen, description: str) -> None:
        """Say what a file is."""
        await self._patch(item, {"description": description})

    async def set_private(self, item: Seen, private: bool) -> None:
        """Show an item to its maker and to Admins alone, or to everybody."""
        await self._patch(item, {"explicit_permissions": private})

    async def editions(self, item: Seen) -> list[Edition]:
        """All versions of a file, newest first."""
        row = await self._calls.json("GET", self._at(_route(item.id, is_folder=False)))
        versions = sorted(row["file_versions"], key=lambda one: -int(one["number"]))
        return [
            Edition(
                id=str(one["id"]),
                label=str(one["number"]),
                size=one["size"] or 0,
                modified=one["created_at"],
                by=(one["created_by"] or {}).get("name", ""),
                address=one["url"],
                is_current=one is versions[0],
            )
            for one in versions
        ]

    async def read_edition(self, item: Seen, edition: Edition) -> AsyncIterator[bytes]:
        """A version's content, in pieces."""
        async for piece in self._calls.stream(edition.address):
            yield piece

    async def restore_edition(self, item: Seen, edition: Edition) -> None:
        """Make an older content the newest version; Procore itself has no call for it."""
        await self.replace(item, Body(edition.size, self.read_edition(item, edition)))

    async def _patch(self, item: Seen, fields: Mapping[str, object]) -> None:
        kind = "folder" if item.is_folder else "file"
        path = self._at(_route(item.id, is_folder=item.is_folder))
        await self._calls.json("PATCH", path, {kind: fields})

    async def delete(self, item: Seen) -> None:
        """Put an item into the recycle bin."""
        path = self._at(_route(item.id, is_folder=item.is_folder))
        await self._calls.json("DELETE", path)


def _rows(body: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(body)
    return rows


def _route(item: str, *, is_folder: bool) -> str:
    kind = "folders" if is_folder else "files"
    return f"{kind}/{number_of(item)}"


def _joined(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


def _seen(row: Mapping[str, Any]) -> Seen:
    """Read a row of the flat index."""
    file = row.get("file") or {}
    version = file.get("current_version") or {}
    return Seen(
        id=str(row["id"]),
        parent=None if row["parent_id"] is None else str(row["parent_id"]),
        name=row["name"],
        is_folder=row["document_type"] == "folder",
        size=version.get("size") or 0,
        modified=row["updated_at"],
        address=version.get("url") or "",
        note=_held_by(file),
    )


def _child(row: Mapping[str, Any], *, is_folder: bool) -> Seen:
    """Read a folder or a file as the calls for one item give it."""
    versions = row.get("file_versions") or ()
    newest: Mapping[str, Any] = max(
        versions, key=lambda version: int(version["number"]), default={}
    )
    if not is_folder and not newest:
        raise Refused(404, "the file has no version")
    parent = row.get("parent_id")
    return Seen(
        id=str(row["id"]),
        parent=None if parent is None else str(parent),
        name=row["name"],
        is_folder=is_folder,
        size=newest.get("size") or 0,
        modified=row.get("updated_at") or "",
        address=newest.get("url") or "",
        note=_note(row),
        description=row.get("description") or "",
        is_private=bool(row.get("private")),
    )


def _note(row: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, ["private" if row.get("private") else "", _held_by(row)]))


def _held_by(file: Mapping[str, Any]) -> str:
    holder = file.get("checked_out_by")
    if not holder:
        return ""
    who = holder.get("name") if isinstance(holder, Mapping) else holder
    return f"checked out by {who}"
