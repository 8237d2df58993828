"""What can be done with a drive or an item: the method and the word, what it costs, who does it.

Costs are resource units as SharePoint's page on throttling gives them: 1 for one item, a
download, delta with a token; 2 for lists, writes and delta without one; 5 for permissions.
"""

from dataclasses import dataclass

from turnbuckle.practice.microsoft import (
    content_calls,
    delta_calls,
    item_calls,
    permission_calls,
    thumbnail_calls,
)
from turnbuckle.practice.microsoft.addresses import Address
from turnbuckle.practice.microsoft.call import Work


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do."""

    units: int
    writes: bool
    work: Work


_BY_ITEM = {
    ("GET", ""): Operation(1, False, item_calls.look),
    ("PATCH", ""): Operation(2, True, item_calls.change),
    ("PUT", ""): Operation(2, True, content_calls.commit_elsewhere),
    ("DELETE", ""): Operation(2, True, item_calls.delete),
    ("GET", "children"): Operation(2, False, item_calls.list_children),
    ("POST", "children"): Operation(2, True, item_calls.make_folder),
    ("GET", "content"): Operation(1, False, content_calls.download),
    ("PUT", "content"): Operation(2, True, content_calls.small_put),
    ("POST", "createUploadSession"): Operation(2, True, content_calls.create_session),
    ("POST", "upload.createSession"): Operation(2, True, content_calls.create_session),
    ("GET", "delta"): Operation(2, False, delta_calls.tell_changes),
    ("POST", "copy"): Operation(2, True, item_calls.copy),
    ("POST", "restore"): Operation(2, True, item_calls.restore),
    ("POST", "permanentDelete"): Operation(2, True, item_calls.delete_for_good),
    ("POST", "checkout"): Operation(2, True, item_calls.check_out),
    ("POST", "checkin"): Operation(2, True, item_calls.check_in),
    ("GET", "search"): Operation(2, False, item_calls.search),
    ("GET", "versions"): Operation(2, False, content_calls.versions),
    ("POST", "versions"): Operation(2, True, content_calls.restore_version),
    ("DELETE", "versions"): Operation(2, True, content_calls.delete_version),
    ("GET", "thumbnails"): Operation(2, False, thumbnail_calls.thumbnails),
    ("GET", "permissions"): Operation(5, False, permission_calls.look),
    ("POST", "permissions"): Operation(5, True, permission_calls.add),
    ("PATCH", "permissions"): Operation(5, True, permission_calls.change),
    ("DELETE", "permissions"): Operation(5, True, permission_calls.withdraw),
    ("POST", "invite"): Operation(5, True, permission_calls.invite),
    ("POST", "createLink"): Operation(5, True, permission_calls.create_link),
}
_OF_DRIVE = {
    ("GET", ""): Operation(1, False, item_calls.look_at_drive),
    ("GET", "items"): Operation(2, False, item_calls.list_items),
}


def find_operation(method: str, address: Address) -> Operation | None:
    """What this method means at this address; None when nothing."""
    if address.item is None:
        return _OF_DRIVE.get((method, address.action))
    return _BY_ITEM.get((method, address.action))


def operation_name(method: str, address: Address) -> str:
    """The name under which the call is counted."""
    if address.item is None:
        return f"{method} /{address.action or 'drive'}"
    return f"{method} /{address.action or 'item'}"


def operation_names() -> list[str]:
    """All names that `operation_name` gives for what can be done with a drive or an item."""
    by_item = {f"{method} /{action or 'item'}" for method, action in _BY_ITEM}
    return sorted({*by_item, "GET /drive", "GET /items"})


def units_of(operation: Operation, address: Address, *, with_token: bool) -> int:
    """What the call costs: delta is cheaper with a token."""
    if address.action == "delta" and (with_token or address.argument):
        return 1
    return operation.units
