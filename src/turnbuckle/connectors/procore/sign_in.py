"""Sign in to Procore: as an app with an account of its own, or for a person who allowed it.

A refresh token works once: whoever uses it gets a new one, and a second use, or an answer that is
lost, ends the permission. So there is one refresh at a time for a connection, in all processes;
what was stored is read again inside the lock, and the new tokens are stored before they are used.
A refresh that was begun goes on to its end even where the call that needed it is cancelled. If the
process dies between Procore's answer and our store, the person signs in again, and nothing else is
lost.

Source: the fact sheet, section 1 (client credentials, authorization code, refresh).
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error, WebApplicationClient
from yarl import URL

from turnbuckle.connectors.procore.replies import REMOTE, sort_sign_in_error
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import MalformedReply, SignInNeeded, Unreachable
from turnbuckle.transport.clouds import Cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.redaction import redact
from turnbuckle.transport.statuses import rate_limited
from turnbuckle.transport.tokens import TokenStore, alone

_TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=20)
_EARLY = timedelta(seconds=120)  # a token is renewed this long before it ends
_LARGEST_REPLY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class App:
    """The app as it is registered with Procore; its secret is in no text."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"App({self.client_id!r})"


@dataclass(frozen=True, slots=True)
class _Access:
    token: str
    until: datetime

    def is_good(self, now: datetime) -> bool:
        return now < self.until


class SignInHost:
    """The token calls to one cloud's sign-in host; not counted as API calls."""

    def __init__(
        self, cloud: Cloud, app: App, session: aiohttp.ClientSession, clock: Clock, meter: Meter
    ) -> None:
        self.app = app
        self.clock = clock
        self._cloud = cloud
        self._session = session
        self._meter = meter

    async def grant(self, body: str, label: str) -> dict[str, Any]:
        """Ask for tokens; `body` is a form.

        Returns:
            ``access_token``, ``expires_at`` (ISO 8601), and ``refresh_token`` where there is one.

        Raises:
            SignInNeeded: the secret, code or refresh token is not accepted.
            Unreachable: no answer; a refresh token may be spent.
        """
        status, headers, answer = await self._post("/oauth/token", body, label)
        if status == 429:
            raise rate_limited(REMOTE, headers, self.clock.now())
        if status != 200:
            raise sort_sign_in_error(status, answer)
        try:
            tokens = WebApplicationClient(self.app.client_id).parse_request_body_response(
                answer.decode()
            )
        except (OAuth2Error, ValueError) as error:
            raise MalformedReply(f"{REMOTE} answered a sign-in without a token") from error
        seconds = tokens.get("expires_in")
        lifetime = timedelta(seconds=float(seconds) if seconds else 900)
        kept = {
            "access_token": str(tokens["access_token"]),
            "expires_at": (self.clock.now() + lifetime).isoformat(),
        }
        if tokens.get("refresh_token"):
            kept["refresh_token"] = str(tokens["refresh_token"])
        return kept

    async def revoke(self, token: str) -> None:
        """End a permission; Procore also says yes to tokens that it does not know."""
        body = str(URL.build(query={"token": token, **self._credentials()}).query_string)
        await self._post("/oauth/revoke", body, "revoke")

    def _credentials(self) -> dict[str, str]:
        return {"client_id": self.app.client_id, "client_secret": self.app.client_secret}

    async def _post(self, path: str, body: str, label: str) -> tuple[int, Mapping[str, str], bytes]:
        self._meter.sign_ins[REMOTE, label] += 1
        try:
            async with self._session.post(
                URL(self._cloud.sign_in + path),
                data=body.encode(),
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Accept": "application/json",
                },
                allow_redirects=False,
                timeout=_TIMEOUT,
            ) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                return response.status, headers, await response.content.read(_LARGEST_REPLY_BYTES)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            what = redact(str(error)) or "no answer in time"
            raise Unreachable(f"{REMOTE}'s sign-in could not be reached: {what}") from error


def _access(tokens: Mapping[str, Any]) -> _Access | None:
    """Read stored tokens; None where they hold no usable access token."""
    try:
        until = datetime.fromisoformat(str(tokens["expires_at"]))
        token = str(tokens["access_token"])
    except (KeyError, ValueError):
        return None
    return _Access(token, until if until.tzinfo else until.replace(tzinfo=UTC))


def _renewed_at(access: _Access, now: datetime) -> _Access:
    """Shorten a token's time, so that it is renewed before it ends."""
    left = access.until - now
    return _Access(access.token, access.until - min(_EARLY, left / 4))


class AppTokens:
    """Tokens of an app that acts as an account of its own (client credentials, Procore's DMSA).

    The access token lives in memory alone; there is nothing to store.
    """

    def __init__(self, host: SignInHost) -> None:
        self._host = host
        self._lock = asyncio.Lock()
        self._access: _Access | None = None

    async def bearer(self) -> str:
        """Give an access token."""
        async with self._lock:
            if self._access is None or not self._access.is_good(self._host.clock.now()):
                self._access = await self._new()
            return self._access.token

    async def refused(self, bearer: str) -> None:
        """Drop that token."""
        if self._access is not None and self._access.token == bearer:
            self._access = None

    async def _new(self) -> _Access:
        app = self._host.app
        body = BackendApplicationClient(app.client_id).prepare_request_body(
            include_client_id=True, client_secret=app.client_secret
        )
        access = _access(await self._host.grant(body, "client credentials"))
        if access is None:
            raise MalformedReply(f"{REMOTE} answered a sign-in without a token")
        return _renewed_at(access, self._host.clock.now())


class PersonTokens:
    """Tokens of a person who allowed the app to act for them (authorization code, refresh)."""

    def __init__(self, host: SignInHost, store: TokenStore) -> None:
        self._host = host
        self._store = store
        self._lock = asyncio.Lock()
        self._access: _Access | None = None
        self._refused: str | None = None

    async def bearer(self) -> str:
        """Give an access token; refreshes where needed, one at a time."""
        async with self._lock:
            now = self._host.clock.now()
            if self._access is not None and self._access.is_good(now):
                return self._access.token
            stored = await asyncio.to_thread(self._store.load)
            access = self._usable(stored or {}, now)
            if access is None:
                access = await _to_the_end(self._renew())
            self._access = access
            return access.token

    async def refused(self, bearer: str) -> None:
        """Drop that token."""
        self._refused = bearer
        if self._access is not None and self._access.token == bearer:
            self._access = None

    def _usable(self, stored: Mapping[str, Any], now: datetime) -> _Access | None:
        """Take what another process may have refreshed meanwhile."""
        access = _access(stored)
        if access is None or access.token == self._refused:
            return None
        early = _Access(access.token, access.until - _EARLY)
        return early if early.is_good(now) else None

    async def _renew(self) -> _Access:
        async with alone(self._store):
            stored = await asyncio.to_thread(self._store.load) or {}
            return self._usable(stored, self._host.clock.now()) or await self._refresh(stored)

    async def _refresh(self, stored: Mapping[str, Any]) -> _Access:
        token = stored.get("refresh_token")
        if not token:
            raise SignInNeeded(f"nobody has signed in to {REMOTE} for this connection yet")
        app = self._host.app
        body = WebApplicationClient(app.client_id).prepare_refresh_body(
            refresh_token=str(token), client_id=app.client_id, client_secret=app.client_secret
        )
        tokens = await self._host.grant(body, "refresh")
        tokens.setdefault("refresh_token", str(token))
        await asyncio.to_thread(self._store.save, tokens)
        access = _access(tokens)
        if access is None:
            raise MalformedReply(f"{REMOTE} answered a sign-in without a token")
        return _renewed_at(access, self._host.clock.now())


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


def authorize_address(cloud: Cloud, client_id: str, redirect_uri: str, state: str) -> str:
    """Give the page where a person allows the app; `state` comes back with the code."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return str(URL(f"{cloud.sign_in}/oauth/authorize").with_query(query))


async def exchange_code(host: SignInHost, code: str, redirect_uri: str) -> dict[str, Any]:
    """Change the code of a sign-in into tokens, for a `TokenStore` to keep.

    Raises:
        SignInNeeded: the code is spent or older than ten minutes, or the secret is wrong.
    """
    body = WebApplicationClient(host.app.client_id).prepare_request_body(
        code=code,
        redirect_uri=redirect_uri,
        include_client_id=True,
        client_secret=host.app.client_secret,
    )
    return await host.grant(body, "authorization code")
