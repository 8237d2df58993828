"""The delta call: what changed since a token, as JSON with links to go on.

What a caller may not see is left out. Changes of permissions alone are told only to who asks for
them in the header Prefer; section 4 of the fact sheet lists the words.
"""

from turnbuckle.practice.microsoft.call import ItemCall, Reply
from turnbuckle.practice.microsoft.feeds import PageSet
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
            parents="deltaexcludeparent" not in _preferred(call),
        )
    except Refusal as refusal:
        if refusal.status == 410:
            refusal.headers["Location"] = link_with(call, path, {})
        raise
    view = _View(call, page.pages)
    told = (view.told(entry, gone=gone) for entry, gone in page.entries)
    body: Json = {"value": [one for one in told if one is not None]}
    if page.next_token is not None:
        body["@odata.nextLink"] = link_with(call, path, {"token": page.next_token})
    if page.delta_token is not None:
        body["@odata.deltaLink"] = link_with(call, path, {"token": page.delta_token})
    return Reply(200, body)


def _preferred(call: ItemCall) -> frozenset[str]:
    """The words of the header Prefer, in small letters."""
    words = call.request.headers.get("Prefer", "").lower().split(",")
    return frozenset(word.strip() for word in words)


class _View:
    """What of a set of pages one caller is told."""

    def __init__(self, call: ItemCall, pages: PageSet | None) -> None:
        self._call = call
        words, principal = _preferred(call), call.principal
        self._removed = "deltashowremovedasdeleted" in words
        self._gaps = "deltatraversepermissiongaps" in words
        self._own_sharing = "hierarchicalsharing" in words
        asked = self._removed and self._gaps and "deltashowsharingchanges" in words
        may = principal.person is not None or "Sites.FullControl.All" in principal.granted
        self._sharing = asked and may
        self._reshared = pages.reshared if pages is not None else frozenset()
        self._only_reshared = pages.only_reshared if pages is not None else frozenset()

    def told(self, entry: Entry, *, gone: bool) -> Json | None:
        """The row of one item; None when the caller is told nothing of it."""
        if not self._is_shown(entry):
            lost = self._removed and entry.id in self._reshared
            return _told(self._call, entry, gone=True) if lost else None
        if entry.id in self._only_reshared and not self._sharing:
            return None
        made = _told(self._call, entry, gone=gone)
        sharing = self._call.drive.sharing
        if self._own_sharing and entry.id not in sharing.own:
            made.pop("shared", None)
        if self._sharing and entry.id in self._reshared and not gone:
            made["@microsoft.graph.sharedChanged"] = "True"
        return made

    def _is_shown(self, entry: Entry) -> bool:
        if not self._call.is_shown(entry):
            return False
        if self._gaps or self._call.drive.sharing.is_plain:
            return True
        return all(map(self._call.is_shown, self._call.drive.tree.ancestors(entry)))


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
