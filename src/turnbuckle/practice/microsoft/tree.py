"""The tree of a library: who is whose child, sizes up to the root, paths, in constant time.

A folder is renamed, moved or deleted without a look at what it holds: ids stay, paths are made
when somebody asks and remembered until a folder changes its name or place.
"""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote

from turnbuckle.practice.microsoft.items import Entry
from turnbuckle.practice.microsoft.names import folded
from turnbuckle.practice.microsoft.switches import GraphSwitches

_SAFE_IN_PATHS = "!$&'()*+,;=@~"


class Tree:
    """Entries by id, and children by folded name."""

    def __init__(self, root: Entry, switches: GraphSwitches) -> None:
        self._switches = switches
        self.root = root
        self.entries: dict[str, Entry] = {root.id: root}
        self._children: dict[str, dict[str, str]] = {root.id: {}}
        self._paths: dict[str, str] = {}
        self._lengths: dict[str, int] = {}

    def _key(self, name: str) -> str:
        return folded(name, nfc=self._switches.nfc_siblings_clash)

    def child(self, parent: str, name: str) -> Entry | None:
        """The child of that name, as the library compares names."""
        found = self._children.get(parent, {}).get(self._key(name))
        return self.entries[found] if found is not None else None

    def children(self, parent: str, start: int = 0, stop: int | None = None) -> list[Entry]:
        """Children from the one of that number on, in the order in which they came."""
        ids = islice(self._children.get(parent, {}).values(), start, stop)
        return [self.entries[one] for one in ids]

    def count(self, parent: str) -> int:
        """How many children a folder has."""
        return len(self._children.get(parent, {}))

    def add(self, entry: Entry) -> None:
        """Hang a new entry below its parent."""
        self.entries[entry.id] = entry
        if entry.is_folder:
            self._children[entry.id] = {}
        self._attach(entry)

    def _attach(self, entry: Entry) -> None:
        assert entry.parent is not None
        self._children[entry.parent][self._key(entry.name)] = entry.id
        self.grow(entry.parent, entry.size, entry.stored)

    def _detach(self, entry: Entry) -> None:
        assert entry.parent is not None
        self._children[entry.parent].pop(self._key(entry.name))
        self.grow(entry.parent, -entry.size, -entry.stored)

    def grow(self, folder: str, size: int, stored: int) -> None:
        """Something below this folder changed: carry sizes and cTags up to the root."""
        at: str | None = folder
        while at is not None:
            above = self.entries[at]
            above.size += size
            above.stored += stored
            above.ctag += 1
            at = above.parent

    def place(self, entry: Entry, parent: str, name: str) -> None:
        """Rename or move; the caller made sure that the name is free."""
        self._detach(entry)
        entry.parent, entry.name = parent, name
        self._attach(entry)
        self._forget_paths(entry)

    def take_out(self, entry: Entry) -> None:
        """Unhang an entry with all below it; its parent stays noted."""
        self._detach(entry)
        self._forget_paths(entry)

    def put_back(self, entry: Entry) -> None:
        """Hang it where it was."""
        self._attach(entry)

    def _forget_paths(self, entry: Entry) -> None:
        if entry.is_folder:
            self._paths.clear()
            self._lengths.clear()

    def ancestors(self, entry: Entry) -> Iterator[Entry]:
        """The folders above, nearest first, up to the root."""
        at = entry.parent
        while at is not None:
            above = self.entries[at]
            yield above
            at = above.parent

    def is_gone(self, entry: Entry) -> bool:
        """Whether it, or a folder above it, is deleted."""
        return entry.deleted or any(above.deleted for above in self.ancestors(entry))

    def is_within(self, entry: Entry, folder: str) -> bool:
        """Whether it is that folder or below it."""
        return entry.id == folder or any(above.id == folder for above in self.ancestors(entry))

    def below(self, folder: str) -> Iterator[Entry]:
        """Everything below a folder, parents before children, level by level."""
        level = [folder]
        while level:
            deeper: list[str] = []
            for parent in level:
                for one in self._children.get(parent, {}).values():
                    entry = self.entries[one]
                    if entry.content is None:
                        deeper.append(one)
                    yield entry
            level = deeper

    def path(self, folder: str) -> str:
        """The percent-encoded path of a folder below the root: ``/a/b``; of the root: empty."""
        known = self._paths.get(folder)
        if known is None:
            entry = self.entries[folder]
            if entry.parent is None:
                return ""
            known = f"{self.path(entry.parent)}/{quote(entry.name, safe=_SAFE_IN_PATHS)}"
            self._paths[folder] = known
        return known

    def length(self, folder: str) -> int:
        """How many characters the decoded path below the root has, slashes included."""
        known = self._lengths.get(folder)
        if known is None:
            entry = self.entries[folder]
            if entry.parent is None:
                return 0
            known = self.length(entry.parent) + 1 + len(entry.name)
            self._lengths[folder] = known
        return known
