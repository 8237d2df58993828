"""The panel over HTTP for tests: JSON, and the start-up token as a header, never as a cookie.

GET    /practice/panel.json             everything: switches, limits, faults, clock, requests
PATCH  /practice/panel.json             {"switches": {..}, "limits": {..}, "reset": ["name"]}
POST   /practice/panel.json/faults      {"kind": "error", "operation": "any", "times": 3}
DELETE /practice/panel.json/faults/7    call one off; without the number: all calm
POST   /practice/panel.json/make        {"kind": "project", "name": "North Yard"}
POST   /practice/panel.json/clock       {"seconds": 3600}

What makes no sense is answered 400 with a sentence, and has changed nothing.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from turnbuckle.practice.guard import PEOPLE_HEADER, is_people_token
from turnbuckle.practice.panel.panel import Panel
from turnbuckle.practice.panel.values import BadValue

AT = "/practice/panel.json"
MOST_BYTES = 1 << 16

_Answering = Callable[[web.Request], Awaitable[web.Response]]


class PanelApi:
    """Routes below ``/practice/panel.json``."""

    def __init__(self, panel: Panel, people_token: str) -> None:
        self._panel = panel
        self._people_token = people_token

    def routes(self) -> Sequence[web.RouteDef]:
        """All of them."""
        return [
            web.get(AT, self._open(self.show)),
            web.patch(AT, self._open(self.turn)),
            web.post(f"{AT}/faults", self._open(self.order)),
            web.delete(f"{AT}/faults", self._open(self.calm)),
            web.delete(f"{AT}/faults/{{number}}", self._open(self.call_off)),
            web.post(f"{AT}/make", self._open(self.make)),
            web.post(f"{AT}/clock", self._open(self.move_clock)),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Everything."""
        return _answer(self._panel.described())

    async def turn(self, request: web.Request) -> web.Response:
        """Set switches and limits."""
        self._panel.turn(await _said(request))
        return await self.show(request)

    async def order(self, request: web.Request) -> web.Response:
        """Begin a trouble: 201 with its number, or 204 where it was over at once."""
        order = self._panel.trouble(await _said(request))
        if order is None:
            return web.Response(status=204)
        return _answer(order.described(), 201)

    async def calm(self, request: web.Request) -> web.Response:
        """Call everything off."""
        self._panel.orders.calm()
        return web.Response(status=204)

    async def call_off(self, request: web.Request) -> web.Response:
        """Call one off."""
        try:
            self._panel.orders.call_off(int(request.match_info["number"]))
        except (KeyError, ValueError):
            return _answer({"error": "nothing is on order under that number"}, 404)
        return web.Response(status=204)

    async def make(self, request: web.Request) -> web.Response:
        """Make a project, a channel and the like: 201 with its ids."""
        return _answer(dict(self._panel.make(await _said(request))), 201)

    async def move_clock(self, request: web.Request) -> web.Response:
        """Set the clock of both services ahead."""
        said = await _said(request)
        if list(said) != ["seconds"]:
            raise BadValue('say how far: {"seconds": 3600}')
        self._panel.move_clock(said["seconds"])
        return _answer(self._panel.described()["clock"])

    def _open(self, answering: _Answering) -> _Answering:
        async def opened(request: web.Request) -> web.Response:
            offered = request.headers.get(PEOPLE_HEADER, "")
            if not is_people_token(offered, self._people_token):
                sentence = f"send the token of the start-up line as the header {PEOPLE_HEADER}"
                return _answer({"error": sentence}, 403)
            try:
                return await answering(request)
            except BadValue as bad:
                return _answer({"error": str(bad)}, 400)

        return opened


async def _said(request: web.Request) -> dict[str, Any]:
    if (request.content_length or 0) > MOST_BYTES:
        raise BadValue("the body is too long")
    try:
        said = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise BadValue("the body is not JSON") from None
    if not isinstance(said, dict):
        raise BadValue("the body is a JSON object")
    return said


def _answer(body: object, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})
