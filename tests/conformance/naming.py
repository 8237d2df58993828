"""What every connector promises of names."""

import pytest
from conformance.setting import Colleague, Setting, Words, looked, make

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import BadName

_LETTERS = [
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

    @pytest.mark.parametrize("name", _LETTERS + _AWKWARD)
    async def test_a_name_is_kept_or_refused_but_never_changed_in_silence(
        self, connector: Connector, root: ItemId, setting: Setting, name: str
    ) -> None:
        refusal = connector.capabilities.names.refuses(Name(name), Kind.FILE)

        try:
            made = await make(connector, root, name)
        except BadName:
            assert refusal is not None, f"{name!r} ought to be taken"
            assert await connector.find(root, Name(name)) is None
            return

        await self._is_honest(connector, root, made)
        assert made.name == name or setting.cleans_names

    @pytest.mark.parametrize("name", _LETTERS + _AWKWARD)
    async def test_so_is_the_name_of_a_folder(
        self, connector: Connector, root: ItemId, setting: Setting, name: str
    ) -> None:
        refusal = connector.capabilities.names.refuses(Name(name), Kind.FOLDER)

        try:
            made = await connector.create_folder(root, Name(name))
        except BadName:
            assert refusal is not None, f"{name!r} ought to be taken"
            return

        await self._is_honest(connector, root, made)
        assert made.name == name or setting.cleans_names

    @pytest.mark.parametrize("name", ["Größe #1 100%.dat", "a/b.dat", "a:b.dat", "CON", "x."])
    async def test_so_is_the_name_of_a_move(
        self, connector: Connector, root: ItemId, setting: Setting, name: str
    ) -> None:
        refusal = connector.capabilities.names.refuses(Name(name), Kind.FILE)
        made = await make(connector, root, "a.dat")

        try:
            moved = await connector.move(made, root, Name(name))
        except BadName:
            assert refusal is not None, f"{name!r} ought to be taken"
            assert (await looked(connector, made.id)).name == "a.dat"
            return

        await self._is_honest(connector, root, moved)
        assert moved.name == name or setting.cleans_names

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

    async def _is_honest(self, connector: Connector, root: ItemId, made: Item) -> None:
        """Check that what the write answered is there, under the name it answered."""
        assert (await looked(connector, made.id)).name == made.name
        found = await connector.find(root, made.name)
        assert found is not None
        assert found.id == made.id
