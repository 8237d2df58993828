"""Who may talk to practice mode: programs on this machine, and pages that it served itself.

A practice service listens on the loopback address only. A web page of somebody else could still
reach it through the browser of whoever runs it; so the Host header must name this very server
(which stops DNS rebinding), an Origin must be our own, and no answer ever carries a CORS header.
Behind our own certificate a service answers to the names of the real one too, and there to nothing
that the real one does not serve. People's pages and the means to act as a person ask for the token
of the start-up line besides.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from aiohttp.typedefs import Middleware

from turnbuckle.practice.hosts import Names, called_by_real_name

PEOPLE_HEADER = "X-Practice-Token"
PEOPLE_COOKIE = "practice_token"

NOTHING = {"errors": "Not Found"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


_USUAL_PORTS = {"http": 80, "https": 443}


def own_hosts(request: web.Request) -> frozenset[str]:
    """The Host headers by which this server may be called, from the socket it was called on."""
    transport = request.transport
    name = transport.get_extra_info("sockname") if transport is not None else None
    if name is None:
        return frozenset()
    usual = name[1] == _USUAL_PORTS[request.scheme]  # which nobody needs to name
    ports = ("", f":{name[1]}") if usual else (f":{name[1]}",)
    return frozenset(f"{host}{port}" for host in ("127.0.0.1", "localhost") for port in ports)


def guarding(names: Names, nothing: Mapping[str, object] = NOTHING) -> Middleware:
    """Give a middleware that refuses foreign Hosts (421) and foreign Origins (403).

    Args:
        names: the real service's names, which hold only behind a certificate.
        nothing: what the service says where one of its names serves nothing.
    """

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        hosts = own_hosts(request)
        host = request.headers.get("Host", "").lower()
        real = host.removesuffix(":443") if request.secure else ""
        served = names.get(real)
        if served is None and host not in hosts:
            return web.Response(status=421, text="practice mode answers only to its own address\n")
        if served is not None and served.fullmatch(request.path) is None:
            return web.json_response(nothing, status=404)
        here = hosts if served is None else {real}
        origin = request.headers.get("Origin")
        if origin is not None and origin.lower() not in {f"{request.scheme}://{at}" for at in here}:
            return web.Response(status=403, text="practice mode answers only to its own pages\n")
        called_by_real_name.set(served is not None)
        try:
            return await handler(request)
        except ConnectionError:  # the caller went away in the middle: there is nobody to answer
            return web.Response(status=400)

    return guard


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
