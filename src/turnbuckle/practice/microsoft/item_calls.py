"""Calls about items: look, list, make folders, rename, move, delete, restore, copy, check out."""

from turnbuckle.practice.microsoft.call import ItemCall, Reply, read_times
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Entry
from turnbuckle.practice.microsoft.listing import page_of_children
from turnbuckle.practice.microsoft.names import folded
from turnbuckle.practice.microsoft.refusals import Refusal, bad_request, not_found
from turnbuckle.practice.microsoft.wire import Json, drive_json, selected


async def look_at_drive(call: ItemCall) -> Reply:
    """GET a drive."""
    return Reply(200, selected(drive_json(call.drive), call.select))


async def list_items(call: ItemCall) -> Reply:
    """GET all items of a drive: the service wants a filter, and knows none."""
    if "filter" not in call.options:
        raise bad_request("The 'filter' query option must be provided.")
    raise Refusal(501, "notSupported", "Items cannot be filtered by this.")


async def look(call: ItemCall) -> Reply:
    """GET an item."""
    entry = call.entry
    if call.request.headers.get("If-None-Match") in {entry.etag_text, entry.ctag_text}:
        return Reply(304)
    body = call.show(entry)
    if "children" in call.options.get("expand", ""):
        body["children"] = [
            call.show(child) for child in call.drive.tree.children(entry.id) if call.is_shown(child)
        ]
    return Reply(200, body, {"ETag": entry.etag_text})


async def list_children(call: ItemCall) -> Reply:
    """GET a folder's children, a page of them."""
    entry = call.entry
    if entry.content is not None:
        return Reply(200, {"value": []})
    return Reply(200, page_of_children(call, entry))


async def make_folder(call: ItemCall) -> Reply:
    """POST a folder into a folder; files cannot be made this way."""
    body = await call.json()
    name = body.get("name")
    if not isinstance(name, str) or not isinstance(body.get("folder"), dict):
        raise bad_request("The body needs a name and a folder facet.")
    conflict = call.conflict(body, "fail")
    times = read_times(body)
    there = call.drive.tree.child(call.entry.id, name)
    if there is not None:
        call.ensure_shown(there)
    made = call.drive.make_folder(call.entry, name, call.author, conflict, times)
    return Reply(201, call.show(made))


async def change(call: ItemCall) -> Reply:
    """PATCH an item: name, parent, times, description."""
    body, entry = await call.json(), call.entry  # in this order: the item may go meanwhile
    call.check_if_match(entry)
    drive = call.drive
    name = body.get("name", entry.name)
    if not isinstance(name, str):
        raise bad_request("The name must be text.")
    parent = _new_parent(drive, entry, body)
    if parent is not None and (parent.id, name) != (entry.parent, entry.name):
        if parent.id != entry.parent:
            call.ensure_shown(parent)
        drive.rename_or_move(entry, parent, name, call.author)
    if "fileSystemInfo" in body:
        drive.set_times(entry, read_times(body), call.author)
    if "description" in body:
        drive.describe(entry, str(body["description"] or ""), call.author)
    if drive.switches.patch_answers_without_body:
        return Reply(204)
    return Reply(200, call.show(entry))


def _new_parent(drive: Drive, entry: Entry, body: Json) -> Entry | None:
    reference = body.get("parentReference")
    if reference is None:
        return drive.get(entry.parent) if entry.parent is not None else None
    if not isinstance(reference, dict):
        raise bad_request("parentReference must be an object.")
    wanted = reference.get("driveId", drive.place.drive_id)
    if wanted != drive.place.drive_id:
        raise bad_request("An item cannot move into another drive: copy it, then delete it.")
    if isinstance(reference.get("path"), str) and "id" not in reference:
        return _by_path(drive, reference["path"])
    if reference.get("id") == "root":
        raise bad_request("The parent's real id is needed, not the word root.")
    if not isinstance(reference.get("id"), str):
        return drive.get(entry.parent) if entry.parent is not None else None
    return drive.get(reference["id"])


def _by_path(drive: Drive, path: str) -> Entry:
    names = [name for name in path.partition("root:")[2].split("/") if name]
    found = drive.find(drive.get("root"), names)
    if found is None:
        raise not_found()
    return found


async def delete(call: ItemCall) -> Reply:
    """DELETE into the recycle bin."""
    call.check_if_match(call.entry)
    call.drive.delete(call.entry, call.author)
    return Reply(204)


async def delete_for_good(call: ItemCall) -> Reply:
    """POST permanentDelete."""
    call.check_if_match(call.entry)
    call.drive.purge(call.entry, call.author)
    return Reply(204)


async def restore(call: ItemCall) -> Reply:
    """POST restore: personal OneDrive has it, libraries refuse it by default."""
    if not call.drive.switches.library_restore:
        raise Refusal(400, "notSupported")
    return Reply(200, call.show(call.drive.restore(call.address.item or "")))


async def copy(call: ItemCall) -> Reply:
    """POST copy: 202 and the address of a monitor."""
    body = await call.json()
    entry = call.entry
    drive, parent = _copy_target(call, entry, body.get("parentReference") or {})
    name = body.get("name") or entry.name
    if not isinstance(name, str):
        raise bad_request("The name must be text.")
    conflict = call.conflict(body, "fail")
    monitor = call.desk.copies.copy(
        (call.drive, entry), (drive, parent), name, call.author, conflict
    )
    return Reply(202, None, {"Location": f"{call.desk.storage_address}/_monitor/{monitor}"})


def _copy_target(call: ItemCall, entry: Entry, reference: object) -> tuple[Drive, Entry]:
    if not isinstance(reference, dict):
        raise bad_request("parentReference must be an object.")
    told = {"driveId": call.drive.place.drive_id, "id": entry.parent or "root", **reference}
    if not isinstance(told["driveId"], str) or not isinstance(told["id"], str):
        raise bad_request("driveId and id of the parentReference must be text.")
    drive = call.desk.tenant.drives.get(told["driveId"])
    if drive is None:
        raise not_found()
    call.principal.ensure_drive(drive, write=True)
    if "path" in told and "id" not in reference:
        return drive, _by_path(drive, str(told["path"]))
    return drive, drive.get(told["id"])


async def check_out(call: ItemCall) -> Reply:
    """POST checkout."""
    call.drive.lock(call.entry.id, call.author, checked_out=True)
    return Reply(204)


async def check_in(call: ItemCall) -> Reply:
    """POST checkin; only who checked the file out may."""
    call.drive.ensure_free(call.entry, call.author)
    call.drive.unlock(call.entry.id)
    return Reply(204)


async def search(call: ItemCall) -> Reply:
    """GET search: items whose name holds the words."""
    words = folded(call.address.argument or call.options.get("q", ""))
    found = [
        one
        for one in call.drive.tree.below(call.entry.id)
        if words in folded(one.name) and call.is_shown(one)
    ]
    return Reply(200, {"value": [call.show(one) for one in found[: call.page_size]]})
