"""Small pictures of pictures: one set of three sizes for an image, none for anything else.

The address of each size opens the picture itself, not made smaller: nothing here can draw.
"""

from turnbuckle.practice.microsoft.call import ItemCall, Reply
from turnbuckle.practice.microsoft.picture_size import picture_size
from turnbuckle.practice.microsoft.refusals import bad_request, not_found
from turnbuckle.practice.microsoft.wire import Json, selected

_EDGES = {"large": 800, "medium": 176, "small": 96}  # the longer edge, in pixels


async def thumbnails(call: ItemCall) -> Reply:
    """GET thumbnails, one set, one size of it, or the content of that."""
    found, rest = _set(call), call.address.rest
    if not rest:
        return Reply(200, {"value": [selected(found, call.select)] if found is not None else []})
    if found is None or rest[0] != "0":
        raise not_found()
    if len(rest) == 1:
        return Reply(200, selected(found, call.select))
    if rest[1] not in _EDGES or rest[2:] not in ((), ("content",)):
        raise bad_request("The address does not say what to do.")
    one: Json = found[rest[1]]
    return Reply(302, None, {"Location": one["url"]}) if rest[2:] else Reply(200, one)


def _set(call: ItemCall) -> Json | None:
    content = call.entry.content
    size = picture_size(call.drive.blobs.path(content.blob)) if content is not None else None
    if size is None or 0 in size:
        return None
    address = call.download_address(call.entry)
    made: Json = {"id": "0"}
    for name, edge in _EDGES.items():
        share = min(1.0, edge / max(size))
        width, height = (max(1, round(length * share)) for length in size)
        made[name] = {"height": height, "url": address, "width": width}
    return made
