"""The connector of a process that may be killed: it reaches the remotes over a socket."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

from killing.frames import error_of, receive, send
from killing.points import OF_CALL, Hand, Moment

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Cursor, Item, ItemId, Name
from turnbuckle.model.pages import Page
from turnbuckle.model.side import Side
from turnbuckle.ports.connector import Content

_LIMIT = 1 << 24


class Reaching:
    """Keeps `ports.Connector`; every writing call passes the hand that may kill."""

    def __init__(self, socket: Path, side: Side, capabilities: Capabilities, hand: Hand) -> None:
        self.capabilities = capabilities
        self._socket = socket
        self._side = side
        self._hand = hand

    async def changes(self, since: Cursor | None) -> AsyncIterator[Page]:
        """Tell what changed."""
        async for page in self._stream("changes", since):
            yield page

    async def look(self, item: ItemId) -> Item | None:
        """Give one item."""
        return cast("Item | None", await self._ask("look", item))

    async def find(self, parent: ItemId, name: Name) -> Item | None:
        """Give the item of a name."""
        return cast("Item | None", await self._ask("find", parent, name))

    async def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give a content."""
        async for chunk in self._stream("read", item, start):
            yield chunk

    async def create_folder(self, parent: ItemId, name: Name) -> Item:
        """Make a folder."""
        return await self._write("create_folder", parent, name)

    async def create_file(self, parent: ItemId, name: Name, content: Content) -> Item:
        """Make a file."""
        return await self._upload("create_file", content, parent, name)

    async def replace(self, item: Item, content: Content) -> Item:
        """Give a file new content."""
        return await self._upload("replace", content, item)

    async def slipped(self, item: ItemId) -> list[Item]:
        """Give the versions that our last write came after."""
        return cast("list[Item]", await self._ask("slipped", item))

    async def move(self, item: Item, parent: ItemId, name: Name) -> Item:
        """Move or rename."""
        return await self._write("move", item, parent, name)

    async def delete(self, item: Item) -> None:
        """Put an item into the bin."""
        await self._write("delete", item)

    async def _write(self, method: str, *arguments: Any) -> Item:
        self._hand.at(Moment.AFTER_INTENT, OF_CALL[method])
        made = await self._ask(method, *arguments)
        self._hand.at(Moment.AFTER_ANSWER, OF_CALL[method])
        return cast("Item", made)

    async def _upload(self, method: str, content: Content, *arguments: Any) -> Item:
        kind = OF_CALL[method]
        self._hand.at(Moment.AFTER_INTENT, kind)
        reader, writer = await asyncio.open_unix_connection(self._socket, limit=_LIMIT)
        try:
            await send(writer, self._side, method, (*arguments, content.size, content.modified))
            async for chunk in content.open(0):
                half = len(chunk) // 2
                await send(writer, "piece", chunk[:half])
                self._hand.at(Moment.MID_TRANSFER, kind)
                await send(writer, "piece", chunk[half:])
            await send(writer, "end")
            made = _answer(await receive(reader))
        finally:
            writer.close()
        self._hand.at(Moment.AFTER_ANSWER, kind)
        return cast("Item", made)

    async def _ask(self, method: str, *arguments: Any) -> Any:
        return await ask(self._socket, self._side, method, *arguments)

    async def _stream(self, method: str, *arguments: Any) -> AsyncIterator[Any]:
        reader, writer = await asyncio.open_unix_connection(self._socket, limit=_LIMIT)
        try:
            await send(writer, self._side, method, arguments)
            while (frame := await receive(reader))[0] != "end":
                yield _answer(frame)
        finally:
            writer.close()


async def ask(socket: Path, side: Side, method: str, *arguments: Any) -> Any:
    """Make one call."""
    reader, writer = await asyncio.open_unix_connection(socket, limit=_LIMIT)
    try:
        await send(writer, side, method, arguments)
        return _answer(await receive(reader))
    finally:
        writer.close()


def _answer(frame: tuple[Any, ...]) -> Any:
    if frame[0] == "error":
        raise error_of(*frame[1:])
    return frame[1]
