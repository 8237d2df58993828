"""The Photos tool of one project, as a connector: albums as folders, and photos that never change.

An album holds no album, a photo keeps its name and its bytes, and nothing is conditional: every
delete is preceded by a fresh look. What becomes of an album's photos when it is deleted is not
published, so they go to the bin one by one before it.

Source: the fact sheet, sections 9, 10, 16 (rows 15, 16 and 19) and 18.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from turnbuckle.connectors.procore.addresses import Addresses
from turnbuckle.connectors.procore.capabilities import ONE_POST_BYTES, PHOTOS, SEGMENT_BYTES
from turnbuckle.connectors.procore.listing import ROWS_A_PAGE
from turnbuckle.connectors.procore.photo_changes import PhotoChanges
from turnbuckle.connectors.procore.photo_items import (
    Part,
    PhotoItems,
    default_of,
    part_of,
    photo_id,
)
from turnbuckle.connectors.procore.photo_lists import ALBUMS, PhotoLists
from turnbuckle.connectors.procore.photo_lists import PHOTOS as IMAGES
from turnbuckle.connectors.procore.photo_proof import PhotoProof
from turnbuckle.connectors.procore.photo_reader import PhotoReader
from turnbuckle.connectors.procore.project import Project
from turnbuckle.connectors.procore.replies import REMOTE
from turnbuckle.connectors.procore.uploads import Uploads
from turnbuckle.connectors.procore.wire import AlbumRow, PhotoRow
from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Cursor, Item, ItemId, Name
from turnbuckle.model.names import suffix
from turnbuckle.model.pages import Page
from turnbuckle.ports.connector import Content
from turnbuckle.ports.errors import (
    AccessDenied,
    BadName,
    Gone,
    MalformedReply,
    Overtaken,
    TooLarge,
    Unproven,
    Unsupported,
)
from turnbuckle.transport.reply import Reply
from turnbuckle.transport.wire import Wire

_ALBUMS_IN_ALBUMS = "an album in Procore's Photos holds no albums"


class Photos:
    """One project's Photos behind `ports.Connector`."""

    def __init__(
        self,
        wire: Wire,
        project: Project,
        own_user: int,
        *,
        rows_a_page: int = ROWS_A_PAGE,
        one_post_bytes: int = ONE_POST_BYTES,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self._wire = wire
        self._project = project.id
        addresses = Addresses(wire.clock)
        self._items = PhotoItems(project.id, own_user, addresses)
        self._lists = PhotoLists(wire, project.id, rows_a_page)
        self._proof = PhotoProof(wire, project, self._lists)
        self._changes = PhotoChanges(self._lists, self._items, self._proof, project.id)
        self._reader = PhotoReader(wire, project.id, self._lists, addresses)
        self._uploads = Uploads(
            wire, project, one_post_bytes=one_post_bytes, segment_bytes=segment_bytes
        )
        self._making = asyncio.Lock()
        self._known_default: int | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What this tool can do, the same for the whole run."""
        return PHOTOS

    def changes(self, since: Cursor | None) -> AsyncIterator[Page]:
        """Tell what changed after `since`, or everything when it is None."""
        return self._changes.since(since)

    def look_closely(self) -> None:
        """Let the next look at what changed pass nothing over; one counted call more."""
        self._changes.look_closely()

    # Looking

    async def look(self, item: ItemId) -> Item | None:
        """Give one item as it is now; None where its deletion is proven."""
        part, number = part_of(item)
        if part is Part.TOP:
            await self._lists.albums()
            return self._items.of_top()
        default = await self._default()
        try:
            if part is Part.ALBUM:
                label = "look at an album"
                reply = await self._call("GET", f"{ALBUMS}/{number}", label=label)
                return self._items.of_album(reply.json(AlbumRow))
            row = await self._reader.row(number)
        except Gone as error:
            if await self._proof.is_gone(item):
                return None
            raise Unproven(
                f"{REMOTE} does not show this item, and nothing proves that it was deleted"
            ) from error
        return None if row.permanently_deleted else self._items.of_photo(row, default)

    async def find(self, parent: ItemId, name: Name) -> Item | None:
        """Give the item of that exact name; of several photos ours, and the newest."""
        if part_of(parent)[0] is not Part.TOP:
            return await self._photo_named(parent, name)
        seeking = [self._photo_named, self._album_named]
        if suffix(name) not in (PHOTOS.suffixes or frozenset()):
            seeking.reverse()  # an album's name looks so, and the albums cost one call
        for seek in seeking:
            found = await seek(parent, name)
            if found is not None:
                return found
        return None

    def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content of `item` from byte `start`."""
        return self._reader.read(item, start)

    # Writing

    async def create_folder(self, parent: ItemId, name: Name) -> Item:
        """Make an album, or give the first one of that name that is there; two counted calls.

        Procore takes a second album of the same name, so the list is asked before.
        """
        if part_of(parent)[0] is not Part.TOP:
            raise Unsupported(_ALBUMS_IN_ALBUMS)
        async with self._making:
            standing = await self._standing(name)
            if standing is not None:
                return self._items.of_album(standing)
            body = {"image_category": {"name": name}}
            reply = await self._call("POST", ALBUMS, body, label="create album")
            return self._items.of_album(reply.json(AlbumRow))

    async def create_file(self, parent: ItemId, name: Name, content: Content) -> Item:
        """Upload a photo; two counted calls, one more for a file in segments."""
        if content.size > self.capabilities.max_file_bytes:
            raise TooLarge(f"{REMOTE} takes files up to {self.capabilities.max_file_bytes} bytes")
        if not name.strip():
            raise BadName(f"{REMOTE} takes no photo without a name")
        album, default = await self._album_number(parent), await self._default()
        uuid = await self._uploads.send(name, content)
        row = await self._attach(uuid, name, {"image_category_id": album})
        self._changes.note_own(row.id)
        return replace(self._items.of_photo(row, default), by_us=True)

    async def replace(self, item: Item, content: Content) -> Item:
        """Refuse: a photo takes no new bytes; it is made anew and the old one deleted."""
        raise Unsupported("a photo in Procore takes no new content")

    async def move(self, item: Item, parent: ItemId, name: Name) -> Item:
        """Rename an album, or put a photo into another one; one counted call."""
        part, number = part_of(item.id)
        target, _ = part_of(parent)
        if part is Part.TOP:
            raise Unsupported("the Photos tool itself stays where it is")
        if part is Part.ALBUM:
            if target is not Part.TOP:
                raise Unsupported(_ALBUMS_IN_ALBUMS)
            body: dict[str, Any] = {"image_category": {"name": name}}
            reply = await self._call("PATCH", f"{ALBUMS}/{number}", body, label="rename album")
            return self._items.of_album(reply.json(AlbumRow))
        if name != item.name:
            raise Unsupported("a photo in Procore takes no new name")
        album, default = await self._album_number(parent), await self._default()
        body = {"image": {"image_category_id": album}}
        reply = await self._call("PATCH", f"{IMAGES}/{number}", body, label="move photo")
        moved = self._items.of_photo(reply.json(PhotoRow), default)
        if moved.parent != parent:
            raise Overtaken(f"{item.name!r} did not go where it was sent; somebody else moved it")
        return moved

    async def delete(self, item: Item) -> None:
        """Put a photo into the bin, or an album with all its photos, after one fresh look."""
        part, number = part_of(item.id)
        if part is Part.TOP:
            raise Unsupported("the Photos tool itself is not deleted")
        now = await self.look(item.id)
        if now is None:
            return
        if (now.version, now.name, now.parent) != (item.version, item.name, item.parent):
            raise Overtaken(f"{item.name!r} was changed in {REMOTE} since it was last looked at")
        if part is Part.ALBUM:
            await self._empty(number)
            await self._call("DELETE", f"{ALBUMS}/{number}", label="delete album")
        else:
            await self._delete_photo(number)

    async def restore(self, item: ItemId, parent: ItemId) -> Item:
        """Take a photo out of the bin, and into that album; an album goes into no bin.

        Every photo names the address by which it is retrieved, and nobody has published how it is
        called: both ways are tried.
        """
        part, number = part_of(item)
        if part is not Part.PHOTO:
            raise Unsupported(f"{REMOTE} keeps no albums in its bin; it is made anew")
        default = await self._default()
        try:
            row = await self._reader.row(number)
        except Gone:
            row = await self._retrieve(number)
        if row.permanently_deleted:
            raise Gone(f"the photo was deleted in {REMOTE} for ever")
        back = self._items.of_photo(row, default)
        return back if back.parent == parent else await self.move(back, parent, back.name)

    def read_binned(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Refuse: what is in the bin of Photos is not shown."""
        raise Unsupported(f"{REMOTE} shows no app the photos in its bin")

    # Inside

    async def _retrieve(self, number: int) -> PhotoRow:
        missing: Gone | None = None
        for method in ("PATCH", "POST"):
            try:
                path = f"{IMAGES}/{number}/retrieve"
                return (await self._call(method, path, label="retrieve photo")).json(PhotoRow)
            except Gone as error:
                missing = error
            except (AccessDenied, MalformedReply):
                continue
        if missing is not None:
            raise Gone(f"{REMOTE} has this photo neither in its bin nor elsewhere") from missing
        raise Unsupported(f"{REMOTE} lets no app take photos out of its bin")

    async def _call(self, method: str, path: str, body: Any = None, *, label: str) -> Reply:
        return await self._wire.call(
            method, path, params={"project_id": self._project}, json=body, label=label
        )

    async def _attach(self, uuid: str, name: Name, image: dict[str, Any]) -> PhotoRow:
        """Make a photo of an upload, in the reference's form; where it is not taken, the guide's.

        The two documents of Procore's contradict each other.
        """
        forms: list[dict[str, Any]] = [
            {"upload_uuid": uuid, "image_name": name, "image": image},
            {"upload": {"uuid": uuid, "image_name": name}, "image": image},
        ]
        try:
            reply = await self._call("POST", IMAGES, forms[0], label="create photo")
        except MalformedReply:
            reply = await self._call("POST", IMAGES, forms[1], label="create photo")
        return reply.json(PhotoRow)

    async def _empty(self, album: int) -> None:
        """Delete what an album holds; what is put into it meanwhile keeps the album."""
        for row in await self._lists.in_album(album):
            await self._delete_photo(row.id)
        if await self._lists.in_album(album):
            raise Overtaken(f"somebody put a photo into an album of {REMOTE} that is to be deleted")

    async def _delete_photo(self, number: int) -> None:
        try:
            await self._call("DELETE", f"{IMAGES}/{number}", label="delete photo")
        except Gone as error:
            if not await self._proof.is_gone(photo_id(number)):
                raise Unproven(f"{REMOTE} does not show this photo any more") from error

    async def _photo_named(self, parent: ItemId, name: Name) -> Item | None:
        number, default = await self._album_number(parent), await self._default()
        try:
            rows = await self._lists.in_album(number)
        except Gone as error:
            raise Unproven(f"{REMOTE} does not show this album") from error
        items = [
            (row.id, self._items.of_photo(row, default)) for row in rows if row.filename == name
        ]
        return max(items, key=lambda each: (each[1].by_us, each[0]), default=(0, None))[1]

    async def _album_named(self, parent: ItemId, name: Name) -> Item | None:
        album = await self._standing(name)
        return None if album is None else self._items.of_album(album)

    async def _standing(self, name: Name) -> AlbumRow | None:
        """Give the first album of that very name; the one of unclassified photos is none."""
        albums = await self._lists.albums()
        default = self._known_default = default_of(albums)
        alike = [row for row in albums if row.name == name and row.id != default]
        return min(alike, key=lambda row: row.id, default=None)

    async def _default(self) -> int:
        if self._known_default is None:
            self._known_default = default_of(await self._lists.albums())
        return self._known_default

    async def _album_number(self, parent: ItemId) -> int:
        part, number = part_of(parent)
        if part is Part.PHOTO:
            raise Unsupported("only albums hold photos")
        return await self._default() if part is Part.TOP else number
