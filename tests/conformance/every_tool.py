"""What every tool promises alike, whether its folders lie in each other or are flat albums."""

from contextlib import suppress
from random import Random
from typing import Protocol

import pytest
from conformance.mirror import Mirror
from conformance.setting import Colleague, Setting, Words, bytes_of, looked, make, pattern, told

from turnbuckle.model.items import Cursor, Item, ItemId, Kind, Name, Version
from turnbuckle.ports.connector import CHUNK_BYTES, Connector
from turnbuckle.ports.errors import (
    CursorExpired,
    Gone,
    MalformedReply,
    Outdated,
    Unacceptable,
    Unproven,
)


class Work(Protocol):
    """Random work of a colleague and of ours, the same for the same chance."""

    random: Random

    async def step(self) -> None:
        """Do one thing."""


class EveryReading(Words):
    """Looking, finding and reading.

    Attributes:
        suffix: what the names of this tool's files end with.
    """

    suffix = ".dat"

    async def test_a_deleted_file_is_proven_gone(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await people.put(root, f"a{self.suffix}", b"ink")
        await looked(connector, made)

        await people.delete(made)

        assert await connector.look(made) is None

    async def test_a_name_that_nothing_has_is_not_found(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        elsewhere = await people.mkdir(root, "x")
        await people.put(elsewhere, f"a{self.suffix}", b"ink")

        for name in (f"a{self.suffix}", f"b{self.suffix}", "y"):
            assert await connector.find(root, Name(name)) is None

    @pytest.mark.parametrize("start", [0, 1, 160_001, 3 * CHUNK_BYTES + 10, 3 * CHUNK_BYTES + 11])
    async def test_a_content_is_read_from_any_byte(
        self, connector: Connector, root: ItemId, people: Colleague, start: int
    ) -> None:
        data = pattern(3 * CHUNK_BYTES + 11)
        made = await looked(connector, await people.put(root, f"a{self.suffix}", data))

        chunks = [chunk async for chunk in connector.read(made, start)]

        assert b"".join(chunks) == data[start:]
        assert max(map(len, chunks), default=0) <= CHUNK_BYTES

    async def test_a_deleted_file_gives_no_other_bytes_than_its_own(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, f"a{self.suffix}", b"mine")
        await people.delete(mine.id)
        await people.put(root, f"a{self.suffix}", b"theirs")

        with suppress(Gone, Unproven):
            assert await bytes_of(connector, mine) == b"mine"

    async def test_an_id_that_never_was_is_not_read(self, setting: Setting) -> None:
        nobody = Item(
            id=setting.unknown_file,
            parent=setting.root,
            name=Name(f"a{self.suffix}"),
            kind=Kind.FILE,
            version=Version("1"),
            size=3,
        )

        with pytest.raises((Gone, Unproven)):
            await bytes_of(setting.connector, nobody)

    async def test_a_folder_has_no_content_to_read(
        self, connector: Connector, root: ItemId
    ) -> None:
        folder = await connector.create_folder(root, Name("x"))

        with pytest.raises((Unacceptable, Outdated)):
            await bytes_of(connector, folder)


class EveryFeed(Words):
    """Pages, cursors, changes and proofs of deletions.

    Attributes:
        suffix: what the names of this tool's files end with.
        pause_seconds: between a deletion and what is told of a restored item.
    """

    suffix = ".dat"
    pause_seconds = 0

    def work(self, setting: Setting, random: Random) -> Work:
        """Give random work that this tool takes."""
        raise NotImplementedError

    def shown(self, mirror: Mirror) -> object:
        """Give what a mirror holds, in a form that can be compared."""
        raise NotImplementedError

    async def test_a_deletion_is_proven(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await people.put(root, f"a{self.suffix}", b"ink")
        kept = await people.put(root, f"b{self.suffix}", b"ink")
        since = (await told(connector)).cursor
        await people.delete(made)

        later = await told(connector, since)

        assert made in later.gone
        assert made not in later.items
        assert kept not in later.gone

    async def test_many_changes_in_one_page_set_are_all_told(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        old = {await people.put(root, f"old {each}{self.suffix}", b"ink") for each in range(9)}
        since = (await told(connector)).cursor
        new = {await people.put(root, f"new {each}{self.suffix}", b"ink") for each in range(9)}
        for item in old:
            await people.delete(item)

        later = await told(connector, since)

        assert old <= later.gone
        assert new <= set(later.items)

    @pytest.mark.parametrize("seed", range(4))
    async def test_a_mirror_kept_by_the_feed_alone_stays_true(
        self, setting: Setting, seed: int
    ) -> None:
        connector, mirror = setting.connector, Mirror(setting.root)
        work = self.work(setting, Random(seed))
        cursor: Cursor | None = None
        for seconds in (0, 5, 1000, 0, 20_000, 3, 700, 0):
            for _ in range(work.random.randint(0, 6)):
                await work.step()
            await setting.people.wait(seconds)

            page_set = await told(connector, cursor)

            mirror.take(page_set)
            cursor = page_set.cursor
            whole = Mirror(setting.root)
            whole.take(await told(connector))
            assert self.shown(mirror) == self.shown(whole)
            assert not page_set.gone & set(whole.items)

    async def test_what_comes_back_from_the_bin_is_told_again(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await people.put(root, f"a{self.suffix}", b"ink")
        await people.delete(made)
        await people.wait(self.pause_seconds)
        since = (await told(connector)).cursor
        await people.restore(made)

        later = await told(connector, since)

        assert later.items[made].name == f"a{self.suffix}"
        assert made not in later.gone

    async def test_an_old_cursor_can_be_read_from_again(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        since = (await told(connector)).cursor
        made = await people.put(root, f"a{self.suffix}", b"ink")
        first = await told(connector, since)

        again = await told(connector, since)

        assert made in first.items
        assert made in again.items

    async def test_a_cursor_is_text_without_a_secret(self, setting: Setting) -> None:
        cursor = (await told(setting.connector)).cursor

        assert isinstance(cursor, str)
        assert not [secret for secret in setting.secrets if secret in cursor]

    @pytest.mark.parametrize("strange", ["gibberish", "{}", '{"documents":"x","photos":"y"}'])
    async def test_a_cursor_that_is_none_of_the_feeds_is_refused(
        self, connector: Connector, strange: str
    ) -> None:
        with pytest.raises((CursorExpired, MalformedReply)):
            await told(connector, Cursor(strange))
