"""The addresses of the people's pages, all below `/practice/`."""

from collections.abc import Sequence

from aiohttp import web

from turnbuckle.practice.people.desk import Desk
from turnbuckle.practice.people.door import HEADERS, Door, Handler
from turnbuckle.practice.people.style import STYLE

_ITEM = "/practice/item/{kind:folder|file}/{id}"


def people_routes(desk: Desk, door: Door) -> Sequence[web.RouteDef]:
    """Give the routes that a service adds to its application before it starts."""

    def page(handler: Handler) -> Handler:
        return door.guarded(desk.refusals_shown(handler))

    home = page(desk.home)

    async def enter(request: web.Request) -> web.StreamResponse:
        return await door.enter(request) or await home(request)

    return [
        web.get("/practice/", enter),
        web.get("/practice/style.css", _style),
        web.get("/practice/bin", page(desk.bin)),
        web.post("/practice/person", page(desk.choose)),
        web.get("/practice/folder/{id}", page(desk.folder)),
        web.post("/practice/folder/{id}/add", page(desk.add_folder)),
        web.post("/practice/folder/{id}/upload", page(desk.upload)),
        web.get("/practice/file/{id}", page(desk.download)),
        web.get(_ITEM, page(desk.item)),
        web.post(f"{_ITEM}/replace", page(desk.replace)),
        web.post(f"{_ITEM}/rename", page(desk.rename)),
        web.post(f"{_ITEM}/move", page(desk.move)),
        web.post(f"{_ITEM}/delete", page(desk.delete)),
        web.post(f"{_ITEM}/restore", page(desk.restore)),
    ]


async def _style(request: web.Request) -> web.StreamResponse:
    return web.Response(text=STYLE, content_type="text/css", headers=HEADERS)
