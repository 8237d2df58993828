"""What every connector refuses because somebody was faster, or has the file open."""

from contextlib import AbstractContextManager, suppress

import pytest
from conformance.setting import Colleague, Setting, Words, bytes_of, content, looked, make

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.ports.connector import Connector, FindsSlips
from turnbuckle.ports.errors import Gone, Locked, Overtaken, Unproven


class GuardingContract(Words):
    """Overtaken, gone, locked."""

    async def test_a_write_over_a_newer_version_is_refused_or_keeps_it_in_the_history(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat", b"ink")
        await people.write(mine.id, b"theirs")

        with refusal_where_guarded(connector):
            await connector.replace(mine, content(b"mine"))

        assert b"theirs" in await people.history(mine.id)
        if connector.capabilities.guarded_writes:
            assert await bytes_of(connector, await looked(connector, mine.id)) == b"theirs"

    async def test_what_a_write_came_after_unasked_is_told_once_and_can_be_read(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat", b"ink")
        await people.write(mine.id, b"theirs")
        try:
            await connector.replace(mine, content(b"mine"))
        except Overtaken:
            return

        assert isinstance(connector, FindsSlips)
        (theirs,) = await connector.slipped(mine.id)
        assert (theirs.id, theirs.by_us) == (mine.id, False)
        assert await bytes_of(connector, theirs) == b"theirs"
        assert await connector.slipped(mine.id) == []

    async def test_a_file_that_was_only_renamed_can_still_be_replaced(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat", b"ink")
        await people.move(mine.id, root, "b.dat")

        replaced = await connector.replace(mine, content(b"more ink"))

        assert (replaced.id, replaced.name) == (mine.id, "b.dat")
        assert await bytes_of(connector, replaced) == b"more ink"

    async def test_a_name_that_is_taken_is_refused_to_a_new_file(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        theirs = await people.put(root, "a.dat", b"theirs")

        with pytest.raises(Overtaken):
            await make(connector, root, "a.dat", b"mine")

        assert await bytes_of(connector, await looked(connector, theirs)) == b"theirs"

    async def test_a_large_file_does_not_take_a_taken_name_either(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        theirs = await people.put(root, "a.dat", b"theirs")

        with pytest.raises(Overtaken):
            await make(connector, root, "a.dat", bytes(6_000_000))

        assert await bytes_of(connector, await looked(connector, theirs)) == b"theirs"

    async def test_a_name_in_another_case_is_taken_only_where_the_remote_folds_case(
        self, connector: Connector, root: ItemId, setting: Setting
    ) -> None:
        await make(connector, root, "Plan.dat")

        if connector.capabilities.names.folds or setting.case_blind:
            with pytest.raises(Overtaken):
                await make(connector, root, "pLAN.dat")
        else:
            assert (await make(connector, root, "pLAN.dat")).name == "pLAN.dat"

    async def test_a_folder_is_not_made_where_a_file_has_the_name(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        theirs = await people.put(root, "x", b"theirs")

        try:
            folder = await connector.create_folder(root, Name("x"))
        except Overtaken:
            assert (await looked(connector, theirs)).kind is Kind.FILE
        else:  # a remote may let a file and a folder share a name; then both are there
            assert folder.kind is Kind.FOLDER
            assert (await looked(connector, theirs)).name == "x"
            assert folder.id != theirs

    async def test_a_rename_onto_a_taken_name_is_refused(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat", b"mine")
        theirs = await people.put(root, "b.dat", b"theirs")

        with pytest.raises(Overtaken):
            await connector.move(mine, root, Name("b.dat"))

        assert (await looked(connector, mine.id)).name == "a.dat"
        assert await bytes_of(connector, await looked(connector, theirs)) == b"theirs"

    async def test_what_was_renamed_meanwhile_is_not_renamed_by_us_where_writes_are_guarded(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat")
        await people.move(mine.id, root, "theirs.dat")

        with refusal_where_guarded(connector):
            moved = await connector.move(mine, root, Name("mine.dat"))
            assert moved.name == "mine.dat"

        found = (await looked(connector, mine.id)).name
        assert found == "theirs.dat" or not connector.capabilities.guarded_writes

    async def test_what_was_moved_meanwhile_is_not_moved_by_us_where_writes_are_guarded(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        other = await people.mkdir(root, "y")
        mine = await make(connector, root, "a.dat")
        await people.move(mine.id, folder, "a.dat")

        with refusal_where_guarded(connector):
            moved = await connector.move(mine, other, Name("a.dat"))
            assert moved.parent == other

        found = (await looked(connector, mine.id)).parent
        assert found == folder or not connector.capabilities.guarded_writes

    async def test_a_rename_of_what_was_moved_meanwhile_never_answers_an_item_that_is_not_so(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        mine = await make(connector, root, "a.dat")
        await people.move(mine.id, folder, "a.dat")

        with pytest.raises(Overtaken):
            await connector.move(mine, root, Name("mine.dat"))

        assert (await looked(connector, mine.id)).parent == folder

    async def test_a_file_whose_content_changed_meanwhile_is_moved_all_the_same(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat")
        await people.write(mine.id, b"theirs")

        moved = await connector.move(mine, root, Name("b.dat"))

        assert (moved.name, await bytes_of(connector, moved)) == ("b.dat", b"theirs")

    async def test_a_folder_does_not_move_into_itself(
        self, connector: Connector, root: ItemId
    ) -> None:
        folder = await connector.create_folder(root, Name("x"))
        inside = await connector.create_folder(folder.id, Name("y"))

        with pytest.raises(Overtaken):
            await connector.move(folder, inside.id, Name("x"))

    async def test_a_file_with_a_newer_content_is_not_deleted(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat")
        await people.write(mine.id, b"theirs")

        with pytest.raises(Overtaken):
            await connector.delete(mine)

        assert await bytes_of(connector, await looked(connector, mine.id)) == b"theirs"

    async def test_what_was_renamed_meanwhile_is_not_deleted(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        file = await make(connector, root, "a.dat")
        folder = await connector.create_folder(root, Name("x"))
        await people.move(file.id, root, "b.dat")
        await people.move(folder.id, root, "y")

        for item in (file, folder):
            with pytest.raises(Overtaken):
                await connector.delete(item)
            assert await connector.look(item.id) is not None

    async def test_what_was_moved_meanwhile_is_not_deleted(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        mine = await make(connector, root, "a.dat")
        await people.move(mine.id, folder, "a.dat")

        with pytest.raises(Overtaken):
            await connector.delete(mine)

        assert (await looked(connector, mine.id)).parent == folder

    async def test_what_is_gone_is_neither_replaced_nor_moved(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat")
        await people.delete(mine.id)

        with pytest.raises((Gone, Unproven)):
            await connector.replace(mine, content(b"more ink"))
        with pytest.raises((Gone, Unproven)):
            await connector.move(mine, root, Name("b.dat"))

        assert await connector.look(mine.id) is None

    async def test_an_id_that_never_was_is_neither_replaced_nor_moved(
        self, setting: Setting
    ) -> None:
        mine = await make(setting.connector, setting.root, "a.dat")
        nobody = strange(mine, setting.unknown_file)

        with pytest.raises((Gone, Unproven)):
            await setting.connector.replace(nobody, content(b"ink"))
        with pytest.raises((Gone, Unproven)):
            await setting.connector.move(nobody, setting.root, Name("b.dat"))

    async def test_a_file_that_somebody_has_open_is_not_replaced(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await make(connector, root, "a.dat", b"ink")
        await people.lock(made.id)
        open_now = await looked(connector, made.id)

        with pytest.raises(Locked):
            await connector.replace(open_now, content(b"more ink"))

        assert await bytes_of(connector, await looked(connector, made.id)) == b"ink"

    async def test_who_has_a_file_open_is_shown(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await make(connector, root, "a.dat")
        assert made.locked_by == ""

        await people.lock(made.id)

        assert (await looked(connector, made.id)).locked_by != ""


def refusal_where_guarded(connector: Connector) -> AbstractContextManager[object]:
    """Expect `Overtaken` where the remote itself guards writes; allow it elsewhere."""
    if connector.capabilities.guarded_writes:
        return pytest.raises(Overtaken)
    return suppress(Overtaken)


def strange(item: Item, unknown: ItemId) -> Item:
    """Give the same item under an id that never was."""
    return Item(
        id=unknown, parent=item.parent, name=item.name, kind=item.kind, version=item.version,
        size=item.size, tag=item.tag,
    )  # fmt: skip
