"""What every connector promises of making files and of giving them new content."""

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from conformance.setting import (
    Colleague,
    Words,
    breaking,
    bytes_of,
    content,
    digest,
    essence,
    everything,
    looked,
    make,
    pattern,
)

from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.ports.connector import Connector, Content
from turnbuckle.ports.errors import Overtaken, RemoteError, TooLarge, Unreachable

AN_EARLIER_TIME = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)


class WritingContract(Words):
    """Making and replacing files."""

    async def test_a_file_is_made_with_exactly_these_bytes(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await make(connector, root, "a.dat", b"some bytes")

        assert (made.parent, made.name, made.kind, made.size) == (root, "a.dat", Kind.FILE, 10)
        assert await bytes_of(connector, made) == b"some bytes"

    @pytest.mark.parametrize("size", [0, 5 * 1024 * 1024 + 3], ids=["empty", "five MiB and 3"])
    async def test_a_file_of_any_size_arrives_whole(
        self, connector: Connector, root: ItemId, size: int
    ) -> None:
        data = pattern(size)

        made = await make(connector, root, "a.dat", data)

        assert (made.size, await bytes_of(connector, made)) == (size, data)
        assert not made.hashes or digest(connector, data) in made.hashes

    async def test_many_small_chunks_make_the_same_file(
        self, connector: Connector, root: ItemId
    ) -> None:
        data = pattern(700_001)

        made = await connector.create_file(root, Name("a.dat"), content(data, chunk=4093))

        assert await bytes_of(connector, made) == data

    async def test_what_a_write_answers_is_what_looking_tells(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await make(connector, root, "a.dat", b"one")
        replaced = await connector.replace(made, content(b"two!"))
        folder = await connector.create_folder(root, Name("x"))
        moved = await connector.move(replaced, folder.id, Name("b.dat"))

        found = await looked(connector, moved.id)

        assert essence(moved) == essence(found)
        assert essence(folder) == essence(await looked(connector, folder.id))

    async def test_our_own_versions_are_known_as_ours_and_a_colleagues_are_not(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat")
        theirs = await people.put(root, "b.dat", b"ink")

        assert (await looked(connector, mine.id)).by_us
        assert not (await looked(connector, theirs)).by_us

    async def test_a_colleagues_version_of_our_file_is_not_ours(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat")

        await people.write(mine.id, b"theirs")

        assert not (await looked(connector, mine.id)).by_us

    async def test_the_modified_time_is_kept_where_that_is_claimed(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await connector.create_file(
            root, Name("a.dat"), content(b"ink", modified=AN_EARLIER_TIME)
        )

        shown = (await looked(connector, made.id)).modified
        is_kept = shown is not None and abs(shown - AN_EARLIER_TIME) < timedelta(seconds=1)
        assert is_kept == connector.capabilities.keeps_modified

    async def test_a_replaced_file_keeps_its_id_and_has_another_version(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await make(connector, root, "a.dat", b"one")

        replaced = await connector.replace(made, content(b"two, longer"))

        assert (replaced.id, replaced.name, replaced.parent) == (made.id, "a.dat", root)
        assert replaced.version != made.version
        assert (replaced.size, await bytes_of(connector, replaced)) == (11, b"two, longer")

    async def test_a_replacement_takes_its_modified_time_along_where_that_is_claimed(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await make(connector, root, "a.dat", b"one")

        await connector.replace(made, content(b"two", modified=AN_EARLIER_TIME))

        shown = (await looked(connector, made.id)).modified
        is_kept = shown is not None and abs(shown - AN_EARLIER_TIME) < timedelta(seconds=1)
        assert is_kept == connector.capabilities.keeps_modified

    async def test_a_replaced_content_stays_in_the_history_where_that_is_claimed(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await make(connector, root, "a.dat", b"one")

        await connector.replace(made, content(b"two"))

        kept = await people.history(made.id)
        assert (b"one" in kept) == connector.capabilities.keeps_versions
        assert b"two" in kept

    @pytest.mark.parametrize(("before", "after"), [(b"", b"ink"), (b"ink", b"")])
    async def test_a_file_is_filled_and_emptied(
        self, connector: Connector, root: ItemId, before: bytes, after: bytes
    ) -> None:
        made = await make(connector, root, "a.dat", before)

        replaced = await connector.replace(made, content(after))

        assert await bytes_of(connector, replaced) == after

    async def test_a_large_replacement_arrives_whole(
        self, connector: Connector, root: ItemId
    ) -> None:
        data = pattern(5 * 1024 * 1024 + 3)
        made = await make(connector, root, "a.dat", b"one")

        replaced = await connector.replace(made, content(data))

        assert await bytes_of(connector, replaced) == data

    @pytest.mark.parametrize("after", [0, 1_000_000, 6_000_000])
    async def test_a_source_that_breaks_leaves_nothing_to_be_seen(
        self, connector: Connector, root: ItemId, after: int
    ) -> None:
        source = breaking(pattern(6_000_000), Unreachable("the source broke off"), after)

        with pytest.raises(Unreachable):
            await connector.create_file(root, Name("a.dat"), source)

        assert await everything(connector, root) == {}
        assert await connector.find(root, Name("a.dat")) is None

    async def test_a_content_that_is_not_the_one_meant_leaves_the_old_one(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await make(connector, root, "a.dat", b"old")
        source = breaking(pattern(6_000_000), Overtaken("not what the plan meant"), 5_900_000)

        with pytest.raises(Overtaken):
            await connector.replace(made, source)

        assert await bytes_of(connector, await looked(connector, made.id)) == b"old"
        assert list(await everything(connector, root)) == ["a.dat"]

    async def test_a_small_content_that_is_not_the_one_meant_leaves_the_old_one(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await make(connector, root, "a.dat", b"old")

        with pytest.raises(Overtaken):
            await connector.replace(made, breaking(b"12345678", Overtaken("not meant"), 4))

        assert await bytes_of(connector, await looked(connector, made.id)) == b"old"

    @pytest.mark.parametrize("given", [b"123", b"12345678", b""], ids=["less", "more", "nothing"])
    async def test_a_content_of_another_size_than_promised_is_not_written(
        self, connector: Connector, root: ItemId, given: bytes
    ) -> None:
        made = await make(connector, root, "a.dat", b"old")
        promised = dataclasses.replace(content(given), size=5)

        with pytest.raises(RemoteError):
            await connector.create_file(root, Name("b.dat"), promised)
        with pytest.raises(RemoteError):
            await connector.replace(made, promised)

        assert list(await everything(connector, root)) == ["a.dat"]
        assert await bytes_of(connector, await looked(connector, made.id)) == b"old"

    async def test_a_file_beyond_the_largest_size_is_refused_before_it_is_read(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await make(connector, root, "a.dat")
        too_large = unread(connector.capabilities.max_file_bytes + 1)

        with pytest.raises(TooLarge):
            await connector.create_file(root, Name("b.dat"), too_large)
        with pytest.raises(TooLarge):
            await connector.replace(made, too_large)

    async def test_many_files_at_once_all_arrive(self, connector: Connector, root: ItemId) -> None:
        names = [f"{number}.dat" for number in range(12)]

        made = await asyncio.gather(*(make(connector, root, name, name.encode()) for name in names))

        assert [await bytes_of(connector, item) for item in made] == [
            name.encode() for name in names
        ]


def unread(size: int) -> Content:
    """Promise `size` bytes, and fail when anybody asks for them."""

    def opened(start: int) -> None:
        raise AssertionError(f"asked for bytes from {start} of a file that is too large")

    return Content(size=size, modified=None, open=opened)  # type: ignore[arg-type]
