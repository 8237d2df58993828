"""The portal as a program of the web: `/health`, and the addresses that remotes post to.

Raw ASGI, without the middleware that pages for people need: a thousand posts a second come in
bursts, and their senders wait for milliseconds, not for us. Whatever is asked, the answer is short
and tells nothing of us.

    POST /hooks/{system}/{key}/{number}    word of the hook with that number
    GET  /health                           this process answers

Source: the ASGI specification, version 3.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from turnbuckle.portal.gathering import Gathering
from turnbuckle.portal.posts import SYSTEMS, Post, Verdict

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LARGEST_BODY = 64 << 10  # bytes
BODY_SECONDS = 5.0
_LONGEST_TOKEN = 4096  # characters
_MOST_DIGITS = 18

_HEALTHY = Verdict(200, text="well")
_NOT_HERE = Verdict(404)
_WRONG_METHOD = Verdict(405)
_TOO_SLOW = Verdict(408)
_TOO_LARGE = Verdict(413)
_WRONG_TOKEN = Verdict(400)


class _Refused(Exception):
    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.status)
        self.verdict = verdict


class _Left(Exception):
    """Whoever asked hung up."""


class Portal:
    """Answers what other machines ask.

    Args:
        gathering: takes what remotes post.
        body_seconds: a post whose body takes longer is cut off.
    """

    def __init__(self, gathering: Gathering, *, body_seconds: float = BODY_SECONDS) -> None:
        self._gathering = gathering
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; see the ASGI specification."""
        if scope["type"] != "http":
            raise ValueError(f"the portal does not speak {scope['type']}")
        allowed = "GET, HEAD" if scope["path"] == "/health" else "POST"
        try:
            verdict = await self._answered(scope, receive)
        except _Refused as refused:
            verdict = refused.verdict
        except _Left:
            return
        await _reply(send, verdict, allowed, head=scope["method"] == "HEAD")

    async def _answered(self, scope: Scope, receive: Receive) -> Verdict:
        method = scope["method"]
        if scope["path"] == "/health":
            return _HEALTHY if method in {"GET", "HEAD"} else _WRONG_METHOD
        system, key, number = _address(scope["path"])
        if method != "POST":
            return _WRONG_METHOD
        headers = _headers(scope)
        post = Post(
            system=system,
            key=key,
            number=number,
            authorization=headers.get("authorization", ""),
            token=_token(scope["query_string"]),
            body=await self._body(headers, receive),
        )
        return await self._gathering.take(post)

    async def _body(self, headers: Mapping[str, str], receive: Receive) -> bytes:
        told = headers.get("content-length", "")
        if told.isdecimal() and int(told[:20]) > LARGEST_BODY:
            raise _Refused(_TOO_LARGE)
        try:
            async with asyncio.timeout(self._body_seconds):
                return await _read(receive)
        except TimeoutError:
            raise _Refused(_TOO_SLOW) from None


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Left
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise _Refused(_TOO_LARGE)
        if not message.get("more_body"):
            return bytes(body)


def _address(path: str) -> tuple[str, str, int]:
    match path.split("/"):
        case ["", "hooks", system, key, number] if system in SYSTEMS:
            if key and number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS:
                return system, key, int(number)
    raise _Refused(_NOT_HERE)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _token(query: bytes) -> str | None:
    try:
        asked = parse_qs(query.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        return None
    token = asked.get("validationToken", [None])[0]
    if token is not None and not 0 < len(token) <= _LONGEST_TOKEN:
        raise _Refused(_WRONG_TOKEN)
    return token


async def _reply(send: Send, verdict: Verdict, allowed: str, *, head: bool) -> None:
    body = verdict.text.encode("utf-8", "replace")
    headers = [
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if body:
        headers.append((b"content-type", b"text/plain; charset=utf-8"))
    if verdict.status == 405:
        headers.append((b"allow", allowed.encode()))
    if verdict.status == 503:
        headers.append((b"retry-after", b"1"))
    if verdict.status in {408, 413}:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": verdict.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
