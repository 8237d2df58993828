"""The Documents tool of a project or a company: folders and files, and a recycle bin.

All rules about the tree itself live here: which name a folder takes, what a move carries along,
what deleting and restoring do. Names and paths are relative, so that renaming or moving a folder
of thousands changes one item.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from turnbuckle.practice.blobs import Blob
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.identifiers import Identifiers
from turnbuckle.practice.procore.names import NameBook
from turnbuckle.practice.procore.nodes import Change, Node, Version
from turnbuckle.practice.procore.orders import Orders
from turnbuckle.practice.procore.refusals import denied, invalid, plain
from turnbuckle.practice.procore.switches import ProcoreSwitches

BIN_NAME = "Recycle Bin"

Onlooker = Callable[[Change, Node | Version], None]


def _nobody(change: Change, item: Node | Version) -> None:
    """Nobody looks on."""


class DocumentTree:
    """One tool's folders and files; ids are whole numbers, unique over files and folders."""

    def __init__(
        self,
        name: str,
        identifiers: Identifiers,
        clock: PracticeClock,
        switches: ProcoreSwitches,
    ) -> None:
        self._identifiers = identifiers
        self._clock = clock
        self._switches = switches
        self._names = NameBook(switches)
        self._paths: dict[int, str] = {}
        self.nodes: dict[int, Node] = {}
        self.versions: dict[int, Version] = {}
        self.by_key: dict[str, Version] = {}
        self.orders = Orders(self.nodes)
        self.onlooker: Onlooker = _nobody  # hears of each change
        self.revision = 0  # grows with every change
        self.private_by_default = False  # a setting of the tool: what people make is private
        self.has_private = False  # whether any item ever was private
        self.has_tracked = False  # whether any folder ever was tracked
        self.root_id = self._new(None, name, is_folder=True, by=None, at=self.now()).id
        bin_node = self._new(self.root_id, BIN_NAME, is_folder=True, by=None, at=self.now())
        bin_node.is_bin = True
        self.bin_id = bin_node.id
        self._names.claim(self.bin_id, self.root_id, BIN_NAME, True)

    # What others play with: cheap, synchronous, without HTTP.

    def add_folder(self, parent_id: int, name: str, by: Person, at: datetime | None = None) -> int:
        """Make a folder as a person would; give its id."""
        return self.create_folder(self.folder(parent_id), name, by, self._seconds(at)).id

    def add_file(
        self, parent_id: int, name: str, blob: Blob, by: Person, modified: datetime | None = None
    ) -> int:
        """Make a file as a person would; give its id."""
        parent = self.folder(parent_id)
        return self.create_file(parent, name, blob, by, at=self._seconds(modified)).id

    def walk(self) -> Iterator[tuple[int, int, str, bool, int, str]]:
        """Tell (id, parent, name, is folder, size, SHA-256) of all below the root, parents first.

        What is in the recycle bin, and the bin itself, is left out.
        """
        waiting = [self.root_id]
        while waiting:
            folder = self.nodes[waiting.pop()]
            for child in (*folder.folders, *folder.files):
                node = self.nodes[child]
                if node.is_bin:
                    continue
                sha256 = node.versions[-1].blob.sha256 if node.versions else ""
                yield node.id, folder.id, node.name, node.is_folder, node.size, sha256
                if node.is_folder:
                    waiting.append(child)

    # Reading

    def now(self) -> int:
        """The time in whole seconds since 1970."""
        return int(self._clock.now().timestamp())

    def folder(self, folder_id: int) -> Node:
        """Give the folder of that id in which something may be put.

        Raises:
            Refusal: there is none, or it is in the recycle bin.
        """
        node = self.nodes.get(folder_id)
        if node is None or not node.is_folder or node.deleted or node.is_bin:
            raise invalid("parent_id", "is not a folder here")
        return node

    def path(self, node: Node) -> str:
        """The names from the project's down to the item's, joined by slashes."""
        if node.parent is None:
            return node.name
        return f"{self._folder_path(node.parent)}/{node.name}"

    def below(self, folder: Node, deepest: int | None = None) -> Iterator[Node]:
        """Everything below a folder, to a depth."""
        waiting = [(folder, 1)]
        while waiting:
            node, depth = waiting.pop()
            for child in (*node.folders, *node.files):
                yield self.nodes[child]
                if self.nodes[child].is_folder and (deepest is None or depth < deepest):
                    waiting.append((self.nodes[child], depth + 1))

    def above(self, node: Node) -> Iterator[Node]:
        """The folders above an item, nearest first."""
        while node.parent is not None:
            node = self.nodes[node.parent]
            yield node

    # Writing

    def create_folder(self, parent: Node, name: str, by: Person, at: int | None = None) -> Node:
        """Make a folder.

        Raises:
            Refusal: the name is taken or no good, or the place is read-only.
        """
        self._require_writable(parent)
        name = self._names.accept(name)
        return self._named(parent, name, by, at, is_folder=True)

    def create_file(
        self,
        parent: Node,
        name: str,
        blob: Blob,
        by: Person,
        *,
        unique_name: bool = False,
        at: int | None = None,
    ) -> Node:
        """Make a file with its first version; `unique_name` numbers it where the name is taken.

        Raises:
            Refusal: the name is taken or no good, or the place is read-only.
        """
        self._require_writable(parent)
        name = self._names.accept(name)
        if unique_name:
            name = self._names.free_name(parent.id, name, is_folder=False)
        node = self._named(parent, name, by, at, is_folder=False)
        self.add_version(node, blob, by, at=at)
        return node

    def add_version(
        self,
        node: Node,
        blob: Blob,
        by: Person,
        *,
        name: str | None = None,
        notes: str | None = None,
        at: int | None = None,
    ) -> Version:
        """Give a file new bytes; the older versions stay."""
        self._require_writable(node)
        when = self.now() if at is None else at
        version = Version(
            id=self._identifiers.next(),
            number=len(node.versions) + 1,
            file_id=node.id,
            prostore_id=self._identifiers.next(),
            key=self._identifiers.ulid(),
            name=name or node.name,
            blob=blob,
            created=when,
            by=by,
            notes=notes,
        )
        node.versions.append(version)
        self.versions[version.id] = version
        self.by_key[version.key] = version
        node.updated = when
        self._renew(node)
        self.onlooker(Change.CREATED, version)
        if len(node.versions) > 1:
            self.onlooker(Change.CHANGED, node)
        return version

    def place(self, node: Node, parent: Node | None, name: str | None) -> None:
        """Rename an item, move it, or bring it back out of the bin, all in one change.

        Raises:
            Refusal: the name is taken or no good, the target is inside the item, or the item may
                not be changed.
        """
        target = parent or self.nodes[node.parent] if node.parent is not None else node
        self._require_placeable(node, target, restoring=node.deleted and parent is not None)
        new_name = node.name if name is None else self._names.accept(name)
        if (target.id, new_name) == (node.parent, node.name):
            return
        self._names.claim(node.id, target.id, new_name, node.is_folder)
        node.name = new_name
        self._hang(node, target)
        restored = node.deleted
        if restored:
            self._mark_deleted(node, False)
        self._touch(node, Change.RESTORED if restored else Change.CHANGED)

    def delete(self, node: Node) -> None:
        """Put an item, and all below it, into the recycle bin.

        Raises:
            Refusal: it is the root, the bin, or read-only.
        """
        if node.parent is None or node.is_bin:
            raise plain(400, "this folder cannot be deleted")
        self._require_writable(node)
        self._names.bin(node.id)
        self._hang(node, self.nodes[self.bin_id])
        self._mark_deleted(node, True)
        self._touch(node, Change.BINNED)

    def changed(self, node: Node) -> None:
        """Something about an item is different; keep the orders right, and tell the onlooker."""
        self._renew(node)
        self.onlooker(Change.CHANGED, node)

    def rename_root(self, name: str) -> None:
        """The project, or the company, has another name."""
        root = self.nodes[self.root_id]
        root.name = name
        self._paths.clear()
        self._touch(root)

    def describe(self, node: Node, text: str) -> None:
        """Change what is said about an item, and nothing that is in it."""
        node.description = text
        self._touch(node)

    def set_private(self, node: Node, private: bool) -> None:
        """Show an item, with all below it, to its maker and to Admins alone, or to everybody."""
        node.private = private
        self.changed(node)

    def allow(self, node: Node, who: Person, allowed: bool = True) -> None:
        """Show a private item to somebody who is no Admin, or no longer."""
        (node.allowed.add if allowed else node.allowed.discard)(who.id)
        self.changed(node)

    def check_out(self, node: Node, by: Person | None, until: int = 0) -> None:
        """Hold a file for somebody until that second, or let it go (nobody)."""
        node.checked_out_by, node.checked_out_until = by, until
        self._touch(node)

    def mark_read_only(self, node_id: int) -> None:
        """Make an item one that only Procore's schedule feature may change."""
        self.nodes[node_id].read_only = True
        self.changed(self.nodes[node_id])

    # Inside

    def _named(
        self, parent: Node, name: str, by: Person, at: int | None, *, is_folder: bool
    ) -> Node:
        node_id = self._identifiers.next()
        self._names.claim(node_id, parent.id, name, is_folder)
        when = self.now() if at is None else at
        return self._new(parent.id, name, is_folder=is_folder, by=by, at=when, node_id=node_id)

    def _new(
        self,
        parent: int | None,
        name: str,
        *,
        is_folder: bool,
        by: Person | None,
        at: int,
        node_id: int | None = None,
    ) -> Node:
        node = Node(
            id=self._identifiers.next() if node_id is None else node_id,
            parent=parent,
            name=name,
            is_folder=is_folder,
            created=at,
            updated=at,
            by=by,
            private=self.private_by_default and by is not None,
        )
        self.nodes[node.id] = node
        if parent is not None:
            self._children(self.nodes[parent], node)[node.id] = None
        self._renew(node)
        self.onlooker(Change.CREATED, node)
        return node

    def _require_placeable(self, node: Node, target: Node, *, restoring: bool) -> None:
        if node.parent is None or node.is_bin:
            raise plain(400, "this folder cannot be renamed or moved")
        self._require_writable(node)
        if target.id != node.parent:
            self._require_writable(target)
        if target.id == node.id or any(above.id == node.id for above in self.above(target)):
            raise invalid("parent_id", "is inside the folder itself")
        if restoring and self._switches.restore == 404:
            raise plain(404, "the item is in the recycle bin")
        if restoring and self._switches.restore == 403:
            raise denied("Items of the recycle bin cannot be moved")
        if node.deleted and not restoring:
            raise invalid("base", "is in the recycle bin")

    def _require_writable(self, node: Node) -> None:
        if node.read_only or any(above.read_only for above in self.above(node)):
            raise denied("This item is read-only")

    def _hang(self, node: Node, target: Node) -> None:
        if node.parent is not None:
            del self._children(self.nodes[node.parent], node)[node.id]
        node.parent = target.id
        self._children(target, node)[node.id] = None
        if node.is_folder:
            self._paths.clear()

    def _mark_deleted(self, node: Node, deleted: bool) -> None:
        node.deleted = deleted
        for each in self.below(node):
            each.deleted = deleted

    def _renew(self, node: Node) -> None:
        self.revision += 1
        self.has_private = self.has_private or node.private
        self.has_tracked = self.has_tracked or node.tracked
        self.orders.renew(node)

    def _touch(self, node: Node, change: Change = Change.CHANGED) -> None:
        now = self.now()
        if self._switches.touches_item:
            node.updated = now
        self._renew(node)
        self.onlooker(change, node)
        if self._switches.touches_descendants:
            for each in self.below(node):
                each.updated = now
                self._renew(each)

    def _folder_path(self, folder_id: int) -> str:
        known = self._paths.get(folder_id)
        if known is None:
            known = self._paths[folder_id] = self.path(self.nodes[folder_id])
        return known

    @staticmethod
    def _children(parent: Node, child: Node) -> dict[int, None]:
        return parent.folders if child.is_folder else parent.files

    @staticmethod
    def _seconds(at: datetime | None) -> int | None:
        return None if at is None else int(at.timestamp())
