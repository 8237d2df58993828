"""What changed in a drive: Graph's delta on the drive's root, page by page.

The cursor is the delta link without its host, so it leads nowhere but to the connection's own
cloud, and holds no secret. No `$select` is sent: with one, deletions look like plain items.
Headers that tell items we may not see as deleted are never sent: lost rights are no deletion.

Source: section 4 of the Graph fact sheet.
"""

from collections.abc import AsyncIterator, Callable

from turnbuckle.connectors.graph import addresses
from turnbuckle.connectors.graph.api import GraphApi, Trail
from turnbuckle.connectors.graph.items import is_item
from turnbuckle.connectors.graph.replies import InvalidRequest
from turnbuckle.connectors.graph.wire import DriveItem, Listing
from turnbuckle.model.items import Cursor, Item, ItemId
from turnbuckle.model.pages import Page
from turnbuckle.ports.errors import AccessDenied, CursorExpired, Gone, MalformedReply, Unsupported

_LABEL = "changes"


async def pages(
    api: GraphApi, drive_id: str, since: Cursor | None, take: Callable[[DriveItem], Item]
) -> AsyncIterator[Page]:
    """Tell what changed since the cursor, or everything; the cursor is on the last page.

    Args:
        take: makes the item of a driveItem.

    Raises:
        CursorExpired: Microsoft cannot go on from `since`, or lost its place within this page set.
        AccessDenied: the library is not there, or not shown to us.
    """
    is_full = since is None
    address = _start(drive_id) if since is None else addresses.from_cursor(since)
    trail = Trail()
    is_first = True
    while True:
        listing = await _listing(api, trail.step(address), can_be_new=is_full and is_first)
        is_first = False
        items, gone = sorted_page(listing.value, take)
        if listing.next_link is None:
            cursor = _cursor(listing)
            yield Page(items=items, gone=gone, full=is_full, cursor=cursor)
            return
        yield Page(items=items, gone=gone, full=is_full)
        address = listing.next_link


def _start(drive_id: str) -> str:
    return f"{addresses.drive(drive_id)}/root/delta?$top={addresses.TOP}"


async def _listing(api: GraphApi, address: str, *, can_be_new: bool) -> Listing[DriveItem]:
    try:
        return await api.get(address, Listing[DriveItem], label=_LABEL)
    except Gone as error:
        raise AccessDenied(
            "the Microsoft 365 library is not there any more, or not shown to the connected "
            "account; look whether its site was deleted or the account's rights were taken away"
        ) from error
    except InvalidRequest as error:
        if can_be_new:
            raise Unsupported(f"Microsoft tells no changes of this library: {error}") from error
        raise CursorExpired(
            "Microsoft does not take the place where its changes were left"
        ) from error


def sorted_page(
    raw: list[DriveItem], take: Callable[[DriveItem], Item]
) -> tuple[list[Item], list[ItemId]]:
    """Part a page into items and tombstones; of an id that occurs twice the last one holds."""
    latest: dict[str, DriveItem] = {}
    for one in raw:
        latest.pop(one.id, None)
        latest[one.id] = one
    items = [take(one) for one in latest.values() if is_item(one)]
    gone = [ItemId(one.id) for one in latest.values() if one.deleted is not None]
    return items, gone


def _cursor(listing: Listing[DriveItem]) -> Cursor:
    if not listing.delta_link:
        raise MalformedReply("Microsoft's list of changes ends without saying where to go on")
    return Cursor(addresses.below_host(listing.delta_link))
