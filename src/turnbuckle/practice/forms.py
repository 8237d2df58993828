"""Reading forms, whatever somebody sent as one: what cannot be read is refused with 400."""

from collections.abc import AsyncIterator

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.web_request import FileField
from multidict import MultiDictProxy

UNREADABLE = (ValueError, LookupError, BadHttpMessage)
"""What aiohttp raises for a body that is no form, or in a charset that nobody knows."""


async def read_form(request: web.Request) -> MultiDictProxy[str | bytearray | bytes | FileField]:
    """Give the fields of a form.

    Raises:
        HTTPBadRequest: the body is none.
    """
    try:
        return await request.post()
    except UNREADABLE:
        raise _unreadable() from None


async def form_parts(request: web.Request) -> AsyncIterator[BodyPartReader]:
    """Give the parts of a multipart form, one after the other, none kept in memory.

    Raises:
        HTTPBadRequest: the body is none.
    """
    if request.content_type != "multipart/form-data":
        raise _unreadable()
    try:
        reader = await request.multipart()
        while part := await reader.next():
            if isinstance(part, BodyPartReader):
                yield part
    except UNREADABLE:
        raise _unreadable() from None


def _unreadable() -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text="the form cannot be read\n")
