"""The small hidden file that Office leaves beside a document while somebody has it open."""

from uuid import uuid4

from turnbuckle.practice.blobs import Blob
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.persons import Person

OWNER_FILE_START = "~$"


def leave_owner_file(drive: Drive, parent: str, name: str, blob: Blob, by: Person) -> str:
    """Put an owner file there, whose name nobody may give to a file of their own; give its id."""
    item = drive.add_file(parent, uuid4().hex, blob, by)
    entry = drive.get(item)
    drive.tree.place(entry, parent, name)
    drive.touch(entry)
    return item
