"""People in the Documents of practice Procore: they act directly at the service's tree.

The tree keeps the service's own rules, so what Procore would refuse to a person is refused here.
"""

from collections.abc import Iterator, Mapping

from scenarios.acting import Shown
from scenarios.over_http.contents import Contents

from turnbuckle.connectors.procore.items import file_id, folder_id
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.persons import person
from turnbuckle.practice.procore.nodes import Node
from turnbuckle.practice.procore.refusals import Refusal
from turnbuckle.practice.procore.tree import DocumentTree

ANA = person("ana")
_LONG_SECONDS = 10 * 365 * 86400
ACT_SECONDS = 2  # both services keep whole seconds


class DocumentHands:
    """People at work in the Documents of one project."""

    def __init__(self, tree: DocumentTree, contents: Contents, clock: SimulatedClock) -> None:
        self.tree = tree
        self._contents = contents
        self._clock = clock
        self._places: dict[int, tuple[str, int]] = {}  # where what is in the bin was

    async def plant(self, tree: Mapping[str, str]) -> None:
        """Put many files and folders there at once."""
        self._begin()
        folders: dict[str, int] = {}
        for path, token in tree.items():
            above, name = _parted(path)
            if above not in folders:
                folders[above] = self._folder(above)
            if token == "dir":
                self._folder(path.rstrip("/"))
            else:
                self._add(folders[above], name, token)

    async def put(self, path: str, token: str) -> None:
        """Make a file, or give it a new version."""
        self._begin()
        above, name = _parted(path)
        parent = self._folder(above)
        try:
            self._add(parent, name, token)
        except Refusal:  # the name is taken: by the file that is meant
            self.tree.add_version(self.node(path), self._contents.blob(token), ANA)

    async def new(self, path: str, token: str) -> None:
        """Make a further file; Documents refuse a second one of the name."""
        self._begin()
        above, name = _parted(path)
        self._add(self._folder(above), name, token)

    async def mkdir(self, path: str) -> None:
        """Make a folder and those above it."""
        self._begin()
        self._folder(path.rstrip("/"))

    async def delete(self, path: str) -> None:
        """Put an item into the bin."""
        self._begin()
        node = self.node(path)
        self.note_place(node.id)
        self.tree.delete(node)

    async def move(self, path: str, to: str) -> None:
        """Move or rename."""
        self._begin()
        above, name = _parted(to)
        self.tree.place(self.node(path), self.tree.nodes[self._folder(above)], name)

    async def swap(self, one: str, other: str) -> None:
        """Exchange the names and places of two items."""
        self._begin()
        first, second = self.node(one), self.node(other)
        here, there = self._place(first), self._place(second)
        self.tree.place(first, None, f"{first.name} for a moment")
        self.tree.place(second, *here)
        self.tree.place(first, *there)

    async def replace(self, path: str, token: str) -> None:
        """Delete a file and make another one of the name."""
        await self.delete(path)
        await self.put(path, token)

    async def copy(self, path: str, to: str) -> None:
        """Copy a file."""
        self._begin()
        above, name = _parted(to)
        blob = self.node(path).versions[-1].blob
        self.tree.add_file(self._folder(above), name, blob, ANA)

    async def touch(self, path: str) -> None:
        """Change what is said about an item."""
        self._begin()
        self.tree.describe(self.node(path), f"seen at {self._clock.now():%H:%M:%S}")

    async def restore(self, path: str) -> None:
        """Take out of the bin what was last deleted at this path."""
        self._begin()
        wanted = path.rstrip("/")
        bin_node = self.tree.nodes[self.tree.bin_id]
        for number in reversed([*bin_node.folders, *bin_node.files]):
            at, parent = self._places.get(number, ("", 0))
            if at == wanted:
                self.tree.place(self.tree.nodes[number], self.tree.nodes[parent], None)
                return
        raise LookupError(f"nothing in the bin was at {path}")

    async def oldversion(self, path: str, token: str) -> None:
        """Make an earlier content the current one, as Procore does it: as a new version."""
        self._begin()
        self.tree.add_version(self.node(path), self._contents.blob(token), ANA)

    async def lock(self, path: str) -> None:
        """Check a file out."""
        self._begin()
        self.tree.check_out(self.node(path), ANA, self.tree.now() + _LONG_SECONDS)

    async def unlock(self, path: str) -> None:
        """Check it in."""
        self._begin()
        self.tree.check_out(self.node(path), None)

    async def snapshot(self) -> Mapping[str, Shown]:
        """Give all below the tool's folder."""
        return {
            path + "/" * node.is_folder: Shown(
                folder_id(node.id) if node.is_folder else file_id(node.id),
                None if node.is_folder else self._token(node),
            )
            for path, node in self._walk()
        }

    async def kept(self) -> frozenset[str]:
        """Give what the bin and the histories hold."""
        found = set()
        for node in self.tree.nodes.values():
            versions = node.versions if node.deleted else node.versions[:-1]
            found |= {self._contents.token(version.blob.sha256) for version in versions}
        return frozenset(found)

    # What the theatre asks besides

    def node(self, path: str) -> Node:
        """Give the item at a path.

        Raises:
            LookupError: nothing is there.
        """
        node = self.tree.nodes[self.tree.root_id]
        for name in _names(path):
            found = self._child(node, name)
            if found is None:
                raise LookupError(f"{path} is not there on the left")
            node = found
        return node

    def path_of(self, node: Node) -> str:
        """Give an item's path as the catalogue writes it, without a slash at its end."""
        names = [node.name, *(above.name for above in self.tree.above(node))]
        return "/".join(["D", *reversed(names[:-1])])

    def note_place(self, number: int) -> None:
        """Remember where an item is that is about to be deleted."""
        node = self.tree.nodes.get(number)
        if node is not None and node.parent is not None and not node.deleted:
            self._places[node.id] = (self.path_of(node), node.parent)

    def _begin(self) -> None:
        self._clock.advance(ACT_SECONDS)

    def _add(self, parent: int, name: str, token: str) -> None:
        self.tree.add_file(parent, name, self._contents.blob(token), ANA)

    def _child(self, folder: Node, name: str) -> Node | None:
        for number in (*folder.folders, *folder.files):
            node = self.tree.nodes[number]
            if node.name == name and not node.is_bin:
                return node
        return None

    def _folder(self, path: str) -> int:
        """Give the id of a folder, made where it is missing."""
        node = self.tree.nodes[self.tree.root_id]
        for name in _names(path):
            found = self._child(node, name)
            node = found or self.tree.nodes[self.tree.add_folder(node.id, name, ANA)]
        return node.id

    def _place(self, node: Node) -> tuple[Node, str]:
        assert node.parent is not None
        return self.tree.nodes[node.parent], node.name

    def _token(self, node: Node) -> str:
        return self._contents.token(node.versions[-1].blob.sha256)

    def _walk(self) -> Iterator[tuple[str, Node]]:
        waiting = [("D", self.tree.nodes[self.tree.root_id])]
        while waiting:
            path, folder = waiting.pop()
            for number in (*folder.folders, *folder.files):
                node = self.tree.nodes[number]
                if node.is_bin:
                    continue
                yield f"{path}/{node.name}", node
                if node.is_folder:
                    waiting.append((f"{path}/{node.name}", node))


def _names(path: str) -> list[str]:
    """The names below the tool's folder."""
    tool, *names = path.rstrip("/").split("/")
    if tool != "D":
        raise LookupError(f"{path} is not in Documents")
    return names


def _parted(path: str) -> tuple[str, str]:
    above, _, name = path.rstrip("/").rpartition("/")
    return above, name
