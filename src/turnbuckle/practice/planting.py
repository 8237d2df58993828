"""Fill a practice service with folders and files before anybody calls it.

Both services show their tree as a plain object; what is planted there costs no API call and
appears as if the people of the sample company had worked for some months.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Protocol

from turnbuckle.practice.blobs import Blob, Blobs
from turnbuckle.practice.persons import PERSONS, Person
from turnbuckle.practice.sample.entries import Content, Entry


class Tree[Id](Protocol):
    """The tree of one service: Procore's documents or a drive of Microsoft's."""

    @property
    def root_id(self) -> Id:
        """The folder everything is below."""

    def add_folder(self, parent_id: Id, name: str, by: Person, at: datetime | None = None) -> Id:
        """Make a folder and give its id."""

    def add_file(
        self, parent_id: Id, name: str, blob: Blob, by: Person, modified: datetime | None = None
    ) -> Id:
        """Make a file with these bytes and give its id."""


async def plant[Id](entries: Iterable[Entry], tree: Tree[Id], blobs: Blobs) -> int:
    """Add the entries below the tree's root and give the number of files.

    Args:
        entries: parents before children.
        tree: where to.
        blobs: keeps the bytes.
    """
    known: dict[tuple[str, ...], Id] = {(): tree.root_id}
    files = 0
    for entry in entries:
        parent = known[entry.path[:-1]]
        by = PERSONS[entry.author % len(PERSONS)]
        if entry.content is None:
            known[entry.path] = tree.add_folder(parent, entry.path[-1], by, entry.modified)
            continue
        blob = await blobs.store(_pieces(entry.content))
        tree.add_file(parent, entry.path[-1], blob, by, entry.modified)
        files += 1
    return files


async def _pieces(content: Content) -> AsyncIterator[bytes]:
    for piece in content():
        yield piece
        await asyncio.sleep(0)
