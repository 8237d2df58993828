"""HTTP calls of one person to one service: the token, patience, and errors as sentences."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from turnbuckle.practice.playing.seen import Refused

CHUNK_BYTES = 1 << 20
_TRIES = 20
_LONGEST_WAIT_SECONDS = 30.0
_REDIRECTS = (301, 302, 303, 307, 308)


class Calls:
    """A signed-in session at one address.

    The token goes to that address only, never to the storage host that a service names.
    """

    def __init__(
        self, address: str, headers: Mapping[str, str] | None = None, ca_file: str | None = None
    ) -> None:
        trusted = True if ca_file is None else ssl.create_default_context(cafile=ca_file)
        self._address = address.rstrip("/")
        self._headers = dict(headers or {})
        self._person = ""  # who signed in; a token that is too old is renewed once a call
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=120),
            auto_decompress=False,
            connector=aiohttp.TCPConnector(ssl=trusted),
        )

    @classmethod
    async def signed_in(
        cls,
        address: str,
        people_token: str,
        person: str,
        headers: Mapping[str, str] | None = None,
        ca_file: str | None = None,
    ) -> Self:
        """Begin a session as a person.

        Args:
            address: of the service.
            people_token: that of the start-up line.
            person: a key such as "ana".
            headers: sent with each call.
            ca_file: the authority to trust, where the service shows a certificate of ours.
        """
        calls = cls(address, {**(headers or {}), "X-Practice-Token": people_token}, ca_file)
        try:
            await calls._sign_in(person)
        except BaseException:
            await calls.close()
            raise
        calls._person = person
        return calls

    async def _sign_in(self, person: str) -> None:
        answer = await self.json("POST", "/practice/token", {"as": person})
        self._headers["Authorization"] = f"Bearer {answer['access_token']}"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the session."""
        await self._session.close()

    async def json(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Call the service and give what it answers, or None where it answers nothing."""
        data = None if body is None else json.dumps(body).encode()
        answer, _ = await self.whole(
            method,
            path,
            data,
            headers={"Content-Type": "application/json", **(headers or {})},
        )
        return json.loads(answer) if answer else None

    async def whole(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[bytes, Mapping[str, str]]:
        """Call the service; a 429 or 503 is waited out. Give the body and the headers."""
        address = self._at(path)
        signed_in_again = False
        for last in [False] * (_TRIES - 1) + [True]:
            sent = self._sent_to(address, headers)
            async with self._session.request(
                method, address, data=data, headers=sent, allow_redirects=False
            ) as answer:
                body = await answer.read()
                if answer.status in (429, 503) and not last:
                    await asyncio.sleep(_wait(answer.headers))
                    continue
                too_old = answer.status == 401 and "Authorization" in sent and bool(self._person)
                if too_old and not signed_in_again and not last:
                    signed_in_again = True
                    await self._sign_in(self._person)
                    continue
                if answer.status >= 400:
                    raise Refused(answer.status, _sentence(body))
                return body, answer.headers
        raise AssertionError("the last try ends the loop")

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """Give the content behind an address in pieces, following its redirects."""
        address = self._at(path)
        for _ in range(6):
            sent = self._sent_to(address, None)
            async with self._session.get(address, headers=sent, allow_redirects=False) as answer:
                if answer.status in _REDIRECTS:
                    address = address.join(URL(answer.headers["Location"], encoded=True))
                    continue
                if answer.status >= 400:
                    raise Refused(answer.status, _sentence(await answer.read()))
                async for piece in answer.content.iter_chunked(CHUNK_BYTES):
                    yield piece
                return
        raise Refused(310, "too many redirects")

    def _at(self, path: str) -> URL:
        full = path if path.startswith("http") else self._address + path
        return URL(full, encoded=True)

    def _sent_to(self, address: URL, headers: Mapping[str, str] | None) -> dict[str, str]:
        if address.origin() != URL(self._address).origin():
            return dict(headers or {})
        return {**self._headers, **(headers or {})}


def _wait(headers: Mapping[str, str]) -> float:
    try:
        return min(_LONGEST_WAIT_SECONDS, max(0.2, float(headers.get("Retry-After", "1"))))
    except ValueError:
        return 1.0


def _sentence(body: bytes) -> str:
    """Give what the service said, out of any of the shapes it says it in."""
    text = body.decode("utf-8", "replace").strip()
    try:
        said = json.loads(text)
    except ValueError:
        return text[:300]
    while isinstance(said, dict) and said:
        key = next((key for key in ("message", "errors", "error") if key in said), None)
        if key is None:
            return "; ".join(f"{field} {_words(value)}" for field, value in said.items())[:300]
        said = said[key]
    return _words(said)[:300]


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
