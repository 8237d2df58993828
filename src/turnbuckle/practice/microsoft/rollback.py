"""A library taken back to an earlier moment, as SharePoint's "Restore this library" does it.

What was made since goes into the bin, what was deleted since comes out of it, and files get the
content back that they had, as a new version. Ids stay, and delta tells all of it like any other
change. Names and folders that were changed since stay as they are.
"""

from datetime import datetime

from turnbuckle.practice.microsoft.drive import Drive, Times
from turnbuckle.practice.microsoft.items import Author, Entry
from turnbuckle.practice.persons import Person


def take_back(drive: Drive, moment: datetime, by: Person) -> None:
    """Undo what happened in a library after that moment."""
    author = Author(by)
    for item in [item for item, row in drive.bin.items() if row.at > moment]:
        if drive.tree.entries[item].created <= moment:
            drive.restore(item)
    for entry in list(drive.tree.below(drive.root_id)):
        if drive.tree.is_gone(entry):
            continue
        if entry.created > moment:
            drive.delete(entry, author)
        elif entry.content is not None and entry.modified > moment:
            _content_back(drive, entry, moment, author)


def _content_back(drive: Drive, entry: Entry, moment: datetime, author: Author) -> None:
    kept = [old for old in entry.older if old.modified <= moment]
    if kept and entry.content is not None and kept[-1].content != entry.content:
        drive.replace(entry, kept[-1].content, author, Times(modified=kept[-1].fs_modified))
