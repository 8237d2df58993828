"""What the Documents tool keeps: folders, files, and the versions of files."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache

from turnbuckle.practice.blobs import Blob
from turnbuckle.practice.persons import Person


class Change(Enum):
    """What happened to an item, a version, an album or a photo."""

    CREATED = "created"
    CHANGED = "changed"
    BINNED = "put into the recycle bin"
    RESTORED = "taken out of it"
    GONE = "deleted for good"


@dataclass(slots=True, eq=False, kw_only=True)
class Version:
    """One version of a file; it never changes."""

    id: int
    number: int  # from 1 on, growing
    file_id: int
    prostore_id: int
    key: str  # the last part of its address, 26 characters
    name: str  # the name a download gets
    blob: Blob
    created: int  # seconds since 1970
    by: Person
    notes: str | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Node:
    """A folder or a file; its id stays through renames, moves, the bin and new versions."""

    id: int
    parent: int | None  # None: the root folder of the project
    name: str
    is_folder: bool
    created: int  # seconds since 1970
    updated: int
    by: Person | None = None  # None: Procore made it
    is_bin: bool = False
    deleted: bool = False  # it, or a folder above it, is in the recycle bin
    private: bool = False
    allowed: set[int] = field(default_factory=set)  # ids of those who see it though it is private
    tracked: bool = False
    read_only: bool = False
    description: str | None = None
    versions: list[Version] = field(default_factory=list)  # oldest first; empty for a folder
    checked_out_by: Person | None = None
    checked_out_until: int = 0
    folders: dict[int, None] = field(default_factory=dict)  # ids of direct children, in order
    files: dict[int, None] = field(default_factory=dict)

    @property
    def file_type(self) -> str:
        """The ending of the name in lower case, without its dot; empty where there is none."""
        stem, dot, ending = self.name.rpartition(".")
        return ending.lower() if dot and stem else ""

    @property
    def size(self) -> int:
        """Bytes of the newest version; 0 for a folder."""
        return self.versions[-1].blob.size if self.versions else 0

    def holder(self, now: int) -> Person | None:
        """Who has the file checked out at this time."""
        return self.checked_out_by if self.checked_out_until > now else None


@lru_cache(maxsize=8192)
def stamp(seconds: int) -> str:
    """A time as Procore writes it: ISO 8601, UTC, whole seconds, Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
