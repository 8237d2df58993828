"""Names, tags, times, versions, copies and the bin: what single items show."""

import re
import unicodedata
from collections.abc import Awaitable, Callable

from turnbuckle.connectors.graph.probe.ground import CONFLICT, GraphGround, Row
from turnbuckle.ports.probe import Answer, Check, NotSettled, Value
from turnbuckle.transport.raw_calls import row, shown
from turnbuckle.transport.reply import Reply

_ODD = ("~$lock.txt", ".lock", "ends.", "a#b%c.txt", "two  spaces.txt", "Letters.txt")
_REFUSED = frozenset({400, 409})
_COMPOSED = unicodedata.normalize("NFC", "Se\u0301bastien")
_SET_ASIDE = "nothing: Turnbuckle fits such names before it sends them"
_TIME = "2020-02-02T02:02:02Z"
_MOST_POLLS = 10


def _is_taken(reply: Reply) -> bool:
    """Tell whether a name was taken; raise where neither it nor a refusal of the name came."""
    if reply.status >= 300 and reply.status not in _REFUSED:
        raise NotSettled(f"the answer was {shown(reply)}")
    return reply.status < 300


async def _composition(ground: GraphGround) -> Answer:
    await ground.folder(_COMPOSED)
    reply = await ground.try_folder(unicodedata.normalize("NFD", _COMPOSED))
    return Answer(
        seen=f"a folder whose name differs by its composition alone answers {shown(reply)}",
        switches={"nfc_siblings_clash": not _is_taken(reply)},
        setting=_SET_ASIDE,
    )


async def _device(ground: GraphGround) -> Answer:
    reply = await ground.try_file("CON.txt", b"probe")
    return Answer(
        seen=f"a file named CON.txt answers {shown(reply)}",
        switches={"device_names_with_extension_refused": not _is_taken(reply)},
        setting=_SET_ASIDE,
    )


async def _odd(ground: GraphGround) -> Answer:
    told = [f"{name!r}: {shown(await ground.try_file(name, b'probe'))}" for name in _ODD]
    clash = await ground.try_folder("LETTERS.TXT")
    told.append(f"a folder 'LETTERS.TXT' beside it: {shown(clash)}")
    return Answer(seen="; ".join(told), setting=_SET_ASIDE)


async def _tags(ground: GraphGround) -> Answer:
    file, folder = await ground.file("tags.txt"), await ground.folder("tags")
    switches: dict[str, Value] = {"folders_have_ctag": "cTag" in folder}
    number = re.search(r",(\d+)", str(file.get("cTag", "")))
    if number is not None:
        switches["new_file_ctag"] = int(number[1])
    by = sorted(file.get("createdBy") or {})
    if ground.by_app:
        switches["app_writes_show_system_user"] = "user" in by
    return Answer(
        seen=f"a new file has the tags {_numbers(file)}, a new folder {_numbers(folder)};"
        f" it was made by: {', '.join(by)}",
        switches=switches,
    )


def _numbers(each: Row) -> str:
    told = [
        f"{name} {tag.rpartition(',')[2].strip('"')}"
        for name in ("eTag", "cTag")
        if (tag := str(each.get(name, "")))
    ]
    return " and ".join(told) or "(none)"


async def _empty(ground: GraphGround) -> Answer:
    reply = await ground.try_file("empty.txt", b"")
    hashes = (row(reply).get("file") or {}).get("hashes") if reply.status < 300 else None
    return Answer(seen=f"a file of 0 bytes answers {shown(reply)}, hashes: {hashes}")


async def _patch(ground: GraphGround) -> Answer:
    file = await ground.file("before.txt")
    reply = await ground.change(file["id"], name="after.txt")
    if reply.status not in {200, 204}:
        raise NotSettled(f"a rename answers {shown(reply)}")
    return Answer(
        seen=f"a rename answers {reply.status}, {len(reply.body)} bytes",
        switches={"patch_answers_without_body": reply.status == 204},
    )


async def _time(ground: GraphGround) -> Answer:
    file = await ground.file("time.txt")
    before = await _versions(ground, file)
    times = {"lastModifiedDateTime": _TIME}
    changed = await ground.change(file["id"], fileSystemInfo=times)
    if changed.status >= 300:
        raise NotSettled(f"setting a time answers {shown(changed)}")
    after = await _versions(ground, file)
    return Answer(
        seen=f"{len(before)} versions before a new time was set, {len(after)} after it",
        switches={"patched_time_makes_version": len(after) > len(before)},
        setting="nothing: Turnbuckle gives the time along with the content",
    )


async def _versions(ground: GraphGround, file: Row) -> list[Row]:
    return list(row(await ground.get(f"{ground.item(file['id'])}/versions"))["value"])


async def _current(ground: GraphGround) -> Answer:
    file = await ground.file("current.txt")
    newest = (await _versions(ground, file))[0]["id"]
    reply = await ground.get(f"{ground.item(file['id'])}/versions/{newest}/content")
    if reply.status not in {200, 302, 400, 404}:
        raise NotSettled(f"the current version's content answers {shown(reply)}")
    return Answer(
        seen=f"the current version's content answers {shown(reply)}",
        switches={"current_version_content": reply.status < 400},
        setting="nothing: Turnbuckle reads the current version by the file itself",
    )


async def _restored_version(ground: GraphGround) -> Answer:
    file = await ground.file("versions.txt", b"first")
    changed = await ground.file("versions.txt", b"second")
    oldest = (await _versions(ground, file))[-1]["id"]
    path = f"{ground.item(file['id'])}/versions/{oldest}/restoreVersion"
    reply = await ground.calls.call("POST", path)
    if reply.status >= 300:
        raise NotSettled(f"restoring a version answers {shown(reply)}")
    now = await ground.look(file["id"])
    return Answer(
        seen=f"tags before {_numbers(changed)}, after an older version came back {_numbers(now)}",
        switches={"restored_version_keeps_ctag": now.get("cTag") == changed.get("cTag")},
        setting="nothing: where a cTag stays, size and hash tell",
    )


async def _restore(ground: GraphGround) -> Answer:
    file = await ground.file("restored.txt")
    await ground.delete(file["id"])
    reply = await ground.calls.call("POST", f"{ground.item(file['id'])}/restore", json={})
    if reply.status not in {200, 400, 403, 404, 405, 501}:
        raise NotSettled(f"restoring out of the bin answers {shown(reply)}")
    return Answer(
        seen=f"restoring a file out of the bin answers {shown(reply)}",
        switches={"library_restore": reply.status == 200},
        setting="nothing: where it is refused, `turnbuckle undo` sends the file again if the"
        " other side still has it; else restore it by hand",
    )


async def _copy(ground: GraphGround) -> Answer:
    file = await ground.file("original.txt")
    where = {"driveId": ground.drive_id, "id": ground.scratch}
    reply = await ground.calls.call(
        "POST",
        f"{ground.item(file['id'])}/copy",
        json={"parentReference": where, "name": "copy.txt"},
        params={CONFLICT: "fail"},
    )
    monitor = reply.headers.get("location", "")
    if reply.status != 202 or not monitor:
        raise NotSettled(f"a copy answers {shown(reply)}")
    for polls in range(_MOST_POLLS):
        status = str(row(await ground.calls.send("GET", monitor, b"")).get("status"))
        if status == "completed":
            return Answer(
                seen=f"the copy was reported to go on {polls} times, then completed",
                switches={"copy_polls": polls},
                setting="nothing: Turnbuckle never copies at Microsoft",
            )
        await ground.clock.sleep(1.0)
    raise NotSettled(f"the copy is not completed after {_MOST_POLLS} s")


def _check(
    name: str,
    question: str,
    ask: Callable[[GraphGround], Awaitable[Answer]],
    calls: int,
    *settles: str,
) -> Check[GraphGround]:
    return Check(name=name, question=question, ask=ask, calls=calls, settles=settles, writes=True)


CHECKS: tuple[Check[GraphGround], ...] = (
    _check(
        "composed-names",
        "Are names the same that differ in composition alone?",
        _composition,
        2,
        "nfc_siblings_clash",
    ),
    _check(
        "device-names",
        "Is CON.txt refused?",
        _device,
        1,
        "device_names_with_extension_refused",
    ),
    _check("unusual-names", "Which other unusual names are taken?", _odd, len(_ODD) + 1),
    _check(
        "tags",
        "Which tags and authors do new items have?",
        _tags,
        2,
        "folders_have_ctag",
        "new_file_ctag",
        "app_writes_show_system_user",
    ),
    _check("empty-hash", "Does an empty file have a hash?", _empty, 1),
    _check("patch", "Does a rename answer with the item?", _patch, 2, "patch_answers_without_body"),
    _check(
        "set-time",
        "Does setting a file's time make a version?",
        _time,
        4,
        "patched_time_makes_version",
    ),
    _check(
        "current-version",
        "Can the current version be read among the versions?",
        _current,
        3,
        "current_version_content",
    ),
    _check(
        "restored-version",
        "Does an older version that comes back change the cTag?",
        _restored_version,
        5,
        "restored_version_keeps_ctag",
    ),
    _check(
        "graph-restore", "Can a file be restored out of the bin?", _restore, 3, "library_restore"
    ),
    _check("copy", "How long does a copy take?", _copy, 2, "copy_polls"),
)
