"""The delta call: what changed since a token, as JSON with links to go on."""

from turnbuckle.practice.microsoft.call import ItemCall, Reply
from turnbuckle.practice.microsoft.items import Entry
from turnbuckle.practice.microsoft.links import link_with
from turnbuckle.practice.microsoft.refusals import Refusal, bad_request
from turnbuckle.practice.microsoft.wire import Json, item_json, selected, tombstone_json


async def tell_changes(call: ItemCall) -> Reply:
    """GET delta."""
    drive, entry = call.drive, call.entry
    if entry.content is not None:
        raise bad_request("Changes of a file cannot be followed.")
    path = f"/drives/{drive.place.drive_id}/root/delta"
    if entry.parent is not None:
        if not drive.switches.subfolder_delta:
            raise Refusal(501, "notSupported", "Changes can be followed from the root only.")
        path = f"/drives/{drive.place.drive_id}/items/{entry.id}/delta"
    try:
        page = call.desk.feeds.page(
            drive,
            entry,
            call.address.argument or call.options.get("token", ""),
            call.page_size,
            parents="deltaexcludeparent" not in call.request.headers.get("Prefer", "").lower(),
        )
    except Refusal as refusal:
        if refusal.status == 410:
            refusal.headers["Location"] = link_with(call, path, {})
        raise
    body: Json = {
        "value": [
            _told(call, entry, gone=gone) for entry, gone in page.entries if call.is_shown(entry)
        ],
    }
    if page.next_token is not None:
        body["@odata.nextLink"] = link_with(call, path, {"token": page.next_token})
    if page.delta_token is not None:
        body["@odata.deltaLink"] = link_with(call, path, {"token": page.delta_token})
    return Reply(200, body)


def _told(call: ItemCall, entry: Entry, *, gone: bool) -> Json:
    drive = call.drive
    if gone:
        return selected(tombstone_json(drive, entry), (*call.select, "id") if call.select else ())
    address = call.download_address if drive.switches.delta_gives_download_address else None
    made = item_json(drive, entry, select=call.select, address=address)
    if entry.parent is None:  # the root comes without tags, its parent without id and path
        made.pop("createdBy", None)
        made.pop("lastModifiedBy", None)
    elif not drive.switches.delta_gives_path and "parentReference" in made:
        made["parentReference"].pop("path")
    if call.select:
        made["id"] = entry.id
    return made
