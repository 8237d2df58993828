"""The people of practice Microsoft, as the catalogue lets them act: directly at the library."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from scenarios.acting import Shown
from scenarios.over_http.contents import Contents

from turnbuckle.model.items import ItemId
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Author, Bytes, Entry
from turnbuckle.practice.microsoft.office import OWNER_FILE_START, leave_owner_file
from turnbuckle.practice.persons import person

CHLOE = person("chloe")
_AUTHOR = Author(CHLOE)
_ACT_SECONDS = 2
OPEN_SECONDS = 6 * 3600  # how long people keep a file open: as long as a failed step waits at most


class RightHands:
    """People at work in the tool folders of one library."""

    def __init__(
        self, drive: Drive, tools: Mapping[str, str], contents: Contents, clock: SimulatedClock
    ) -> None:
        self.drive = drive
        self.tools = tools  # "D" and "P": ids of the bound folders
        self.acted_at: datetime | None = None  # by the row's clock
        self._contents = contents
        self._clock = clock

    async def plant(self, tree: Mapping[str, str]) -> None:
        """Put many files and folders there at once."""
        self._begin()
        for path, token in tree.items():
            self._put(path, token)

    async def put(self, path: str, token: str) -> None:
        """Make a file, or give it new content."""
        self._begin()
        self._put(path, token)

    async def new(self, path: str, token: str) -> None:
        """Make a further file; a library refuses a second one of the name."""
        self._begin()
        above, name = _parted(path)
        content = self._contents.bytes_of(token)
        self.drive.put(self._folder(above), name, content, _AUTHOR, "fail")

    async def mkdir(self, path: str) -> None:
        """Make a folder and those above it."""
        self._begin()
        self._folder(path.rstrip("/"))

    async def delete(self, path: str) -> None:
        """Put an item into the bin."""
        self._begin()
        self.drive.delete(self.entry(path), _AUTHOR)

    async def move(self, path: str, to: str) -> None:
        """Move or rename."""
        self._begin()
        above, name = _parted(to)
        self.drive.rename_or_move(self.entry(path), self._folder(above), name, _AUTHOR)

    async def swap(self, one: str, other: str) -> None:
        """Exchange the names and places of two items."""
        self._begin()
        first, second = self.entry(one), self.entry(other)
        here, there = self._place(first), self._place(second)
        aside = f"for a moment {first.name}"
        self.drive.rename_or_move(first, here[0], aside, _AUTHOR)
        self.drive.rename_or_move(second, *here, _AUTHOR)
        self.drive.rename_or_move(first, *there, _AUTHOR)

    async def replace(self, path: str, token: str) -> None:
        """Delete a file and make another one of the name."""
        await self.delete(path)
        await self.put(path, token)

    async def copy(self, path: str, to: str) -> None:
        """Copy a file."""
        self._begin()
        above, name = _parted(to)
        content = self.entry(path).content
        assert content is not None
        self.drive.put(self._folder(above), name, content, _AUTHOR, "fail")

    async def touch(self, path: str) -> None:
        """Change what is said about an item."""
        self._begin()
        self.drive.describe(self.entry(path), f"seen at {self._clock.now():%H:%M:%S}", _AUTHOR)

    async def restore(self, path: str) -> None:
        """Take out of the bin what was last deleted at this path."""
        self._begin()
        wanted = path.rstrip("/")
        for item in reversed(self.drive.bin):
            if self._path(self.drive.tree.entries[item]) == wanted:
                self.drive.restore(item)
                return
        raise LookupError(f"nothing in the bin was at {path}")

    async def oldversion(self, path: str, token: str) -> None:
        """Make the earlier version of that content the current one; its cTag may stay."""
        self._begin()
        entry = self.entry(path)
        wanted = self._contents.blob(token).sha256
        for old in entry.older:
            if old.content.blob.sha256 == wanted:
                self.drive.switches.restored_version_keeps_ctag = True
                self.drive.restore_version(entry, old.number, _AUTHOR)
                return
        raise LookupError(f"{path} never held {token}")

    async def lock(self, path: str) -> None:
        """Open a file in Office."""
        self._begin()
        self.drive.lock(self.entry(path).id, CHLOE)

    async def unlock(self, path: str) -> None:
        """Close it, hours later; no feed tells of that, so only a later try finds out."""
        self._clock.advance(OPEN_SECONDS)
        self._begin()
        self.drive.unlock(self.entry(path).id)

    async def snapshot(self) -> Mapping[str, Shown]:
        """Give all below the tool folders."""
        return {
            path + "/" * entry.is_folder: Shown(
                ItemId(entry.id), None if entry.content is None else self._token(entry.content)
            )
            for path, entry in self._walk()
        }

    async def kept(self) -> frozenset[str]:
        """Give what the bin and the histories hold."""
        found = set()
        for entry in self.drive.tree.entries.values():
            contents = [old.content for old in entry.older]
            if entry.content is not None and self.drive.tree.is_gone(entry):
                contents.append(entry.content)
            found |= {self._token(content) for content in contents}
        return frozenset(found)

    # What the theatre asks besides

    def entry(self, path: str) -> Entry:
        """Give the item at a path; a library compares names without case.

        Raises:
            LookupError: nothing is there.
        """
        tool, *names = path.rstrip("/").split("/")
        found = self.drive.find(self.drive.get(self.tools[tool]), names)
        if found is None:
            raise LookupError(f"{path} is not there on the right")
        return found

    def _begin(self) -> None:
        self._clock.advance(_ACT_SECONDS)
        self.acted_at = self._clock.now()

    def _put(self, path: str, token: str) -> None:
        if token == "dir":
            self._folder(path.rstrip("/"))
            return
        above, name = _parted(path)
        parent, content = self._folder(above), self._contents.bytes_of(token)
        there = self.drive.tree.child(parent.id, name)
        if there is not None:
            self.drive.replace(there, content, _AUTHOR)
        elif name.startswith(OWNER_FILE_START):
            leave_owner_file(self.drive, parent.id, name, content.blob, CHLOE)
        else:
            self.drive.put(parent, name, content, _AUTHOR, "fail")

    def _folder(self, path: str) -> Entry:
        """Give a folder, made where it is missing."""
        tool, *names = path.split("/")
        at = self.drive.get(self.tools[tool])
        for name in names:
            found = self.drive.tree.child(at.id, name)
            at = found or self.drive.make_folder(at, name, _AUTHOR, "fail")
        return at

    def _place(self, entry: Entry) -> tuple[Entry, str]:
        assert entry.parent is not None
        return self.drive.get(entry.parent), entry.name

    def _path(self, entry: Entry) -> str:
        """An item's path as the catalogue writes it; empty outside of the tool folders."""
        names: list[str] = []
        at: Entry | None = entry
        while at is not None:
            for tool, folder in self.tools.items():
                if at.id == folder:
                    return "/".join([tool, *reversed(names)])
            names.append(at.name)
            at = self.drive.tree.entries[at.parent] if at.parent is not None else None
        return ""

    def _token(self, content: Bytes) -> str:
        received = content.received.sha256 if content.received is not None else ""
        return self._contents.token(content.blob.sha256, received)

    def _walk(self) -> Iterator[tuple[str, Entry]]:
        tree = self.drive.tree
        waiting = [(tool, folder) for tool, folder in self.tools.items()]
        while waiting:
            path, folder = waiting.pop()
            if tree.is_gone(tree.entries[folder]):
                continue
            for entry in tree.children(folder):
                yield f"{path}/{entry.name}", entry
                if entry.is_folder:
                    waiting.append((f"{path}/{entry.name}", entry.id))


def _parted(path: str) -> tuple[str, str]:
    above, _, name = path.rstrip("/").rpartition("/")
    return above, name
