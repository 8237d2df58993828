"""Calls of the probe: every status is an answer, and no check makes more of them than it announced.

They go over the product's own wire, with its sign-in, its budget and its checks of addresses. Only
what asks for patience is not handed on: a call that was refused because of a limit is repeated once
the remote allows it, and how the remote asked for it is kept, because that is an open point too.
"""

from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from turnbuckle.ports.errors import RateLimited, RemoteError
from turnbuckle.ports.probe import NotSettled
from turnbuckle.transport.redaction import redact
from turnbuckle.transport.reply import Reply
from turnbuckle.transport.statuses import rate_limited
from turnbuckle.transport.wire import Params, Wire

_EVERY = frozenset(range(200, 600))
_BUSY = frozenset({429, 503})
_MOST_TRIES = 4
_LONGEST_WAIT = timedelta(minutes=15)
_MOST_SAID = 160  # characters of a refusal's sentence


@dataclass(frozen=True, slots=True)
class Throttled:
    """How a remote asked us to wait."""

    status: int
    says_how_long: bool  # in a Retry-After header


class _Answered(RemoteError):
    """Carries a status out of a stream."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


class RawCalls:
    """Calls over one wire, counted.

    Args:
        wire: of the connection that is probed.
        headers: gives further headers for each call.

    Attributes:
        throttled: each time that a call was refused because of a limit.
    """

    def __init__(self, wire: Wire, headers: Callable[[], Mapping[str, str]] = dict) -> None:
        self.wire = wire
        self.throttled: list[Throttled] = []
        self._headers = headers
        self._left = 0

    def allow(self, calls: int) -> None:
        """From now on let that many calls through."""
        self._left = calls

    async def call(
        self,
        method: str,
        address: str,
        *,
        params: Params | None = None,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        wire: Wire | None = None,
        may_be_401: bool = False,
    ) -> Reply:
        """Make one API call, whatever its status; see `Wire.call`.

        Args:
            wire: another one of the same account.
            may_be_401: a 401 is an answer as well; else it means a token that has ended.

        Raises:
            NotSettled: the calls that were allowed are spent.
            RateLimited: the remote wants us to wait for longer than a probe takes.
        """
        expected = _EVERY if may_be_401 else _EVERY - {401}
        for attempt in range(_MOST_TRIES):
            self._spend()
            reply = await (wire or self.wire).call(
                method,
                address,
                params=params,
                json=json,
                data=data,
                headers={**self._headers(), **(headers or {})},
                expect=expected,
                label="probe",
            )
            if reply.status not in _BUSY:
                return reply
            await self._wait(reply, attempt)
        return reply

    async def hop(self, url: str, *, bearer: bool) -> Reply:
        """Ask for the first byte behind a content address, following nothing; see `Wire.hop`."""
        return await self.wire.hop(url, bearer=bearer, label="probe")

    async def reach(self, url: str, *, bearer: bool) -> int:
        """Follow a content address to its first byte; give 200, or the status that refused it."""
        stream = self.wire.stream(url, end=1, bearer=bearer, label="probe", sort_error=_answered)
        try:
            async with aclosing(stream) as chunks:
                async for _ in chunks:
                    pass
        except _Answered as refused:
            return refused.status
        return 200

    async def send(
        self, method: str, url: str, data: bytes, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send bytes to a storage address, whatever it answers."""
        return await self.wire.send(
            method,
            url,
            body=data,
            length=len(data),
            headers=headers,
            expect=_EVERY,
            label="probe",
        )

    def _spend(self) -> None:
        if self._left <= 0:
            raise NotSettled("it would have taken more calls than were announced")
        self._left -= 1

    async def _wait(self, reply: Reply, attempt: int) -> None:
        """Take note of a refusal because of a limit; the budget keeps the wait that it asks for."""
        says_how_long = "retry-after" in reply.headers
        self.throttled.append(Throttled(reply.status, says_how_long))
        self._left += 1  # it is repeated, and did nothing
        asked: RateLimited = rate_limited(self.wire.remote, reply.headers, self.wire.clock.now())
        if asked.wait > _LONGEST_WAIT:
            raise asked
        if not says_how_long:
            await self.wire.clock.sleep(2.0**attempt)


def _answered(status: int, _headers: Mapping[str, str], _body: bytes) -> RemoteError:
    return _Answered(status)


def shown(reply: Reply) -> str:
    """Give a reply as evidence: its status; of a refusal the keys and the sentence, redacted."""
    if reply.status < 400:
        return str(reply.status)
    try:
        keys = ", ".join(_keys(msgspec.json.decode(reply.body)))
    except (msgspec.DecodeError, UnicodeDecodeError):
        keys = "no JSON"
    return f"{reply.status} with {keys or 'nothing'}"


def _keys(value: Any, above: str = "") -> list[str]:
    """Name what a refusal holds, to the second level, each short text with it."""
    if not isinstance(value, dict):
        return [above or type(value).__name__]
    told: list[str] = []
    for key, each in list(value.items())[:6]:
        name = f"{above}.{key}" if above else str(key)
        if isinstance(each, dict) and not above:
            told += _keys(each, name)
        else:
            text = each[0] if isinstance(each, list) and each else each
            said = f' "{redact(text)[:_MOST_SAID]}"' if isinstance(text, str) else ""
            told.append(name + said)
    return told


def rows(reply: Reply) -> list[Any]:
    """Read a list.

    Raises:
        NotSettled: the reply is a refusal.
    """
    return list(_body(reply, list[Any]))


def row(reply: Reply) -> dict[str, Any]:
    """Read one object.

    Raises:
        NotSettled: the reply is a refusal.
    """
    return dict(_body(reply, dict[str, Any]))


def _body[T](reply: Reply, shape: type[T]) -> T:
    if reply.status >= 300:
        raise NotSettled(f"a step before it was refused: {shown(reply)}")
    return reply.json(shape)
