"""An item is a file or a folder on one side, known by the id that its remote gave it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

ItemId = NewType("ItemId", str)
"""A remote's own id; a connector may put a prefix before it (Procore: ``file:7``, ``folder:7``)."""

Name = NewType("Name", str)
"""The name of one item inside its folder, exactly as its side spells it."""

Version = NewType("Version", str)
"""What a file's content is known by: equal versions of one item, equal content. Folders: empty."""

Cursor = NewType("Cursor", str)
"""Where a feed was left; only its connector can read it, and it holds no secret."""


class Kind(StrEnum):
    """What an item is."""

    FILE = "file"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as one side holds it.

    `modified` is when the content was last changed, as its remote tells it; it is shown, written
    to the other side, and compared only to choose the newest of two conflicting versions.
    """

    id: ItemId
    parent: ItemId | None  # None: the top of its feed (a library's root, a project's root folder)
    name: Name
    kind: Kind
    version: Version = Version("")
    size: int = 0  # bytes; 0 for a folder
    modified: datetime | None = None  # with time zone
    created: datetime | None = None  # with time zone; ranks names that clash
    hashes: frozenset[str] = frozenset()  # "<kind>:<value>" as the remote reports, or as we took it
    tag: str = ""  # what a guarded write must match (Graph: eTag), empty where there is no guard
    locked_by: str = ""  # who has it checked out or open, empty when it is free
    by_us: bool = False  # the remote says that our own app wrote this version
    author: str = ""  # who wrote this version, for people to read
