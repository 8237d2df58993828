"""A person at work in Procore's Photos; made by `sign_in`, or by `ProcoreUser.photos`.

An album is a folder here, and what is unclassified lies at the top. Photos can be neither renamed
nor given new content, so that is refused before any call.

Source of the calls: the Procore fact sheet, section 10.
"""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.procore_site import number_of, procore_calls, procore_sites
from turnbuckle.practice.playing.seen import Body, Power, Refused, Seen, Site
from turnbuckle.practice.playing.uploading import uploaded

_PAGE = 1000
_TOP = "photos"


class PhotoUser:
    """One person in the Photos of one project."""

    powers = frozenset({Power.DESCRIBE, Power.PRIVATE, Power.PURGE})

    def __init__(self, calls: Calls, project: int) -> None:
        self._calls = calls
        self._project = project

    @classmethod
    async def sign_in(cls, startup: Mapping[str, Any], person: str = "ana", site: str = "") -> Self:
        """Become a person of the practice Procore.

        Args:
            startup: the whole start-up file.
            person: a key such as "ana".
            site: the key of a project, from `sites`; empty: the one that is kept in step.
        """
        return cls(*await procore_calls(startup, person, site))

    @staticmethod
    async def sites(startup: Mapping[str, Any], person: str) -> list[Site]:
        """The projects that are open to this person."""
        return await procore_sites(startup, person)

    async def close(self) -> None:
        """Go home."""
        await self._calls.close()

    @property
    def top(self) -> str:
        """Where the albums are, and the photos without one."""
        return _TOP

    async def listing(self) -> list[Seen]:
        """Every album, and every photo, albums first."""
        default = await self._default()
        albums = [_album(row) for row in await self._albums() if row["id"] != default]
        return albums + [_photo(row, default) for row in await self._rows("images")]

    async def children(self, folder: str) -> list[Seen]:
        """What is directly in an album, or at the top."""
        return [item for item in await self.listing() if item.parent == folder]

    async def binned(self) -> list[Seen]:
        """The photos that were deleted; albums have no bin."""
        rows = await self._calls.json("GET", self._query("/practice/bin/photos"))
        return [_photo(row, await self._default()) for row in rows]

    async def look(self, item: str, *, is_folder: bool) -> Seen:
        """One album or one photo."""
        row = await self._calls.json("GET", self._query(_route(item, is_folder=is_folder)))
        return _album(row) if is_folder else _photo(row, await self._default())

    async def read(self, item: Seen) -> AsyncIterator[bytes]:
        """A photo's content, in pieces."""
        address = item.address or (await self.look(item.id, is_folder=False)).address
        async for piece in self._calls.stream(address):
            yield piece

    async def add_folder(self, parent: str, name: str) -> Seen:
        """Make an album."""
        if parent != _TOP:
            raise Refused(400, "an album holds no albums")
        body = {"image_category": {"name": name}}
        made = await self._calls.json("POST", self._query("/rest/v1.0/image_categories"), body)
        return _album(made)

    async def add_file(self, parent: str, name: str, body: Body) -> Seen:
        """Upload a photo into an album, or without one."""
        uuid = await uploaded(self._calls, f"projects/{self._project}", name, body)
        image = {"image_category_id": await self._number(parent)}
        path = self._query("/rest/v1.0/images")
        try:
            reference = {"upload_uuid": uuid, "image_name": name, "image": image}
            made = await self._calls.json("POST", path, reference)
        except Refused as refused:
            if "upload_uuid" not in refused.said:
                raise
            guide = {"upload": {"uuid": uuid, "image_name": name}, "image": image}
            made = await self._calls.json("POST", path, guide)
        return _photo(made, await self._default())

    async def replace(self, item: Seen, body: Body) -> None:
        """Refuse: a photo's content stays."""
        raise Refused(405, "a photo takes no new content")

    async def rename(self, item: Seen, name: str) -> None:
        """Give an album another name."""
        if not item.is_folder:
            raise Refused(405, "a photo takes no new name")
        path = self._query(_route(item.id, is_folder=True))
        await self._calls.json("PATCH", path, {"image_category": {"name": name}})

    async def move(self, item: Seen, parent: str) -> None:
        """Put a photo into another album, or into none."""
        if item.is_folder:
            raise Refused(400, "an album holds no albums")
        body = {"image": {"image_category_id": await self._number(parent)}}
        await self._calls.json("PATCH", self._query(_route(item.id, is_folder=False)), body)

    async def describe(self, item: Seen, description: str) -> None:
        """Say what a photo shows."""
        body = {"image": {"description": description}}
        await self._calls.json("PATCH", self._query(_route(item.id, is_folder=False)), body)

    async def set_private(self, item: Seen, private: bool) -> None:
        """Show a photo, or an album, to some alone, or to everybody."""
        kind = "image_category" if item.is_folder else "image"
        path = self._query(_route(item.id, is_folder=item.is_folder))
        fields: dict[str, object] = {"private": private}
        if item.is_folder:
            fields["name"] = item.name
        await self._calls.json("PATCH", path, {kind: fields})

    async def purge(self, item: Seen) -> None:
        """Delete a photo for ever; an album has no other way to go."""
        path = self._query(_route(item.id, is_folder=item.is_folder))
        await self._calls.json("DELETE", path if item.is_folder else f"{path}&permanent=true")

    async def delete(self, item: Seen) -> None:
        """Delete a photo, or an album as Procore does it: its photos may stay, unclassified."""
        path = self._query(_route(item.id, is_folder=item.is_folder))
        await self._calls.json("DELETE", path)

    async def delete_with_photos(self, album: Seen) -> None:
        """Delete an album and, before it, every photo in it."""
        for photo in await self.children(album.id):
            await self.delete(photo)
        await self.delete(album)

    async def restore(self, item: Seen, parent: str) -> None:
        """Take a photo out of the bin, and put it into that album."""
        path = self._query(f"/rest/v1.0/images/{item.id}/retrieve")
        try:
            row = await self._calls.json("PATCH", path)
        except Refused as refused:
            if refused.status not in (404, 405):
                raise
            row = await self._calls.json("POST", path)
        back = _photo(row, await self._default())
        if back.parent != parent:
            await self.move(back, parent)

    def _query(self, path: str) -> str:
        return f"{path}?project_id={self._project}"

    async def _rows(self, what: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        page = 1
        while True:
            path = f"{self._query(f'/rest/v1.0/{what}')}&per_page={_PAGE}&page={page}"
            body, headers = await self._calls.whole("GET", path)
            rows += json.loads(body)
            if 'rel="next"' not in headers.get("Link", ""):
                return rows
            page += 1

    async def _albums(self) -> list[dict[str, Any]]:
        return await self._rows("image_categories")

    async def _default(self) -> int:
        """The album of what has none: the one that cannot be changed."""
        for row in await self._albums():
            if "update" not in row["links"]:
                return int(row["id"])
        raise Refused(404, "there is no album for unclassified photos")

    async def _number(self, parent: str) -> int:
        return await self._default() if parent == _TOP else number_of(parent)


def _route(item: str, *, is_folder: bool) -> str:
    return f"/rest/v1.0/{'image_categories' if is_folder else 'images'}/{number_of(item)}"


def _album(row: Mapping[str, Any]) -> Seen:
    return Seen(
        id=str(row["id"]),
        parent=_TOP,
        name=row["name"],
        is_folder=True,
        modified=row.get("updated_at") or row["created_at"],
        note="private" if row.get("private") else "",
        is_private=bool(row.get("private")),
    )


def _photo(row: Mapping[str, Any], default: int) -> Seen:
    album = row["image_category_id"]
    return Seen(
        id=str(row["id"]),
        parent=_TOP if album == default else str(album),
        name=row["filename"],
        is_folder=False,
        size=row["size"],
        modified=row["updated_at"],
        address=row["url"] or "",
        note="private" if row.get("private") else "",
        description=row.get("description") or "",
        is_private=bool(row.get("private")),
    )
