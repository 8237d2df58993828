"""What people do on a memory remote, by path.

A path is the names from the root down, joined by ``/``; one at its end is allowed for folders.
``path#dup-2`` is the second item of that name in its folder, by creation. The first name may be one
that is given to a folder for good, wherever it is and whatever it is called. Folders on the way to
a new path are made. Every action is refused as the remote would refuse it to anybody.
"""

import re
from collections.abc import Mapping

from turnbuckle.connectors.memory.blobs import Blob
from turnbuckle.connectors.memory.nodes import Node
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.model import names
from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.ports.errors import Gone

_DUPLICATE = re.compile(r"#dup-(?P<number>[1-9][0-9]*)$")


class People:
    """The users of one remote; `author` is the name that their versions bear.

    `places` are names of folders that paths may begin with, instead of at the root.
    """

    def __init__(
        self, remote: MemoryRemote, author: str = "Pat", places: Mapping[str, ItemId] | None = None
    ) -> None:
        self.remote = remote
        self.author = author
        self.places = dict(places or {})

    # finding

    def at(self, path: str) -> Node:
        """Give the item at a path.

        Raises:
            Gone: there is none.
        """
        node = self._find(path)
        if node is None:
            raise Gone(f"there is nothing at {path!r}")
        return node

    def id_of(self, path: str) -> ItemId:
        """Give the id of the item at a path."""
        return self.at(path).id

    def snapshot(self, top: str = "") -> Mapping[str, Blob | None]:
        """Give all paths below `top`, relative to it: a file's content, None for a folder.

        Folders' paths end with ``/``; a further item of the same name gets ``#dup-2`` and so on.
        What is hidden from our account is left out.
        """
        return {
            path: None if node.kind is Kind.FOLDER else node.blob
            for path, node in self.items(top, hidden=False).items()
        }

    def items(self, top: str = "", *, hidden: bool = True) -> Mapping[str, Node]:
        """Give the items at all paths below `top`, those that are hidden from our account too."""
        self.remote.settle()
        found: dict[str, Node] = {}
        self._describe(self.at(top), "", found, hidden=hidden)
        return found

    def _describe(self, folder: Node, above: str, found: dict[str, Node], *, hidden: bool) -> None:
        for node in sorted(self.remote.shelf.children(folder.id), key=lambda node: node.name):
            if node.hidden and not hidden:
                continue
            is_folder = node.kind is Kind.FOLDER
            path = above + node.name + "/" * is_folder
            number = 1
            while path in found:
                number += 1
                path = above + node.name + f"#dup-{number}" + "/" * is_folder
            found[path] = node
            if is_folder:
                self._describe(node, path, found, hidden=hidden)

    def _find(self, path: str) -> Node | None:
        self.remote.settle()
        node: Node | None = self.remote.shelf.root
        steps = path.strip("/").split("/") if path.strip("/") else []
        if steps and steps[0] in self.places:
            node = self.remote.shelf.get(self.places[steps.pop(0)])
            if node is not None and self.remote.shelf.is_gone(node):
                return None
        for step in steps:
            mark = _DUPLICATE.search(step)
            name = step[: mark.start()] if mark else step
            number = int(mark["number"]) if mark else 1
            same = self.remote.shelf.named(node.id, name) if node else []
            exact = [each for each in same if each.name == name] or same
            node = exact[number - 1] if number <= len(exact) else None
        return node

    def spelled(self, path: str) -> str:
        """Give a path from the root, with the names that its places have now."""
        first, slash, rest = path.strip("/").partition("/")
        place = self.remote.shelf.get(self.places[first]) if first in self.places else None
        if place is None:
            return first + slash + rest
        return self.remote.shelf.path(place) + slash + rest

    def _place(self, path: str) -> tuple[ItemId, Name]:
        """Give the folder and the name that a path means, making the folders on the way."""
        above, _, name = path.strip("/").rpartition("/")
        return (self.mkdir(above) if above else self.remote.root), Name(name)

    # acting

    def mkdir(self, path: str) -> ItemId:
        """Make a folder and those above it; one that is there already is given as it is."""
        node = self._find(path)
        if node is None:
            parent, name = self._place(path)
            node = self.remote.create(parent, name, Kind.FOLDER, author=self.author)
        return node.id

    def put(self, path: str, blob: Blob) -> ItemId:
        """Make a file, or give the one that is there a new version."""
        node = self._find(path)
        if node is None:
            return self.new(path, blob)
        self.remote.write(node, blob, author=self.author)
        return node.id

    def new(self, path: str, blob: Blob) -> ItemId:
        """Make a further file, even under a name that is taken, where the remote allows that."""
        parent, name = self._place(path)
        return self.remote.create(
            parent, name, Kind.FILE, blob=blob, author=self.author, again=True
        ).id

    def delete(self, path: str) -> ItemId:
        """Put an item with all below it into the bin."""
        node = self.at(path)
        self.remote.throw_away(node, author=self.author)
        return node.id

    def move(self, path: str, to: str) -> ItemId:
        """Move or rename; `to` is the full new path."""
        node = self.at(path)
        parent, name = self._place(to)
        self.remote.relocate(node, parent, name, author=self.author)
        return node.id

    def swap(self, one: str, other: str) -> None:
        """Exchange the names and places of two items."""
        first, second = self.at(one), self.at(other)
        places = [(node.parent or self.remote.root, node.name) for node in (first, second)]
        aside = names.numbered_once(first.name, first.kind, self.remote.traits.names, 999)
        self.remote.relocate(first, places[0][0], aside, author=self.author)
        self.remote.relocate(second, *places[0], author=self.author)
        self.remote.relocate(first, *places[1], author=self.author)

    def replace(self, path: str, blob: Blob) -> ItemId:
        """Delete a file and make another one of the same name: a new id."""
        node = self.at(path)
        parent, name = node.parent or self.remote.root, node.name
        self.remote.throw_away(node, author=self.author)
        return self.remote.create(parent, name, Kind.FILE, blob=blob, author=self.author).id

    def copy(self, path: str, to: str) -> ItemId:
        """Copy a file, or a folder with all below it; the copies have new ids."""
        parent, name = self._place(to)
        return self._copy(self.at(path), parent, name).id

    def _copy(self, node: Node, parent: ItemId, name: Name) -> Node:
        inside = list(self.remote.shelf.children(node.id))
        made = self.remote.create(parent, name, node.kind, blob=node.blob, author=self.author)
        for child in inside:
            self._copy(child, made.id, child.name)
        return made

    def touch(self, path: str) -> None:
        """Change an item's metadata: modified time and tag, never its content or version."""
        node = self.at(path)
        node.modified = self.remote.now()
        self.remote.note(node)

    def restore(self, path: str) -> ItemId:
        """Bring back what was last deleted at this path, with its old id.

        Raises:
            Gone: nothing of that path is in the bin.
        """
        shelf = self.remote.shelf
        wanted = self.spelled(path)
        binned = [node for node in shelf.all() if node.binned and shelf.path(node) == wanted]
        if not binned:
            raise Gone(f"the bin holds nothing of {path!r}")
        node = max(binned, key=lambda node: self.remote.feed.last_noted(node.id))
        self.remote.bring_back(node, self._place(path)[0])
        return node.id

    def oldversion(self, path: str, blob: Blob) -> None:
        """Make an earlier content the current one again.

        Raises:
            Gone: the history holds no such content.
        """
        node = self.at(path)
        if all(earlier != blob for _, earlier in node.history):
            raise Gone(f"the history of {path!r} holds no such version")
        self.remote.write(node, blob, author=self.author)

    def lock(self, path: str) -> None:
        """Open a file so that nobody else can change it."""
        node = self.at(path)
        node.locked_by = self.author
        self.remote.note(node)

    def unlock(self, path: str) -> None:
        """Close it again."""
        node = self.at(path)
        node.locked_by = ""
        self.remote.note(node)

    def hide(self, path: str) -> ItemId:
        """Make an item with all below it invisible to our account, without a sign in the feed."""
        node = self.at(path)
        node.hidden = True
        return node.id

    def show(self, item: ItemId) -> None:
        """Make a hidden item visible again; the feed tells it."""
        node = self.remote.shelf.get(item)
        if node is None:
            raise Gone(f"there never was an item {item}")
        node.hidden = False
        self.remote.note(node)
