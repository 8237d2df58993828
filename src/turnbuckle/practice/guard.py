"""Who may talk to practice mode: programs on this machine, and pages that it served itself.

A practice service listens on the loopback address only. A web page of somebody else could still
reach it through the browser of whoever runs it; so the Host header must name this very server
(which stops DNS rebinding), an Origin must be our own, and no answer ever carries a CORS header.
People's pages and the means to act as a person ask for the token of the start-up line besides.
"""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

PEOPLE_HEADER = "X-Practice-Token"
PEOPLE_COOKIE = "practice_token"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def own_hosts(request: web.Request) -> frozenset[str]:
    """The Host headers by which this server may be called, from the socket it was called on."""
    transport = request.transport
    name = transport.get_extra_info("sockname") if transport is not None else None
    if name is None:
        return frozenset()
    return frozenset({f"127.0.0.1:{name[1]}", f"localhost:{name[1]}"})


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a Host that is not this server (421) and an Origin that is not our own (403)."""
    hosts = own_hosts(request)
    if request.headers.get("Host", "").lower() not in hosts:
        return web.Response(status=421, text="practice mode answers only to its own address\n")
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() not in {f"http://{host}" for host in hosts}:
        return web.Response(status=403, text="practice mode answers only to its own pages\n")
    try:
        return await handler(request)
    except ConnectionError:  # the caller went away in the middle: there is nobody to answer
        return web.Response(status=400)


def is_people_token(offered: str, people_token: str) -> bool:
    """Compare without telling by the time taken how much of it was right."""
    return hmac.compare_digest(offered.encode(errors="replace"), people_token.encode())


def carries_people_token(request: web.Request, people_token: str) -> bool:
    """Whether the request has the token of the start-up line, as a header or as our cookie."""
    offered = request.headers.get(PEOPLE_HEADER) or request.cookies.get(PEOPLE_COOKIE) or ""
    return is_people_token(offered, people_token)


def require_people_token(request: web.Request, people_token: str) -> None:
    """Let only those pass who know the token of the start-up line.

    Raises:
        web.HTTPForbidden: the token is missing or wrong.
    """
    if not carries_people_token(request, people_token):
        raise web.HTTPForbidden(
            text=f"send the token of the start-up line as the header {PEOPLE_HEADER}\n"
        )
