"""The addresses of the people's pages, all below `/practice/`."""

from collections.abc import Sequence

from aiohttp import web

from turnbuckle.practice.people.desk import Desk
from turnbuckle.practice.people.door import HEADERS, Door, Handler
from turnbuckle.practice.people.item_desk import ItemDesk
from turnbuckle.practice.people.pages import HOME
from turnbuckle.practice.people.style import STYLE


def people_routes(desk: Desk, items: ItemDesk, door: Door) -> Sequence[web.RouteDef]:
    """Give the routes that a service adds to its application before it starts."""

    def page(handler: Handler) -> Handler:
        return door.guarded(desk.refusals_shown(handler))

    at = desk.home_path
    item = f"{at}item/{{kind:folder|file}}/{{id}}"
    version = f"{item}/versions/{{version}}"
    shown = {
        f"{at}bin": desk.bin,
        f"{at}sites": desk.sites,
        f"{at}folder/{{id}}": desk.folder,
        f"{at}file/{{id}}": desk.download,
        item: items.show,
        f"{item}/edit": items.edit,
        f"{item}/versions": items.versions,
        version: items.version,
    }
    posted = {
        f"{at}person": desk.choose_person,
        f"{at}sites": desk.choose_site,
        f"{at}folder/{{id}}/add": desk.add_folder,
        f"{at}folder/{{id}}/upload": desk.upload,
        f"{item}/edit": items.save,
        f"{item}/replace": items.replace,
        f"{item}/rename": items.rename,
        f"{item}/move": items.move,
        f"{item}/describe": items.describe,
        f"{item}/check-out": items.check_out,
        f"{item}/check-in": items.check_in,
        f"{item}/open-office": items.open_office,
        f"{item}/close-office": items.close_office,
        f"{item}/private": items.set_private,
        f"{item}/share": items.share,
        f"{item}/delete": items.delete,
        f"{item}/purge": items.purge,
        f"{item}/restore": items.restore,
        f"{version}/restore": items.restore_version,
    }
    routes = [web.get(path, page(handler)) for path, handler in shown.items()]
    routes += [web.post(path, page(handler)) for path, handler in posted.items()]
    home = page(desk.home)
    if at != HOME:
        return [web.get(at, home), *routes]

    async def enter(request: web.Request) -> web.StreamResponse:
        return await door.enter(request) or await home(request)

    return [web.get(at, enter), web.get(f"{at}style.css", _style), *routes]


async def _style(request: web.Request) -> web.StreamResponse:
    return web.Response(text=STYLE, content_type="text/css", headers=HEADERS)
