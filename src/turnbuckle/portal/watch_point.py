"""Where whoever watches a process asks: a port of its own, away from what remotes can reach.

    GET /health     this process answers
    GET /ready      it can work; else 503, and why
    GET /metrics    its numbers, for Prometheus

What it tells is not secret, but nobody else's business: names of organisations, and how much there
is to do. So it listens on loopback unless somebody says otherwise, and there it answers to names
of this machine alone: a page in somebody's browser cannot read it under a name of its own.

Source: the ASGI specification, version 3.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address

from turnbuckle.portal.application import Receive, Scope, Send

_JSON, _TEXT = "application/json", "text/plain; charset=utf-8"


class WatchPoint:
    """Answers who watches this process.

    Args:
        obstacles: says what keeps the process from working; nothing: it can work.
        metrics: gives its numbers, and their type of content.
        loopback: it listens on loopback, so other names than this machine's are refused.
    """

    def __init__(
        self,
        obstacles: Callable[[], Awaitable[Sequence[str]]],
        metrics: Callable[[], Awaitable[tuple[bytes, str]]],
        *,
        loopback: bool,
    ) -> None:
        self._obstacles = obstacles
        self._metrics = metrics
        self._loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; see the ASGI specification."""
        if scope["type"] != "http":
            raise ValueError(f"the watch point does not speak {scope['type']}")
        status, body, kind = await self._answered(scope)
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if status == 405:
            headers.append((b"allow", b"GET, HEAD"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        is_head = scope["method"] == "HEAD"
        await send({"type": "http.response.body", "body": b"" if is_head else body})

    async def _answered(self, scope: Scope) -> tuple[int, bytes, str]:
        if self._loopback and not _is_here(scope):
            return 421, b"this is not known under that name", _TEXT
        if scope["method"] not in {"GET", "HEAD"}:
            return 405, b"", _TEXT
        match scope["path"]:
            case "/health":
                return 200, b"well", _TEXT
            case "/ready":
                reasons = list(await self._obstacles())
                told = json.dumps({"ready": not reasons, "reasons": reasons}, ensure_ascii=False)
                return 503 if reasons else 200, told.encode(), _JSON
            case "/metrics":
                return 200, *await self._metrics()
        return 404, b"", _TEXT


def _is_here(scope: Scope) -> bool:
    """Tell whether somebody asks by a name of this machine's loopback, or by an address."""
    named = str(dict(scope["headers"]).get(b"host", b""), "latin-1")
    host = named.rpartition(":")[0] if not named.endswith("]") else named
    host = (host or named).strip("[]").lower()
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
