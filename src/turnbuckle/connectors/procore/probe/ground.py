"""Where Procore is asked: one project, and in it a scratch folder and an album of the probe's own.

Everything that is made lies in that folder or in that album, or is kept in mind here, so that it
can be moved into the recycle bin whatever happens in between. What a killed probe leaves behind is
known by its name.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from turnbuckle.connectors.procore.project import Project
from turnbuckle.connectors.procore.replies import REMOTE
from turnbuckle.connectors.procore.uploads import form_around, type_of
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError
from turnbuckle.ports.probe import SCRATCH, NotSettled, is_made_by_probe
from turnbuckle.transport.raw_calls import RawCalls, row, rows, shown
from turnbuckle.transport.reply import Reply
from turnbuckle.transport.wire import Wire

FOLDERS, FILES = "/rest/v1.0/folders", "/rest/v1.0/files"
IMAGES, ALBUMS = "/rest/v1.0/images", "/rest/v1.0/image_categories"
_MOST_ALBUMS = 1000
_CLEANING_CALLS = 40
_LEFTOVER_CALLS = 400

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63f8cfc0f01f00050001ff89993d1d0000000049454e44ae426082"
)
"""The smallest picture there is, for Photos."""

type Row = dict[str, Any]


class ProcoreGround:
    """One project, asked with raw calls.

    Args:
        calls: over the wire of the connection.
        nameless: a wire of the same account that names no company.
        wait: how long a download address may be watched.
    """

    remote = REMOTE
    tidying = 1 + _CLEANING_CALLS

    def __init__(
        self,
        calls: RawCalls,
        nameless: Wire,
        project: Project,
        title: str,
        *,
        wait: timedelta,
    ) -> None:
        self.calls = calls
        self.nameless = nameless
        self.project = project
        self.wait = wait
        self.shown = f"the project {title!r}"
        self._scratch: Row = {}
        self._name = ""
        self._album: Row = {}
        self._albums: list[int] = []
        self._photos: list[int] = []

    @property
    def clock(self) -> Clock:
        """The time, and how to wait."""
        return self.calls.wire.clock

    @property
    def may_write(self) -> bool:
        """Whether there is a scratch folder."""
        return bool(self._scratch)

    def allow(self, calls: int) -> None:
        """From now on make at most that many API calls."""
        self.calls.allow(calls)

    # -- what is made, found and removed -----------------------------------------------------------

    async def leftovers(self) -> Sequence[str]:
        """Give the names of what earlier probes left behind; three calls."""
        self.allow(3)
        folders, albums = await self._left()
        named = {str(each["name"]) for each in (*folders, *albums)}
        return sorted(named | {str(each["filename"]) for each in await self._left_photos()})

    async def remove_leftovers(self) -> None:
        """Move what earlier probes left behind into the bin."""
        self.allow(_LEFTOVER_CALLS)
        folders, albums = await self._left()
        for folder in folders:
            await self.delete(FOLDERS, folder["id"])
        for album in albums:
            for photo in rows(await self._photos_of(album["id"])):
                await self.delete(IMAGES, photo["id"])
            await self.delete(ALBUMS, album["id"])
        for photo in await self._left_photos():
            await self.delete(IMAGES, photo["id"])

    async def prepare(self, name: str) -> None:
        """Make the scratch folder of that name, at the top of the project's Documents."""
        self.allow(1)
        self._name = name
        body = {"folder": {"name": name}}
        self._scratch = row(await self.call("POST", FOLDERS, json=body))

    async def clean(self) -> Sequence[str]:
        """Move all that was made into the bin; give what could not be moved."""
        self.allow(_CLEANING_CALLS)
        stayed: list[str] = []
        for photo in self._photos:
            await self._removed(IMAGES, photo, f"photo {photo} of the probe", stayed)
        for album in self._albums:
            await self._removed(ALBUMS, album, f"album {self._name!r}", stayed)
        if self._scratch:
            await self._removed(FOLDERS, self._scratch["id"], f"folder {self._name!r}", stayed)
        return stayed

    async def _removed(self, path: str, number: int, what: str, stayed: list[str]) -> None:
        try:
            reply = await self.delete(path, number)
        except (RemoteError, NotSettled) as error:
            stayed.append(f"{what}: {error}")
        else:
            if reply.status >= 400 and reply.status != 404:
                stayed.append(f"{what}: {shown(reply)}")

    async def _left(self) -> tuple[list[Row], list[Row]]:
        opened = await self.call("GET", FOLDERS, exclude_files="true")
        folders = row(opened).get("folders", []) if opened.status < 300 else []
        listed = await self.call("GET", ALBUMS, per_page=_MOST_ALBUMS)
        albums = rows(listed) if listed.status < 300 else []
        return [each for each in folders if is_made_by_probe(each.get("name"))], [
            each for each in albums if is_made_by_probe(each.get("name"))
        ]

    async def _left_photos(self) -> list[Row]:
        """Give photos of ours wherever they are: those of a deleted album go into another one."""
        found = await self.call("GET", IMAGES, per_page=_MOST_ALBUMS, **{"filters[query]": SCRATCH})
        photos = rows(found) if found.status < 300 else []
        return [each for each in photos if is_made_by_probe(each.get("filename"))]

    async def _photos_of(self, album: int) -> Reply:
        return await self.call("GET", IMAGES, image_category_id=album, per_page=_MOST_ALBUMS)

    # -- calls -------------------------------------------------------------------------------------

    async def call(self, method: str, path: str, json: Any = None, **params: str | int) -> Reply:
        """Make one call that names the project in its query."""
        return await self.calls.call(
            method, path, params={"project_id": self.project.id, **params}, json=json
        )

    async def index(self, *filters: tuple[str, str], per_page: int = 1) -> Reply:
        """Ask the flat index for its first page."""
        path = f"/rest/v1.0/projects/{self.project.id}/documents"
        asked = [(f"filters[{name}]", value) for name, value in filters]
        return await self.calls.call(
            "GET", path, params=[("per_page", str(per_page)), ("page", "1"), *asked]
        )

    async def delete(self, path: str, number: int, **params: str | int) -> Reply:
        """Delete a folder, a file, a photo or an album."""
        return await self.call("DELETE", f"{path}/{number}", **params)

    async def change(self, path: str, number: int, **fields: Any) -> Reply:
        """Change a folder or a file."""
        part = "folder" if path == FOLDERS else "file"
        return await self.call("PATCH", f"{path}/{number}", json={part: fields})

    async def look(self, path: str, number: int) -> Reply:
        """Ask for one folder, file or photo."""
        return await self.call("GET", f"{path}/{number}")

    async def try_folder(self, name: str, parent: int | None = None) -> Reply:
        """Try to make a folder below the scratch folder; one call."""
        fields = {"name": name, "parent_id": parent or self._scratch["id"]}
        return await self.call("POST", FOLDERS, json={"folder": fields})

    async def folder(self, name: str) -> Row:
        """Make a folder in the scratch folder; one call."""
        return row(await self.try_folder(name))

    @property
    def scratch(self) -> int:
        """The scratch folder's id."""
        return int(self._scratch["id"])

    async def promise(self, name: str, **fields: Any) -> Reply:
        """Create an upload; one call."""
        path = f"/rest/v1.1/projects/{self.project.id}/uploads"
        body = {"response_filename": name, "response_content_type": type_of(name), **fields}
        return await self.calls.call("POST", path, json=body)

    async def upload(self, name: str, data: bytes) -> str:
        """Bring bytes into the storage, to be attached; one call, and one to the storage."""
        promised = row(await self.promise(name, size=len(data)))
        uuid = str(promised["uuid"])
        boundary = f"turnbuckle-{uuid}"
        before, after = form_around(boundary, promised["fields"], name)
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        sent = await self.calls.send("POST", promised["url"], before + data + after, headers)
        if sent.status >= 300:
            raise NotSettled(f"the storage did not take a file of {len(data)} bytes: {sent.status}")
        return uuid

    async def attach(self, uuid: str, name: str, parent: int | None = None, **more: Any) -> Reply:
        """Try to make a file of an upload; one call."""
        fields = {"name": name, "upload_uuid": uuid, "parent_id": parent or self.scratch, **more}
        return await self.call("POST", FILES, json={"file": fields})

    async def file(self, name: str, data: bytes = b"probe", parent: int | None = None) -> Row:
        """Make a file; two calls."""
        return row(await self.attach(await self.upload(name, data), name, parent))

    # -- photos ------------------------------------------------------------------------------------

    async def album(self) -> int:
        """Give the probe's own album, made at the first need; one call."""
        if not self._album:
            self._album = await self.new_album(self._name)
        return int(self._album["id"])

    async def new_album(self, name: str) -> Row:
        """Make an album whose name begins like the scratch folder's; one call."""
        return row(await self.try_album(name))

    async def try_album(self, name: str) -> Reply:
        """Try to make an album; one call."""
        reply = await self.call("POST", ALBUMS, json={"image_category": {"name": name}})
        if reply.status < 300:
            self._albums.append(int(row(reply)["id"]))
        return reply

    @property
    def name(self) -> str:
        """The scratch folder's name."""
        return self._name

    def photo_name(self, name: str) -> str:
        """Give a name by which a photo is known as the probe's, in whichever album it is."""
        return f"{self._name} {name}"

    async def try_photo(self, body: Row) -> Reply:
        """Try to make a photo; one call."""
        reply = await self.call("POST", IMAGES, json=body)
        if reply.status < 300:
            self._photos.append(int(row(reply)["id"]))
        return reply

    async def photo(self, name: str, album: int | None = None) -> Row:
        """Make a photo in the form that is taken; two or three calls, one more for the album."""
        name, where = self.photo_name(name), album or await self.album()
        uuid = await self.upload(name, PIXEL)
        reply = await self.try_photo(by_reference(uuid, name, where))
        if reply.status >= 400:
            reply = await self.try_photo(by_guide(uuid, name, where))
        return row(reply)


def by_reference(uuid: str, name: str, album: int) -> Row:
    """A new photo as the reference has it."""
    return {"upload_uuid": uuid, "image_name": name, "image": {"image_category_id": album}}


def by_guide(uuid: str, name: str, album: int) -> Row:
    """A new photo as the guide has it."""
    return {
        "upload": {"uuid": uuid, "image_name": name},
        "image": {"image_category_id": album},
    }
