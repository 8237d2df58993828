"""What every connector promises of folders, of moving and of deleting."""

import asyncio

import pytest
from conformance.setting import (
    Colleague,
    Setting,
    Words,
    bytes_of,
    essence,
    everything,
    looked,
    make,
)

from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import Gone, Unproven


class ArrangingContract(Words):
    """Making folders, moving, renaming and deleting."""

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

    async def test_a_move_to_where_it_is_already_changes_nothing(
        self, connector: Connector, root: ItemId
    ) -> None:
        file = await make(connector, root, "a.dat")
        folder = await connector.create_folder(root, Name("x"))

        moved = [await connector.move(item, root, item.name) for item in (file, folder)]

        assert [essence(item) for item in moved] == [essence(file), essence(folder)]

    async def test_an_item_comes_back_to_where_it_was(
        self, connector: Connector, root: ItemId
    ) -> None:
        folder = await connector.create_folder(root, Name("x"))
        made = await make(connector, root, "a.dat")
        moved = await connector.move(made, folder.id, Name("b.dat"))

        back = await connector.move(moved, root, Name("a.dat"))

        assert essence(back) == essence(made)

    async def test_two_items_exchange_names_by_way_of_a_third(
        self, connector: Connector, root: ItemId
    ) -> None:
        one, other = await make(connector, root, "a.dat"), await make(connector, root, "b.dat")

        aside = await connector.move(one, root, Name("turnbuckle-temp-0"))
        await connector.move(other, root, Name("a.dat"))
        await connector.move(aside, root, Name("b.dat"))

        found = await everything(connector, root)
        assert {path: item.id for path, item in found.items()} == {
            "a.dat": other.id, "b.dat": one.id,
        }  # fmt: skip

    async def test_a_name_is_free_again_after_a_move_and_after_a_delete(
        self, connector: Connector, root: ItemId
    ) -> None:
        first = await make(connector, root, "a.dat")
        await connector.move(first, root, Name("b.dat"))
        second = await make(connector, root, "a.dat", b"second")
        await connector.delete(second)

        third = await make(connector, root, "a.dat", b"third")

        assert len({first.id, second.id, third.id}) == 3
        assert await bytes_of(connector, third) == b"third"

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
