"""A tree server in memory: what it holds, what it refuses, and the log its feed is read from.

It is as strict as the real ones: a taken name, a missing parent, a forbidden name or a locked file
is refused, and nothing is ever deleted for good. People act on it through `people.People`, our own
app through `connector.MemoryConnector`.
"""

import dataclasses
from datetime import datetime, timedelta

from turnbuckle.connectors.memory.areas import Area
from turnbuckle.connectors.memory.blobs import Blob, hash_of, rewritten, size_of
from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.connectors.memory.feed import Feed
from turnbuckle.connectors.memory.moments import Calls
from turnbuckle.connectors.memory.nodes import Node, Shelf
from turnbuckle.connectors.memory.traits import MemoryTraits
from turnbuckle.model import names
from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Cursor, Item, ItemId, Kind, Name, Version
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import (
    BadName,
    CheckedOut,
    EmptyRefused,
    Gone,
    Locked,
    Overtaken,
    TooLarge,
    Unproven,
    Unsupported,
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
        self.clock: Clock = clock or StepClock()
        self.areas: list[Area] = []
        self.measured_from: ItemId | None = None  # paths are measured below it; None: the root
        self.account, self.tenant = "user of the tests", "company of the tests"
        self.corrupt: dict[ItemId, int] = {}  # files whose next downloads come damaged
        self._prefix = prefix
        self._ids = 0
        self._serials = 0
        self._due: list[tuple[datetime, Node, int]] = []
        now = self.clock.now()
        self.root = ItemId(f"{prefix}root")
        top = Node(self.root, None, Name("root"), Kind.FOLDER, modified=now, created=now)
        self.shelf = Shelf(top, self.traits.names)
        self.feed = Feed(self.shelf, self.item, self._is_told)

    @property
    def capabilities(self) -> Capabilities:
        """What it can do, tool by tool."""
        elsewhere = self.traits.capabilities
        if not self.areas:
            return elsewhere
        tools = {area.tool: area.capabilities(elsewhere) for area in self.areas}
        return dataclasses.replace(elsewhere, tools=tools)

    def area_of(self, node: Node) -> Area | None:
        """Give the part with rules of its own that a node lies in, if it does."""
        if not self.areas:
            return None
        line = {above.id for above in self.shelf.line(node)}
        return next((area for area in self.areas if area.root in line), None)

    # what it tells

    def item(self, node: Node) -> Item:
        """Give a node as the remote reports it."""
        is_file = node.kind is Kind.FILE
        kind = self.traits.content_hash
        hashes = frozenset({hash_of(node.blob, kind)} if is_file and kind else ())
        return Item(
            id=node.id,
            parent=self._told_parent(node),
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

    def _told_parent(self, node: Node) -> ItemId | None:
        parent = node.parent
        for area in self.areas:
            parent = area.told(parent)
        return parent

    def version(self, node: Node) -> Version:
        """Give what the content is known by: hash and size, or a number where it takes no hash."""
        if node.kind is Kind.FOLDER:
            return Version("")
        return self._version(node.serial, node.blob)

    def _version(self, serial: int, blob: Blob) -> Version:
        if self.traits.content_hash is None:
            return Version(f"v{serial}")
        return Version(f"{hash_of(blob, self.traits.content_hash)}/{size_of(blob)}")

    def since(self, node: Node, version: Version) -> list[tuple[Version, Blob, bool]]:
        """Give the versions in a file's history that came after `version`, oldest first.

        Empty where the history does not hold `version`. With each comes whether our app wrote it.
        """
        later: list[tuple[Version, Blob, bool]] = []
        for serial, blob in reversed(node.history):
            found = self._version(serial, blob)
            if found == version:
                return later
            later.insert(0, (found, blob, self.traits.marks_ours and serial in node.ours))
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

    def _is_told(self, node: Node) -> bool:
        return self.is_seen(node) and all(area.loose != node.id for area in self.areas)

    # what changes it

    def create(
        self, parent: ItemId, name: Name, kind: Kind, *, author: str, blob: Blob = b"",
        modified: datetime | None = None, again: bool = False,
    ) -> Node:  # fmt: skip
        """Make an item; `again` allows a name that is taken, where the remote does.

        Raises:
            BadName, TooLarge, EmptyRefused, TypeRefused, Unsupported, Overtaken (the name is
            taken), Gone or Unproven (no such parent).
        """
        folder = self.place(parent, kind)
        self.check_new(folder, name, kind)
        if not (again and self.traits.duplicate_names):
            self._refuse_taken(folder, name, kind, None)
        if kind is Kind.FILE:
            self.check_size(size_of(blob))
        self._ids += 1
        now = self.clock.now()
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
            TooLarge, EmptyRefused, Locked, Unsupported.
        """
        area = self.area_of(node)
        if area is not None:
            area.check_replace(node.name)
        self.check_lock(node, author)
        self.check_size(size_of(blob))
        if self.traits.keeps_versions:
            node.history.append((node.serial, node.blob))
        self._fill(node, blob, author, modified)
        self.note(node)

    def relocate(self, node: Node, parent: ItemId, name: Name, *, author: str) -> None:
        """Move or rename an item with all below it.

        Raises:
            BadName, TypeRefused, Unsupported, Locked, Overtaken (the name is taken, or the folder
            would lie inside itself), Gone or Unproven (no such parent).
        """
        folder, area = self.place(parent, node.kind), self.area_of(node)
        if node in self.shelf.line(folder):
            raise Overtaken(f"{node.name!r} cannot be moved into itself")
        if self.area_of(folder) is not area and not self.traits.crosses_tools:
            raise Unsupported("nothing moves from one tool to another here")
        self.check_new(folder, name, node.kind)
        if area is not None:
            area.check_rename(node.name, name, node.kind)
        self.check_lock(node, author)
        self._refuse_taken(folder, name, node.kind, node)
        self.shelf.take_off(node)
        node.parent, node.name = folder.id, name
        self.shelf.put(node)
        if self.traits.moves_touch:
            node.modified = self.clock.now()
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
            for each in below:
                self.feed.note(each)

    def bring_back(self, node: Node, parent: ItemId) -> None:
        """Take an item with all below it out of the bin, into `parent`, with its old id.

        Raises:
            Overtaken: its name was taken meanwhile.
        """
        self._refuse_taken(self._folder(parent), node.name, node.kind, node)
        node.parent, node.binned = parent, False
        self.shelf.put(node)
        self.note(node)
        for each in self.shelf.below(node):
            self.feed.note(each)

    def note(self, node: Node) -> None:
        """Enter a change of this node into the log."""
        node.changes += 1
        self.feed.note(node)

    def now(self) -> datetime:
        """Tell the time by this remote's clock."""
        return self.clock.now()

    # what it refuses

    def check_new(self, folder: Node, name: Name, kind: Kind) -> None:
        """Refuse what cannot be put into a folder."""
        self.check_name(folder, name, kind)
        area = self.area_of(folder)
        if area is not None:
            area.check_new(folder.id, name, kind)

    def check_name(self, folder: Node, name: Name, kind: Kind) -> None:
        """Refuse a name or a path that the rules forbid."""
        rules = self.traits.names
        why = rules.refuses(name, kind)
        if why is not None:
            raise BadName(why)
        path = f"{self._measured(folder)}/{name}".lstrip("/")
        if rules.longest_path is not None and names.length(path) > rules.longest_path:
            raise BadName(f"the path {path!r} is longer than {rules.longest_path}")

    def check_size(self, size: int) -> None:
        """Refuse a content that is too large or too small; `size` in bytes."""
        if size < self.traits.min_file_bytes:
            raise EmptyRefused(f"a file holds at least {self.traits.min_file_bytes} bytes here")
        if size > self.traits.max_file_bytes:
            raise TooLarge(f"{size} bytes are more than {self.traits.max_file_bytes}")

    def check_lock(self, node: Node, author: str) -> None:
        """Refuse to change what somebody else has locked."""
        if node.locked_by not in ("", author):
            if self.traits.checks_out:
                raise CheckedOut(f"{node.locked_by} has checked {node.name!r} out")
            raise Locked(f"{node.locked_by} has {node.name!r} open")

    def place(self, parent: ItemId, kind: Kind) -> Node:
        """Give the folder that really holds what is put into `parent`.

        Raises:
            Gone or Unproven (no such folder), Overtaken (it is a file).
        """
        folder = self._folder(parent)
        area = self.area_of(folder)
        return folder if area is None else self._folder(area.place(folder.id, kind))

    def _measured(self, folder: Node) -> str:
        """Give the part of a folder's path whose length counts."""
        whole, top = self.shelf.path(folder), self.shelf.get(self.measured_from or self.root)
        above = self.shelf.path(top) if top is not None else ""
        return whole.removeprefix(above).lstrip("/") if whole.startswith(above) else whole

    def _folder(self, item: ItemId) -> Node:
        folder = self.seen(item)
        if folder.kind is not Kind.FOLDER:
            raise Overtaken(f"{folder.name!r} is a file, not a folder")
        return folder

    def _refuse_taken(self, folder: Node, name: Name, kind: Kind, own: Node | None) -> None:
        taken = [node for node in self.shelf.named(folder.id, name) if node is not own]
        area = self.area_of(folder)
        in_area = area is not None and area.duplicate_names and kind is Kind.FILE
        if taken and not in_area and not (own is not None and self.traits.duplicate_names):
            raise Overtaken(f"{self.shelf.path(taken[0])!r} has this name already")

    # rewriting after an upload

    def _fill(self, node: Node, blob: Blob, author: str, modified: datetime | None) -> None:
        now = self.clock.now()
        self._serials += 1
        node.blob, node.serial, node.author = blob, self._serials, author
        node.by_us = author == OUR_APP
        if node.by_us:
            node.ours.add(self._serials)
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
        now = self.clock.now()
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
        return self.feed.cursor()

    def expire_cursors(self) -> None:
        """Forget where every reader of the feed was."""
        self.feed.expire()
