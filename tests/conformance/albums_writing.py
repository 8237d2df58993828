"""What a tool of flat albums promises of uploading, moving and deleting, and what it refuses."""

import asyncio
import dataclasses
from datetime import UTC, datetime

import pytest
from conformance.setting import (
    Colleague,
    Setting,
    Words,
    breaking,
    bytes_of,
    content,
    essence,
    everything,
    looked,
    make,
    pattern,
)
from conformance.writing import unread

from turnbuckle.model.items import ItemId, Name
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import (
    BadName,
    Gone,
    Overtaken,
    RemoteError,
    TooLarge,
    TypeRefused,
    Unproven,
    Unreachable,
    Unsupported,
)

NAMES = [
    "a b.jpg", "two..dots.jpg", "Größe Ångström.jpg", "Gro\u0308\u00dfe.jpg", "图纸.jpg",
    "#1 100% a&b c+d e=f,g;h'i.jpg", "%41.jpg", "&#39;.jpg", 'a"b.jpg', "a:b*c?d<e>f|.jpg",
    " leading.jpg", "a\\b.jpg",
]  # fmt: skip


class AlbumsWritingContract(Words):
    """Uploading, making albums, moving, renaming and deleting."""

    @pytest.mark.parametrize("size", [1, 5 * 1024 * 1024 + 3])
    async def test_a_photo_is_made_with_exactly_these_bytes(
        self, connector: Connector, root: ItemId, size: int
    ) -> None:
        data = pattern(size)

        made = await connector.create_file(root, Name("a.jpg"), content(data, chunk=40_093))

        assert (made.parent, made.name, made.size) == (root, "a.jpg", size)
        assert await bytes_of(connector, made) == data

    async def test_what_a_write_answers_is_what_looking_tells(
        self, connector: Connector, root: ItemId
    ) -> None:
        album = await connector.create_folder(root, Name("Site"))
        made = await make(connector, root, "a.jpg")
        inside = await make(connector, album.id, "b.jpg")
        moved = await connector.move(made, album.id, Name("a.jpg"))
        renamed = await connector.move(album, root, Name("Yard"))

        for item in (inside, moved, renamed):
            assert essence(await looked(connector, item.id)) == essence(item)

    async def test_our_own_photos_are_known_as_ours_and_a_colleagues_are_not(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.jpg")
        theirs = await people.put(root, "b.jpg", b"light")

        assert (await looked(connector, mine.id)).by_us
        assert not (await looked(connector, theirs)).by_us

    async def test_two_photos_of_one_name_are_two_photos(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        one = await make(connector, root, "a.jpg", b"one")
        other = await make(connector, root, "a.jpg", b"other")
        theirs = await people.put(root, "a.jpg", b"theirs")

        found = [await bytes_of(connector, await looked(connector, each))
                 for each in (one.id, other.id, theirs)]  # fmt: skip
        assert found == [b"one", b"other", b"theirs"]

    async def test_what_is_no_image_is_refused_as_such(
        self, connector: Connector, root: ItemId
    ) -> None:
        assert ".jpg" in (connector.capabilities.of("photos").suffixes or ())

        with pytest.raises(TypeRefused):
            await make(connector, root, "a.docx")

        assert await everything(connector, root) == {}

    async def test_a_modified_time_is_not_kept(self, connector: Connector, root: ItemId) -> None:
        long_ago = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)

        made = await connector.create_file(root, Name("a.jpg"), content(b"x", modified=long_ago))

        assert (await looked(connector, made.id)).modified != long_ago
        assert not connector.capabilities.of("photos").keeps_modified

    @pytest.mark.parametrize("name", NAMES)
    async def test_a_name_is_kept_by_a_photo_and_by_an_album(
        self, connector: Connector, root: ItemId, name: str
    ) -> None:
        photo = await make(connector, root, name)
        album = await connector.create_folder(root, Name(name.removesuffix(".jpg")))

        assert (await looked(connector, photo.id)).name == name
        assert (await looked(connector, album.id)).name == name.removesuffix(".jpg")

    async def test_the_longest_name_is_taken_and_a_longer_one_is_not(
        self, connector: Connector, root: ItemId
    ) -> None:
        longest = connector.capabilities.of("photos").names.longest

        made = await make(connector, root, "n" * (longest - 4) + ".jpg")

        assert len(made.name) == longest
        with pytest.raises(BadName):
            await make(connector, root, "n" * (longest - 3) + ".jpg")
        with pytest.raises(BadName):
            await connector.create_folder(root, Name("n" * (longest + 1)))

    @pytest.mark.parametrize("after", [0, 5_900_000])
    async def test_a_source_that_breaks_leaves_nothing_to_be_seen(
        self, connector: Connector, root: ItemId, after: int
    ) -> None:
        source = breaking(pattern(6_000_000), Unreachable("the source broke off"), after)

        with pytest.raises(Unreachable):
            await connector.create_file(root, Name("a.jpg"), source)

        assert await everything(connector, root) == {}

    @pytest.mark.parametrize("given", [b"123", b"12345678"], ids=["less", "more"])
    async def test_a_content_of_another_size_than_promised_is_not_written(
        self, connector: Connector, root: ItemId, given: bytes
    ) -> None:
        with pytest.raises(RemoteError):
            await connector.create_file(
                root, Name("a.jpg"), dataclasses.replace(content(given), size=5)
            )

        assert await everything(connector, root) == {}

    async def test_a_photo_beyond_the_largest_size_is_refused_before_it_is_read(
        self, connector: Connector, root: ItemId
    ) -> None:
        most = connector.capabilities.of("photos").max_file_bytes

        with pytest.raises(TooLarge):
            await connector.create_file(root, Name("a.jpg"), unread(most + 1))

    async def test_many_photos_at_once_all_arrive(self, connector: Connector, root: ItemId) -> None:
        names = [f"{number}.jpg" for number in range(12)]

        made = await asyncio.gather(*(make(connector, root, name, name.encode()) for name in names))

        assert [await bytes_of(connector, item) for item in made] == [
            name.encode() for name in names
        ]

    async def test_a_photo_takes_neither_a_new_name_nor_new_bytes(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await make(connector, root, "a.jpg", b"old")

        with pytest.raises(Unsupported):
            await connector.replace(made, content(b"new"))
        with pytest.raises(Unsupported):
            await connector.move(made, root, Name("b.jpg"))

        assert essence(await looked(connector, made.id)) == essence(made)

    async def test_an_album_holds_no_album(self, connector: Connector, root: ItemId) -> None:
        one, other = [await connector.create_folder(root, Name(name)) for name in ("x", "y")]

        with pytest.raises(Unsupported):
            await connector.create_folder(one.id, Name("z"))
        with pytest.raises(Unsupported):
            await connector.move(other, one.id, Name("y"))

        assert sorted(await everything(connector, root)) == ["x", "y"]

    async def test_an_album_asked_for_many_times_is_one_album(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        theirs = await people.mkdir(root, "Yard")

        made = await asyncio.gather(*(connector.create_folder(root, Name("x")) for _ in range(5)))

        assert len({album.id for album in made}) == 1
        assert (await connector.create_folder(root, Name("Yard"))).id == theirs

    async def test_a_renamed_album_keeps_its_id_and_its_photos(
        self, connector: Connector, root: ItemId
    ) -> None:
        album = await connector.create_folder(root, Name("Site"))
        inside = await make(connector, album.id, "a.jpg")

        moved = await connector.move(album, root, Name("Yard"))

        found = await everything(connector, root)
        assert {path: item.id for path, item in found.items()} == {
            "Yard": moved.id, "Yard/a.jpg": inside.id,
        }  # fmt: skip

    async def test_a_photo_goes_from_album_to_album_and_to_none_and_back(
        self, connector: Connector, root: ItemId
    ) -> None:
        one, other = [await connector.create_folder(root, Name(name)) for name in ("x", "y")]
        photo = await make(connector, one.id, "a.jpg")
        first = essence(photo)

        for parent in (other.id, other.id, root, one.id):
            photo = await connector.move(photo, parent, photo.name)
            assert essence(await looked(connector, photo.id))[1] == parent

        assert essence(photo) == first

    async def test_a_deleted_album_is_gone_with_all_its_photos(
        self, connector: Connector, root: ItemId
    ) -> None:
        album = await connector.create_folder(root, Name("Site"))
        inside = await make(connector, album.id, "a.jpg")
        kept = await make(connector, root, "b.jpg")

        await connector.delete(await looked(connector, album.id))

        assert list(await everything(connector, root)) == ["b.jpg"]
        assert await connector.look(inside.id) is None
        assert await connector.look(kept.id) is not None

    async def test_what_is_gone_already_can_be_deleted_again_and_brought_back(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await make(connector, root, "a.jpg", b"precious")
        await connector.delete(made)
        await connector.delete(made)

        await people.restore(made.id)

        back = await looked(connector, made.id)
        assert (back.name, await bytes_of(connector, back)) == ("a.jpg", b"precious")

    async def test_nothing_is_made_in_an_album_that_is_not_there(
        self, connector: Connector, root: ItemId, people: Colleague, setting: Setting
    ) -> None:
        album = await people.mkdir(root, "Site")
        await people.delete(album)

        for folder in (album, setting.unknown_folder):
            with pytest.raises((Gone, Unproven)):
                await make(connector, folder, "a.jpg")

    async def test_what_was_moved_or_renamed_meanwhile_is_not_deleted(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        album = await connector.create_folder(root, Name("Site"))
        photo = await make(connector, root, "a.jpg")
        await people.move(photo.id, album.id, "a.jpg")
        await people.move(album.id, root, "Yard")

        for item in (photo, album):
            with pytest.raises(Overtaken):
                await connector.delete(item)

        assert sorted(await everything(connector, root)) == ["Yard", "Yard/a.jpg"]

    async def test_what_is_gone_is_not_moved(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        album = await connector.create_folder(root, Name("Site"))
        photo = await make(connector, root, "a.jpg")
        await people.delete(photo.id)

        with pytest.raises((Gone, Unproven)):
            await connector.move(photo, album.id, Name("a.jpg"))
