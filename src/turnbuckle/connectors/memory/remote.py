"""A tree server in memory: what it holds, what it refuses, and the log its feed is read from.

It is as strict as the real ones: a taken name, a missing parent, a forbidden name or a locked file
is refused, and nothing is ever deleted for good. People act on it through `people.People`, our own
app through `connector.MemoryConnector`.
"""

from datetime import datetime, timedelta

from turnbuckle.connectors.memory.blobs import Blob, hash_of, rewritten, size_of
from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.connectors.memory.moments import Calls
from turnbuckle.connectors.memory.nodes import Node, Shelf
from turnbuckle.connectors.memory.traits import MemoryTraits
from turnbuckle.model import names
from turnbuckle.model.items import Cursor, Item, ItemId, Kind, Name, Version
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import (
    BadName,
    CursorExpired,
    Gone,
    Locked,
    MalformedReply,
    Overtaken,
    TooLarge,
    Unproven,
)

OUR_APP = "Turnbuckle"


class MemoryRemote:
    """One remote: a root folder and all below it; ids, versions and times follow from the calls.

    Args:
        traits: what kind of remote it is.
        clock: gives the stamps, and says when a delayed rewriting is due.
        prefix: what its ids begin with, so that two remotes of a test have different ids.
    """

    def __init__(
        self, traits: MemoryTraits | None = None, clock: Clock | None = None, prefix: str = "item-"
    ) -> None:
        self.traits = traits or MemoryTraits()
        self.calls = Calls()
        self._clock = clock or StepClock()
        self._prefix = prefix
        self._ids = 0
        self._serials = 0
        self._epoch = 1
        self._log: list[ItemId] = []
        self._due: list[tuple[datetime, Node, int]] = []
        now = self._clock.now()
        self.root = ItemId(f"{prefix}root")
        top = Node(self.root, None, Name("root"), Kind.FOLDER, modified=now, created=now)
        self.shelf = Shelf(top, self.traits.names)

    # what it tells

    def item(self, node: Node) -> Item:
        """Give a node as the remote reports it."""
        is_file = node.kind is Kind.FILE
        kind = self.traits.content_hash
        hashes = frozenset({hash_of(node.blob, kind)} if is_file and kind else ())
        return Item(
            id=node.id,
            parent=node.parent,
            name=node.name,
            kind=node.kind,
            version=self.version(node),
            size=size_of(node.blob) if is_file else 0,
            modified=node.modified,
            created=node.created,
            hashes=hashes,
            tag=f"{node.id}/{node.changes}" if self.traits.guarded else "",
            locked_by=node.locked_by,
            by_us=node.by_us and self.traits.marks_ours,
            author=node.author,
        )

    def version(self, node: Node) -> Version:
        """Give what the content is known by: hash and size, or a number where it takes no hash."""
        if node.kind is Kind.FOLDER:
            return Version("")
        return self._version(node.serial, node.blob)

    def _version(self, serial: int, blob: Blob) -> Version:
        if self.traits.content_hash is None:
            return Version(f"v{serial}")
        return Version(f"{hash_of(blob, self.traits.content_hash)}/{size_of(blob)}")

    def since(self, node: Node, version: Version) -> list[tuple[Version, Blob]]:
        """Give the versions in a file's history that came after `version`, oldest first.

        Empty where the history does not hold `version`.
        """
        later: list[tuple[Version, Blob]] = []
        for serial, blob in reversed(node.history):
            found = self._version(serial, blob)
            if found == version:
                return later
            later.insert(0, (found, blob))
        return []

    def seen(self, item: ItemId) -> Node:
        """Give a node that can be seen now.

        Raises:
            Gone: it, or a folder above it, is in the bin.
            Unproven: it cannot be seen, or there never was one.
        """
        self.settle()
        node = self.shelf.get(item)
        if node is None:
            raise Unproven(f"there is no item {item} that this account can see")
        if self.shelf.is_gone(node):
            raise Gone(f"{self.shelf.path(node)!r} is in the recycle bin")
        if self.shelf.is_hidden(node):
            raise Unproven(f"item {item} cannot be seen now; ask who may see its folder")
        return node

    def is_seen(self, node: Node) -> bool:
        """Tell whether it is neither in the bin nor hidden."""
        return not self.shelf.is_gone(node) and not self.shelf.is_hidden(node)

    # what changes it

    def create(
        self, parent: ItemId, name: Name, kind: Kind, *, author: str, blob: Blob = b"",
        modified: datetime | None = None, again: bool = False,
    ) -> Node:  # fmt: skip
        """Make an item; `again` allows a name that is taken, where the remote does.

        Raises:
            BadName, TooLarge, Overtaken (the name is taken), Gone or Unproven (no such parent).
        """
        folder = self._folder(parent)
        self.check_name(folder, name, kind)
        if not (again and self.traits.duplicate_names):
            self._refuse_taken(folder, name, None)
        self.check_size(size_of(blob))
        self._ids += 1
        now = self._clock.now()
        node = Node(
            ItemId(f"{self._prefix}{self._ids}"), folder.id, name, kind, modified=now, created=now,
            author=author, by_us=author == OUR_APP,
        )  # fmt: skip
        self.shelf.put(node)
        if kind is Kind.FILE:
            self._fill(node, blob, author, modified)
        self.note(node)
        return node

    def write(
        self, node: Node, blob: Blob, *, author: str, modified: datetime | None = None
    ) -> None:
        """Give a file new content; the earlier one goes into its history.

        Raises:
            TooLarge, Locked.
        """
        self.check_lock(node, author)
        self.check_size(size_of(blob))
        if self.traits.keeps_versions:
            node.history.append((node.serial, node.blob))
        self._fill(node, blob, author, modified)
        self.note(node)

    def relocate(self, node: Node, parent: ItemId, name: Name, *, author: str) -> None:
        """Move or rename an item with all below it.

        Raises:
            BadName, Locked, Overtaken (the name is taken, or the folder would lie inside itself),
            Gone or Unproven (no such parent).
        """
        folder = self._folder(parent)
        if node in self.shelf.line(folder):
            raise Overtaken(f"{node.name!r} cannot be moved into itself")
        self.check_name(folder, name, node.kind)
        self.check_lock(node, author)
        self._refuse_taken(folder, name, node)
        self.shelf.take_off(node)
        node.parent, node.name = folder.id, name
        self.shelf.put(node)
        if self.traits.moves_touch:
            node.modified = self._clock.now()
        self.note(node)

    def throw_away(self, node: Node, *, author: str) -> None:
        """Put an item with all below it into the bin.

        Raises:
            Locked: it, or something below it, is locked.
        """
        if node.parent is None:
            raise Unproven("the root cannot be deleted")
        below = list(self.shelf.below(node))
        for each in (node, *below):
            self.check_lock(each, author)
        self.shelf.take_off(node)
        node.binned = True
        self.note(node)
        if self.traits.tells_descendants:
            self._log.extend(each.id for each in below)

    def bring_back(self, node: Node, parent: ItemId) -> None:
        """Take an item with all below it out of the bin, into `parent`, with its old id.

        Raises:
            Overtaken: its name was taken meanwhile.
        """
        self._refuse_taken(self._folder(parent), node.name, node)
        node.parent, node.binned = parent, False
        self.shelf.put(node)
        self.note(node)
        self._log.extend(each.id for each in self.shelf.below(node))

    def note(self, node: Node) -> None:
        """Enter a change of this node into the log."""
        node.changes += 1
        self._log.append(node.id)

    def now(self) -> datetime:
        """Tell the time by this remote's clock."""
        return self._clock.now()

    # what it refuses

    def check_name(self, folder: Node, name: Name, kind: Kind) -> None:
        """Refuse a name or a path that the rules forbid."""
        rules = self.traits.names
        why = rules.refuses(name, kind)
        if why is not None:
            raise BadName(why)
        path = f"{self.shelf.path(folder)}/{name}".lstrip("/")
        if rules.longest_path is not None and names.length(path) > rules.longest_path:
            raise BadName(f"the path {path!r} is longer than {rules.longest_path}")

    def check_size(self, size: int) -> None:
        """Refuse a content that is too large; `size` in bytes."""
        if size > self.traits.max_file_bytes:
            raise TooLarge(f"{size} bytes are more than {self.traits.max_file_bytes}")

    def check_lock(self, node: Node, author: str) -> None:
        """Refuse to change what somebody else has locked."""
        if node.locked_by not in ("", author):
            raise Locked(f"{node.locked_by} has {node.name!r} open")

    def _folder(self, item: ItemId) -> Node:
        folder = self.seen(item)
        if folder.kind is not Kind.FOLDER:
            raise Overtaken(f"{folder.name!r} is a file, not a folder")
        return folder

    def _refuse_taken(self, folder: Node, name: Name, own: Node | None) -> None:
        taken = [node for node in self.shelf.named(folder.id, name) if node is not own]
        may_share = own is not None and self.traits.duplicate_names
        if taken and not may_share:
            raise Overtaken(f"{self.shelf.path(taken[0])!r} has this name already")

    # rewriting after an upload

    def _fill(self, node: Node, blob: Blob, author: str, modified: datetime | None) -> None:
        now = self._clock.now()
        self._serials += 1
        node.blob, node.serial, node.author = blob, self._serials, author
        node.by_us = author == OUR_APP
        node.modified = modified if modified and self.traits.keeps_modified else now
        if node.by_us and names.suffix(node.name) in self.traits.rewrites:
            due = now + timedelta(seconds=self.traits.rewrite_delay_seconds)
            self._due.append((due, node, node.serial))
            if self.traits.rewrite_delay_seconds <= 0:
                self._rewrite(node, node.serial)
                self._due.pop()

    def settle(self) -> None:
        """Do the rewritings that are due."""
        if not self._due:
            return
        now = self._clock.now()
        for due in [entry for entry in self._due if entry[0] <= now]:
            self._due.remove(due)
            if self._rewrite(due[1], due[2]):
                self.note(due[1])

    def _rewrite(self, node: Node, serial: int) -> bool:
        """Rewrite a file that still holds the version of that number."""
        if node.serial != serial:
            return False
        self._serials += 1
        node.blob, node.serial = rewritten(node.blob), self._serials
        return True

    # the feed

    def cursor(self) -> Cursor:
        """Give the place after the newest change."""
        self.settle()
        return Cursor(f"{self._epoch}:{len(self._log)}")

    def expire_cursors(self) -> None:
        """Forget where every reader of the feed was."""
        self._epoch += 1

    def told(self, since: Cursor | None) -> tuple[list[Item], list[ItemId]]:
        """Give the items to tell, parents first, and the ids that are gone.

        Raises:
            CursorExpired: the cursor is of an earlier time, or is none of ours.
        """
        self.settle()
        concerned = self.shelf.all() if since is None else self._changed(since)
        seen, gone = [], []
        for node in concerned:
            if self.is_seen(node):
                seen.append(node)
            elif since is not None and self.shelf.is_gone(node):
                gone.append(node.id)
        seen.sort(key=lambda node: len(self.shelf.line(node)))
        return [self.item(node) for node in seen], gone

    def _changed(self, since: Cursor) -> list[Node]:
        epoch, _, place = since.partition(":")
        if not place.isdecimal():
            raise MalformedReply("this is no cursor of a memory remote")
        if epoch != str(self._epoch) or int(place) > len(self._log):
            raise CursorExpired("the feed cannot go on from there; everything is told again")
        last = dict.fromkeys(reversed(self._log[int(place) :]))
        nodes = (self.shelf.get(item) for item in reversed(last))
        return [node for node in nodes if node is not None]

    def last_noted(self, item: ItemId) -> int:
        """Give the place in the log of an item's newest change; -1 when there is none."""
        for place in range(len(self._log) - 1, -1, -1):
            if self._log[place] == item:
                return place
        return -1
