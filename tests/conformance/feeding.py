"""What every connector promises of its feed of changes."""

from random import Random

from conformance.every_tool import EveryFeed
from conformance.mirror import Mirror, Work
from conformance.setting import (
    Colleague,
    Setting,
    Told,
    content,
    essence,
    everything,
    make,
    told,
)

from turnbuckle.model.items import ItemId, Name
from turnbuckle.ports.connector import Connector


class FeedingContract(EveryFeed):
    """Pages, cursors, changes and proofs of deletions."""

    def work(self, setting: Setting, random: Random) -> Work:
        return Work(
            setting.connector, setting.people, setting.root, random, moves=setting.tells_moves
        )

    def shown(self, mirror: Mirror) -> object:
        return mirror.tree()

    async def test_everything_is_told_from_no_cursor(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        await people.mkdir(folder, "empty")
        await people.put(folder, "a.dat", b"12345")

        found = await everything(connector, root)

        assert sorted(found) == ["x", "x/a.dat", "x/empty"]
        assert found["x/a.dat"].size == 5

    async def test_the_pages_of_one_set_agree_and_only_the_last_has_the_cursor(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        for number in range(7):
            await people.put(root, f"{number}.dat", b"ink")

        full = await told(connector)

        assert all(page.full for page in full.pages)
        assert [page.cursor is not None for page in full.pages[:-1]] == [False] * (
            len(full.pages) - 1
        )
        assert {page.expected for page in full.pages} <= {None, len(full.items)}

    async def test_a_later_page_set_has_one_cursor_at_its_end_too(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        since = (await told(connector)).cursor
        await people.put(root, "a.dat", b"ink")

        later = await told(connector, since)

        assert [page.cursor is not None for page in later.pages].count(True) == 1
        assert len({page.full for page in later.pages}) == 1
        assert later.cursor

    async def test_a_quiet_remote_tells_no_deletion(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await people.put(root, "a.dat", b"ink")
        since = (await told(connector)).cursor

        quiet = await told(connector, since)

        assert not quiet.gone
        assert await connector.look(made) is not None

    async def test_new_files_and_folders_are_told(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        since = (await told(connector)).cursor
        folder = await people.mkdir(root, "x")
        inside = await people.put(folder, "a.dat", b"ink")

        items = (await told(connector, since)).items

        assert (items[folder].parent, items[folder].name) == (root, "x")
        assert (items[inside].parent, items[inside].name, items[inside].size) == (
            folder, "a.dat", 3,
        )  # fmt: skip

    async def test_a_new_version_is_told_with_the_version_that_looking_shows(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await make(connector, root, "a.dat", b"one")
        since = (await told(connector)).cursor
        await people.write(made.id, b"two!")

        items = (await told(connector, since)).items

        found = await connector.look(made.id)
        assert found is not None
        assert items[made.id].version == found.version != made.version
        assert items[made.id].size == 4

    async def test_renames_and_moves_are_told_under_the_same_id(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        file = await people.put(root, "a.dat", b"ink")
        since = (await told(connector)).cursor
        await people.move(folder, root, "y")
        await people.move(file, folder, "b.dat")

        later = await told(connector, since)

        assert later.items[folder].name == "y"
        assert (later.items[file].parent, later.items[file].name) == (folder, "b.dat")
        assert not later.gone & {folder, file}

    async def test_a_deleted_folder_is_proven_gone_whatever_lay_in_it(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        inside = await people.put(folder, "a.dat", b"ink")
        since = (await told(connector)).cursor
        await people.delete(folder)

        later = await told(connector, since)

        assert folder in later.gone
        assert inside not in later.items

    async def test_what_changes_while_a_page_set_is_read_is_told_in_it_or_in_the_next(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        edited = await people.put(folder, "edited.dat", b"one")
        deleted = await people.put(folder, "deleted.dat", b"ink")
        moved = await people.put(folder, "moved.dat", b"ink")
        for number in range(5):
            await people.put(root, f"{number}.dat", b"ink")
        pages = connector.changes(None)
        first = Told(pages=[await anext(aiter(pages))])

        await people.write(edited, b"two!")
        await people.delete(deleted)
        await people.move(moved, root, "elsewhere.dat")
        made = await people.put(folder, "made.dat", b"ink")

        first.pages += [page async for page in pages]
        later = await told(connector, first.cursor)
        items = {**first.items, **later.items}
        assert items[edited].size == 4
        assert (items[moved].parent, items[moved].name) == (root, "elsewhere.dat")
        assert items[made].parent == folder
        assert deleted in later.gone or deleted not in items

    async def test_a_deleted_item_is_not_in_a_full_page_set(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        inside = await people.put(folder, "a.dat", b"ink")
        await people.delete(folder)

        assert not {folder, inside} & set((await told(connector)).items)

    async def test_what_our_own_writes_answered_is_what_the_feed_tells(
        self, connector: Connector, root: ItemId
    ) -> None:
        since = (await told(connector)).cursor
        folder = await connector.create_folder(root, Name("x"))
        made = await make(connector, folder.id, "a.dat", b"one")
        replaced = await connector.replace(made, content(b"two!"))
        moved = await connector.move(replaced, root, Name("b.dat"))

        items = (await told(connector, since)).items

        assert essence(items[folder.id]) == essence(folder)
        assert essence(items[moved.id]) == essence(moved)

    async def test_the_full_set_tells_the_versions_that_our_writes_answered(
        self, connector: Connector, root: ItemId
    ) -> None:
        made = [await make(connector, root, f"{n}.dat", b"x" * n) for n in (0, 1, 1000)]

        items = (await told(connector)).items

        assert [essence(items[item.id]) for item in made] == [essence(item) for item in made]

    async def test_cursors_lead_from_one_page_set_to_the_next(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        cursor = (await told(connector)).cursor
        for number in range(3):
            made = await people.put(root, f"{number}.dat", b"ink")

            later = await told(connector, cursor)

            assert made in later.items
            cursor = later.cursor

    async def test_the_remote_is_told_by_ids_that_stay(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        first = await people.put(root, "a.dat", b"ink")
        await people.delete(first)

        second = await people.put(root, "a.dat", b"ink")

        assert first != second
        assert (await everything(connector, root))["a.dat"].id == second
