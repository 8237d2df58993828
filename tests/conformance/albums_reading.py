"""What a tool of flat albums promises of looking, finding and reading."""

from contextlib import suppress

import pytest
from conformance.setting import (
    Colleague,
    Setting,
    Words,
    bytes_of,
    everything,
    looked,
    make,
    pattern,
)

from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.ports.connector import CHUNK_BYTES, Connector
from turnbuckle.ports.errors import Gone, Outdated, Unacceptable, Unproven


class AlbumsReadingContract(Words):
    """Looking, finding and reading."""

    async def test_what_it_cannot_do_is_said_beforehand(self, connector: Connector) -> None:
        can = connector.capabilities.of("photos")

        assert (can.flat, can.duplicate_names, can.renames_files, can.replaces) == (
            True, True, False, False,
        )  # fmt: skip

    async def test_a_colleagues_photo_is_seen_with_its_size_and_place(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        album = await people.mkdir(root, "Site")
        made = await people.put(album, "a.jpg", b"12345")

        found = await looked(connector, made)

        assert (found.id, found.parent, found.name) == (made, album, "a.jpg")
        assert (found.kind, found.size, found.hashes) == (Kind.FILE, 5, frozenset())
        assert found.version
        assert found.modified is not None
        assert found.modified.tzinfo is not None

    async def test_an_album_is_a_folder_with_neither_size_nor_version(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        album = await people.mkdir(root, "Site")
        await people.put(album, "a.jpg", b"12345")

        found = await looked(connector, album)

        assert (found.parent, found.kind, found.size, found.version) == (
            root, Kind.FOLDER, 0, "",
        )  # fmt: skip

    async def test_what_has_no_album_lies_at_the_top_and_no_folder_stands_for_it(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await people.put(root, "a.jpg", b"light")

        assert {path: item.id for path, item in (await everything(connector, root)).items()} == {
            "a.jpg": made
        }
        assert (await looked(connector, made)).parent == root

    async def test_a_deleted_photo_is_proven_gone(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await people.put(root, "a.jpg", b"light")
        await looked(connector, made)

        await people.delete(made)

        assert await connector.look(made) is None

    async def test_a_deleted_album_is_proven_gone(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        album = await people.mkdir(root, "Site")

        await people.delete(album)

        assert await connector.look(album) is None

    async def test_a_photo_of_a_deleted_album_is_gone_or_at_the_top(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        album = await people.mkdir(root, "Site")
        inside = await people.put(album, "a.jpg", b"light")

        await people.delete(album)

        found = await connector.look(inside)
        assert found is None or found.parent == root

    async def test_an_item_is_found_by_its_name(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        photo = await people.put(root, "a b.jpg", b"light")
        album = await people.mkdir(root, "a b")
        inside = await people.put(album, "c.jpg", b"light")

        found = [
            await connector.find(parent, Name(name))
            for parent, name in ((root, "a b.jpg"), (root, "a b"), (album, "c.jpg"))
        ]

        assert [item.id if item else None for item in found] == [photo, album, inside]

    async def test_a_name_that_nothing_has_is_not_found(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        elsewhere = await people.mkdir(root, "Site")
        await people.put(elsewhere, "a.jpg", b"light")

        for name in ("a.jpg", "b.jpg", "Yard"):
            assert await connector.find(root, Name(name)) is None

    @pytest.mark.parametrize("start", [0, 1, 160_001, 3 * CHUNK_BYTES + 11])
    async def test_a_content_is_read_from_any_byte(
        self, connector: Connector, root: ItemId, people: Colleague, start: int
    ) -> None:
        data = pattern(3 * CHUNK_BYTES + 11)
        made = await looked(connector, await people.put(root, "a.jpg", data))

        chunks = [chunk async for chunk in connector.read(made, start)]

        assert b"".join(chunks) == data[start:]
        assert max(map(len, chunks), default=0) <= CHUNK_BYTES

    async def test_a_deleted_photo_gives_no_other_bytes_than_its_own(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.jpg", b"mine")
        await people.delete(mine.id)
        await people.put(root, "a.jpg", b"theirs")

        with suppress(Gone, Unproven):
            assert await bytes_of(connector, mine) == b"mine"

    async def test_an_id_that_never_was_is_neither_seen_nor_read(self, setting: Setting) -> None:
        nobody = Item(
            id=setting.unknown_file,
            parent=setting.root,
            name=Name("a.jpg"),
            kind=Kind.FILE,
            version=Version("1"),
            size=3,
        )

        with pytest.raises((Gone, Unproven)):
            await bytes_of(setting.connector, nobody)
        with pytest.raises(Unproven):
            await setting.connector.look(strange_id("blueprint:7"))

    async def test_an_album_has_no_content_to_read(
        self, connector: Connector, root: ItemId
    ) -> None:
        album = await connector.create_folder(root, Name("Site"))

        with pytest.raises((Unacceptable, Outdated)):
            await bytes_of(connector, album)


def strange_id(text: str) -> ItemId:
    """Give an id of a form that no item has."""
    return ItemId(text)
