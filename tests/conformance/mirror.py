"""A mirror kept by the feed alone, and people whose work it must follow."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from conformance.setting import Colleague, Told, content, looked

from turnbuckle.model.items import Item, ItemId, Name
from turnbuckle.ports.connector import Connector


@dataclass
class Mirror:
    """What somebody knows who reads nothing but page sets."""

    root: ItemId
    items: dict[ItemId, Item] = field(default_factory=dict)

    def take(self, told: Told) -> None:
        """Take a page set in; what a full one does not name is forgotten."""
        if told.pages[-1].full:
            self.items = {}
        self.items |= told.items
        for item in told.gone - set(told.items):
            self.items.pop(item, None)

    def tree(self) -> dict[str, tuple[ItemId, str]]:
        """Give id and version of all below the root, by path."""
        return dict(self._below(self.root, ""))

    def _below(self, folder: ItemId, above: str) -> Iterator[tuple[str, tuple[ItemId, str]]]:
        for item in self.items.values():
            if item.parent == folder:
                yield above + item.name, (item.id, item.version)
                yield from self._below(item.id, f"{above}{item.name}/")


@dataclass
class Work:
    """Random work of a colleague and of ours in one folder; the same for the same seed."""

    connector: Connector
    people: Colleague
    root: ItemId
    random: Random
    moves: bool = True  # renames, moves and restores, too
    _places: dict[ItemId, ItemId] = field(default_factory=dict)  # the folder of each item
    _folders: list[ItemId] = field(default_factory=list)
    _files: list[ItemId] = field(default_factory=list)
    _binned: list[ItemId] = field(default_factory=list)
    _names: int = 0

    async def step(self) -> None:
        """Do one thing."""
        doings = [self._put, self._put, self._mkdir, self._write, self._delete]
        doings += [self._make, self._replace, self._discard]
        if self.moves:
            doings += [self._move, self._rename, self._move_folder, self._restore]
        await self.random.choice(doings)()

    def _name(self) -> str:
        self._names += 1
        return f"item {self._names}.dat"

    def _is_there(self, item: ItemId) -> bool:
        while item != self.root:
            if item in self._binned:
                return False
            item = self._places[item]
        return True

    def _folder(self) -> ItemId:
        return self.random.choice([self.root, *filter(self._is_there, self._folders)])

    def _pick(self, items: list[ItemId]) -> ItemId | None:
        there = [item for item in items if self._is_there(item)]
        return self.random.choice(there) if there else None

    async def _put(self) -> None:
        folder = self._folder()
        made = await self.people.put(folder, self._name(), self.random.randbytes(9))
        self._files.append(made)
        self._places[made] = folder

    async def _make(self) -> None:
        folder = self._folder()
        made = await self.connector.create_file(folder, Name(self._name()), content(b"by us"))
        self._files.append(made.id)
        self._places[made.id] = folder

    async def _mkdir(self) -> None:
        folder = self._folder()
        made = await self.people.mkdir(folder, self._name())
        self._folders.append(made)
        self._places[made] = folder

    async def _write(self) -> None:
        if (file := self._pick(self._files)) is not None:
            await self.people.write(file, self.random.randbytes(11))

    async def _replace(self) -> None:
        if (file := self._pick(self._files)) is not None:
            now = await looked(self.connector, file)
            await self.connector.replace(now, content(self.random.randbytes(13)))

    async def _delete(self) -> None:
        if (item := self._pick(self._files + self._folders)) is not None:
            await self.people.delete(item)
            self._binned.append(item)

    async def _discard(self) -> None:
        if (item := self._pick(self._files)) is not None:
            await self.connector.delete(await looked(self.connector, item))
            self._binned.append(item)

    async def _move(self) -> None:
        if (file := self._pick(self._files)) is not None:
            folder = self._folder()
            await self.people.move(file, folder, self._name())
            self._places[file] = folder

    async def _rename(self) -> None:
        if (item := self._pick(self._files + self._folders)) is not None:
            await self.people.move(item, self._places[item], self._name())

    async def _move_folder(self) -> None:
        folder, target = self._pick(self._folders), self._folder()
        if folder is None or folder in self._line(target):
            return
        now = await looked(self.connector, folder)
        await self.connector.move(now, target, now.name)
        self._places[folder] = target

    def _line(self, item: ItemId) -> list[ItemId]:
        line = [item]
        while line[-1] != self.root:
            line.append(self._places[line[-1]])
        return line

    async def _restore(self) -> None:
        standing = [item for item in self._binned if self._is_there(self._places[item])]
        if standing:
            item = self.random.choice(standing)
            await self.people.restore(item)
            self._binned.remove(item)
