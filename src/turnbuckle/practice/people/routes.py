"""The addresses of the people's pages, all below `/practice/`."""

from collections.abc import Sequence

from aiohttp import web

from turnbuckle.practice.people.desk import Desk
from turnbuckle.practice.people.door import HEADERS, Door, Handler
from turnbuckle.practice.people.pages import HOME
from turnbuckle.practice.people.style import STYLE


def people_routes(desk: Desk, door: Door) -> Sequence[web.RouteDef]:
    """Give the routes that a service adds to its application before it starts."""

    def page(handler: Handler) -> Handler:
        return door.guarded(desk.refusals_shown(handler))

    at = desk.home_path
    item = f"{at}item/{{kind:folder|file}}/{{id}}"
    routes = [
        web.get(f"{at}bin", page(desk.bin)),
        web.post(f"{at}person", page(desk.choose)),
        web.get(f"{at}folder/{{id}}", page(desk.folder)),
        web.post(f"{at}folder/{{id}}/add", page(desk.add_folder)),
        web.post(f"{at}folder/{{id}}/upload", page(desk.upload)),
        web.get(f"{at}file/{{id}}", page(desk.download)),
        web.get(item, page(desk.item)),
        web.post(f"{item}/replace", page(desk.replace)),
        web.post(f"{item}/rename", page(desk.rename)),
        web.post(f"{item}/move", page(desk.move)),
        web.post(f"{item}/delete", page(desk.delete)),
        web.post(f"{item}/restore", page(desk.restore)),
    ]
    home = page(desk.home)
    if at != HOME:
        return [web.get(at, home), *routes]

    async def enter(request: web.Request) -> web.StreamResponse:
        return await door.enter(request) or await home(request)

    return [web.get(at, enter), web.get(f"{at}style.css", _style), *routes]


async def _style(request: web.Request) -> web.StreamResponse:
    return web.Response(text=STYLE, content_type="text/css", headers=HEADERS)
