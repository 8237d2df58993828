"""Reading a call's body: JSON, a form, or a multipart form whose file goes straight to disk."""

import re
from typing import Any

import msgspec
from aiohttp import BodyPartReader, web

from turnbuckle.practice.blobs import CHUNK_BYTES, Blob, Blobs
from turnbuckle.practice.forms import UNREADABLE
from turnbuckle.practice.procore.arguments import Fields
from turnbuckle.practice.procore.refusals import plain

_PARTS = re.compile(r"[^\[\]]+")
_LARGEST_FIELD = 1 << 20
_ARRIVED = web.RequestKey("arrived", dict[str, Blob])


async def read_body(request: web.Request, blobs: Blobs) -> Fields:
    """Give the body's fields; a file in a multipart form arrives as a `Blob`.

    Raises:
        Refusal: 406 for another type, 400 for a body that is not what its type says.
    """
    if not request.body_exists:
        return Fields({})
    match request.content_type:
        case "application/json":
            return Fields(_json(await request.read()))
        case "application/x-www-form-urlencoded":
            return Fields(_nested(await _form(request)))
        case "multipart/form-data":
            return Fields(_nested(await _multipart(request, blobs)))
        case other:
            raise plain(406, f"content of type {other} is not accepted")


def keep_bytes(request: web.Request, blob: Blob) -> None:
    """Say that these bytes of a form belong to something now."""
    request.get(_ARRIVED, {}).pop(blob.id, None)


def drop_bytes(request: web.Request, blobs: Blobs) -> None:
    """Take from the disk what came in a form and belongs to nothing, now that it is answered."""
    for blob in request.get(_ARRIVED, {}).values():
        blobs.drop(blob)


async def read_list(request: web.Request) -> list[Any]:
    """Give a JSON body that is a list.

    Raises:
        Refusal: 400, it is something else.
    """
    value = _decoded(await request.read())
    if not isinstance(value, list):
        raise plain(400, "the body is not a list")
    return value


def _json(content: bytes) -> dict[str, Any]:
    value = _decoded(content)
    if not isinstance(value, dict):
        raise plain(400, "the body is not a JSON object")
    return value


def _decoded(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise plain(400, "the body is not JSON") from None


async def _form(request: web.Request) -> list[tuple[str, str]]:
    try:
        return [(name, str(value)) for name, value in (await request.post()).items()]
    except UNREADABLE:  # bytes that are no text, or a charset that nobody knows
        raise plain(400, "the body is not a form") from None


async def _multipart(request: web.Request, blobs: Blobs) -> list[tuple[str, str | Blob]]:
    fields: list[tuple[str, str | Blob]] = []
    try:
        reader = await request.multipart()
        while part := await reader.next():
            if not isinstance(part, BodyPartReader):
                raise plain(400, "a form within a form is not accepted")
            fields.append((part.name or "", await _value(part, request, blobs)))
    except UNREADABLE:
        raise plain(400, "the body is not a multipart form") from None
    return fields


async def _value(part: BodyPartReader, request: web.Request, blobs: Blobs) -> str | Blob:
    if part.filename is None:
        content = bytes(await part.read(decode=False))
        if len(content) > _LARGEST_FIELD:
            raise plain(400, "a field of the form is too long")
        return content.decode("utf-8", "replace")
    with blobs.begin() as writer:
        while chunk := await part.read_chunk(CHUNK_BYTES):
            writer.write(chunk)
        blob = writer.finish()
    request[_ARRIVED] = {**request.get(_ARRIVED, {}), blob.id: blob}
    return blob


def _nested(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Turn ``file[name]`` and ``segments[0][size]`` into objects within objects."""
    top: dict[str, Any] = {}
    for name, value in fields:
        path = _PARTS.findall(name)
        if not path:
            continue
        here = top
        for part in path[:-1]:
            inner = here.setdefault(part, {})
            if not isinstance(inner, dict):
                raise plain(400, f"the field {name} contradicts another")
            here = inner
        here[path[-1]] = value
    return top
