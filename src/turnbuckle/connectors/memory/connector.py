"""Keeps `ports.Connector` on a memory remote.

A remote without guarded writes takes a new version whatever it comes after, and `slipped` tells
afterwards what that was; where it keeps no versions either, nothing may be written unseen.
"""

import dataclasses
from collections.abc import AsyncIterator, Sequence

from turnbuckle.connectors.memory.blobs import Blob, Sink, piece, size_of
from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.connectors.memory.nodes import Node
from turnbuckle.connectors.memory.remote import OUR_APP, MemoryRemote
from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Cursor, Item, ItemId, Kind, Name, Version
from turnbuckle.model.pages import Page
from turnbuckle.ports.connector import CHUNK_BYTES, Content
from turnbuckle.ports.errors import Gone, Overtaken, Unsupported


class MemoryConnector:
    """Our app's account on one memory remote; it sees everything that is not hidden."""

    def __init__(self, remote: MemoryRemote) -> None:
        self._remote = remote
        self._calls = remote.calls
        self._slips: dict[ItemId, list[tuple[Version, Blob, bool]]] = {}
        self._readable: dict[tuple[ItemId, Version], Blob] = {}  # versions that `slipped` gave

    @property
    def capabilities(self) -> Capabilities:
        """What this remote can do."""
        return self._remote.capabilities

    async def changes(self, since: Cursor | None) -> AsyncIterator[Page]:
        """Tell what changed after `since`, or everything when it is None.

        Raises:
            CursorExpired: the remote expired its cursors.
        """
        op = Op.LIST if since is None else Op.DELTA
        items: Sequence[Item] = ()
        gone: Sequence[ItemId] = ()
        cursor: Cursor | None = None
        room = self._remote.traits.page_items
        number = 0
        while cursor is None or number * room < len(items):
            async with self._calls.call(op, f"page {number + 1}"):
                if cursor is None:
                    self._remote.settle()
                    told = self._remote.feed.tell(since)
                    items, gone, cursor = told.items, told.gone, told.cursor
                start = number * room
                number += 1
                is_last = number * room >= len(items)
                page = Page(
                    items=items[start : start + room],
                    gone=gone if is_last else (),
                    full=since is None,
                    expected=len(items) if since is None else None,
                    cursor=cursor if is_last else None,
                )
            yield page

    async def look(self, item: ItemId) -> Item | None:
        """Give one item as it is now; None when it is in the bin.

        Raises:
            Unproven: it is hidden, or there never was such an item.
        """
        async with self._calls.call(Op.GET, self._subject(item)):
            try:
                return self._remote.item(self._remote.seen(item))
            except Gone:
                return None

    async def find(self, parent: ItemId, name: Name) -> Item | None:
        """Give the oldest item of that name in a folder, as this remote compares names.

        Raises:
            Gone, Unproven: the folder is not there, or cannot be seen.
        """
        async with self._calls.call(Op.GET, self._subject(parent, name)):
            self._remote.seen(parent)
            places = {self._remote.place(parent, kind).id for kind in Kind}
            same = [node for place in places for node in self._remote.shelf.named(place, name)]
            shown = sorted(
                (node for node in same if not node.hidden), key=lambda node: node.created
            )
            return self._remote.item(shown[0]) if shown else None

    async def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content of `item` from byte `start`, in chunks of at most `CHUNK_BYTES`.

        Raises:
            Overtaken, Gone, Unproven, and Unsupported for a folder.
        """
        subject = self._subject(item.id)
        async with self._calls.call(Op.DOWNLOAD, subject):
            node = self._file(item.id)
            blob = self._readable.get((item.id, item.version))
            if blob is None:
                self._expect_content(node, item)
                blob = node.blob
            size = size_of(blob)
            middle = (start + size) // 2
            damaged = self._is_damaged(item.id)
            for place in range(start, size, CHUNK_BYTES):
                if place <= middle < place + CHUNK_BYTES:
                    await self._calls.reach(When.DURING, Op.DOWNLOAD, subject)
                chunk = piece(blob, place, CHUNK_BYTES)
                yield bytes([chunk[0] ^ 1]) + chunk[1:] if damaged else chunk

    async def create_folder(self, parent: ItemId, name: Name) -> Item:
        """Make a folder, or give the one of that name that is there.

        Raises:
            Overtaken, BadName, Gone, Unproven.
        """
        async with self._calls.call(Op.CREATE_FOLDER, self._subject(parent, name)) as call:
            self._remote.seen(parent)
            folders = [
                node
                for node in self._remote.shelf.named(parent, name)
                if node.kind is Kind.FOLDER and not node.hidden
            ]
            call.took_effect = not folders
            node = folders[0] if folders else self._create(parent, name, Kind.FOLDER)
            return self._remote.item(node)

    async def create_file(self, parent: ItemId, name: Name, content: Content) -> Item:
        """Make a file; nothing can be seen of it before its content has ended.

        Raises:
            Overtaken, BadName, TooLarge, Gone, Unproven, and what the content raises.
        """
        subject = self._subject(parent, name)
        async with self._calls.call(Op.CREATE_FILE, subject):
            self._remote.check_size(content.size)
            self._remote.check_new(self._remote.place(parent, Kind.FILE), name, Kind.FILE)
            blob = await self._take(content, Op.CREATE_FILE, subject)
            node = self._remote.create(
                parent, name, Kind.FILE, blob=blob, author=OUR_APP, modified=content.modified
            )
            return self._remote.item(node)

    async def replace(self, item: Item, content: Content) -> Item:
        """Give a file new content; it shows its old one until the new one has ended.

        Raises:
            Overtaken: only where writes are guarded, or no versions kept.
            Locked, TooLarge, Gone, Unproven, Unsupported, and what the content raises.
        """
        subject = self._subject(item.id)
        async with self._calls.call(Op.REPLACE, subject):
            traits = self._remote.traits
            is_compared = traits.guarded or not traits.keeps_versions
            node = self._file(item.id)
            self._remote.check_size(content.size)
            self._remote.check_lock(node, OUR_APP)
            if is_compared:
                self._expect_content(node, item)
            blob = await self._take(content, Op.REPLACE, subject)
            node = self._remote.seen(item.id)
            if is_compared:
                self._expect_content(node, item)
            self._remote.write(node, blob, author=OUR_APP, modified=content.modified)
            self._slips[item.id] = self._remote.since(node, item.version)
            return self._remote.item(node)

    async def slipped(self, item: ItemId) -> list[Item]:
        """Give, once, the versions of others that our last `replace` of this item came after."""
        slips = self._slips.pop(item, [])
        self._readable |= {(item, version): blob for version, blob, _ in slips}
        now = self._remote.item(self._remote.seen(item)) if slips else None
        return [
            dataclasses.replace(now, version=version, size=size_of(blob), tag="", by_us=by_us)
            for version, blob, by_us in slips
            if now is not None
        ]

    async def move(self, item: Item, parent: ItemId, name: Name) -> Item:
        """Move or rename an item with all below it.

        Raises:
            Overtaken, BadName, Locked, Gone, Unproven.
        """
        async with self._calls.call(Op.MOVE, self._subject(item.id)):
            node = self._remote.seen(item.id)
            self._expect_place(node, item)
            self._remote.relocate(node, parent, name, author=OUR_APP)
            return self._remote.item(node)

    async def delete(self, item: Item) -> None:
        """Put an item with all below it into the bin; gone already is fine.

        Raises:
            Overtaken, Locked, Unproven.
        """
        async with self._calls.call(Op.DELETE, self._subject(item.id)) as call:
            try:
                node = self._remote.seen(item.id)
            except Gone:
                call.took_effect = False
                return
            self._expect_place(node, item)
            self._expect_content(node, item)
            self._remote.throw_away(node, author=OUR_APP)

    def _is_damaged(self, item: ItemId) -> bool:
        """Tell whether this download comes damaged; each time counts."""
        left = self._remote.corrupt.get(item, 0)
        self._remote.corrupt[item] = max(0, left - 1)
        return left > 0

    def _create(self, parent: ItemId, name: Name, kind: Kind) -> Node:
        return self._remote.create(parent, name, kind, author=OUR_APP)

    async def _take(self, content: Content, op: Op, subject: str) -> Blob:
        """Take a whole content; the moment in its middle is reached in any case."""
        sink = Sink()
        is_past_middle = False
        async for chunk in content.open(0):
            if not is_past_middle and 2 * (sink.size + len(chunk)) >= content.size:
                is_past_middle = True
                await self._calls.reach(When.DURING, op, subject)
            sink.take(chunk)
        if sink.size != content.size:
            raise Overtaken(f"{sink.size} bytes came for {subject!r} instead of {content.size}")
        return sink.blob()

    def _file(self, item: ItemId) -> Node:
        node = self._remote.seen(item)
        if node.kind is Kind.FOLDER:
            raise Unsupported(f"{node.name!r} is a folder; it has no content")
        return node

    def _expect_content(self, node: Node, item: Item) -> None:
        if self._remote.version(node) != item.version:
            raise Overtaken(f"{node.name!r} has another version than the one expected")

    def _expect_place(self, node: Node, item: Item) -> None:
        now = self._remote.item(node)
        if (now.parent, now.name) != (item.parent, item.name):
            raise Overtaken(f"{item.name!r} has been moved or renamed to {node.name!r}")

    def _subject(self, item: ItemId, name: str | None = None) -> str:
        node = self._remote.shelf.get(item)
        path = self._remote.shelf.path(node) if node is not None else str(item)
        return path if name is None else f"{path}/{name}".lstrip("/")
