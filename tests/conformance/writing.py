"""What every connector promises of making, replacing, moving and deleting."""

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from conformance.setting import (
    Colleague,
    Setting,
    Words,
    breaking,
    bytes_of,
    content,
    digest,
    everything,
    looked,
    make,
    pattern,
)

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.ports.connector import Connector, Content
from turnbuckle.ports.errors import Gone, Overtaken, RemoteError, TooLarge, Unproven, Unreachable

AN_EARLIER_TIME = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)


class WritingContract(Words):
    """Making, replacing, moving and deleting."""

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

    async def test_a_folder_is_made_once_and_then_given(
        self, connector: Connector, root: ItemId
    ) -> None:
        first = await connector.create_folder(root, Name("x"))

        again = await connector.create_folder(root, Name("x"))

        assert (again.id, again.kind, again.parent) == (first.id, Kind.FOLDER, root)
        assert list(await everything(connector, root)) == ["x"]

    async def test_a_folder_asked_for_many_times_at_once_is_one_folder(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await asyncio.gather(*(connector.create_folder(root, Name("x")) for _ in range(5)))

        assert len({folder.id for folder in made}) == 1

    async def test_many_files_at_once_all_arrive(self, connector: Connector, root: ItemId) -> None:
        names = [f"{number}.dat" for number in range(12)]

        made = await asyncio.gather(*(make(connector, root, name, name.encode()) for name in names))

        assert [await bytes_of(connector, item) for item in made] == [
            name.encode() for name in names
        ]

    async def test_a_rename_keeps_id_and_version(self, connector: Connector, root: ItemId) -> None:
        made = await make(connector, root, "a.dat")

        moved = await connector.move(made, root, Name("b.dat"))

        assert (moved.id, moved.version, moved.name) == (made.id, made.version, "b.dat")
        assert list(await everything(connector, root)) == ["b.dat"]

    async def test_a_move_with_another_name_is_one_step(
        self, connector: Connector, root: ItemId
    ) -> None:
        folder = await connector.create_folder(root, Name("x"))
        made = await make(connector, root, "a.dat")

        moved = await connector.move(made, folder.id, Name("b.dat"))

        assert (moved.id, moved.parent, moved.version) == (made.id, folder.id, made.version)
        assert sorted(await everything(connector, root)) == ["x", "x/b.dat"]

    async def test_a_folder_moves_with_all_below_it(
        self, connector: Connector, root: ItemId
    ) -> None:
        folder = await connector.create_folder(root, Name("x"))
        inside = await make(connector, folder.id, "a.dat")
        other = await connector.create_folder(root, Name("y"))

        await connector.move(folder, other.id, Name("z"))

        found = await everything(connector, root)
        assert sorted(found) == ["y", "y/z", "y/z/a.dat"]
        assert found["y/z/a.dat"].id == inside.id

    async def test_a_name_changes_in_nothing_but_its_case(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = await make(connector, root, "plan.dat")

        moved = await connector.move(made, root, Name("PLAN.dat"))

        assert (moved.id, moved.name) == (made.id, "PLAN.dat")
        assert list(await everything(connector, root)) == ["PLAN.dat"]

    async def test_a_deleted_folder_is_gone_with_all_below_it(
        self, connector: Connector, root: ItemId
    ) -> None:
        folder = await connector.create_folder(root, Name("x"))
        inside = await make(connector, folder.id, "a.dat")

        await connector.delete(await looked(connector, folder.id))

        assert await everything(connector, root) == {}
        assert await connector.look(inside.id) is None

    async def test_what_is_gone_already_can_be_deleted_again(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await make(connector, root, "a.dat")
        await people.delete(made.id)

        await connector.delete(made)

        assert await connector.look(made.id) is None

    async def test_what_we_delete_can_be_brought_back(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await make(connector, root, "a.dat", b"precious")
        await connector.delete(made)

        await people.restore(made.id)

        back = await looked(connector, made.id)
        assert (back.name, await bytes_of(connector, back)) == ("a.dat", b"precious")

    async def test_nothing_is_made_in_a_folder_that_never_was(self, setting: Setting) -> None:
        with pytest.raises((Gone, Unproven)):
            await make(setting.connector, setting.unknown_folder, "a.dat")
        with pytest.raises((Gone, Unproven)):
            await setting.connector.create_folder(setting.unknown_folder, Name("x"))

    async def test_nothing_is_made_in_a_deleted_folder(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        await people.delete(folder)

        with pytest.raises((Gone, Unproven)):
            await make(connector, folder, "a.dat")


def essence(item: Item) -> tuple[object, ...]:
    """Give what must be the same however an item is told; its tag may move on by itself."""
    return (item.id, item.parent, item.name, item.kind, item.version, item.size)


def unread(size: int) -> Content:
    """Promise `size` bytes, and fail when anybody asks for them."""

    def opened(start: int) -> None:
        raise AssertionError(f"asked for bytes from {start} of a file that is too large")

    return Content(size=size, modified=None, open=opened)  # type: ignore[arg-type]
