"""Sign-in as the Microsoft identity platform does it, version 2.0 of its endpoints.

Authorization code with PKCE and a consent page, refresh, and client credentials; errors are
AADSTS bodies. Refresh tokens are replaced on each use and the old one stays good, as it is there.

Source: section 1 of the fact sheet; the Graph pages auth-v2-user and auth-v2-service.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.microsoft.identifiers import fixed_guid
from turnbuckle.practice.microsoft.items import Author
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.principals import PEOPLE_SCOPES, Principal
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.microsoft.tenant import Tenant
from turnbuckle.practice.persons import Person

_GRAPH = "https://graph.microsoft.com/"
_OPENID = frozenset({"openid", "profile", "offline_access", "email"})
_WORDS_FOR_ANY = frozenset({"common", "organizations"})

DEFAULT_ROLES = frozenset(
    {"Files.ReadWrite.All", "Sites.ReadWrite.All", "Team.ReadBasic.All"}
    | {"Channel.ReadBasic.All", "User.Read.All", "GroupMember.Read.All"}
)


class SignInError(Exception):
    """An answer of the token endpoint that is not a token."""

    def __init__(self, status: int, error: str, number: int, sentence: str) -> None:
        self.status = status
        self.error = error
        self.number = number
        self.sentence = sentence
        super().__init__(f"{error} AADSTS{number}: {sentence}")


@dataclass(slots=True, kw_only=True)
class App:
    """An app registration, with the roles that an administrator consented to."""

    client_id: str
    secret: str
    name: str
    roles: set[str] = field(default_factory=lambda: set(DEFAULT_ROLES))
    redirect_uris: frozenset[str] | None = None  # None: any on this machine
    disabled: bool = False  # an administrator took its sign-in away


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What an authorization code stands for."""

    app: str
    person: Person
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    challenge_method: str
    nonce: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refresh:
    app: str
    person: Person
    scopes: tuple[str, ...]
    expires: datetime


class SignIn:
    """Apps, codes and tokens of one tenant."""

    def __init__(
        self,
        tenant: Tenant,
        *,
        clock: PracticeClock,
        limits: GraphLimits,
        switches: GraphSwitches,
    ) -> None:
        self.tenant = tenant
        self.apps: dict[str, App] = {}
        self._clock = clock
        self._limits = limits
        self._switches = switches
        self._codes: dict[str, Code] = {}
        self._redeemed: set[str] = set()
        self._refresh: dict[str, _Refresh] = {}
        self._access: dict[str, Principal] = {}
        self._key = secrets.token_bytes(32)

    def register(self, name: str, secret: str) -> App:
        """Register an app; its client id follows from its name."""
        app = App(client_id=str(fixed_guid("app", name)), secret=secret, name=name)
        self.apps[app.client_id] = app
        return app

    # -- tokens in use ---------------------------------------------------------------------------

    def principal(self, token: str) -> Principal | None:
        """Who holds this access token; None when it is unknown or too old."""
        found = self._access.get(token)
        if found is None or found.expires <= self._clock.now():
            return None
        return found

    def token_by_hand(self, person: Person) -> tuple[str, int]:
        """A token with which somebody acts as a person at the web pages, and its life."""
        principal = Principal(
            author=Author(person),
            app_id="",
            person=person,
            granted=PEOPLE_SCOPES,
            expires=self._after(self._limits.refresh_token_seconds),
        )
        return self._keep_access(principal), self._limits.refresh_token_seconds

    def revoke_all(self) -> None:
        """Every token given so far is worth nothing."""
        self._access.clear()
        self._refresh.clear()

    def set_disabled(self, app: App, disabled: bool) -> None:
        """Take an app's sign-in away, and its tokens with it, or give it back."""
        app.disabled = disabled
        self.expire_access(app)

    def expire_access(self, app: App) -> None:
        """Every access token of an app is too old from now on; refresh tokens stay."""
        for token in [key for key, one in self._access.items() if one.app_id == app.client_id]:
            del self._access[token]

    def use_up_refresh(self, app: App) -> None:
        """Every refresh token of an app is worth nothing from now on; access tokens stay."""
        for token in [key for key, one in self._refresh.items() if one.app == app.client_id]:
            del self._refresh[token]

    def _keep_access(self, principal: Principal) -> str:
        token = f"EwB{secrets.token_urlsafe(48)}"
        self._access[token] = principal
        return token

    def _after(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)

    # -- authorize -------------------------------------------------------------------------------

    def check_authorize(self, tenant: str, query: Mapping[str, str]) -> App:
        """Raise unless a consent page may be shown for these parameters."""
        self._check_tenant(tenant)
        app = self._app(query.get("client_id", ""))
        redirect = query.get("redirect_uri", "")
        if not self._may_redirect(app, redirect):
            raise SignInError(400, "invalid_request", 50011, "The redirect address is unknown.")
        if query.get("response_type") != "code":
            sentence = "Only response_type=code is served."
            raise SignInError(400, "unsupported_response_type", 700054, sentence)
        if query.get("response_mode", "query") != "query":
            raise SignInError(400, "invalid_request", 70007, "Only response_mode=query is served.")
        if not query.get("scope"):
            raise SignInError(400, "invalid_request", 900144, "The parameter scope is missing.")
        return app

    def _may_redirect(self, app: App, redirect: str) -> bool:
        if app.redirect_uris is not None:
            return redirect in app.redirect_uris
        return redirect == "http://localhost" or redirect.startswith(
            ("http://127.0.0.1:", "http://localhost:", "http://localhost/")
        )

    def allow(self, app: App, person: Person, query: Mapping[str, str]) -> str:
        """The person allows it: give a code for these parameters."""
        code = f"0.A{secrets.token_urlsafe(40)}"
        self._codes[code] = Code(
            app=app.client_id,
            person=person,
            redirect_uri=query["redirect_uri"],
            scopes=tuple(query["scope"].split()),
            challenge=query.get("code_challenge", ""),
            challenge_method=query.get("code_challenge_method", "plain"),
            nonce=query.get("nonce", ""),
            expires=self._after(self._limits.code_seconds),
        )
        return code

    # -- token -----------------------------------------------------------------------------------

    def token(
        self, tenant: str, form: Mapping[str, str], basic: tuple[str, str] | None = None
    ) -> dict[str, object]:
        """Answer the token endpoint.

        Args:
            tenant: the word in the address.
            form: the fields of the body.
            basic: client id and secret, when they came in the Authorization header.

        Raises:
            SignInError: with the status and the AADSTS number of the answer.
        """
        self._check_tenant(tenant)
        client_id, secret = basic or (form.get("client_id", ""), form.get("client_secret", ""))
        app = self._app(client_id)
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            self._check_secret(app, secret)
            return self._app_only(tenant, app, form)
        if grant == "authorization_code":
            self._check_secret(app, secret, may_be_missing=bool(form.get("code_verifier")))
            return self._redeem(app, form)
        if grant == "refresh_token":
            self._check_secret(app, secret, may_be_missing=True)
            return self._renew(app, form)
        raise SignInError(400, "unsupported_grant_type", 70003, "This grant_type is not served.")

    def _check_tenant(self, tenant: str) -> None:
        if tenant.lower() not in {self.tenant.id, self.tenant.domain, *_WORDS_FOR_ANY}:
            raise SignInError(400, "invalid_request", 90002, f"There is no tenant {tenant!r}.")

    def _app(self, client_id: str) -> App:
        app = self.apps.get(client_id.lower())
        if app is None:
            sentence = "No app of this client id is registered in the tenant."
            raise SignInError(400, "unauthorized_client", 700016, sentence)
        if app.disabled:
            sentence = "The application is disabled."
            raise SignInError(401, "unauthorized_client", 7000112, sentence)
        return app

    def _check_secret(self, app: App, secret: str, *, may_be_missing: bool = False) -> None:
        if not secret:
            if may_be_missing:
                return
            sentence = "The body must hold client_secret or client_assertion."
            raise SignInError(401, "invalid_client", 7000218, sentence)
        if not hmac.compare_digest(secret.encode(), app.secret.encode()):
            sentence = "The client secret is wrong: send its value, not its id."
            raise SignInError(401, "invalid_client", 7000215, sentence)

    def _app_only(self, tenant: str, app: App, form: Mapping[str, str]) -> dict[str, object]:
        if tenant.lower() in _WORDS_FOR_ANY:
            sentence = "An app by itself needs the tenant's own id in the address."
            raise SignInError(400, "invalid_request", 50059, sentence)
        if form.get("scope") != f"{_GRAPH}.default":
            sentence = f"The scope of an app by itself is always {_GRAPH}.default."
            raise SignInError(400, "invalid_scope", 1002012, sentence)
        system = self._switches.app_writes_show_system_user
        author = Author(app_id=app.client_id, app_name=app.name, system_user=system)
        life = self._limits.access_token_seconds
        principal = Principal(
            author=author,
            app_id=app.client_id,
            person=None,
            granted=frozenset(app.roles),
            expires=self._after(life),
        )
        return {
            "token_type": "Bearer",
            "expires_in": life,
            "ext_expires_in": life,
            "access_token": self._keep_access(principal),
        }

    def _redeem(self, app: App, form: Mapping[str, str]) -> dict[str, object]:
        given = form.get("code", "")
        if given in self._redeemed:
            raise SignInError(400, "invalid_grant", 54005, "The code was used before.")
        code = self._codes.get(given)
        if code is None or code.app != app.client_id:
            raise SignInError(400, "invalid_grant", 9002313, "The code is not one of ours.")
        if code.expires <= self._clock.now():
            raise SignInError(400, "invalid_grant", 70008, "The code is too old.")
        if form.get("redirect_uri") != code.redirect_uri:
            sentence = "The redirect address is not the one that the code was asked with."
            raise SignInError(400, "invalid_grant", 500112, sentence)
        if not _verifies(code, form.get("code_verifier", "")):
            raise SignInError(400, "invalid_grant", 501481, "The code_verifier does not match.")
        del self._codes[given]
        self._redeemed.add(given)
        return self._delegated(app, code.person, code.scopes, form, code.nonce)

    def _renew(self, app: App, form: Mapping[str, str]) -> dict[str, object]:
        kept = self._refresh.get(form.get("refresh_token", ""))
        if kept is None or kept.app != app.client_id:
            raise SignInError(400, "invalid_grant", 50173, "The refresh token is worth nothing.")
        if kept.expires <= self._clock.now():
            raise SignInError(400, "invalid_grant", 700082, "The refresh token is too old.")
        wanted = tuple(form.get("scope", "").split()) or kept.scopes
        consented = {_bare(one) for one in kept.scopes} | _OPENID | {".default"}
        if not {_bare(one) for one in wanted} <= consented:
            raise SignInError(400, "invalid_grant", 65001, "Nobody consented to these scopes.")
        return self._delegated(app, kept.person, kept.scopes, form, "")

    def _delegated(
        self,
        app: App,
        person: Person,
        scopes: tuple[str, ...],
        form: Mapping[str, str],
        nonce: str,
    ) -> dict[str, object]:
        granted = frozenset(_bare(one) for one in scopes) - _OPENID
        if ".default" in granted:
            granted = PEOPLE_SCOPES
        life = self._limits.access_token_seconds
        principal = Principal(
            author=Author(person, app_id=app.client_id, app_name=app.name),
            app_id=app.client_id,
            person=person,
            granted=granted,
            expires=self._after(life),
        )
        answer: dict[str, object] = {
            "token_type": "Bearer",
            "scope": _told_scopes(tuple(form.get("scope", "").split()) or scopes, granted),
            "expires_in": life,
            "ext_expires_in": life,
            "access_token": self._keep_access(principal),
        }
        if "offline_access" in scopes:
            answer["refresh_token"] = self._keep_refresh(app, person, scopes)
        if "openid" in scopes:
            answer["id_token"] = self._id_token(app, person, nonce)
        if form.get("client_info") == "1":
            info = {"uid": person.graph_id, "utid": self.tenant.id}
            answer["client_info"] = _base64url(json.dumps(info).encode())
        return answer

    def _keep_refresh(self, app: App, person: Person, scopes: tuple[str, ...]) -> str:
        token = f"1.A{secrets.token_urlsafe(60)}"
        life = self._limits.refresh_token_seconds
        expires = self._after(life)
        self._refresh[token] = _Refresh(
            app=app.client_id, person=person, scopes=scopes, expires=expires
        )
        return token

    def _id_token(self, app: App, person: Person, nonce: str) -> str:
        now = int(self._clock.now().timestamp())
        claims: dict[str, object] = {
            "aud": app.client_id,
            "iss": f"https://login.microsoftonline.com/{self.tenant.id}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + self._limits.access_token_seconds,
            "name": person.name,
            "preferred_username": person.login,
            "oid": person.graph_id,
            "sub": person.graph_id,
            "tid": self.tenant.id,
            "ver": "2.0",
        }
        if nonce:
            claims["nonce"] = nonce
        head = _base64url(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
        signed = f"{head}.{_base64url(json.dumps(claims).encode())}"
        seal = hmac.digest(self._key, signed.encode(), "sha256")
        return f"{signed}.{_base64url(seal)}"


def _told_scopes(asked: tuple[str, ...], granted: frozenset[str]) -> str:
    """What was granted, spelt as it was asked for: msal finds its token again by these words."""
    told = [one for one in asked if _bare(one) in granted | {".default"}]
    short = bool(told) and not told[0].startswith(_GRAPH)
    more = granted - {_bare(one) for one in told}
    return " ".join([*told, *(one if short else _GRAPH + one for one in sorted(more))])


def _bare(scope: str) -> str:
    return scope.removeprefix(_GRAPH)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _verifies(code: Code, verifier: str) -> bool:
    if not code.challenge:
        return True
    if code.challenge_method == "plain":
        return hmac.compare_digest(code.challenge.encode(), verifier.encode())
    made = _base64url(hashlib.sha256(verifier.encode("utf-8")).digest())
    return hmac.compare_digest(code.challenge.encode(), made.encode())
