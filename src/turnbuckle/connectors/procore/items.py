"""Procore's rows as items.

A file's version is the id of its current file version; Procore reports no hash. Folders and files
have ids of their own, so each id says which it is: ``folder:7``, ``file:7``. The recycle bin and
what lies in it are no items.

Source: the fact sheet, sections 7.2 to 7.4.
"""

from datetime import datetime

from turnbuckle.connectors.procore.addresses import Addresses
from turnbuckle.connectors.procore.wire import DocumentRow, FileRow, FileVersion, FolderRow, User
from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import MalformedReply, Unproven

_FOLDER = "folder:"
_FILE = "file:"


def folder_id(number: int) -> ItemId:
    """Give the item id of a folder."""
    return ItemId(f"{_FOLDER}{number}")


def file_id(number: int) -> ItemId:
    """Give the item id of a file."""
    return ItemId(f"{_FILE}{number}")


def number_of(item: ItemId) -> tuple[Kind, int]:
    """Part an item id into what it is and Procore's own number.

    Raises:
        Unproven: it is no id of a Procore document.
    """
    kind, _, number = item.partition(":")
    if kind not in {"folder", "file"} or not (number.isascii() and number.isdigit()):
        raise Unproven(f"{item!r} is no id of a Procore document")
    return Kind(kind), int(number)


def row_id(row: DocumentRow) -> ItemId:
    """Give the item id of a row of the flat index."""
    return folder_id(row.id) if row.document_type == Kind.FOLDER else file_id(row.id)


class Items:
    """Makes items of rows, and keeps the addresses and numbers that the rows tell on the way.

    Args:
        own_user: the user id that we are signed in as; a version made by it is ours.
    """

    def __init__(self, own_user: int, addresses: Addresses, clock: Clock) -> None:
        self._own_user = own_user
        self._addresses = addresses
        self._clock = clock

    def of_row(self, row: DocumentRow) -> Item:
        """Make the item of a row of the flat index (extended view).

        Raises:
            MalformedReply: a file without a version.
        """
        if row.document_type == Kind.FOLDER:
            return self._folder(row)
        version = row.file.current_version if row.file else None
        if row.file is None or version is None:
            raise MalformedReply(f"Procore listed the file {row.id} without its version")
        self.note_address(row.id, version)
        # The index may leave the version's author out; the first version's is the file's.
        author = version.created_by or (row.created_by if version.number == 1 else None)
        return self._file(
            number=row.id,
            parent=row.parent_id,
            name=row.name,
            version=version,
            size=version.size or 0,
            created=row.created_at,
            changed=row.updated_at,
            author=author,
            holder=row.file.checked_out_by,
            held_until=row.file.checked_out_until,
        )

    def of_file(self, row: FileRow) -> Item:
        """Make the item of a single file's answer, and keep its address.

        Raises:
            MalformedReply: a file without a version.
        """
        item = self.of_write(row)
        version = newest(row.file_versions)
        if version is not None:
            self._addresses.note(item.version, version.url)
        return item

    def of_write(self, row: FileRow) -> Item:
        """Make the item of the answer to a write of ours.

        Its address is not kept: what we wrote is not read back, and if it is after all, it is asked
        for again, so that a colleague's later version is not passed over.

        Raises:
            MalformedReply: a file without a version.
        """
        version = newest(row.file_versions)
        if version is None:
            raise MalformedReply(f"Procore told of the file {row.id} without its version")
        size = row.size if version.size is None else version.size
        return self._file(
            number=row.id,
            parent=row.parent_id,
            name=row.name,
            version=version,
            size=size or 0,
            created=row.created_at,
            changed=row.updated_at,
            author=version.created_by,
            holder=row.checked_out_by,
            held_until=row.checked_out_until,
        )

    def at_version(self, row: FileRow, version: FileVersion) -> Item:
        """Make an item that stands for an earlier version of a file."""
        return Item(
            id=file_id(row.id),
            parent=None if row.parent_id is None else folder_id(row.parent_id),
            name=Name(row.name),
            kind=Kind.FILE,
            version=Version(str(version.id)),
            size=version.size or 0,
            modified=version.created_at,
            created=row.created_at,
            by_us=version.created_by is not None and version.created_by.id == self._own_user,
            author=version.created_by.shown if version.created_by else "",
        )

    def of_folder(self, row: FolderRow) -> Item:
        """Make the item of a single folder's answer."""
        return self._folder(row)

    def note_address(self, number: int, version: FileVersion) -> None:
        """Keep where a file's current version is."""
        name = Version(str(version.id))
        self._addresses.note(name, version.url)
        self._addresses.note_newest(file_id(number), name, version.number)

    def _folder(self, row: DocumentRow | FolderRow) -> Item:
        return Item(
            id=folder_id(row.id),
            parent=None if row.parent_id is None else folder_id(row.parent_id),
            name=Name(row.name),
            kind=Kind.FOLDER,
            modified=row.updated_at,
            created=row.created_at,
        )

    def _file(
        self,
        *,
        number: int,
        parent: int | None,
        name: str,
        version: FileVersion,
        size: int,
        created: datetime | None,
        changed: datetime | None,
        author: User | None,
        holder: User | None,
        held_until: datetime | None,
    ) -> Item:
        item, current = file_id(number), Version(str(version.id))
        self._addresses.note_newest(item, current, version.number)
        return Item(
            id=item,
            parent=None if parent is None else folder_id(parent),
            name=Name(name),
            kind=Kind.FILE,
            version=current,
            size=size,
            modified=version.created_at or changed,
            created=created,
            locked_by=self._locked_by(holder, held_until),
            by_us=author is not None and author.id == self._own_user,
            author="" if author is None else author.shown,
        )

    def _locked_by(self, holder: User | None, until: datetime | None) -> str:
        if until is None or until <= self._clock.now():
            return ""
        if holder is not None and holder.id == self._own_user:
            return ""
        return holder.shown if holder else "somebody"


def newest(versions: list[FileVersion]) -> FileVersion | None:
    """Give the version of the highest number; their order is not promised."""
    return max(versions, key=lambda each: (each.number or 0, each.id), default=None)
