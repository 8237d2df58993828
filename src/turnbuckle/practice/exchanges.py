"""What goes over the wire, for whoever looks on: each request to a service, and what it answered.

The tests look on, to hold every exchange against the published contracts. Without anybody looking
nothing is read or kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Middleware

from turnbuckle.practice.guard import Handler

_TOLD = frozenset({"application/json", "application/x-www-form-urlencoded"})
_MOST_BYTES = 1 << 20  # of a body that is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request to a service and its answer; the bytes of files are not told."""

    service: str  # "graph" or "procore"
    method: str
    path: str  # as it was sent, with its query
    asked_headers: Mapping[str, str]
    asked: bytes | None
    status: int
    headers: Mapping[str, str]
    answered: bytes | None


type Onlooker = Callable[[Exchange], None]

onlookers: list[Onlooker] = []
"""Whom all services of this process tell of each exchange."""


def telling(service: str) -> Middleware:
    """Give a middleware that tells the onlookers of each exchange of a service."""

    @web.middleware
    async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not onlookers:
            return await handler(request)
        small = (request.content_length or 0) <= _MOST_BYTES
        asked = await request.read() if small and request.content_type in _TOLD else None
        response = await handler(request)
        body = response.body if isinstance(response, web.Response) else None
        exchange = Exchange(
            service=service,
            method=request.method,
            path=request.rel_url.raw_path_qs,
            asked_headers=request.headers,
            asked=asked,
            status=response.status,
            headers=response.headers,
            answered=body if isinstance(body, bytes) else None,
        )
        for onlooker in onlookers:
            onlooker(exchange)
        return response

    return tell
