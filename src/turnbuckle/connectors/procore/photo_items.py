"""Procore's albums and photos as items.

The tool itself is the folder ``photos:<project>``; its albums are folders in it. What Procore calls
unclassified has no album for a person, so it is told as lying in that folder directly. A photo
never changes, so its version is always the same one.

Source: the fact sheet, section 10.
"""

from collections.abc import Sequence
from enum import StrEnum

from turnbuckle.connectors.procore.addresses import Addresses
from turnbuckle.connectors.procore.replies import REMOTE
from turnbuckle.connectors.procore.wire import AlbumRow, PhotoRow
from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.ports.errors import MalformedReply, Unproven

ROOT_NAME = Name("Photos")
_UNCLASSIFIED = "Unclassified"
_ONLY = Version("1")


class Part(StrEnum):
    """What an id of this tool stands for."""

    TOP = "photos"
    ALBUM = "album"
    PHOTO = "photo"


def top_id(project: int) -> ItemId:
    """Give the item id of a project's Photos as a whole."""
    return ItemId(f"{Part.TOP}:{project}")


def album_id(number: int) -> ItemId:
    """Give the item id of an album."""
    return ItemId(f"{Part.ALBUM}:{number}")


def photo_id(number: int) -> ItemId:
    """Give the item id of a photo."""
    return ItemId(f"{Part.PHOTO}:{number}")


def is_of_photos(item: ItemId) -> bool:
    """Tell whether an id is one of this tool's."""
    return item.partition(":")[0] in set(Part)


def part_of(item: ItemId) -> tuple[Part, int]:
    """Part an item id into what it stands for and Procore's own number.

    Raises:
        Unproven: it is no id of this tool.
    """
    part, _, number = item.partition(":")
    if part not in set(Part) or not (number.isascii() and number.isdigit()):
        raise Unproven(f"{item!r} is no id of Procore's Photos")
    return Part(part), int(number)


def default_of(albums: Sequence[AlbumRow]) -> int:
    """Give the number of the album that holds what has none: it can be neither renamed nor deleted.

    Raises:
        MalformedReply: there is none, though every project has it.
    """
    fixed = [row for row in albums if row.links is not None and not _is_changeable(row.links)]
    named = [row for row in fixed or albums if row.name == _UNCLASSIFIED]
    found = min(named or fixed, key=lambda row: row.id, default=None)
    if found is None:
        raise MalformedReply(f"{REMOTE} listed no album for unclassified photos")
    return found.id


def _is_changeable(links: dict[str, str | None]) -> bool:
    return bool(links.get("update") or links.get("delete"))


class PhotoItems:
    """Makes items of rows, and keeps the addresses that the rows tell on the way.

    Args:
        own_user: the user id that we are signed in as; a photo uploaded by it is ours.
    """

    def __init__(self, project: int, own_user: int, addresses: Addresses) -> None:
        self._own_user = own_user
        self._addresses = addresses
        self.top = top_id(project)

    def of_top(self) -> Item:
        """Make the item of the tool itself."""
        return Item(id=self.top, parent=None, name=ROOT_NAME, kind=Kind.FOLDER)

    def of_album(self, row: AlbumRow) -> Item:
        """Make the item of an album that people know as one."""
        return Item(
            id=album_id(row.id),
            parent=self.top,
            name=Name(row.name),
            kind=Kind.FOLDER,
            modified=row.updated_at or row.created_at,
            created=row.created_at,
        )

    def of_photo(self, row: PhotoRow, default: int) -> Item:
        """Make the item of a photo; `default` is the album of what has none."""
        item = photo_id(row.id)
        self._addresses.note(address_key(item), row.url)
        unclassified = row.image_category_id in {None, default}
        return Item(
            id=item,
            parent=self.top if unclassified else album_id(row.image_category_id or default),
            name=Name(row.filename),
            kind=Kind.FILE,
            version=_ONLY,
            size=row.size or 0,
            modified=row.created_at,
            created=row.created_at,
            by_us=row.uploader is not None and row.uploader.id == self._own_user,
            author="" if row.uploader is None else row.uploader.shown,
        )


def address_key(item: ItemId) -> Version:
    """Give the name under which a photo's address is kept: all photos share one version."""
    return Version(item)
