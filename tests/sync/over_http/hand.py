"""The people of one side at work, by paths below the folder that is kept in step."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from turnbuckle.practice.blobs import Blob, Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.persons import PERSONS, Person
from turnbuckle.practice.playing import seen
from turnbuckle.practice.playing.seen import Refused, Seen, body_of

type Row = tuple[str, str | None, str, bool, int, str]
type Plant = Callable[[str, str, Blob | None, Person, datetime], str]
"""Makes a folder (no blob) or a file below a parent without a call, and gives its id."""


@dataclass
class Hand:
    """Somebody on one side, over plain HTTP; looking is done at the service's own tree."""

    person: seen.Person
    rows: Callable[[], Iterable[Row]]  # parents before children is not promised
    plant_one: Plant
    blobs: Blobs
    clock: SimulatedClock

    @property
    def top(self) -> str:
        return self.person.top

    def items(self) -> dict[str, Row]:
        """Everything below the top, by path."""
        rows = {row[0]: row for row in self.rows()}
        return {path: row for row in rows.values() if (path := self._path(rows, row))}

    def _path(self, rows: dict[str, Row], row: Row) -> str:
        names: list[str] = []
        at: Row | None = row
        while at is not None:
            names.append(at[2])
            if at[1] == self.top:
                return "/".join(reversed(names))
            at = rows.get(at[1] or "")
        return ""

    def files(self) -> dict[str, str]:
        """The SHA-256 of every file as this side holds it, by path."""
        return {path: row[5] for path, row in self.items().items() if not row[3]}

    def folders(self) -> set[str]:
        return {path for path, row in self.items().items() if row[3]}

    def paths(self) -> list[str]:
        """All paths in order; folders end in a slash."""
        return sorted(path + "/" * row[3] for path, row in self.items().items())

    def ids(self) -> dict[str, str]:
        return {path: row[0] for path, row in self.items().items()}

    def plant(self, tree: dict[str, bytes | None]) -> None:
        """Put files (bytes) and folders (None) there, as if made a month ago; no call."""
        at = self.clock.now().replace(day=1)
        known = self.ids()
        for path, data in tree.items():
            parent = self.top
            names = path.split("/")
            for depth in range(1, len(names)):
                parent = self._planted(known, "/".join(names[:depth]), parent, None, at)
            self._planted(known, path, parent, data, at)

    def _planted(
        self, known: dict[str, str], path: str, parent: str, data: bytes | None, at: datetime
    ) -> str:
        if path not in known:
            blob = None if data is None else self.blobs.keep(data)
            name = path.rpartition("/")[2]
            known[path] = self.plant_one(parent, name, blob, PERSONS[1], at)
        return known[path]

    async def put(self, path: str, data: bytes) -> None:
        """Write a file, new or not."""
        items = self._begin()
        if path in items:
            await self.person.replace(_seen(items[path]), body_of(data))
        else:
            parent, _, name = path.rpartition("/")
            folder = await self._folder(parent)
            await self.person.add_file(folder, name, body_of(data))

    async def mkdir(self, path: str) -> None:
        self._begin()
        await self._folder(path)

    async def rename(self, path: str, name: str) -> None:
        await self.person.rename(_seen(self._begin()[path]), name)

    async def move(self, path: str, folder: str) -> None:
        items = self._begin()
        await self.person.move(_seen(items[path]), items[folder][0] if folder else self.top)

    async def delete(self, path: str) -> None:
        await self.person.delete(_seen(self._begin()[path]))

    async def restore(self, name: str, folder: str = "") -> None:
        """Take what has this name out of the bin, into a folder."""
        items = self._begin()
        (binned,) = [one for one in await self.person.binned() if one.name == name]
        await self.person.restore(binned, items[folder][0] if folder else self.top)

    async def read(self, path: str) -> bytes:
        """A file's bytes, over HTTP."""
        item = await self.person.look(self.items()[path][0], is_folder=False)
        return b"".join([piece async for piece in self.person.read(item)])

    def seen(self, path: str) -> Seen:
        return _seen(self.items()[path])

    def _begin(self) -> dict[str, Row]:
        self.clock.advance(2)  # both services keep whole seconds
        return self.items()

    async def _folder(self, path: str) -> str:
        if not path:
            return self.top
        items = self.items()
        if path in items:
            return items[path][0]
        parent, _, name = path.rpartition("/")
        return (await self.person.add_folder(await self._folder(parent), name)).id


def _seen(row: Row) -> Seen:
    return Seen(id=row[0], parent=row[1], name=row[2], is_folder=row[3], size=row[4], modified="")


__all__ = ["Hand", "Refused"]
