"""The addresses of a panel: its page and its JSON, both below `/practice/`."""

from collections.abc import Sequence

from aiohttp import web

from turnbuckle.practice.panel.panel import Panel
from turnbuckle.practice.panel.panel_api import PanelApi
from turnbuckle.practice.panel.panel_desk import PanelDesk
from turnbuckle.practice.people.door import Door


def panel_routes(panel: Panel, people_token: str) -> Sequence[web.RouteDef]:
    """Give the routes that a service adds to its application before it starts."""
    desk, api = PanelDesk(panel, Door(people_token)), PanelApi(panel, people_token)
    return [*desk.routes(), *api.routes()]
