"""Calls about content: download addresses, small uploads, upload sessions, versions."""

from yarl import URL

from turnbuckle.practice.microsoft.call import ItemCall, Reply, read_times
from turnbuckle.practice.microsoft.downloads import content_of
from turnbuckle.practice.microsoft.drive import Conflict, Drive
from turnbuckle.practice.microsoft.items import Author, Bytes, Entry, OldVersion
from turnbuckle.practice.microsoft.quickxor import QuickXor
from turnbuckle.practice.microsoft.refusals import (
    Refusal,
    bad_request,
    name_taken,
    not_found,
    out_of_date,
)
from turnbuckle.practice.microsoft.uploads import Session, Target, upload_path
from turnbuckle.practice.microsoft.wire import Json, timestamp


async def download(call: ItemCall) -> Reply:
    """GET content: 302 to the storage host, which serves ranges."""
    entry = call.entry
    if entry.content is None:
        raise bad_request("A folder has no content.")
    if call.request.headers.get("If-None-Match") in {entry.etag_text, entry.ctag_text}:
        return Reply(304)
    entry.hash_hidden = False  # a download makes the service compute a missing hash
    return Reply(302, None, {"Location": call.download_address(entry)})


async def small_put(call: ItemCall) -> Reply:
    """PUT content: over an item, or under a name, which is made when it is missing."""
    drive = call.drive
    _check_length(call)
    there = _entry_or_none(call)
    if there is not None:
        call.check_if_match(there)
    elif "If-Match" in call.request.headers:
        raise out_of_date()
    conflict = call.conflict({}, "replace")
    by_name = bool(call.address.names)
    if there is not None and by_name and conflict == "fail":
        raise name_taken()
    if there is not None and conflict == "replace":
        drive.ensure_free(there, call.author)
    elif by_name:
        parent, name = call.slot()
        drive.settle(parent, name, conflict, folder=False)
    drive.ensure_space(call.request.content_length or 0)
    content = await _receive(call)
    try:
        entry, created = _written(call, content, conflict)
    except Refusal:
        drive.blobs.drop(content.blob)
        raise
    await call.desk.rewriter.uploaded(drive, entry)
    return Reply(201 if created else 200, call.show(entry))


def _written(call: ItemCall, content: Bytes, conflict: Conflict) -> tuple[Entry, bool]:
    """Put what came in where it belongs; somebody may have been faster meanwhile."""
    there = _entry_or_none(call)
    if there is not None:
        call.check_if_match(there)
    elif "If-Match" in call.request.headers:
        raise out_of_date()
    if call.address.names:
        parent, name = call.slot()
        return call.drive.put(parent, name, content, call.author, conflict)
    return call.drive.replace(call.entry, content, call.author), False


def _entry_or_none(call: ItemCall) -> Entry | None:
    if not call.address.names:
        return call.entry
    parent, name = call.slot()
    return call.drive.tree.child(parent.id, name)


def _check_length(call: ItemCall) -> None:
    if (call.request.content_length or 0) > call.desk.limits.small_put_bytes:
        raise Refusal(413, "invalidRequest", "The body is too large; use an upload session.")


async def _receive(call: ItemCall) -> Bytes:
    running = QuickXor()
    with call.drive.blobs.begin() as writer:
        async for chunk in call.request.content.iter_any():
            writer.write(chunk)
            running.update(chunk)
            if writer.size > call.desk.limits.small_put_bytes:
                raise Refusal(413, "invalidRequest", "The body is too large.")
        return Bytes(blob=writer.finish(), quickxor=running.text())


async def create_session(call: ItemCall) -> Reply:
    """POST createUploadSession."""
    drive, body = call.drive, await call.json()
    item = body.get("item") or {}
    if not isinstance(item, dict):
        raise bad_request("item must be an object.")
    conflict = call.conflict(item, drive.switches.session_default_conflict)
    there = _entry_or_none(call)
    _check_conditions(call, there)
    if there is not None and not call.address.names:
        target = Target(item=there.id, name=there.name)
        drive.ensure_free(there, call.author)
        if there.content is None:
            raise bad_request("A folder has no content.")
    else:
        parent, name = call.slot()
        told_now = drive.switches.session_conflict_told_at == "create"
        checked = conflict if told_now or conflict != "fail" else "replace"
        drive.settle(parent, name, checked, folder=False)
        if there is not None and conflict == "replace":
            drive.ensure_free(there, call.author)
        target = Target(parent=parent.id, name=name, conflict=conflict)
    _check_size(drive, item.get("fileSize"))
    session = call.desk.uploads.begin(
        drive,
        target,
        call.author,
        read_times(item),
        deferred=bool(body.get("deferCommit", item.get("deferCommit", False))),
    )
    if there is not None and "If-Match" in call.request.headers:
        session.expecting = there.etag_text
    made = session_json(session)
    made["uploadUrl"] = call.desk.storage_address + upload_path(session)
    return Reply(200, made)


def _check_conditions(call: ItemCall, there: Entry | None) -> None:
    headers = call.request.headers
    if "If-Match" in headers:
        if there is None or call.drive.switches.session_if_match_always_fails:
            raise out_of_date()
        call.check_if_match(there)
    if there is not None and headers.get("If-None-Match") in {
        "*",
        there.etag_text,
        there.ctag_text,
    }:
        raise out_of_date()


def _check_size(drive: Drive, size: object) -> None:
    if size is None:
        return
    if not isinstance(size, int) or size < 0:
        raise bad_request("fileSize must be a whole number of bytes.")
    if size > drive.limits.file_bytes:
        raise Refusal(413, "invalidRequest", "The file is larger than a library takes.")
    drive.ensure_space(size)


def session_json(session: Session) -> Json:
    """What the service tells of a session."""
    return {
        "expirationDateTime": timestamp(session.expires),
        "nextExpectedRanges": session.next_ranges(),
    }


async def commit_elsewhere(call: ItemCall) -> Reply:
    """PUT an item with the address of a session whose own commit failed."""
    body = await call.json()
    source = body.get("@microsoft.graph.sourceUrl") or body.get("@content.sourceUrl")
    if not isinstance(source, str):
        raise bad_request("The body needs @microsoft.graph.sourceUrl.")
    session = call.desk.uploads.find(*_parts_of(source))
    if session.drive is not call.drive:
        raise not_found()
    parent, name = call.slot()
    target = Target(
        parent=parent.id,
        name=str(body.get("name") or name),
        conflict=call.conflict(body, "fail"),
    )
    entry, created = call.desk.uploads.commit(session, target)
    await call.desk.rewriter.uploaded(call.drive, entry)
    return Reply(201 if created else 200, call.show(entry))


def _parts_of(address: str) -> tuple[str, str]:
    try:
        query = URL(address).query
    except ValueError:
        raise bad_request("@microsoft.graph.sourceUrl is no address.") from None
    return query.get("guid", ""), query.get("tempauth", "")


async def versions(call: ItemCall) -> Reply:
    """GET versions, GET one, GET its content, POST restoreVersion."""
    entry, rest = call.entry, call.address.rest
    if entry.content is None:
        raise bad_request("A folder has no versions.")
    if not rest:
        rows = [_version_json(call, entry, entry.version)]
        rows += [_version_json(call, entry, old.number) for old in reversed(entry.older)]
        return Reply(200, {"value": rows})
    number = entry.version if rest[0] == "current" else _version_number(rest[0])
    content_of(entry, number)
    if len(rest) == 1:
        return Reply(200, _version_json(call, entry, number))
    if rest[1] == "content":
        if number == entry.version and not call.drive.switches.current_version_content:
            raise bad_request("The current version is read by the item's own content.")
        path = call.desk.downloads.path(call.drive, entry, number)
        return Reply(302, None, {"Location": call.desk.storage_address + path})
    raise bad_request("The address does not say what to do.")


async def restore_version(call: ItemCall) -> Reply:
    """POST versions/{id}/restoreVersion: the old content as a new version."""
    rest = call.address.rest
    if len(rest) != 2 or rest[1] != "restoreVersion":
        raise bad_request("The address does not say what to do.")
    call.drive.restore_version(call.entry, _version_number(rest[0]), call.author)
    return Reply(204)


async def delete_version(call: ItemCall) -> Reply:
    """DELETE an older version for good; the current one stays."""
    rest = call.address.rest
    if len(rest) != 1:
        raise bad_request("The address does not say what to do.")
    call.drive.delete_version(call.entry, _version_number(rest[0]), call.author)
    return Reply(204)


def _version_number(text: str) -> int:
    whole, _, rest = text.partition(".")
    if not whole.isdecimal() or rest not in {"", "0"}:
        raise not_found()
    return int(whole)


def _version_json(call: ItemCall, entry: Entry, number: int) -> Json:
    held: OldVersion | None = None
    for old in entry.older:
        if old.number == number:
            held = old
    author: Author = held.author if held is not None else entry.modified_by
    path = call.desk.downloads.path(call.drive, entry, number)
    return {
        "@microsoft.graph.downloadUrl": call.desk.storage_address + path,
        "id": f"{number}.0",
        "lastModifiedDateTime": timestamp(held.modified if held is not None else entry.modified),
        "lastModifiedBy": author.identities,
        "size": held.content.size if held is not None else entry.size,
    }
