"""A library (drive): its tree, and the rules under which people and apps change it.

Every change goes through here, whether it came over HTTP or from the code that seeds the sample
project, so names, quota, locks, versions, tags and the change log can never disagree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from turnbuckle.practice.blobs import Blob, Blobs
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.microsoft.changes import ChangeLog
from turnbuckle.practice.microsoft.identifiers import ROOT_GUID, braced, fixed_guid, item_id
from turnbuckle.practice.microsoft.items import Author, Bytes, Entry, OldVersion
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.locks import Lock, locked, stands_in_the_way
from turnbuckle.practice.microsoft.names import as_kept, check_name, path_too_long
from turnbuckle.practice.microsoft.places import Place
from turnbuckle.practice.microsoft.quickxor import quickxor_of
from turnbuckle.practice.microsoft.refusals import (
    Refusal,
    bad_request,
    name_taken,
    no_space,
    not_found,
)
from turnbuckle.practice.microsoft.sharing import Sharing
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.microsoft.tree import Tree
from turnbuckle.practice.microsoft.trouble import Trouble
from turnbuckle.practice.persons import Person

Conflict = Literal["fail", "replace", "rename"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """A file's times as its writer gives them; None: now."""

    created: datetime | None = None
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Binned:
    """A row of the recycle bin."""

    at: datetime
    by: Author


NO_TIMES = Times()


class Drive:
    """One library. Raises `Refusal` where the service would answer with an error."""

    def __init__(
        self,
        place: Place,
        *,
        blobs: Blobs,
        clock: PracticeClock,
        limits: GraphLimits,
        switches: GraphSwitches,
        founder: Author,
    ) -> None:
        self.place = place
        self.limits = limits
        self.switches = switches
        self.blobs = blobs
        self.clock = clock
        self.changes = ChangeLog()
        self.bin: dict[str, Binned] = {}
        self.bin_bytes = 0
        self.locks: dict[str, Lock] = {}
        self.trouble = Trouble()
        self.read_only = False
        self.generation = 0  # delta tokens of an earlier one are too old
        self._made = 0
        self.root_id = item_id(place.library, ROOT_GUID)
        root = self._entry(None, "root", None, founder, NO_TIMES, guid=ROOT_GUID)
        self.tree = Tree(root, switches)
        self.changes.touch(root.id, root.created)
        self.sharing = Sharing(place, self.tree, self.changes, clock)

    # -- looking ---------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The time now, in whole seconds as the library keeps it."""
        return self.clock.now().replace(microsecond=0)

    def get(self, item: str) -> Entry:
        """One living item, or the refusal 404."""
        entry = self.tree.entries.get(self.root_id if item == "root" else item)
        if entry is None or self.tree.is_gone(entry):
            raise not_found()
        return entry

    def find(self, start: Entry, names: list[str]) -> Entry | None:
        """Follow a path of names downwards."""
        entry: Entry | None = start
        for name in names:
            entry = self.tree.child(entry.id, name) if entry is not None else None
        return entry

    def walk(self) -> Iterator[tuple[str, str | None, str, bool, int, str]]:
        """All items below the root: id, parent, name, is folder, size, SHA-256 (folders: empty)."""
        for entry in self.tree.below(self.root_id):
            sha256 = entry.content.blob.sha256 if entry.content is not None else ""
            yield entry.id, entry.parent, entry.name, entry.is_folder, entry.size, sha256

    @property
    def used_bytes(self) -> int:
        """What the quota counts: all versions of all living files."""
        return self.tree.root.stored

    # -- making ----------------------------------------------------------------------------------

    def add_folder(self, parent_id: str, name: str, by: Person, at: datetime | None = None) -> str:
        """Make a folder as a person, without a call; gives its id."""
        times = Times(created=at, modified=at)
        return self.make_folder(self.get(parent_id), name, Author(by), "fail", times).id

    def add_file(
        self, parent_id: str, name: str, blob: Blob, by: Person, modified: datetime | None = None
    ) -> str:
        """Make a file as a person, without a call and without rewriting; gives its id."""
        content = Bytes(blob=blob, quickxor=quickxor_of(self.blobs.path(blob)))
        times = Times(created=modified, modified=modified)
        return self.put(self.get(parent_id), name, content, Author(by), "fail", times)[0].id

    def make_folder(
        self,
        parent: Entry,
        name: str,
        author: Author,
        conflict: Conflict,
        times: Times = NO_TIMES,
    ) -> Entry:
        """Make a folder; with `replace` a folder of that name is given as it is."""
        name, there = self.settle(parent, name, conflict, folder=True)
        if there is not None:
            return there
        entry = self._entry(parent.id, name, None, author, times)
        self.tree.add(entry)
        self.touch(entry)
        return entry

    def put(  # noqa: PLR0917
        self,
        parent: Entry,
        name: str,
        content: Bytes,
        author: Author,
        conflict: Conflict,
        times: Times = NO_TIMES,
    ) -> tuple[Entry, bool]:
        """Write a file by name; gives the file and whether it is new."""
        name, there = self.settle(parent, name, conflict, folder=False)
        if there is not None:
            return self.replace(there, content, author, times), False
        self.ensure_space(content.size)
        entry = self._entry(parent.id, name, content, author, times)
        self.tree.add(entry)
        self.touch(entry)
        return entry, True

    def settle(
        self, parent: Entry, name: str, conflict: Conflict, *, folder: bool
    ) -> tuple[str, Entry | None]:
        """Check a name and what has it; gives the name to use and the item to replace, if any."""
        name = as_kept(name, self.switches)
        if parent.content is not None:
            raise bad_request("The parent is a file.")
        self.ensure_name(parent, name, folder=folder)
        there = self.tree.child(parent.id, name)
        if there is None:
            return name, None
        if conflict == "fail" or (conflict == "replace" and there.is_folder is not folder):
            raise name_taken()
        if conflict == "rename":
            return self._free_name(parent, name), None
        return name, there

    def ensure_name(self, parent: Entry, name: str, *, folder: bool) -> None:
        """Raise unless the library takes this name at this place."""
        self.ensure_writable()
        check_name(name, folder=folder, limits=self.limits, switches=self.switches)
        length = len(self.place.web_path) + self.tree.length(parent.id) + 1 + len(name)
        if length > self.limits.path_characters:
            raise path_too_long()

    def _free_name(self, parent: Entry, name: str) -> str:
        stem, dot, suffix = name.rpartition(".")
        if not stem:
            stem, dot, suffix = name, "", ""
        number = 1
        while self.tree.child(parent.id, f"{stem} {number}{dot}{suffix}") is not None:
            number += 1
        return f"{stem} {number}{dot}{suffix}"

    def _entry(  # noqa: PLR0917
        self,
        parent: str | None,
        name: str,
        content: Bytes | None,
        author: Author,
        times: Times,
        guid: UUID | None = None,
    ) -> Entry:
        self._made += 1
        guid = guid or fixed_guid(str(self.place.library), str(self._made))
        now = self.now()
        size = content.size if content is not None else 0
        return Entry(
            id=item_id(self.place.library, guid),
            guid=braced(guid),
            parent=parent,
            name=name,
            content=content,
            created=now,
            modified=now,
            fs_created=_whole_seconds(times.created) or now,
            fs_modified=_whole_seconds(times.modified) or now,
            created_by=author,
            modified_by=author,
            ctag=self.switches.new_file_ctag if content is not None else 0,
            size=size,
            stored=size,
            hash_hidden=_suffix(name) in self.switches.hash_missing_suffixes,
        )

    # -- changing --------------------------------------------------------------------------------

    def touch(self, entry: Entry) -> None:
        """Note in the change log that this item changed."""
        self.changes.touch(entry.id, self.clock.now())

    def replace(
        self, entry: Entry, content: Bytes, author: Author, times: Times = NO_TIMES
    ) -> Entry:
        """Give a file new content; what it held becomes a version."""
        self.ensure_free(entry, author)
        self.ensure_space(content.size)
        self._keep_version(entry)
        self.exchange(entry, content, added=content.size)
        self._stamp(entry, author)
        entry.fs_modified = _whole_seconds(times.modified) or entry.modified
        entry.fs_created = _whole_seconds(times.created) or entry.fs_created
        return entry

    def exchange(self, entry: Entry, content: Bytes, *, added: int) -> None:
        """Swap the current bytes; `added` is what the quota counts besides. No new version."""
        if entry.content is None or entry.parent is None:
            raise bad_request("A folder has no content.")
        self.tree.grow(entry.parent, content.size - entry.size, added)
        entry.content = content
        entry.size = content.size
        entry.stored += added
        entry.ctag += 1
        entry.etag += 1
        self.touch(entry)

    def _keep_version(self, entry: Entry) -> None:
        if entry.content is None:
            raise bad_request("A folder has no content.")
        entry.older.append(
            OldVersion(
                number=entry.version,
                content=entry.content,
                modified=entry.modified,
                fs_modified=entry.fs_modified,
                author=entry.modified_by,
            )
        )
        entry.version += 1

    def _stamp(self, entry: Entry, author: Author) -> None:
        entry.modified = self.now()
        entry.modified_by = author

    def rename_or_move(self, entry: Entry, parent: Entry, name: str, author: Author) -> None:
        """Give an item another name, another folder, or both."""
        self._ensure_not_root(entry)
        name = as_kept(name, self.switches)
        if parent.content is not None or self.tree.is_within(parent, entry.id):
            raise bad_request("The new parent is a file, or lies inside the item itself.")
        if (parent.id, name) == (entry.parent, entry.name):
            return
        self.ensure_free(entry, author, inside=self.switches.open_file_holds_folder)
        if name != entry.name or parent.id != entry.parent:
            self.ensure_name(parent, name, folder=entry.is_folder)
        there = self.tree.child(parent.id, name)
        if there is not None and there is not entry:
            raise name_taken()
        moves = parent.id != entry.parent
        self.tree.place(entry, parent.id, name)
        entry.etag += 1
        self._stamp(entry, author)
        self.touch(entry)
        if moves:
            entry.moved = self.changes.number

    def set_times(self, entry: Entry, times: Times, author: Author) -> None:
        """Change a file's own times; SharePoint makes a version of that."""
        self.ensure_writable()
        self.ensure_free(entry, author)
        if entry.content is not None and self.switches.patched_time_makes_version:
            self.ensure_space(entry.size)
            self._keep_version(entry)
            self.blobs.share(entry.content.blob)  # two versions hold it: a rewrite drops it of one
            self._add_stored(entry, entry.size)
        entry.fs_created = _whole_seconds(times.created) or entry.fs_created
        entry.fs_modified = _whole_seconds(times.modified) or entry.fs_modified
        entry.etag += 1
        self._stamp(entry, author)
        self.touch(entry)

    def _add_stored(self, entry: Entry, count: int) -> None:
        entry.stored += count
        for above in self.tree.ancestors(entry):
            above.stored += count

    def describe(self, entry: Entry, text: str, author: Author) -> None:
        """Change the description."""
        self.ensure_free(entry, author)
        entry.description = text
        entry.etag += 1
        self._stamp(entry, author)
        self.touch(entry)

    def restore_version(self, entry: Entry, number: int, author: Author) -> None:
        """Make an old content the current one, as a new version."""
        for old in entry.older:
            if old.number == number:
                self.blobs.share(old.content.blob)
                self.replace(entry, old.content, author, Times(modified=old.fs_modified))
                entry.ctag -= self.switches.restored_version_keeps_ctag
                return
        raise not_found()

    def delete_version(self, entry: Entry, number: int, author: Author) -> None:
        """Delete an old content for good."""
        self.ensure_free(entry, author)
        if number == entry.version:
            raise bad_request("The current version cannot be deleted.")
        for old in entry.older:
            if old.number == number:
                entry.older.remove(old)
                self._add_stored(entry, -old.content.size)
                return
        raise not_found()

    # -- deleting --------------------------------------------------------------------------------

    def delete(self, entry: Entry, author: Author) -> None:
        """Put an item with all below it into the recycle bin."""
        self._ensure_not_root(entry)
        self.ensure_free(entry, author)
        self.tree.take_out(entry)
        entry.deleted = True
        self.bin[entry.id] = Binned(self.now(), author)
        self.bin_bytes += entry.stored
        self.touch(entry)

    def purge(self, entry: Entry, author: Author) -> None:
        """Delete for good, past the bin."""
        self.delete(entry, author)
        self._leave_bin(entry)

    def _leave_bin(self, entry: Entry) -> None:
        self.bin.pop(entry.id)
        self.bin_bytes -= entry.stored

    def restore(self, item: str) -> Entry:
        """Take an item out of the bin, to where it was; a taken name is refused (409)."""
        entry = self.tree.entries.get(item)
        if entry is None or item not in self.bin or entry.parent is None:
            raise not_found()
        parent = self.get(entry.parent)
        if self.tree.child(parent.id, entry.name) is not None:
            raise name_taken()
        self._leave_bin(entry)
        entry.deleted = False
        entry.etag += 1
        self.tree.put_back(entry)
        self.touch(entry)
        for one in self.tree.below(entry.id):  # those who dropped them need to hear of each
            self.touch(one)
        return entry

    def expire_tokens(self) -> None:
        """From now on every delta token given so far is too old (410)."""
        self.generation += 1

    # -- what stands in the way ------------------------------------------------------------------

    def lock(self, item: str, holder: Person | Author, *, checked_out: bool = False) -> None:
        """Somebody opens a file in Office, or checks it out."""
        author = Author(holder) if isinstance(holder, Person) else holder
        entry = self.get(item)
        self.ensure_free(entry, author)
        self.locks[entry.id] = Lock(author, checked_out)
        if checked_out:
            entry.etag += 1
            self.touch(entry)

    def unlock(self, item: str) -> None:
        """The file is closed or checked in."""
        lock = self.locks.pop(item, None)
        if lock is not None and lock.checked_out:
            entry = self.get(item)
            entry.etag += 1
            self.touch(entry)

    def ensure_free(self, entry: Entry, author: Author, *, inside: bool = True) -> None:
        """Raise 423 when somebody else holds the item or, for a folder, something in it."""
        self.ensure_writable()
        if stands_in_the_way(self.locks, self.tree, entry, author, inside=inside):
            raise locked(self.switches)

    def ensure_writable(self) -> None:
        """Raise 403 for a read-only library."""
        if self.read_only:
            raise Refusal(403, "accessDenied", "The library is read-only.")

    def ensure_space(self, more: int) -> None:
        """Raise 507 when so many bytes more would pass the quota."""
        quota = self.limits.quota_bytes
        if quota is not None and self.used_bytes + self.bin_bytes + more > quota:
            raise no_space()

    def _ensure_not_root(self, entry: Entry) -> None:
        if entry.parent is None:
            raise bad_request("The root of a library can be neither moved nor deleted.")


def _whole_seconds(moment: datetime | None) -> datetime | None:
    return moment.replace(microsecond=0) if moment is not None else None


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2].lower()
