"""Library items as Graph's JSON: the keys of a real sample, in its order."""

import mimetypes
from collections.abc import Callable, Collection
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Entry

Json = dict[str, Any]

DOWNLOAD_URL = "@microsoft.graph.downloadUrl"
_OFFICE = (".docx", ".xlsx", ".pptx", ".doc", ".xls", ".ppt")
_MORE_TOLD = 512  # bytes
_NEAR_FULL, _CRITICAL = 0.9, 0.99


@lru_cache(maxsize=4096)
def timestamp(moment: datetime) -> str:
    """UTC in whole seconds, as Graph writes times."""
    return moment.isoformat()[:19] + "Z"


@lru_cache(maxsize=512)
def _mime_of_suffix(suffix: str) -> str:
    return mimetypes.guess_type(f"x{suffix}")[0] or "application/octet-stream"


def mime_type(name: str) -> str:
    """The media type by the file's suffix."""
    return _mime_of_suffix("." + name.rpartition(".")[2].lower())


def item_json(
    drive: Drive,
    entry: Entry,
    *,
    select: Collection[str] = (),
    address: Callable[[Entry], str] | None = None,
) -> Json:
    """One item. `address` makes its download address; with `select` only those keys are given."""
    made: Json = {}
    if address is not None and entry.content is not None and _wants_address(select):
        made[DOWNLOAD_URL] = address(entry)
    made["createdDateTime"] = timestamp(entry.created)
    if entry.parent is not None:
        made["eTag"] = entry.etag_text
    made["id"] = entry.id
    made["lastModifiedDateTime"] = timestamp(entry.modified)
    made["name"] = entry.name
    if entry.description:
        made["description"] = entry.description
    made["webUrl"] = web_url(drive, entry)
    if entry.parent is not None and (entry.content is not None or drive.switches.folders_have_ctag):
        made["cTag"] = entry.ctag_text
    made["size"] = entry.size + _MORE_TOLD * entry.name.lower().endswith(
        tuple(drive.switches.larger_told_suffixes)
    )
    made["createdBy"] = entry.created_by.identities
    made["lastModifiedBy"] = entry.modified_by.identities
    made["parentReference"] = _parent(drive, entry)
    _add_kind(made, drive, entry)
    scope = drive.sharing.scope(entry)
    if scope is not None:
        made["shared"] = {"scope": scope}
    made["fileSystemInfo"] = {
        "createdDateTime": timestamp(entry.fs_created),
        "lastModifiedDateTime": timestamp(entry.fs_modified),
    }
    lock = drive.locks.get(entry.id)
    if lock is not None and lock.checked_out:
        version = f"{entry.version}.0"
        by = lock.holder.identities
        made["publication"] = {"level": "checkout", "versionId": version, "checkedOutBy": by}
    return selected(made, select)


def _wants_address(select: Collection[str]) -> bool:
    return not select or DOWNLOAD_URL in select or "content.downloadUrl" in select


def selected(made: Json, select: Collection[str]) -> Json:
    """Keep the selected keys; without a selection, all."""
    if not select:
        return made
    wanted = {one.split("/", 1)[0].lower() for one in select}
    if "content.downloadurl" in wanted:
        wanted.add(DOWNLOAD_URL.lower())
    return {key: value for key, value in made.items() if key.lower() in wanted}


def _add_kind(made: Json, drive: Drive, entry: Entry) -> None:
    content = entry.content
    if content is not None:
        hashed = content.size > 0 and not entry.hash_hidden
        hashes = {"quickXorHash": content.quickxor} if hashed else {}
        made["file"] = {"mimeType": mime_type(entry.name), "hashes": hashes}
        return
    made["folder"] = {"childCount": drive.tree.count(entry.id)}
    if entry.parent is None:
        made["root"] = {}


def _parent(drive: Drive, entry: Entry) -> Json:
    place = drive.place
    made: Json = {"driveType": place.kind, "driveId": place.drive_id}
    if entry.parent is not None:
        made["id"] = entry.parent
        made["name"] = drive.tree.entries[entry.parent].name
        made["path"] = f"/drives/{place.drive_id}/root:{drive.tree.path(entry.parent)}"
        made["siteId"] = place.site_id
    return made


def tombstone_json(drive: Drive, entry: Entry) -> Json:
    """A deleted item as delta tells it: no name, size 0."""
    place = drive.place
    parent: Json = {"driveType": place.kind, "driveId": place.drive_id}
    if entry.parent is not None:
        parent["id"] = entry.parent
    made: Json = {
        "@odata.type": "#microsoft.graph.driveItem",
        "id": entry.id,
        "size": 0,
        "parentReference": parent,
        "deleted": {"state": "deleted"},
    }
    if drive.switches.tombstones_have_kind:
        made["folder" if entry.is_folder else "file"] = {}
    return made


def web_url(drive: Drive, entry: Entry) -> str:
    """Where a browser would open the item."""
    place = drive.place
    base = f"https://{place.host}"
    if entry.content is not None and entry.name.lower().endswith(_OFFICE):
        source = quote(entry.guid, safe="")
        site = quote(place.web_path.rpartition("/")[0])
        name = quote(entry.name, safe="")
        return f"{base}/{site}/_layouts/15/Doc.aspx?sourcedoc={source}&file={name}&action=default"
    library = f"{base}/{quote(place.web_path)}"
    if entry.parent is None:
        return library
    return f"{library}{drive.tree.path(entry.parent)}/{quote(entry.name)}"


def drive_json(drive: Drive) -> Json:
    """A drive with its owner and quota."""
    place, root = drive.place, drive.tree.root
    return {
        "createdDateTime": timestamp(root.created),
        "id": place.drive_id,
        "lastModifiedDateTime": timestamp(root.modified),
        "name": place.name,
        "webUrl": web_url(drive, root),
        "driveType": place.kind,
        "createdBy": root.created_by.identities,
        "owner": place.owner,
        "quota": quota_json(drive),
    }


def quota_json(drive: Drive) -> Json:
    """The quota facet; empty numbers where the tenant restricts it."""
    total = drive.limits.quota_bytes
    used, deleted = drive.used_bytes, drive.bin_bytes
    if total is None:
        return {"used": used, "deleted": deleted, "state": "normal"}
    share = (used + deleted) / total if total else 1.0
    state = "normal"
    if share >= 1:
        state = "exceeded"
    elif share >= _CRITICAL:
        state = "critical"
    elif share >= _NEAR_FULL:
        state = "nearing"
    remaining = max(0, total - used - deleted)
    return {
        "total": total,
        "used": used,
        "remaining": remaining,
        "deleted": deleted,
        "state": state,
    }
