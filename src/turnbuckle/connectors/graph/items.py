"""A driveItem of Graph becomes an item of ours.

What is neither file nor folder is no item: OneNote notebooks (`package`), shortcuts to other
libraries (`remoteItem`), and whatever comes without a name or a place.

A file's version is its content as Microsoft tells it: hash and size, so that neither a changed
eTag nor a cTag that moves without reason looks like an edit. Where the hash is missing, the cTag
has to do; when the hash comes later, the version changes with it although the content did not.
"""

from datetime import UTC, datetime

from turnbuckle.connectors.graph.wire import DriveItem, FileTimes, IdentitySet
from turnbuckle.model.hashes import HashKind, QuickXor
from turnbuckle.model.items import Item, ItemId, Kind, Name, Version

_CHECKED_OUT = "checkout"
_OLDEST_YEAR = 1900
_EMPTY = frozenset({QuickXor().text()})


def is_item(raw: DriveItem) -> bool:
    """Tell whether this is a file or a folder that can be placed."""
    if raw.package is not None or raw.remote_item is not None or raw.deleted is not None:
        return False
    if raw.file is None and raw.folder is None and raw.root is None:
        return False
    return raw.root is not None or (bool(raw.name) and _parent(raw) is not None)


def to_item(raw: DriveItem, client_id: str) -> Item:
    """Make the item; `client_id` is our own app's, to recognise what we wrote ourselves."""
    is_file = raw.file is not None and raw.root is None
    size = (raw.size or 0) if is_file else 0
    times = raw.file_system_info or FileTimes()
    by = raw.last_modified_by or IdentitySet()
    return Item(
        id=ItemId(raw.id),
        parent=None if raw.root is not None else _parent(raw),
        name=Name(raw.name or ""),
        kind=Kind.FILE if is_file else Kind.FOLDER,
        version=_version(raw, size) if is_file else Version(""),
        size=size,
        modified=moment(times.last_modified_date_time) or moment(raw.last_modified_date_time),
        created=moment(raw.created_date_time) or moment(times.created_date_time),
        hashes=_hashes(raw, size) if is_file else frozenset(),
        tag=raw.e_tag or "",
        locked_by=_holder(raw),
        by_us=bool(by.application and by.application.id and _same(by.application.id, client_id)),
        author=_shown(by),
    )


def _parent(raw: DriveItem) -> ItemId | None:
    above = raw.parent_reference.id if raw.parent_reference is not None else None
    return ItemId(above) if above else None


def _quickxor(raw: DriveItem) -> str:
    hashes = raw.file.hashes if raw.file is not None else None
    return (hashes.quick_xor_hash if hashes is not None else None) or ""


def _version(raw: DriveItem, size: int) -> Version:
    if size == 0:
        return Version("empty:0")
    value = _quickxor(raw)
    return Version(f"{value}:{size}" if value else f"c:{raw.c_tag or raw.e_tag or ''}")


def _hashes(raw: DriveItem, size: int) -> frozenset[str]:
    if size == 0:
        return _EMPTY
    value = _quickxor(raw)
    return frozenset({f"{HashKind.QUICKXOR}:{value}"} if value else ())


def _holder(raw: DriveItem) -> str:
    publication = raw.publication
    if publication is None or (publication.level or "").lower() != _CHECKED_OUT:
        return ""
    return _shown(publication.checked_out_by or IdentitySet()) or "somebody"


def _shown(who: IdentitySet) -> str:
    for identity in (who.user, who.application):
        if identity is not None and identity.display_name:
            return identity.display_name
    return ""


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def moment(text: str | None) -> datetime | None:
    """Read a time of Graph's; None when it is missing or stands for "not known"."""
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if time.year < _OLDEST_YEAR:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def written_time(time: datetime) -> str:
    """Write a time as Graph takes it: UTC, in whole seconds, which is what SharePoint keeps."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def same_content(now: Item, expected: Item) -> bool:
    """Tell whether the content is what was expected; the same eTag means the same in all."""
    return now.version == expected.version or bool(now.tag and now.tag == expected.tag)


def same_place(now: Item, expected: Item) -> bool:
    """Tell whether the item is where, and called what, was expected."""
    return (now.name, now.parent) == (expected.name, expected.parent)


def same_in_all(now: Item, expected: Item) -> bool:
    """Tell whether content, name and place are what was expected."""
    return same_content(now, expected) and same_place(now, expected)
