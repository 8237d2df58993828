"""Access tokens that a refresh token keeps alive, one renewal at a time over all processes.

A refresh token may work once alone (Procore's does), so whoever renews is alone with the stored
tokens: it reads them again, uses what somebody else renewed meanwhile, and stores what it got
before using it. What somebody who signed in again stored meanwhile is never overwritten by a late
one. The access token is stored beside the refresh token and serves all processes, so
twenty of them need one renewal an hour and not twenty.

It is renewed while it is still good. If the sign-in host is away then, the old one goes on being
used until shortly before its end. Every process begins at a moment of its own (`spread`): the
first one renews, and the others find its tokens when their moment comes.

A renewal that was begun goes on to its end even where the call that needed it is cancelled. If the
process dies between the remote's answer and our store, a single-use refresh token is lost: the
person signs in again, and nothing else is lost.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import MalformedReply, SignInNeeded, Transient
from turnbuckle.transport.tokens import TokenStore, alone

type Renew = Callable[[str], Awaitable[Mapping[str, Any]]]
"""Uses a refresh token; gives what `granted` gave."""

_EARLY = timedelta(minutes=5)  # renewed that long before its end, or up to twice that long
_LAST_USE = timedelta(minutes=1)  # before its end; a call may take so long to arrive
_PART = 8  # of a short life, both are at most one such part
_PAUSE = timedelta(seconds=30)  # between two tries while the old token is still good
_USUAL_LIFE = timedelta(hours=1)


def granted(access: str, refresh: str, seconds: float, now: datetime) -> dict[str, Any]:
    """Put what a remote gave into the form that a `TokenStore` keeps.

    Args:
        access: the access token.
        refresh: the refresh token; empty: the one that was used stays.
        seconds: how long the access token is good from now.
        now: the time.
    """
    kept = {
        "access_token": access,
        "issued_at": now.isoformat(),
        "expires_at": (now + timedelta(seconds=seconds)).isoformat(),
    }
    return kept | ({"refresh_token": refresh} if refresh else {})


class RenewedTokens:
    """`Tokens` out of a store that other processes may use too.

    Args:
        remote: whose, for people.
        renew: asks the remote; raises `SignInNeeded` where it does not accept the refresh token.
        store: where the tokens are kept.
        clock: the time.
        spread: from 0 to 1, by chance for each process: how much earlier than the last moment.
    """

    def __init__(
        self, remote: str, renew: Renew, store: TokenStore, clock: Clock, *, spread: float = 0.0
    ) -> None:
        self._remote = remote
        self._ask = renew
        self._store = store
        self._clock = clock
        self._spread = spread
        self._lock = asyncio.Lock()
        self._access: _Access | None = None
        self._refused = ""  # an access token
        self._spent: tuple[str, str] = "", ""  # a refresh token that was refused, and the words
        self._unsaved: tuple[str, Mapping[str, Any]] | None = None  # what was used, what it gave

    async def bearer(self) -> str:
        """Give an access token; renews where needed, one at a time."""
        async with self._lock:
            now = self._clock.now()
            if self._access is not None and now < self._access.renew_at:
                return self._access.token
            known = self._usable(await asyncio.to_thread(self._load))
            if known is None or now >= known.renew_at:
                known = await self._renewed_or(known, now)
            self._access = known
            return known.token

    async def refused(self, bearer: str) -> None:
        """Drop that token."""
        self._refused = bearer
        if self._access is not None and self._access.token == bearer:
            self._access = None

    async def _renewed_or(self, old: "_Access | None", now: datetime) -> "_Access":
        """Give a renewed token, or the old one for a while where nobody could be asked."""
        try:
            return await _to_the_end(self._renew())
        except Transient:
            if old is None or now >= old.last_use:
                raise
            return replace(old, renew_at=min(now + _PAUSE, old.last_use))

    async def _renew(self) -> "_Access":
        async with alone(self._store):
            stored = await self._stored()
            known = self._usable(stored)
            if known is not None and self._clock.now() < known.renew_at:
                return known
            return await self._exchange(stored)

    async def _stored(self) -> Mapping[str, Any]:
        """Give what is stored, after what could not be stored the last time."""
        stored = await asyncio.to_thread(self._load)
        if self._unsaved is not None:
            used, given = self._unsaved
            if stored.get("refresh_token") == used:
                stored = {**stored, **given}
                await asyncio.to_thread(self._save, stored, used)
            self._unsaved = None
        return stored

    async def _exchange(self, stored: Mapping[str, Any]) -> "_Access":
        token = str(stored.get("refresh_token") or "")
        if not token:
            raise SignInNeeded(
                f"nobody has signed in to {self._remote} for this connection yet; connect"
                f" {self._remote} first"
            )
        if token == self._spent[0]:
            raise SignInNeeded(self._spent[1])
        try:
            given = await self._ask(token)
        except SignInNeeded as error:
            return await self._of_another(token, error)
        self._unsaved = token, given
        kept = {**stored, **given}
        await asyncio.to_thread(self._save, kept, token)
        self._unsaved = None
        access = self._usable(kept)
        if access is None:
            raise MalformedReply(f"{self._remote} answered a sign-in without a token")
        return access

    async def _of_another(self, token: str, error: SignInNeeded) -> "_Access":
        """Give what another process stored after all: it went on where we lost our lock."""
        stored = await asyncio.to_thread(self._load)
        access = self._usable(stored)
        if stored.get("refresh_token") != token and access is not None:
            return access
        self._spent = token, str(error)
        raise error

    def _save(self, tokens: Mapping[str, Any], used: str) -> None:
        self._store.save(tokens, used=used)

    def _load(self) -> Mapping[str, Any]:
        return self._store.load() or {}

    def _usable(self, stored: Mapping[str, Any]) -> "_Access | None":
        """Read stored tokens; None where they hold no access token that may still be used."""
        access = _read(stored, self._spread)
        if access is None or access.token == self._refused:
            return None
        return access if self._clock.now() < access.last_use else None


@dataclass(frozen=True, slots=True)
class _Access:
    token: str
    renew_at: datetime
    last_use: datetime


def _read(stored: Mapping[str, Any], spread: float) -> _Access | None:
    try:
        token = str(stored["access_token"])
        until = _moment(stored["expires_at"])
        since = _moment(stored["issued_at"]) if "issued_at" in stored else until - _USUAL_LIFE
    except (KeyError, ValueError):
        return None
    part = (until - since) / _PART
    return _Access(token, until - min(_EARLY, part) * (1 + spread), until - min(_LAST_USE, part))


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def _to_the_end[T](work: Coroutine[Any, Any, T]) -> T:
    """Do work that must not be broken off; a cancellation goes on when it has ended."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        with contextlib.suppress(asyncio.CancelledError):
            task.exception()  # nobody else asks for it any more
        raise cancelled
    return task.result()
