"""What Photos takes and how it forgets; all of it in albums of the probe's own."""

from turnbuckle.connectors.procore.probe.ground import (
    ALBUMS,
    IMAGES,
    PIXEL,
    ProcoreGround,
    by_guide,
    by_reference,
)
from turnbuckle.connectors.procore.probe.name_checks import row_or_nothing
from turnbuckle.ports.probe import Answer, Check, NotSettled, Value
from turnbuckle.transport.raw_calls import row, shown

_ENDINGS = ("jpg", "jpeg", "gif", "png", "bmp", "tif", "tiff", "heic", "webp")
_ANY = "txt"


async def _body(ground: ProcoreGround) -> Answer:
    album, photo = await ground.album(), ground.photo_name("body.png")
    forms = (("REFERENCE", by_reference), ("GUIDE", by_guide))
    told = {
        name: await ground.try_photo(form(await ground.upload(photo, PIXEL), photo, album))
        for name, form in forms
    }
    taken = [name for name, reply in told.items() if reply.status < 300]
    seen = f"the reference's form answers {shown(told['REFERENCE'])}, "
    seen += f"the guide's {shown(told['GUIDE'])}"
    if not taken:
        raise NotSettled(f"neither form is taken: {seen}")
    return Answer(seen=seen, switches={"image_body": "BOTH" if len(taken) == 2 else taken[0]})


async def _retrieve(ground: ProcoreGround) -> Answer:
    number = int((await ground.photo("retrieved.png"))["id"])
    row_or_nothing(await ground.delete(IMAGES, number))
    told = []
    for method in ("PATCH", "POST"):
        reply = await ground.call(method, f"{IMAGES}/{number}/retrieve")
        told.append(f"{method} answers {shown(reply)}")
        if reply.status < 300:
            return Answer(seen=", ".join(told), switches={"retrieve_method": method})
    raise NotSettled(", ".join(told))


async def _album_deleted(ground: ProcoreGround) -> Answer:
    album = int((await ground.new_album(f"{ground.name} 2"))["id"])
    photo = int((await ground.photo("in the album.png", album))["id"])
    row_or_nothing(await ground.delete(ALBUMS, album))
    reply = await ground.look(IMAGES, photo)
    if reply.status not in {200, 404}:
        raise NotSettled(f"a photo of a deleted album answers {shown(reply)}")
    stays = reply.status == 200
    return Answer(
        seen=f"a photo of a deleted album answers {shown(reply)}"
        + (f" and is in {row(reply).get('image_category_name')!r}" if stays else ""),
        switches={"album_keeps_photos": stays},
        setting="nothing: Turnbuckle empties an album before it deletes it",
    )


async def _same_album(ground: ProcoreGround) -> Answer:
    await ground.album()
    reply = await ground.try_album(ground.name)
    if reply.status not in {201, 400, 409, 422}:
        raise NotSettled(f"a second album of one name answers {shown(reply)}")
    return Answer(
        seen=f"a second album of one name answers {shown(reply)}",
        switches={"same_album_names": reply.status < 300},
    )


async def _same_photo(ground: ProcoreGround) -> Answer:
    await ground.photo("same.png")
    album = await ground.album()
    name = ground.photo_name("same.png")
    uuid = await ground.upload(name, PIXEL)
    reply = await ground.try_photo(by_reference(uuid, name, album))
    if reply.status in {400, 422}:
        other = await ground.try_photo(by_guide(uuid, name, album))
        reply = other if other.status < 300 else reply
    if reply.status not in {201, 400, 409, 422}:
        raise NotSettled(f"a second photo of one name answers {shown(reply)}")
    return Answer(
        seen=f"a second photo of one name answers {shown(reply)}",
        switches={"same_photo_names": reply.status < 300},
    )


async def _types(ground: ProcoreGround) -> Answer:
    if await _takes(ground, _ANY):
        return Answer(
            seen="even a file named .txt is taken",
            switches={"photo_types": None},
            setting="nothing: Turnbuckle sends .jpg, .jpeg, .gif, .png, .bmp and .tif to Photos",
        )
    taken: list[str] = [ending for ending in _ENDINGS if await _takes(ground, ending)]
    return Answer(
        seen=f"taken: {', '.join(taken) or 'none'}; refused: "
        + ", ".join(sorted({*_ENDINGS, _ANY} - set(taken))),
        switches={"photo_types": sorted(taken)},
        setting="nothing: Turnbuckle sends .jpg, .jpeg, .gif, .png, .bmp and .tif to Photos",
    )


async def _takes(ground: ProcoreGround, ending: str) -> bool:
    """Try a photo whose name ends so; the bytes are a picture's all the same."""
    name, album = ground.photo_name(f"ending.{ending}"), await ground.album()
    uuid = await ground.upload(name, PIXEL)
    if (await ground.try_photo(by_reference(uuid, name, album))).status < 300:
        return True
    return (await ground.try_photo(by_guide(uuid, name, album))).status < 300


async def _destroyed(ground: ProcoreGround) -> Answer:
    number = int((await ground.photo("destroyed.png"))["id"])
    row_or_nothing(await ground.delete(IMAGES, number, permanent="true"))
    reply = await ground.look(IMAGES, number)
    if reply.status not in {200, 404, 410}:
        raise NotSettled(f"a photo deleted for ever answers {shown(reply)}")
    if reply.status == 200 and not row(reply).get("permanently_deleted"):
        raise NotSettled("a photo deleted for ever is shown as if it stood")
    switches: dict[str, Value] = {"tells_destroyed": reply.status == 200}
    return Answer(seen=f"a photo deleted for ever answers {shown(reply)}", switches=switches)


CHECKS: tuple[Check[ProcoreGround], ...] = (
    Check(
        name="photo-body",
        question="In which form is a new photo told?",
        ask=_body,
        calls=5,
        settles=("image_body",),
        writes=True,
    ),
    Check(
        name="photo-retrieve",
        question="How is a photo taken out of the bin?",
        ask=_retrieve,
        calls=7,
        settles=("retrieve_method",),
        writes=True,
    ),
    Check(
        name="album-deleted",
        question="What becomes of the photos of a deleted album?",
        ask=_album_deleted,
        calls=6,
        settles=("album_keeps_photos",),
        writes=True,
    ),
    Check(
        name="album-names",
        question="May two albums have one name?",
        ask=_same_album,
        calls=2,
        settles=("same_album_names",),
        writes=True,
    ),
    Check(
        name="photo-names",
        question="May two photos of an album have one name?",
        ask=_same_photo,
        calls=7,
        settles=("same_photo_names",),
        writes=True,
    ),
    Check(
        name="photo-types",
        question="Which kinds of files does Photos take?",
        ask=_types,
        calls=1 + 3 * (len(_ENDINGS) + 1),
        settles=("photo_types",),
        writes=True,
    ),
    Check(
        name="photo-destroyed",
        question="Is a photo told that was deleted for ever?",
        ask=_destroyed,
        calls=6,
        settles=("tells_destroyed",),
        writes=True,
    ),
)
