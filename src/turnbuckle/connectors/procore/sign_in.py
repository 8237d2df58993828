"""Sign in to Procore: as an app with an account of its own, or for a person who allowed it.

A refresh token works once: whoever uses it gets a new one, and a second use, or an answer that is
lost, ends the permission. `transport.renewing` takes care of that. An app by itself signs in anew
in every process: its older tokens stay good, and there is nothing that could be lost.

Source: the fact sheet, section 1 (client credentials, authorization code, refresh).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error, WebApplicationClient
from yarl import URL

from turnbuckle.connectors.procore.replies import REMOTE, sort_sign_in_error
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import MalformedReply, Unreachable
from turnbuckle.transport.clouds import Cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.redaction import redact
from turnbuckle.transport.renewing import RenewedTokens, granted
from turnbuckle.transport.statuses import rate_limited
from turnbuckle.transport.tokens import TokenStore

_TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=20)
_EARLY = timedelta(seconds=120)  # an app's token is renewed this long before it ends
_UNTOLD_LIFE_SECONDS = 900.0
_LARGEST_REPLY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class App:
    """The app as it is registered with Procore; its secret is in no text."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"App({self.client_id!r})"


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
            What `transport.renewing.granted` gives.

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
        access, refresh = str(tokens["access_token"]), str(tokens.get("refresh_token") or "")
        seconds = float(tokens.get("expires_in") or _UNTOLD_LIFE_SECONDS)
        return granted(access, refresh, seconds, self.clock.now())

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


class AppTokens:
    """Tokens of an app that acts as an account of its own (client credentials, Procore's DMSA).

    The access token lives in memory alone; there is nothing to store.
    """

    def __init__(self, host: SignInHost) -> None:
        self._host = host
        self._lock = asyncio.Lock()
        self._token = ""
        self._renew_at = datetime.min.replace(tzinfo=UTC)

    async def bearer(self) -> str:
        """Give an access token."""
        async with self._lock:
            if not self._token or self._host.clock.now() >= self._renew_at:
                await self._sign_in()
            return self._token

    async def refused(self, bearer: str) -> None:
        """Drop that token."""
        if self._token == bearer:
            self._token = ""

    async def _sign_in(self) -> None:
        app = self._host.app
        body = BackendApplicationClient(app.client_id).prepare_request_body(
            include_client_id=True, client_secret=app.client_secret
        )
        given = await self._host.grant(body, "client credentials")
        now, until = self._host.clock.now(), datetime.fromisoformat(given["expires_at"])
        self._token = given["access_token"]
        self._renew_at = until - min(_EARLY, (until - now) / 4)


def person_tokens(host: SignInHost, store: TokenStore, *, spread: float = 0.0) -> RenewedTokens:
    """Make the tokens of a person who allowed the app to act for them; see `RenewedTokens`."""

    async def renew(refresh: str) -> dict[str, Any]:
        app = host.app
        body = WebApplicationClient(app.client_id).prepare_refresh_body(
            refresh_token=refresh, client_id=app.client_id, client_secret=app.client_secret
        )
        return await host.grant(body, "refresh")

    return RenewedTokens(REMOTE, renew, store, host.clock, spread=spread)


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
