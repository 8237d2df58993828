"""What a library holds: files and folders, their versions, and who wrote them."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from turnbuckle.practice.blobs import Blob
from turnbuckle.practice.persons import Person


@dataclass(frozen=True)
class Author:
    """Who did something: a person, a person through an app, or an app by itself."""

    person: Person | None = None
    app_id: str = ""
    app_name: str = ""
    system_user: bool = False  # a write by an app alone shows a user of the system besides

    @cached_property
    def identities(self) -> dict[str, dict[str, str]]:
        """The identitySet of Graph."""
        shown: dict[str, dict[str, str]] = {}
        if self.app_id:
            shown["application"] = {"id": self.app_id, "displayName": self.app_name}
        if self.person is not None:
            shown["user"] = {
                "id": self.person.graph_id,
                "displayName": self.person.name,
                "email": self.person.login,
            }
        elif self.system_user:
            shown["user"] = {"displayName": "SharePoint App"}
        return shown

    @cached_property
    def key(self) -> str:
        """What locks are held under: the person, else the app."""
        return self.person.graph_id if self.person is not None else f"app:{self.app_id}"


@dataclass(frozen=True, slots=True)
class Received:
    """What an uploader sent, before the library rewrote it."""

    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    """A file's content as the library holds it."""

    blob: Blob
    quickxor: str
    received: Received | None = None  # None: never rewritten

    @property
    def size(self) -> int:
        """How many bytes."""
        return self.blob.size


@dataclass(frozen=True, slots=True, kw_only=True)
class OldVersion:
    """What a file held before."""

    number: int
    content: Bytes
    modified: datetime
    fs_modified: datetime
    author: Author


@dataclass(slots=True, kw_only=True)
class Entry:
    """One file or folder of a library. `content` is None for folders."""

    id: str
    guid: str  # upper case, in braces, as tags hold it
    parent: str | None  # None: the root
    name: str
    content: Bytes | None
    created: datetime
    modified: datetime
    fs_created: datetime
    fs_modified: datetime
    created_by: Author
    modified_by: Author
    etag: int = 1
    ctag: int = 0
    size: int = 0  # bytes; a folder's is the sum of what it holds
    stored: int = 0  # the same with all versions, as the quota counts
    description: str = ""
    version: int = 1
    older: list[OldVersion] = field(default_factory=list)
    deleted: bool = False  # itself in the bin; what is below a deleted folder is not marked
    hash_hidden: bool = False
    moved: int = 0  # the change by which it came into another folder last

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.content is None

    @property
    def etag_text(self) -> str:
        """The eTag with its quotes: changes with content and with metadata."""
        return f'"{self.guid},{self.etag}"'

    @property
    def ctag_text(self) -> str:
        """The cTag with its quotes: changes with content only."""
        return f'"c:{self.guid},{self.ctag}"'
