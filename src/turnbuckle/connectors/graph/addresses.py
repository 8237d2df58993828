"""Paths of Graph calls. Names are percent-encoded whole; ids are case-sensitive and stay as given.

Source: section 2 of the Graph fact sheet.
"""

from urllib.parse import quote, urlsplit

from turnbuckle.model.items import Cursor, ItemId, Name
from turnbuckle.ports.errors import CursorExpired

VERSION = "/v1.0"
TOP = 1000  # the largest page that is honoured
_UNREADABLE = "&#"  # Graph cannot read this in a path address, even when encoded


def segment(text: str) -> str:
    """Encode one id or name for use in a path."""
    return quote(text, safe="!,")


def drive(drive_id: str) -> str:
    """The path of a drive."""
    return f"{VERSION}/drives/{segment(drive_id)}"


def item(drive_id: str, item_id: ItemId) -> str:
    """The path of an item by its id."""
    return f"{drive(drive_id)}/items/{segment(item_id)}"


def child(drive_id: str, parent: ItemId, name: Name) -> str:
    """The path of a child by its name; end it with ``:/action``, or leave it as it is."""
    return f"{item(drive_id, parent)}:/{quote(name, safe='')}"


def is_readable(name: str) -> bool:
    """Tell whether Graph can read this name in a path address."""
    return _UNREADABLE not in name and name == name.strip(" ") and not name.endswith(".")


def below_host(address: str) -> str:
    """Take scheme and host off an address: what is left can be stored, and leads nowhere else."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def from_cursor(cursor: Cursor) -> str:
    """Give the path of the delta call that a cursor stands for.

    Raises:
        CursorExpired: this is no cursor of ours.
    """
    if not cursor.startswith(VERSION + "/") or not cursor.isascii() or not cursor.isprintable():
        raise CursorExpired("the place where Microsoft's changes were left cannot be read")
    return cursor
