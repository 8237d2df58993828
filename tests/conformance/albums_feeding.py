"""What a tool of flat albums promises of its feed of changes."""

from dataclasses import dataclass, field
from random import Random

from conformance.every_tool import EveryFeed
from conformance.mirror import Mirror
from conformance.setting import (
    Colleague,
    Setting,
    Told,
    content,
    essence,
    everything,
    looked,
    make,
    told,
)

from turnbuckle.model.items import ItemId, Name
from turnbuckle.ports.connector import Connector


class AlbumsFeedingContract(EveryFeed):
    """Pages, cursors, changes and proofs of deletions."""

    suffix = ".jpg"
    pause_seconds = 1000

    def work(self, setting: Setting, random: Random) -> "AlbumWork":
        return AlbumWork(setting, random)

    def shown(self, mirror: Mirror) -> object:
        """Give what lies in albums that are there; by ids, since photos may share a path."""
        albums = {item.id for item in mirror.items.values() if item.parent == mirror.root}
        there = {mirror.root, *albums}
        return {essence(item) for item in mirror.items.values() if item.parent in there}

    async def test_everything_is_told_from_no_cursor(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        album = await people.mkdir(root, "Site")
        await people.mkdir(root, "Empty")
        await people.put(album, "a.jpg", b"12345")
        await people.put(root, "b.jpg", b"light")

        full = await told(connector)

        assert sorted(await everything(connector, root)) == [
            "Empty", "Site", "Site/a.jpg", "b.jpg",
        ]  # fmt: skip
        assert root in full.items
        assert all(page.full for page in full.pages)
        assert [page.cursor is not None for page in full.pages].count(True) == 1
        assert {page.expected for page in full.pages} <= {None, len(full.items)}

    async def test_a_quiet_tool_tells_nothing(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        await people.mkdir(root, "Site")
        await people.put(root, "a.jpg", b"light")
        await people.wait(1000)
        since = (await told(connector)).cursor

        quiet = await told(connector, since)

        assert (quiet.items, quiet.gone) == ({}, set())
        assert not quiet.pages[-1].full

    async def test_new_photos_and_albums_are_told(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        since = (await told(connector)).cursor
        album = await people.mkdir(root, "Site")
        inside = await people.put(album, "a.jpg", b"light")

        later = await told(connector, since)

        assert (later.items[album].parent, later.items[album].name) == (root, "Site")
        assert (later.items[inside].parent, later.items[inside].size) == (album, 5)
        assert not later.pages[-1].full

    async def test_renames_and_moves_are_told_under_the_same_id(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        album = await people.mkdir(root, "Site")
        photo = await people.put(root, "a.jpg", b"light")
        await people.wait(1000)
        since = (await told(connector)).cursor
        await people.move(album, root, "Yard")
        await people.move(photo, album, "a.jpg")

        later = await told(connector, since)

        assert later.items[album].name == "Yard"
        assert later.items[photo].parent == album
        assert not later.gone

    async def test_a_deleted_album_is_proven_gone_and_its_photos_are_gone_or_at_the_top(
        self, connector: Connector, root: ItemId, people: Colleague, setting: Setting
    ) -> None:
        album = await people.mkdir(root, "Site")
        inside = await people.put(album, "a.jpg", b"light")
        since = (await told(connector)).cursor
        await people.delete(album)

        later = await told(connector, since)

        assert album in later.gone or await connector.look(album) is None
        assert inside not in later.items or later.items[inside].parent == root

    async def test_one_deleted_and_one_added_are_both_told(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        doomed = await people.put(root, "a.jpg", b"light")
        await people.wait(1000)
        since = (await told(connector)).cursor
        await people.delete(doomed)
        made = await people.put(root, "a.jpg", b"light")

        later = await told(connector, since)

        assert (doomed in later.gone, made in later.items) == (True, True)

    async def test_what_changes_while_a_page_set_is_read_is_told_in_it_or_in_the_next(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        album = await people.mkdir(root, "Site")
        deleted = await people.put(album, "deleted.jpg", b"light")
        moved = await people.put(album, "moved.jpg", b"light")
        for number in range(5):
            await people.put(root, f"{number}.jpg", b"light")
        pages = connector.changes(None)
        first = Told(pages=[await anext(aiter(pages))])

        await people.delete(deleted)
        await people.move(moved, root, "moved.jpg")
        made = await people.put(album, "made.jpg", b"light")

        first.pages += [page async for page in pages]
        later = await told(connector, first.cursor)
        items = {**first.items, **later.items}
        assert items[moved].parent == root
        assert items[made].parent == album
        assert deleted in later.gone or deleted not in items or later.pages[-1].full

    async def test_what_our_own_writes_answered_is_what_the_feed_tells(
        self, connector: Connector, root: ItemId
    ) -> None:
        since = (await told(connector)).cursor
        album = await connector.create_folder(root, Name("Site"))
        made = await make(connector, album.id, "a.jpg", b"light")
        moved = await connector.move(made, root, made.name)

        items = (await told(connector, since)).items

        assert essence(items[album.id]) == essence(album)
        assert essence(items[moved.id]) == essence(moved)


@dataclass
class AlbumWork:
    """Random work of a colleague and of ours in albums; the same for the same seed."""

    setting: Setting
    random: Random
    _albums: list[ItemId] = field(default_factory=list)
    _photos: list[ItemId] = field(default_factory=list)
    _binned: list[ItemId] = field(default_factory=list)
    _names: int = 0

    async def step(self) -> None:
        """Do one thing."""
        doings = [self._put, self._put, self._make, self._mkdir, self._delete, self._discard]
        if self.setting.tells_moves:
            doings += [self._move, self._rename, self._restore, self._take, self._delete_album]
        await self.random.choice(doings)()

    def _name(self) -> str:
        self._names += 1
        return f"item {self._names % 7}.jpg"

    def _place(self) -> ItemId:
        return self.random.choice([self.setting.root, *self._albums])

    async def _put(self) -> None:
        people = self.setting.people
        self._photos.append(await people.put(self._place(), self._name(), b"light"))

    async def _make(self) -> None:
        made = await self.setting.connector.create_file(
            self._place(), Name(self._name()), content(b"by us")
        )
        self._photos.append(made.id)

    async def _mkdir(self) -> None:
        self._albums.append(await self.setting.people.mkdir(self.setting.root, self._name()))

    async def _delete(self) -> None:
        if self._photos:
            photo = self._photos.pop(self.random.randrange(len(self._photos)))
            await self.setting.people.delete(photo)
            self._binned.append(photo)

    async def _discard(self) -> None:
        if self._photos:
            photo = self._photos.pop(self.random.randrange(len(self._photos)))
            connector = self.setting.connector
            await connector.delete(await looked(connector, photo))
            self._binned.append(photo)

    async def _move(self) -> None:
        if self._photos:
            photo = self.random.choice(self._photos)
            name = (await looked(self.setting.connector, photo)).name
            await self.setting.people.move(photo, self._place(), name)

    async def _take(self) -> None:
        if self._photos:
            connector = self.setting.connector
            photo = await looked(connector, self.random.choice(self._photos))
            await connector.move(photo, self._place(), photo.name)

    async def _rename(self) -> None:
        if self._albums:
            album = self.random.choice(self._albums)
            await self.setting.people.move(album, self.setting.root, self._name())

    async def _delete_album(self) -> None:
        if self._albums:
            album = self._albums.pop(self.random.randrange(len(self._albums)))
            await self.setting.people.delete(album)
            there = [await self.setting.connector.look(photo) for photo in self._photos]
            self._photos = [item.id for item in there if item is not None]

    async def _restore(self) -> None:
        if self._binned:
            photo = self._binned.pop(self.random.randrange(len(self._binned)))
            await self.setting.people.restore(photo)
            self._photos.append(photo)
