"""How lists are paged, filtered and ordered."""

from turnbuckle.connectors.procore.probe.ground import FILES, FOLDERS, IMAGES, ProcoreGround
from turnbuckle.ports.probe import Answer, Check, NotSettled
from turnbuckle.transport.raw_calls import row, rows, shown
from turnbuckle.transport.reply import Reply

_MANY = 10_000
_NOTHING_THEN = "1990-01-01T00:00:00Z...1990-01-02T00:00:00Z"
"""A range in which nothing was changed, so that a list is asked for and no rows come."""
_OPEN = "2100-01-01T00:00:00Z..."


async def _documents_page(ground: ProcoreGround) -> Answer:
    reply = await ground.index(("updated_at", _NOTHING_THEN), per_page=_MANY)
    cap = _granted(reply)
    return Answer(
        seen=f"asked for {_MANY:,} rows a page, granted {cap:,} (Per-Page)",
        switches={"documents_per_page": cap},
        setting="nothing: Turnbuckle follows the pages that are granted",
    )


async def _photos_page(ground: ProcoreGround) -> Answer:
    reply = await ground.call(
        "GET", IMAGES, per_page=_MANY, **{"filters[updated_at]": _NOTHING_THEN}
    )
    cap = _granted(reply)
    return Answer(
        seen=f"asked for {_MANY:,} rows a page, granted {cap:,} (Per-Page)",
        switches={"images_per_page": cap},
        setting="nothing: Turnbuckle follows the pages that are granted",
    )


def _granted(reply: Reply) -> int:
    rows(reply)
    told = reply.headers.get("per-page", "")
    if not told.isdecimal():
        raise NotSettled("the answer carries no Per-Page header")
    return int(told)


async def _open_range(ground: ProcoreGround) -> Answer:
    reply = await ground.index(("updated_at", _OPEN))
    if reply.status not in {200, 400, 422}:
        raise NotSettled(f"the answer was {shown(reply)}")
    return Answer(
        seen=f"filters[updated_at]=A... answers {shown(reply)}",
        switches={"open_ranges": reply.status == 200},
        setting="nothing: Turnbuckle always sends both ends",
    )


async def _bin_in_index(ground: ProcoreGround) -> Answer:
    if ground.may_write:
        await ground.delete(FOLDERS, (await ground.folder("to the bin"))["id"])
    binned = await _total(ground, ("is_in_recycle_bin", "true"))
    if binned == 0:
        raise NotSettled("the recycle bin is empty; ask again with --allow-writes")
    standing = await _total(ground, ("is_in_recycle_bin", "false"))
    told = await _total(ground)
    if told not in {standing, standing + binned}:
        raise NotSettled(f"{told} rows by default, {standing} standing, {binned} in the bin")
    return Answer(
        seen=f"{told} rows by default; {standing} stand, {binned} are in the bin",
        switches={"bin_in_index": told != standing},
        setting="nothing: Turnbuckle always says which it wants",
    )


async def _total(ground: ProcoreGround, *filters: tuple[str, str]) -> int:
    reply = await ground.index(*filters)
    rows(reply)
    total = reply.headers.get("total", "")
    if not total.isdecimal():
        raise NotSettled("the answer carries no Total header")
    return int(total)


async def _photo_ids(ground: ProcoreGround) -> Answer:
    if ground.may_write:
        await ground.photo("ids.png")
    listed = rows(await ground.call("GET", IMAGES, serializer_view="ids_only", per_page=1))
    if not listed:
        raise NotSettled("the project has no photo; ask again with --allow-writes")
    as_objects = isinstance(listed[0], dict)
    return Answer(
        seen=f"a row of ids_only is {'an object' if as_objects else 'a number'}",
        switches={"image_ids_as_objects": as_objects},
    )


async def _version_order(ground: ProcoreGround) -> Answer:
    file = await ground.file("versions.txt", b"first")
    uuid = await ground.upload("versions.txt", b"second")
    body = {"file_version": {"upload_uuid": uuid}}
    row(await ground.call("POST", "/rest/v1.0/file_versions", json=body, file_id=file["id"]))
    told = row(await ground.look(FILES, file["id"]))["file_versions"]
    numbers = [each["number"] for each in told]
    if sorted(numbers) != [1, 2]:
        raise NotSettled(f"the file shows the versions {numbers}, not 1 and 2")
    return Answer(
        seen=f"file_versions come in the order {numbers}",
        switches={"newest_version_first": numbers == [2, 1]},
        setting="nothing: Turnbuckle takes the highest number",
    )


CHECKS: tuple[Check[ProcoreGround], ...] = (
    Check(
        name="documents-page",
        question="How many rows does a page of Documents hold at most?",
        ask=_documents_page,
        calls=1,
        settles=("documents_per_page",),
    ),
    Check(
        name="photos-page",
        question="How many rows does a page of Photos hold at most?",
        ask=_photos_page,
        calls=1,
        settles=("images_per_page",),
    ),
    Check(
        name="open-range",
        question="May a range of times have an open end?",
        ask=_open_range,
        calls=1,
        settles=("open_ranges",),
    ),
    Check(
        name="bin-in-index",
        question="Do deleted documents come in the list when nobody says that they should not?",
        ask=_bin_in_index,
        calls=5,
        settles=("bin_in_index",),
    ),
    Check(
        name="photo-ids",
        question="What does a list of photos look like that asks for ids alone?",
        ask=_photo_ids,
        calls=5,
        settles=("image_ids_as_objects",),
    ),
)

WRITING: tuple[Check[ProcoreGround], ...] = (
    Check(
        name="version-order",
        question="In which order does a file show its versions?",
        ask=_version_order,
        calls=6,
        settles=("newest_version_first",),
        writes=True,
    ),
)
