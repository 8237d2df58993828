"""Writes to one drive, each guarded by the eTag of the item that the plan saw.

SharePoint bumps eTags on its own after an upload, and has refused right ones; so a refused tag is
answered by one fresh look, and the write is tried again only while the look shows the item as it
was expected. Everything that cannot be compared so is `Overtaken`.

Source: section 5 of the Graph fact sheet.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from turnbuckle.connectors.graph import addresses
from turnbuckle.connectors.graph.capabilities import CAPABILITIES
from turnbuckle.connectors.graph.items import is_item, same_content, same_in_all, same_place
from turnbuckle.connectors.graph.reading import Reading
from turnbuckle.connectors.graph.replies import InvalidRequest, NameTaken
from turnbuckle.connectors.graph.streams import Source
from turnbuckle.connectors.graph.uploads import session_body, upload
from turnbuckle.connectors.graph.wire import DriveItem, UploadSession
from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.names import temporary
from turnbuckle.ports.connector import Content
from turnbuckle.ports.errors import (
    BadName,
    Gone,
    MalformedReply,
    Overtaken,
    RemoteError,
    TooLarge,
    Unsupported,
)
from turnbuckle.transport.reply import Reply

_CONFLICT = "@microsoft.graph.conflictBehavior"
_DEEPEST = 200  # folders in folders: a path of 400 characters holds no more
_BINARY = {"Content-Type": "application/octet-stream"}

type Same = Callable[[Item, Item], bool]
type Write = Callable[[dict[str, str]], Awaitable[Reply]]


class Writes:
    """Writes to the drive that `reading` reads."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._api = reading.api

    async def create_folder(self, parent: ItemId, name: Name) -> Item:
        """Make a folder, or give the one that has the name."""
        _check_name(name, Kind.FOLDER)
        body = {"name": name, "folder": {}, _CONFLICT: "fail"}
        try:
            reply = await self._api.call(
                "POST",
                f"{self._reading.address(parent)}/children",
                label="create folder",
                expect={200, 201},
                json=body,
            )
        except NameTaken as error:
            there = await self._reading.find(parent, name)
            if there is not None and there.kind is Kind.FOLDER:
                return there
            raise await self._reading.holder_error(parent, name, error) from error
        except InvalidRequest as error:
            raise _bad_name(name, error) from error
        return await self._made(reply.json(DriveItem))

    async def create_file(self, parent: ItemId, name: Name, content: Content) -> Item:
        """Make a file; what has a name that no address can hold gets it in a second step."""
        _check_name(name, Kind.FILE)
        if not addresses.is_readable(name):
            return await self._create_and_name(parent, name, content)
        target = addresses.child(self._reading.drive_id, parent, name) + ":"
        try:
            return await self._made(await self._put(target, content, "fail", self._unguarded))
        except NameTaken as error:
            raise await self._reading.holder_error(parent, name, error) from error
        except InvalidRequest as error:
            raise _bad_name(name, error) from error

    async def _create_and_name(self, parent: ItemId, name: Name, content: Content) -> Item:
        if await self._reading.child(parent, name) is not None:
            raise Overtaken(f"the name {name!r} is taken in Microsoft 365")
        made = await self.create_file(parent, temporary(f"{parent}/{name}"), content)
        try:
            return await self.move(made, parent, name)
        except RemoteError:
            with suppress(RemoteError):
                await self.delete(made)
            raise

    async def replace(self, item: Item, content: Content) -> Item:
        """Give a file new content if it still has the one that `item` tells."""

        async def guarded(write: Write) -> Reply:
            return await self._guarded(item, same_content, write)

        target = self._reading.address(item.id)
        return await self._made(await self._put(target, content, "replace", guarded))

    async def _put(
        self,
        target: str,
        content: Content,
        conflict: str,
        guarded: Callable[[Write], Awaitable[Reply]],
    ) -> DriveItem:
        if content.size > CAPABILITIES.max_file_bytes:
            raise TooLarge("Microsoft takes no file of more than 250 GB")
        if content.size == 0:
            return await self._put_nothing(target, content, conflict, guarded)

        async def ask(headers: dict[str, str]) -> Reply:
            return await self._api.call(
                "POST",
                f"{target}/createUploadSession",
                label="create upload",
                expect={200, 412} if headers else {200},
                json=session_body(content, conflict),
                headers=headers,
            )

        async def begin() -> UploadSession:
            session = (await guarded(ask)).json(UploadSession)
            if not session.upload_url:
                raise MalformedReply("Microsoft gives no address for an upload")
            return session

        return await upload(self._api, begin, content)

    async def _put_nothing(
        self,
        target: str,
        content: Content,
        conflict: str,
        guarded: Callable[[Write], Awaitable[Reply]],
    ) -> DriveItem:
        """A session cannot carry zero bytes."""
        source = Source(content, 0)
        try:
            await source.finish()
        finally:
            await source.close()

        async def put(headers: dict[str, str]) -> Reply:
            return await self._api.call(
                "PUT",
                f"{target}/content?{_CONFLICT}={conflict}",
                label="put empty file",
                expect={200, 201, 412} if headers else {200, 201},
                data=b"",
                headers={**_BINARY, **headers},
            )

        return (await guarded(put)).json(DriveItem)

    async def move(self, item: Item, parent: ItemId, name: Name) -> Item:
        """Move or rename if the item is still where, and called what, `item` tells."""
        if name != item.name:
            _check_name(name, item.kind)
        body: dict[str, Any] = {"name": name}
        if parent != item.parent:
            body["parentReference"] = {"id": parent}

        async def patch(headers: dict[str, str]) -> Reply:
            return await self._api.call(
                "PATCH",
                self._reading.address(item.id),
                label="move",
                expect={200, 204, 412} if headers else {200, 204},
                json=body,
                headers=headers,
            )

        try:
            reply = await self._guarded(item, same_place, patch)
        except NameTaken as error:
            raise await self._reading.holder_error(parent, name, error) from error
        except InvalidRequest as error:
            if item.kind is Kind.FOLDER and await self._is_within(parent, item.id):
                raise Overtaken(f"{item.name!r} cannot be moved into itself") from error
            raise _bad_name(name, error) from error
        if reply.status == 204 or not reply.body:
            return await self._reading.known(item.id)
        return await self._made(reply.json(DriveItem))

    async def _is_within(self, folder: ItemId, top: ItemId) -> bool:
        at: ItemId | None = folder
        for _ in range(_DEEPEST):
            if at is None or at == top:
                break
            at = (await self._reading.known(at)).parent
        return at == top

    async def delete(self, item: Item) -> None:
        """Delete if a fresh look shows exactly what `item` tells; gone already is fine."""
        if item.parent is None:
            raise Unsupported("the root of a Microsoft 365 library cannot be deleted")

        async def drop(headers: dict[str, str]) -> Reply:
            return await self._api.call(
                "DELETE",
                self._reading.address(item.id),
                label="delete",
                expect={200, 204, 404, 412} if headers else {200, 204, 404},
                headers=headers,
            )

        with suppress(Gone):
            now = await self._unchanged(item, same_in_all)
            await self._guarded(now, same_in_all, drop)

    async def _guarded(self, item: Item, same: Same, write: Write) -> Reply:
        """Write with the tag of `item`; where it is refused, look, and try while all is the same.

        The third try goes without a tag, as the service has been seen to refuse right ones.
        """
        tag = item.tag or (await self._unchanged(item, same)).tag
        for _ in range(2):
            reply = await write({"If-Match": tag} if tag else {})
            if reply.status != 412:
                return reply
            tag = (await self._unchanged(item, same)).tag
        return await write({})

    @staticmethod
    async def _unguarded(write: Write) -> Reply:
        return await write({})

    async def _unchanged(self, item: Item, same: Same) -> Item:
        now = await self._reading.known(item.id)
        if not same(now, item):
            raise Overtaken(f"somebody changed {item.name!r} in Microsoft 365 in the meantime")
        return now

    async def _made(self, raw: DriveItem) -> Item:
        """Take the item of a write's reply; ask for it where the reply does not tell it whole."""
        return (
            self._reading.take(raw) if is_item(raw) else await self._reading.known(ItemId(raw.id))
        )


def _check_name(name: Name, kind: Kind) -> None:
    """Refuse what SharePoint refuses, before a slash in a name becomes a folder in an address."""
    refusal = CAPABILITIES.names.refuses(name, kind)
    if refusal is not None:
        raise BadName(f"Microsoft does not take the name: {refusal}")


def _bad_name(name: Name, error: RemoteError) -> BadName:
    return BadName(f"Microsoft does not take the name {name!r}: {error}")
