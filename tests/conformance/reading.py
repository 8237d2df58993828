"""What every connector promises of looking, finding and reading."""

from contextlib import suppress

import pytest
from conformance.every_tool import EveryReading
from conformance.setting import (
    Colleague,
    Setting,
    bytes_of,
    digest,
    looked,
    make,
)

from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import Overtaken, Unproven


class ReadingContract(EveryReading):
    """Looking, finding and reading."""

    async def test_a_colleagues_file_is_seen_with_its_size_and_place(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await people.put(root, "a.dat", b"12345")

        found = await looked(connector, made)

        assert (found.id, found.parent, found.name) == (made, root, "a.dat")
        assert (found.kind, found.size) == (Kind.FILE, 5)
        assert found.version
        assert found.modified is None or found.modified.tzinfo is not None

    async def test_a_folder_has_neither_size_nor_version(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        await people.put(folder, "a.dat", b"12345")

        found = await looked(connector, folder)

        assert (found.kind, found.size, found.version) == (Kind.FOLDER, 0, "")

    async def test_the_hash_is_the_one_that_the_remote_claims_to_report(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await people.put(root, "a.dat", b"some bytes")

        found = await looked(connector, made)

        expected = digest(connector, b"some bytes")
        assert found.hashes == (frozenset() if expected is None else {expected})

    async def test_what_lies_in_a_deleted_folder_is_proven_gone(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        folder = await people.mkdir(root, "x")
        inside = await people.put(folder, "a.dat", b"ink")

        await people.delete(folder)

        assert await connector.look(folder) is None
        assert await connector.look(inside) is None

    async def test_an_id_that_never_was_is_gone_only_where_not_found_is_a_proof(
        self, setting: Setting
    ) -> None:
        if setting.not_found_is_proof:
            assert await setting.connector.look(setting.unknown_file) is None
        else:
            with pytest.raises(Unproven):
                await setting.connector.look(setting.unknown_file)
            with pytest.raises(Unproven):
                await setting.connector.look(setting.unknown_folder)

    async def test_an_item_is_found_by_its_name(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        file = await people.put(root, "a b.dat", b"ink")
        folder = await people.mkdir(root, "a b")

        found = [await connector.find(root, Name(name)) for name in ("a b.dat", "a b")]

        assert [item.id if item else None for item in found] == [file, folder]

    async def test_a_name_is_found_whatever_its_case_only_where_the_remote_folds_case(
        self, connector: Connector, root: ItemId, people: Colleague, setting: Setting
    ) -> None:
        made = await people.put(root, "Plan.dat", b"ink")

        found = await connector.find(root, Name("pLAN.DAT"))

        if connector.capabilities.names.folds:
            assert found is not None
            assert found.id == made
        elif not setting.case_blind:
            assert found is None

    async def test_an_empty_file_is_read_as_no_bytes(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        made = await looked(connector, await people.put(root, "a.dat", b""))

        assert await bytes_of(connector, made) == b""

    async def test_a_read_gives_the_version_it_was_asked_for_or_none(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat", b"mine")
        await people.write(mine.id, b"theirs")

        with suppress(Overtaken):
            assert await bytes_of(connector, mine) == b"mine"

    async def test_a_read_on_from_the_middle_gives_the_version_it_was_asked_for_or_none(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        mine = await make(connector, root, "a.dat", b"mine and mine alone")
        await people.write(mine.id, b"theirs and not mine")

        with suppress(Overtaken):
            assert await bytes_of(connector, mine, 5) == b"and mine alone"
