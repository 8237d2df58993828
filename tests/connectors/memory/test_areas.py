"""A part of a memory remote with rules of its own: flat albums of photos."""

import pytest

from turnbuckle.connectors.memory.areas import Area
from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.connectors.memory.traits import MemoryTraits
from turnbuckle.model.items import Cursor, Item, ItemId, Name
from turnbuckle.ports.errors import TypeRefused, Unsupported


class Site:
    """A remote with documents and photos; `area` says how the photos differ."""

    def __init__(self, **area: object) -> None:
        self.remote = MemoryRemote(MemoryTraits(crosses_tools=False))
        self.people = People(self.remote)
        self.people.mkdir("Documents")
        self.photos = self.people.mkdir("Photos")
        self.remote.areas.append(
            Area(
                tool="photos",
                root=self.photos,
                loose=self.people.mkdir("Photos/Unclassified"),
                flat=True,
                suffixes=frozenset({".jpg"}),
                **area,  # type: ignore[arg-type]
            )
        )
        self.connector = MemoryConnector(self.remote)

    async def told(self, since: Cursor | None = None) -> dict[str, Item]:
        pages = [page async for page in self.connector.changes(since)]
        return {item.name: item for page in pages for item in page.items}

    async def look(self, path: str) -> Item:
        found = await self.connector.look(self.people.id_of(path))
        assert found is not None
        return found


async def test_photos_in_no_album_are_told_as_lying_among_the_albums() -> None:
    site = Site()
    site.people.put("Photos/Unclassified/i.jpg", b"ink")

    told = await site.told()

    assert told["i.jpg"].parent == site.photos
    assert "Unclassified" not in told


async def test_a_photo_moved_among_the_albums_is_in_no_album() -> None:
    site = Site()
    site.people.put("Photos/Roof/i.jpg", b"ink")

    moved = await site.connector.move(
        await site.look("Photos/Roof/i.jpg"), site.photos, Name("i.jpg")
    )

    assert moved.parent == site.photos
    assert "Photos/Unclassified/i.jpg" in site.people.snapshot()


async def test_a_photo_in_no_album_is_found_among_the_albums() -> None:
    site = Site()
    made = site.people.put("Photos/Unclassified/i.jpg", b"ink")

    found = await site.connector.find(site.photos, Name("i.jpg"))

    assert found is not None
    assert found.id == made


async def test_an_album_holds_no_album() -> None:
    site = Site()
    roof = await site.connector.create_folder(site.photos, Name("Roof"))

    with pytest.raises(Unsupported):
        await site.connector.create_folder(roof.id, Name("North"))


async def test_a_document_is_no_photo() -> None:
    site = Site()

    with pytest.raises(TypeRefused):
        site.people.put("Photos/Roof/a.docx", b"ink")


async def test_two_photos_of_one_album_may_have_the_same_name() -> None:
    site = Site(duplicate_names=True)
    site.people.put("Photos/Roof/i.jpg", b"one")

    site.people.new("Photos/Roof/i.jpg", b"two")

    assert site.people.snapshot("Photos/Roof") == {"i.jpg": b"one", "i.jpg#dup-2": b"two"}


async def test_a_photo_that_keeps_its_name_is_not_renamed() -> None:
    site = Site(renames_files=False)
    site.people.put("Photos/Roof/i.jpg", b"ink")
    photo = await site.look("Photos/Roof/i.jpg")

    with pytest.raises(Unsupported):
        await site.connector.move(photo, photo.parent or ItemId(""), Name("j.jpg"))


async def test_a_photo_that_keeps_its_content_gets_no_other() -> None:
    site = Site(replaces=False)
    site.people.put("Photos/Roof/i.jpg", b"ink")

    with pytest.raises(Unsupported):
        site.people.put("Photos/Roof/i.jpg", b"other")


async def test_nothing_moves_from_one_tool_to_the_other() -> None:
    site = Site()
    site.people.put("Documents/i.jpg", b"ink")

    with pytest.raises(Unsupported):
        await site.connector.move(await site.look("Documents/i.jpg"), site.photos, Name("i.jpg"))


def test_what_differs_is_told_tool_by_tool() -> None:
    site = Site(replaces=False)

    capabilities = site.connector.capabilities

    assert capabilities.of("photos").flat
    assert not capabilities.of("photos").replaces
    assert not capabilities.of("documents").flat
