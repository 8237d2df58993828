"""The wire to one remote: counted calls, and content that streams past the counter.

A wire never repeats a call (but once with a new token), never follows a redirect of a call, and
gives the bearer to nobody but the hosts of its cloud.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from turnbuckle.ports.clock import Clock
from turnbuckle.ports.connector import CHUNK_BYTES
from turnbuckle.ports.errors import MalformedReply, RemoteError, SignInNeeded, Unreachable
from turnbuckle.transport.addresses import MOST_REDIRECTS, check_address, may_have_bearer, parsed
from turnbuckle.transport.bodies import Body
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import Cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.redaction import redact
from turnbuckle.transport.reply import Reply
from turnbuckle.transport.statuses import rate_limited
from turnbuckle.transport.tokens import Tokens

type SortError = Callable[[int, Mapping[str, str], bytes], RemoteError]
type Params = Mapping[str, str | int] | list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    url: URL
    params: Params | None
    json: Any
    data: bytes | Mapping[str, str] | None
    headers: Mapping[str, str]
    label: str


_CALL_TIMEOUT = aiohttp.ClientTimeout(total=180, sock_connect=20, sock_read=90)
_STREAM_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=20, sock_read=60)
_SEND_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=20, sock_read=300)
_IDLE_SECONDS = 300.0  # how long a source, or a storage that takes no bytes, is waited for
_LARGEST_REPLY_BYTES = 64 << 20
_LARGEST_REFUSAL_BYTES = 64 << 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GOOD = frozenset({200, 201, 202, 204})


class Wire:
    """HTTP to one remote for one connection.

    Args:
        remote: the remote's name, for people and for the meter.
        cloud: the hosts that may be reached.
        tokens: gives the bearer.
        budget: the account's calls; shared by all wires of the account.
        session: of the running event loop, made by `addresses.open_session`; the caller closes it.
        sort_error: makes the error of a status that a call did not expect, from the status, the
            headers (names in lower case) and the start of the body. 429 is sorted here.
        headers: sent with every call, never with content.
        connection: the id of the stored connection; `SignInNeeded` tells it on.
    """

    def __init__(
        self,
        *,
        remote: str,
        cloud: Cloud,
        tokens: Tokens,
        budget: Budget,
        session: aiohttp.ClientSession,
        clock: Clock,
        meter: Meter,
        sort_error: SortError,
        headers: Mapping[str, str],
        connection: int | None = None,
    ) -> None:
        self.remote = remote
        self.cloud = cloud
        self.meter = meter
        self.clock = clock
        self._tokens = tokens
        self._budget = budget
        self._session = session
        self._sort_error = sort_error
        self._headers = dict(headers)
        self._connection = connection

    async def call(
        self,
        method: str,
        url_or_path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        data: bytes | Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = _GOOD,
        label: str,
    ) -> Reply:
        """Make one counted API call.

        Args:
            url_or_path: a path below the cloud's API host, or an address that a reply gave;
                plain ASCII without spaces is sent exactly as it is, so quote names in it.
            expect: the statuses that give a `Reply`; a 3xx in it gives its Location, unfollowed.
            label: names the call in the meter and in errors.

        Raises:
            RateLimited, Unreachable, MalformedReply: see `ports.errors`.
            RemoteError: as `sort_error` says, for every other status not in `expect`.
        """
        url = self._api_address(url_or_path)
        sent = {**self._headers, **(headers or {})}
        call = _Call(method, url, params, json, data, sent, label)
        bearer = await self._bearer()
        reply = await self._once(call, bearer)
        if reply.status == 401 and 401 not in expect:
            self.meter.retries += 1
            await self._tokens.refused(bearer)
            bearer = await self._bearer()
            reply = await self._once(call, bearer)
            if reply.status == 401:
                await self._tokens.refused(bearer)
                refused = SignInNeeded(
                    f"{self.remote} refuses even a new sign-in of ours; connect {self.remote} again"
                )
                raise self._counted(self._of_ours(refused))
        if reply.status not in expect:
            raise self._error(reply.status, reply.headers, reply.body, self._sort_error)
        return reply

    def _api_address(self, url_or_path: str) -> URL:
        is_path = url_or_path.startswith("/")
        url = parsed(self.cloud.api + url_or_path if is_path else url_or_path)
        check_address(url, cloud=self.cloud, purpose="api")
        return url

    async def _once(self, call: _Call, bearer: str) -> Reply:
        await self._budget.acquire()
        answered = False
        try:
            self.meter.calls[self.remote, call.label] += 1
            async with self._session.request(
                call.method,
                call.url,
                params=call.params,
                json=call.json,
                data=call.data,
                headers={**call.headers, "Authorization": f"Bearer {bearer}"},
                allow_redirects=False,
                timeout=_CALL_TIMEOUT,
            ) as response:
                answered = True
                lower = _lower(response.headers)
                await self._budget.note(lower, response.status, self.clock.now())
                body = await _whole_body(response, call.label)
                return Reply(response.status, lower, body, call.label)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._unreachable(call.label, error) from error
        finally:
            if not answered:
                self._budget.lost()

    async def stream(
        self,
        url: str,
        *,
        start: int = 0,
        end: int | None = None,
        bearer: bool = False,
        label: str = "content",
        sort_error: SortError | None = None,
    ) -> AsyncGenerator[bytes, None]:
        """Give file content from byte `start` on, in chunks of at most `CHUNK_BYTES`.

        Follows at most five redirects, each one checked. A server that ignores the range is
        read past `start`; one that gives another range is refused.

        Args:
            url: an address for content that the remote gave, or a path below the API host.
            end: the byte to stop before; None: to the end.
            bearer: send the token to those of the hosts that may have it.
            sort_error: instead of the wire's own; a 401 comes here too and drops no token.

        Raises:
            Unreachable: no answer, or the content ended before its announced length.
            RemoteError: as `sort_error` says.
        """
        if end is not None and end <= start:
            return
        address = parsed(self.cloud.api + url if url.startswith("/") else url)
        for _ in range(MOST_REDIRECTS + 1):
            check_address(address, cloud=self.cloud, purpose="content")
            headers = await self._content_headers(address, start, end, bearer)
            try:
                async with self._session.get(
                    address, headers=headers, allow_redirects=False, timeout=_STREAM_TIMEOUT
                ) as response:
                    self.meter.transfers[self.remote, label] += 1
                    if response.status not in _REDIRECTS:
                        sorter = sort_error or self._sort_error
                        async for chunk in self._chunks(response, start, end, sorter):
                            yield chunk
                        return
                    address = self._redirect(address, response)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise self._unreachable(label, error) from error
        raise MalformedReply(f"{self.remote} redirects more than {MOST_REDIRECTS} times")

    async def _content_headers(
        self, address: URL, start: int, end: int | None, bearer: bool
    ) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity", "Accept": "*/*"}
        if start or end is not None:
            headers["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
        if bearer and may_have_bearer(address, self.cloud):
            headers["Authorization"] = f"Bearer {await self._bearer()}"
        if "User-Agent" in self._headers:
            headers["User-Agent"] = self._headers["User-Agent"]
        return headers

    def _redirect(self, address: URL, response: aiohttp.ClientResponse) -> URL:
        location = response.headers.get("Location", "")
        if not location:
            raise MalformedReply(f"{self.remote} redirects without saying where to")
        if "://" in location.partition("?")[0]:
            return parsed(location)
        return address.join(URL(location, encoded=location.isascii()))

    async def _chunks(
        self, response: aiohttp.ClientResponse, start: int, end: int | None, sorter: SortError
    ) -> AsyncIterator[bytes]:
        lower = _lower(response.headers)
        if response.status == 416 and lower.get("content-range", "") == f"bytes */{start}":
            return  # `start` is the end of the content
        if response.status not in {200, 206}:
            body = await _start_of_body(response)
            raise self._error(response.status, lower, body, sorter)
        skip = start
        if response.status == 206:
            if not lower.get("content-range", "").startswith(f"bytes {start}-"):
                raise MalformedReply(f"{self.remote} gave another part of the file than was asked")
            skip = 0
        left = None if end is None else end - start
        async for chunk in response.content.iter_any():
            self.meter.bytes_down[self.remote] += len(chunk)
            part = memoryview(chunk)[min(skip, len(chunk)) :]
            skip -= len(chunk) - len(part)
            if left is not None:
                part = part[:left]
                left -= len(part)
            for place in range(0, len(part), CHUNK_BYTES):
                piece = part[place : place + CHUNK_BYTES]
                yield chunk if len(piece) == len(chunk) else bytes(piece)
            if left == 0:
                return

    async def hop(self, url: str, *, bearer: bool, label: str) -> Reply:
        """Ask for the first byte behind an address for content, and follow no redirect.

        Args:
            url: an address for content that the remote gave.
            bearer: send the token, if the host may have it.

        Returns:
            Whatever is answered, whichever its status.

        Raises:
            MalformedReply: the address must not be followed.
            Unreachable: no answer, or the connection broke.
        """
        address = parsed(url)
        check_address(address, cloud=self.cloud, purpose="content")
        headers = await self._content_headers(address, 0, 1, bearer)
        self.meter.transfers[self.remote, label] += 1
        try:
            async with self._session.get(
                address, headers=headers, allow_redirects=False, timeout=_CALL_TIMEOUT
            ) as response:
                lower = _lower(response.headers)
                return Reply(response.status, lower, await _start_of_body(response), label)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._unreachable(label, error) from error

    async def send(
        self,
        method: str,
        url: str,
        *,
        body: AsyncIterator[bytes] | bytes,
        length: int,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = _GOOD,
        label: str = "content",
        sort_error: SortError | None = None,
    ) -> Reply:
        """Send content to a storage address: no bearer, not counted as a call, one attempt.

        Args:
            body: its chunks, or all of it; an error that it raises is raised here unchanged.
            length: bytes of the body; sent as Content-Length, so nothing is buffered.

        Raises:
            MalformedReply: the address must not be followed, or the body has another length.
            Unreachable: no answer, or the connection broke.
            RemoteError: as `sort_error` says; whatever the body raised.
        """
        address = parsed(url)
        check_address(address, cloud=self.cloud, purpose="content")
        given = {k: v for k, v in (headers or {}).items() if k.lower() != "content-length"}
        sent = {"Accept": "*/*", **given, "Content-Length": str(length)}
        source = _one(body) if isinstance(body, bytes) else body
        patience = asyncio.timeout(_IDLE_SECONDS)
        watched = Body(source, length, patience)
        self.meter.transfers[self.remote, label] += 1
        try:
            async with (
                patience,
                self._session.request(
                    method,
                    address,
                    data=watched.chunks(_IDLE_SECONDS) if length or body else b"",
                    headers=sent,
                    allow_redirects=False,
                    timeout=_SEND_TIMEOUT,
                ) as response,
            ):
                reply = Reply(
                    response.status,
                    _lower(response.headers),
                    await _whole_body(response, label),
                    label,
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if watched.failure is not None and not isinstance(watched.failure, GeneratorExit):
                raise watched.failure from error
            raise self._unreachable(label, error) from error
        finally:
            self.meter.bytes_up[self.remote] += watched.sent
            await watched.close()
        return self._sent(reply, watched, expect, sort_error or self._sort_error)

    def _sent(self, reply: Reply, body: Body, expect: Collection[int], sorter: SortError) -> Reply:
        if isinstance(body.failure, RemoteError):
            raise body.failure
        if reply.status not in expect:
            raise self._error(reply.status, reply.headers, reply.body, sorter)
        if body.started and not body.ended and body.sent < body.length:
            raise MalformedReply(f"{self.remote} accepted {reply.label!r} before all was sent")
        return reply

    def _error(
        self, status: int, headers: Mapping[str, str], body: bytes, sorter: SortError
    ) -> RemoteError:
        if status == 429:
            return self._counted(rate_limited(self.remote, headers, self.clock.now()))
        error = sorter(status, headers, body[:_LARGEST_REFUSAL_BYTES])
        return self._counted(self._of_ours(error))

    async def _bearer(self) -> str:
        try:
            return await self._tokens.bearer()
        except SignInNeeded as error:
            self._counted(self._of_ours(error))
            raise

    def _of_ours(self, error: RemoteError) -> RemoteError:
        """Say of a refused sign-in which connection it is about."""
        if isinstance(error, SignInNeeded):
            error.connection = self._connection
        return error

    def _unreachable(self, label: str, error: BaseException) -> Unreachable:
        what = redact(str(error)) or "no answer in time"
        told = Unreachable(f"{self.remote} could not be reached for {label!r}: {what}")
        self._counted(told)
        return told

    def _counted(self, error: RemoteError) -> RemoteError:
        self.meter.errors[self.remote, type(error).__name__] += 1
        return error


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


async def _whole_body(response: aiohttp.ClientResponse, label: str) -> bytes:
    parts = bytearray()
    async for chunk in response.content.iter_any():
        parts += chunk
        if len(parts) > _LARGEST_REPLY_BYTES:
            raise MalformedReply(f"the answer to {label!r} is larger than any should be")
    return bytes(parts)


async def _start_of_body(response: aiohttp.ClientResponse) -> bytes:
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
        return await response.content.read(_LARGEST_REFUSAL_BYTES)
    return b""


async def _one(body: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(body), CHUNK_BYTES):
        yield body[place : place + CHUNK_BYTES]
