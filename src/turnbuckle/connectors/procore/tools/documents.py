"""The Documents tool of one project, or of a company itself, as a connector.

Procore offers no conditional write: what guards a write is the look that the run began with. A
delete, which is the one write that a wrong guess makes worse, is preceded by a fresh look. After a
new version, its number tells whether somebody's version came in between; see `Slip`.

Source: the fact sheet, sections 7 to 9, 14 and 18.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from turnbuckle.connectors.procore.addresses import Addresses
from turnbuckle.connectors.procore.capabilities import (
    DOCUMENTS,
    ONE_POST_BYTES,
    SEGMENT_BYTES,
)
from turnbuckle.connectors.procore.changes import Changes, is_item
from turnbuckle.connectors.procore.index import NEWEST_CHANGE_FIRST, Index
from turnbuckle.connectors.procore.items import Items, newest, number_of, row_id
from turnbuckle.connectors.procore.listing import ROWS_A_PAGE
from turnbuckle.connectors.procore.project import Holder
from turnbuckle.connectors.procore.reader import Reader
from turnbuckle.connectors.procore.replies import REMOTE
from turnbuckle.connectors.procore.uploads import Uploads
from turnbuckle.connectors.procore.wire import FileRow, FolderRow
from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Cursor, Item, ItemId, Kind, Name, Version
from turnbuckle.model.pages import Page
from turnbuckle.ports.connector import Content
from turnbuckle.ports.errors import (
    AccessDenied,
    Gone,
    MalformedReply,
    Overtaken,
    TooLarge,
    Unproven,
    Unsupported,
)
from turnbuckle.transport.reply import Reply
from turnbuckle.transport.wire import Wire

_MOST_BIN_PAGES = 20  # how far the bin is searched for the proof of one deletion


@dataclass(frozen=True, slots=True)
class Slip:
    """Somebody's version came in between our look at a file and our new version of it.

    Procore has no conditional write, so it is only found afterwards. Nothing is lost: it stands in
    the file's history, and `Documents.between` gives it as items.
    """

    item: ItemId
    ours: Version
    number: int  # of our version
    seen: int  # the number of the version that we had looked at


class Documents:
    """One tool's files and folders behind `ports.Connector`.

    Attributes:
        slips: versions of others that our new versions came after, in this process.
    """

    def __init__(
        self,
        wire: Wire,
        holder: Holder,
        own_user: int,
        *,
        rows_a_page: int = ROWS_A_PAGE,
        one_post_bytes: int = ONE_POST_BYTES,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self.slips: list[Slip] = []
        self._wire = wire
        self._holder = holder
        self._addresses = Addresses(wire.clock)
        self._items = Items(own_user, self._addresses, wire.clock)
        self._index = Index(wire, holder, rows_a_page)
        self._changes = Changes(self._index, self._items, holder.key)
        self._reader = Reader(wire, holder, self._index, self._items, self._addresses)
        self._uploads = Uploads(
            wire, holder, one_post_bytes=one_post_bytes, segment_bytes=segment_bytes
        )

    @property
    def capabilities(self) -> Capabilities:
        """What this remote can do, the same for the whole run."""
        return DOCUMENTS

    def changes(self, since: Cursor | None) -> AsyncIterator[Page]:
        """Tell what changed after `since`, or everything when it is None."""
        return self._changes.since(since)

    def look_closely(self) -> None:
        """Let the next look at what changed pass nothing over; one counted call more."""
        self._changes.look_closely()

    # Looking

    async def look(self, item: ItemId) -> Item | None:
        """Give one item as it is now; None where its own row, or the bin, says it is deleted."""
        kind, number = number_of(item)
        path = self._holder.at(f"{'folders' if kind is Kind.FOLDER else 'files'}/{number}")
        params: dict[str, str | int] = {**self._holder.query}
        if kind is Kind.FOLDER:
            params |= {"exclude_folders": "true", "exclude_files": "true"}
        else:
            params["show_latest_version_only"] = "true"
        try:
            reply = await self._wire.call("GET", path, params=params, label=f"look at a {kind}")
        except Gone as error:
            if await self._is_in_bin(item):
                return None
            raise Unproven(
                "Procore does not show this item, and it is not in the bin that we can see"
            ) from error
        row = _row(reply, kind)
        if row.is_deleted or (isinstance(row, FolderRow) and row.is_recycle_bin):
            return None
        return self._item(row)

    async def find(self, parent: ItemId, name: Name) -> Item | None:
        """Give the item of that exact name; the file where a folder has the same name."""
        found = [item for item in await self._children(parent) if item.name == name]
        return min(found, key=lambda item: item.kind is Kind.FOLDER, default=None)

    def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content of `item` from byte `start`."""
        return self._reader.read(item, start)

    # Writing

    async def create_folder(self, parent: ItemId, name: Name) -> Item:
        """Make a folder, or give the one of that name that is there."""
        body = {"folder": {"name": name, "parent_id": _folder_number(parent)}}
        try:
            reply = await self._write("POST", "folders", body, label="create folder")
        except Overtaken:
            return await self._standing_folder(parent, name)
        return self._items.of_folder(reply.json(FolderRow))

    async def create_file(self, parent: ItemId, name: Name, content: Content) -> Item:
        """Make a file; two counted calls, one more for a file in segments."""
        self._require_size(content)
        uuid = await self._uploads.send(name, content)
        body = {
            "file": {
                "upload_uuid": uuid,
                "name": name,
                "parent_id": _folder_number(parent),
                "unique_name": False,  # a taken name is told, not numbered
            }
        }
        reply = await self._write("POST", "files", body, label="create file")
        return replace(self._items.of_write(reply.json(FileRow)), by_us=True)

    async def replace(self, item: Item, content: Content) -> Item:
        """Give a file a new version; two counted calls, one more for a file in segments.

        The file's own answer is asked for, not the version's alone: it tells where the file is and
        which versions it has, so a version that came in between is found, whatever was known
        before. It stays in the history, and `slips` notes it; nothing is raised, since our content
        is there.
        """
        if item.kind is not Kind.FILE:
            raise Unsupported(f"{item.name!r} is a folder; only files have content")
        self._require_size(content)
        number = number_of(item.id)[1]
        uuid = await self._uploads.send(item.name, content)
        body = {"file": {"upload_uuid": uuid}}
        reply = await self._write("PATCH", f"files/{number}", body, label="replace content")
        row = reply.json(FileRow)
        seen = self._seen_number(item, row)
        made = replace(self._items.of_write(row), by_us=True)
        if made.version == item.version:
            raise MalformedReply("Procore took a new version and shows the old one")
        now = newest(row.file_versions)
        if seen is not None and now is not None and (now.number or 0) > seen + 1:
            self.slips.append(Slip(item.id, made.version, now.number or 0, seen))
        return made

    async def move(self, item: Item, parent: ItemId, name: Name) -> Item:
        """Move or rename in one call; the reply is held against what was asked."""
        kind, number = number_of(item.id)
        fields: dict[str, Any] = {}
        if name != item.name or parent == item.parent:
            fields["name"] = name
        if parent != item.parent:
            fields["parent_id"] = _folder_number(parent)
        body = {str(kind): fields}
        reply = await self._write("PATCH", f"{kind}s/{number}", body, label=f"move {kind}")
        row = _row(reply, kind)
        if row.is_deleted:
            raise Gone(f"{item.name!r} is in Procore's bin")
        moved = self._item(row) if isinstance(row, FolderRow) else self._items.of_write(row)
        if moved.parent != parent or (moved.name != name and moved.name == item.name):
            raise Overtaken(f"{item.name!r} did not go where it was sent; somebody else moved it")
        return moved

    async def delete(self, item: Item) -> None:
        """Put an item into the bin, after one fresh look."""
        now = await self.look(item.id)
        if now is None:
            return
        if (now.version, now.name, now.parent) != (item.version, item.name, item.parent):
            raise Overtaken(f"{item.name!r} was changed in Procore since it was last looked at")
        kind, number = number_of(item.id)
        await self._write("DELETE", f"{kind}s/{number}", None, label=f"delete {kind}")

    async def restore(self, item: ItemId, parent: ItemId) -> Item:
        """Take an item out of the bin by giving it a folder again; one look before it.

        Nothing but a move is offered for it, and nobody has published that it works.
        """
        try:
            now = await self.look(item)
        except Unproven as error:
            raise Gone(f"{REMOTE} shows the item neither in its bin nor elsewhere") from error
        if now is not None:
            return now
        kind, number = number_of(item)
        body = {str(kind): {"parent_id": _folder_number(parent)}}
        try:
            reply = await self._write("PATCH", f"{kind}s/{number}", body, label=f"restore {kind}")
        except (AccessDenied, Gone) as error:
            raise Unsupported(f"{REMOTE} lets no app take this out of its bin ({error})") from error
        row = _row(reply, kind)
        if row.is_deleted:
            raise Unsupported(f"{REMOTE} took the call and left the item in its bin")
        return self._item(row) if isinstance(row, FolderRow) else self._items.of_write(row)

    def read_binned(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content of a file that is in the bin."""
        return self._reader.read_binned(item, start)

    async def slipped(self, item: ItemId) -> list[Item]:
        """Give, once, the versions of others that our last `replace` of this item came after."""
        mine = [slip for slip in self.slips if slip.item == item]
        found = [version for slip in mine for version in await self.between(slip)]
        self.slips = [slip for slip in self.slips if slip not in mine]
        return found

    async def between(self, slip: Slip) -> list[Item]:
        """Give the versions that slipped in, oldest first, each as an item that can be read.

        One counted call. Their `version` is not the file's current one.
        """
        reply = await self._wire.call(
            "GET",
            self._holder.at(f"files/{number_of(slip.item)[1]}"),
            params=self._holder.query,
            label="look at a file",
        )
        row = reply.json(FileRow)
        found = []
        for version in sorted(row.file_versions, key=lambda each: each.number or 0):
            if slip.seen < (version.number or 0) < slip.number:
                self._addresses.note_earlier(Version(str(version.id)), version.url)
                found.append(self._items.at_version(row, version))
        return found

    # Inside

    async def _write(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        *,
        label: str,
    ) -> Reply:
        return await self._wire.call(
            method,
            self._holder.at(path),
            params=self._holder.query,
            json=body,
            label=label,
        )

    def _item(self, row: FolderRow | FileRow) -> Item:
        if isinstance(row, FolderRow):
            return self._items.of_folder(row)
        return self._items.of_file(row)

    async def _children(self, parent: ItemId) -> list[Item]:
        number = _folder_number(parent)
        reply = await self._wire.call(
            "GET",
            self._holder.at(f"folders/{number}"),
            params={**self._holder.query, **self._holder.newest_alone},
            label="list a folder",
        )
        row = reply.json(FolderRow)
        folders = (
            each
            for each in row.folders
            if not (each.is_deleted or each.is_recycle_bin) and each.id != number
        )
        files = (each for each in row.files if not each.is_deleted)
        return [
            *(self._items.of_folder(each) for each in folders),
            *(self._items.of_file(each) for each in files),
        ]

    async def _standing_folder(self, parent: ItemId, name: Name) -> Item:
        folders = [item for item in await self._children(parent) if item.kind is Kind.FOLDER]
        exact = [item for item in folders if item.name == name]
        alike = [item for item in folders if item.name.casefold() == name.casefold()]
        for found in (exact, alike):
            if len(found) == 1:
                return found[0]
        raise Overtaken(f"{REMOTE} has something else of the name {name!r} in this folder")

    async def _is_in_bin(self, item: ItemId) -> bool:
        kind, _ = number_of(item)
        pages = self._index.pages(
            label="look into the bin",
            in_bin=True,
            sort=NEWEST_CHANGE_FIRST,
            extended=False,
            filters={"document_type": str(kind)},
        )
        read = 0
        async for page in pages:
            if any(row_id(row) == item and not is_item(row) for row in page.rows):
                return True
            read += 1
            if read == _MOST_BIN_PAGES:
                return False
        return False

    def _seen_number(self, item: Item, row: FileRow) -> int | None:
        """The number of the version that `item` shows, from the answer or from what was seen."""
        for version in row.file_versions:
            if str(version.id) == item.version:
                return version.number
        known = self._addresses.newest(item.id)
        return known.number if known and known.version == item.version else None

    def _require_size(self, content: Content) -> None:
        if content.size > self.capabilities.max_file_bytes:
            raise TooLarge(f"{REMOTE} takes files up to {self.capabilities.max_file_bytes} bytes")


def _row(reply: Reply, kind: Kind) -> FolderRow | FileRow:
    return reply.json(FolderRow) if kind is Kind.FOLDER else reply.json(FileRow)


def _folder_number(item: ItemId) -> int:
    kind, number = number_of(item)
    if kind is not Kind.FOLDER:
        raise Unsupported("only folders hold items")
    return number
