"""Sign-in to Microsoft: an app by itself, or a person through our app.

msal speaks the protocol; it blocks, so it works in a thread. It and what it brings take
about half a second to import, so that is done where they are needed. How long a token is good is
counted by our own clock, and msal's cache is not asked. An app by itself signs in anew in every
process; a person's tokens are kept and shared, see `transport.renewing`.

Source: section 1 of the Graph fact sheet.
"""

import asyncio
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from turnbuckle.connectors.graph.replies import REMOTE
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError, SignInNeeded, Unreachable
from turnbuckle.transport.clouds import Cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.redaction import redact
from turnbuckle.transport.renewing import RenewedTokens, granted
from turnbuckle.transport.tokens import TokenStore

PERSON_SCOPES = (
    "Files.ReadWrite.All",
    "Sites.ReadWrite.All",
    "Team.ReadBasic.All",
    "Channel.ReadBasic.All",
)
_GLOBAL = "https://graph.microsoft.com"
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
_TIMEOUT_SECONDS = 30
_EARLY = timedelta(minutes=3)  # a token is taken for old that long before it is
_LIFE_SECONDS = 3_599
_NEXT_STEPS = {
    7000215: "the client secret is wrong; copy the secret's value (not its id) and connect again",
    7000222: "the client secret has expired; make a new one in Microsoft Entra and connect again",
    7000218: "the client secret is missing; connect again with it",
    700016: "no app with this client id is known in this tenant; check both and connect again",
    90002: "there is no such tenant; check the tenant's id or domain and connect again",
    900023: "the tenant is neither an id nor a domain; check it and connect again",
    50059: "an app by itself needs the tenant's own id or domain; connect again with it",
    65001: "nobody has consented to the app's rights; ask an administrator to consent",
    50173: "the sign-in was revoked, for instance by a new password; connect again",
    700082: "the sign-in was not used for 90 days and has expired; connect again",
    50076: "Microsoft asks for a second factor; connect again and sign in with it",
    50079: "Microsoft asks for a second factor to be set up; sign in at Microsoft, then connect",
    53003: "the organisation's access rules refuse this sign-in; ask an administrator",
    54005: "the code was used before; connect again",
    70008: "the code is too old; connect again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Our app as it is registered at Microsoft.

    Attributes:
        tenant: the tenant's id or one of its domains.
        secret: the client secret's value.
    """

    cloud: Cloud
    tenant: str
    client_id: str
    secret: str = field(repr=False)

    def scope(self, name: str) -> str:
        """Spell a right of Graph as this cloud wants it."""
        host = self.cloud.api if self.cloud.kind == "live" else _GLOBAL
        return f"{host}/{name}"


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer as msal reads it."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    def raise_for_status(self) -> None:
        """Nothing to raise: msal looks at the status itself."""
        if self.status_code >= 500:
            from requests import HTTPError

            raise HTTPError(f"practice mode's sign-in answered {self.status_code}")


class LoopbackHttp:
    """HTTP for msal to practice mode: msal insists on https, practice mode speaks plain http."""

    def __init__(self, cloud: Cloud) -> None:
        self._plain = cloud.sign_in
        self._secure = "https" + cloud.sign_in.removeprefix("http")
        from requests import Session

        self._session = Session()
        self._session.trust_env = False  # no proxy stands between us and this machine

    def get(self, url: str, **options: Any) -> _Answer:
        """Fetch, from the practice address only."""
        return self._send("GET", url, options)

    def post(self, url: str, **options: Any) -> _Answer:
        """Post, to the practice address only."""
        return self._send("POST", url, options)

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def _send(self, method: str, url: str, options: dict[str, Any]) -> _Answer:
        address = self.plain(url)
        if not address.startswith(self._plain + "/"):
            raise Unreachable("practice mode's sign-in leads away from this machine")
        options.setdefault("timeout", _TIMEOUT_SECONDS)
        response = self._session.request(method, address, allow_redirects=False, **options)
        text = response.text.replace(self._plain + "/", self._secure + "/")
        return _Answer(response.status_code, text, response.headers)

    def plain(self, url: str) -> str:
        """Give the plain http form of an address of practice mode's."""
        return self._plain + url[len(self._secure) :] if url.startswith(self._secure) else url


def _application(registration: Registration) -> Any:
    """Make msal's application; asks the sign-in host for its endpoints, so it blocks.

    Raises:
        SignInNeeded: there is no such tenant.
        Unreachable: the sign-in host does not answer.
    """
    import msal

    cloud = registration.cloud
    if not _TENANT.fullmatch(registration.tenant):
        raise SignInNeeded(f"{REMOTE}: {_NEXT_STEPS[900023]}")
    options: dict[str, Any] = {"timeout": _TIMEOUT_SECONDS}
    if cloud.kind == "practice":
        options = {"http_client": LoopbackHttp(cloud)}
    host = "https" + cloud.sign_in.removeprefix("https").removeprefix("http")
    try:
        return msal.ConfidentialClientApplication(
            registration.client_id,
            client_credential=registration.secret,
            authority=f"{host}/{registration.tenant}",
            instance_discovery=False,
            **options,
        )
    except ValueError as error:
        raise SignInNeeded(f"{REMOTE}: {_NEXT_STEPS[90002]}") from error


async def _ask(
    meter: Meter | None, label: str, work: Callable[[], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Do msal's work in a thread, and give its answer if it holds a token."""
    from requests import RequestException

    if meter is not None:
        meter.sign_ins[REMOTE, label] += 1
    try:
        answer = await asyncio.to_thread(work)
    except RequestException as error:
        text = redact(str(error))[:200]
        raise Unreachable(f"Microsoft's sign-in could not be reached: {text}") from error
    if "access_token" not in answer:
        raise refusal(answer)
    return answer


def refusal(answer: Mapping[str, Any]) -> RemoteError:
    """Make the error of an answer without a token; the person is told what to do."""
    if answer.get("error") in {"temporarily_unavailable", "server_error"}:
        return Unreachable("Microsoft's sign-in is busy; it is tried again")
    codes = answer.get("error_codes") or _codes_in(str(answer.get("error_description", "")))
    for code in codes:
        if code in _NEXT_STEPS:
            return SignInNeeded(f"{REMOTE}: {_NEXT_STEPS[code]} (AADSTS{code})")
    shown = redact(str(answer.get("error_description") or answer.get("error") or "no reason"))
    return SignInNeeded(f"Microsoft refuses the sign-in; connect again: {shown.splitlines()[0]}")


def _codes_in(text: str) -> list[int]:
    return [int(code) for code in re.findall(r"AADSTS(\d{4,9})", text)]


class AccessToken:
    """One access token and how long it is good, by our clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._text = ""
        self._until: datetime | None = None

    def current(self) -> str:
        """Give the token while it is good; empty when a new one is needed."""
        return self._text if self._until and self._clock.now() < self._until else ""

    def keep(self, answer: Mapping[str, Any]) -> str:
        """Take the token of an answer."""
        life = timedelta(seconds=int(answer.get("expires_in", _LIFE_SECONDS)))
        self._text = str(answer["access_token"])
        self._until = self._clock.now() + max(life - _EARLY, life / 2)
        return self._text

    def drop(self, bearer: str) -> None:
        """Forget that token; a newer one stays."""
        if bearer == self._text:
            self._until = None


class AppTokens:
    """`Tokens` of an app that signs in by itself; nothing is stored."""

    def __init__(
        self, registration: Registration, *, clock: Clock, meter: Meter | None = None
    ) -> None:
        self._registration = registration
        self._meter = meter
        self._token = AccessToken(clock)
        self._lock = asyncio.Lock()
        self._application: Any = None

    async def bearer(self) -> str:
        """Give an access token that is good for some minutes at least."""
        async with self._lock:
            return self._token.current() or self._token.keep(
                await _ask(self._meter, "app token", self._acquire)
            )

    async def refused(self, bearer: str) -> None:
        """Drop that token."""
        self._token.drop(bearer)

    def _acquire(self) -> Mapping[str, Any]:
        if self._application is None:
            self._application = _application(self._registration)
        self._application.remove_tokens_for_client()
        answer: Mapping[str, Any] = self._application.acquire_token_for_client(
            scopes=[self._registration.scope(".default")]
        )
        return answer


def person_tokens(
    registration: Registration,
    *,
    store: TokenStore,
    clock: Clock,
    meter: Meter | None = None,
    scopes: tuple[str, ...] = PERSON_SCOPES,
    spread: float = 0.0,
) -> RenewedTokens:
    """Make the tokens of a person who allowed our app to act for them; see `RenewedTokens`."""
    wanted = [registration.scope(name) for name in scopes]
    application = functools.cache(lambda: _application(registration))

    async def renew(refresh: str) -> dict[str, Any]:
        def ask() -> Mapping[str, Any]:
            answer: Mapping[str, Any] = application().acquire_token_by_refresh_token(
                refresh, scopes=wanted
            )
            return answer

        answer = await _ask(meter, "refresh", ask)
        seconds = float(answer.get("expires_in", _LIFE_SECONDS))
        newer = str(answer.get("refresh_token") or "")
        return granted(str(answer["access_token"]), newer, seconds, clock.now())

    return RenewedTokens(REMOTE, renew, store, clock, spread=spread)


class Consent:
    """The way of a person through Microsoft's consent page, with PKCE.

    Args:
        scopes: the rights asked for, without the host before them.
    """

    def __init__(
        self,
        registration: Registration,
        *,
        meter: Meter | None = None,
        scopes: tuple[str, ...] = PERSON_SCOPES,
    ) -> None:
        self._registration = registration
        self._meter = meter
        self._scopes = [registration.scope(name) for name in scopes]

    async def begin(self, redirect_uri: str, state: str) -> dict[str, Any]:
        """Start: send the person to ``auth_uri`` of the answer, and keep the whole (a secret).

        Args:
            state: single-use and not to be guessed; comes back with the person.
        """
        from requests import RequestException

        def start() -> dict[str, Any]:
            flow: dict[str, Any] = _application(self._registration).initiate_auth_code_flow(
                self._scopes, redirect_uri=redirect_uri, state=state
            )
            return flow

        try:
            flow = await asyncio.to_thread(start)
        except RequestException as error:
            raise Unreachable("Microsoft's sign-in could not be reached") from error
        cloud = self._registration.cloud
        if cloud.kind == "practice":
            flow["auth_uri"] = LoopbackHttp(cloud).plain(flow["auth_uri"])
        return flow

    async def finish(self, flow: dict[str, Any], answer: Mapping[str, str]) -> dict[str, Any]:
        """Redeem the code that the person brought back.

        Args:
            flow: what `begin` gave.
            answer: the query of the address that the person came back to.

        Returns:
            What a `TokenStore` is to save: ``refresh_token``, and ``tenant``, ``person`` and
            ``login`` to show before anything is saved.

        Raises:
            SignInNeeded: the state is another one, the person refused, or the code is no good.
        """

        def redeem() -> Mapping[str, Any]:
            try:
                found: Mapping[str, Any] = _application(
                    self._registration
                ).acquire_token_by_auth_code_flow(flow, dict(answer))
            except (ValueError, RuntimeError) as error:
                raise SignInNeeded(
                    "this sign-in does not belong to the one that was started; connect again"
                ) from error
            return found

        tokens = await _ask(self._meter, "code", redeem)
        claims = tokens.get("id_token_claims") or {}
        return {
            "refresh_token": tokens.get("refresh_token", ""),
            "tenant": claims.get("tid", ""),
            "person": claims.get("name", ""),
            "login": claims.get("preferred_username", ""),
        }
