"""What every connector promises of names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from conformance.setting import Colleague, Setting, Words, looked, make

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import BadName

_PLAIN = [
    "a b.dat",
    ".hidden",
    "two..dots.dat",
    "many.dots.in.a.name",
    "no extension",
    "Größe Ångström.dat",
    "Gro\u0308\u00dfe decomposed.dat",
    "图纸 план σχέδιο.dat",
    "house \U0001f3e0.dat",
    "#1 100% a&b c+d e=f,g;h'i.dat",
    "(round) [square] {curly} ~tilde ^hat `tick` !.dat",
    "$money @home.dat",
    "%41.dat",
    "&#39;.dat",
]
_AWKWARD = [
    "a/b.dat",
    "a\\b.dat",
    "a:b.dat",
    'a"b.dat',
    "a*b?.dat",
    "a<b>|.dat",
    "trailing dot.",
    "trailing space ",
    " leading space",
    "CON",
    "com1.dat",
    ".lock",
    "desktop.ini",
    "~$open.dat",
    "a_vti_b.dat",
]


class NamingContract(Words):
    """Names at the edge of what a remote takes, and beyond it."""

    @pytest.mark.parametrize("names", [_PLAIN, _AWKWARD], ids=["plain", "awkward"])
    async def test_a_name_is_kept_or_refused_but_never_changed_in_silence(
        self, connector: Connector, root: ItemId, setting: Setting, names: list[str]
    ) -> None:
        for number, name in enumerate(names):
            folder = (await connector.create_folder(root, Name(str(number)))).id

            async with kept_or_refused(setting, folder, name, Kind.FILE) as made:
                made.append(await make(connector, folder, name))

    @pytest.mark.parametrize("names", [_PLAIN, _AWKWARD], ids=["plain", "awkward"])
    async def test_so_is_the_name_of_a_folder(
        self, connector: Connector, root: ItemId, setting: Setting, names: list[str]
    ) -> None:
        for number, name in enumerate(names):
            folder = (await connector.create_folder(root, Name(str(number)))).id

            async with kept_or_refused(setting, folder, name, Kind.FOLDER) as made:
                made.append(await connector.create_folder(folder, Name(name)))

    @pytest.mark.parametrize("names", [_PLAIN, _AWKWARD], ids=["plain", "awkward"])
    async def test_so_is_the_name_of_a_move(
        self, connector: Connector, root: ItemId, setting: Setting, names: list[str]
    ) -> None:
        for number, name in enumerate(names):
            folder = (await connector.create_folder(root, Name(str(number)))).id
            before = await make(connector, folder, "before.dat")

            async with kept_or_refused(setting, folder, name, Kind.FILE) as made:
                made.append(await connector.move(before, folder, Name(name)))

            if not made:
                assert (await looked(connector, before.id)).name == "before.dat"

    async def test_the_longest_name_is_taken_and_a_longer_one_is_not(
        self, connector: Connector, root: ItemId
    ) -> None:
        longest = connector.capabilities.names.longest

        made = await make(connector, root, "n" * (longest - 4) + ".dat")

        assert len(made.name) == longest
        with pytest.raises(BadName):
            await make(connector, root, "n" * (longest - 3) + ".dat")

    async def test_a_path_beyond_the_longest_is_refused(
        self, connector: Connector, root: ItemId
    ) -> None:
        longest = connector.capabilities.names.longest_path
        depth = (longest or 1000) // 100 + 1

        async def deep() -> ItemId:
            folder = root
            for _ in range(depth):
                folder = (await connector.create_folder(folder, Name("n" * 99))).id
            return folder

        if longest is None:
            assert await connector.look(await deep()) is not None
        else:
            with pytest.raises(BadName):
                await deep()

    async def test_composed_and_decomposed_names_are_one_only_where_the_remote_says_so(
        self, connector: Connector, root: ItemId, people: Colleague
    ) -> None:
        rules = connector.capabilities.names
        made = await people.put(root, "gr\u00f6\u00dfe.dat", b"ink")

        found = await connector.find(root, Name("gro\u0308\u00dfe.dat"))

        is_same = rules.key("gr\u00f6\u00dfe.dat") == rules.key("gro\u0308\u00dfe.dat")
        assert (found.id if found else None) == (made if is_same else None)


@asynccontextmanager
async def kept_or_refused(
    setting: Setting, folder: ItemId, name: str, kind: Kind
) -> AsyncIterator[list[Item]]:
    """Let one item be given a name, and check that what is there then is what was answered."""
    connector = setting.connector
    refusal = connector.capabilities.names.refuses(Name(name), kind)
    made: list[Item] = []
    try:
        yield made
    except BadName:
        assert refusal is not None, f"{name!r} ought to be taken"
        assert await connector.find(folder, Name(name)) is None
        return
    (item,) = made
    assert item.name == name or setting.cleans_names
    assert (await looked(connector, item.id)).name == item.name
    found = await connector.find(folder, item.name)
    assert found is not None
    assert found.id == item.id
