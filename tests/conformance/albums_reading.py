"""What a tool of flat albums promises of looking, finding and reading."""

import pytest
from conformance.every_tool import EveryReading
from conformance.setting import (
    Colleague,
    everything,
    looked,
)

from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import Unproven


class AlbumsReadingContract(EveryReading):
    """Looking, finding and reading."""

    suffix = ".jpg"

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

    async def test_an_id_of_a_form_that_nothing_has_is_not_proven_gone(
        self, connector: Connector
    ) -> None:
        with pytest.raises(Unproven):
            await connector.look(ItemId("blueprint:7"))
