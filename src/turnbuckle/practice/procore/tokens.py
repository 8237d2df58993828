"""Apps, codes and tokens: who may act as whom, and for how long.

Refresh tokens work once: a refresh gives a new pair and kills the old refresh token, also when the
answer never reached the app.
"""

import hmac
import secrets
from dataclasses import dataclass, field

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.persons import Person

ACCESS_SECONDS = 5400
CODE_SECONDS = 600
PERSON_SECONDS = 30 * 86400
PEOPLE_CLIENT = "people"


class GrantRefused(Exception):
    """A token call is refused; the words of RFC 6749, section 5.2."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description


@dataclass(slots=True, kw_only=True)
class App:
    """A program registered with Procore."""

    client_id: str
    secret: str
    redirect_uris: set[str] = field(default_factory=set)
    account: Person  # its own account in the directory, which client credentials act as


@dataclass(slots=True, eq=False, kw_only=True)
class Grant:
    """One access token and what it allows."""

    access: str
    refresh: str | None
    app: str  # a client id; PEOPLE_CLIENT for people at the web pages
    person: Person
    own_account: bool  # the app acts as itself (client credentials)
    created: int  # seconds since 1970
    expires: float

    @property
    def is_people(self) -> bool:
        """Whether a person acts through the web pages, which no API limit concerns."""
        return self.app == PEOPLE_CLIENT

    @property
    def life_seconds(self) -> int:
        """How long the access token is good from the start, as answers tell it."""
        return int(self.expires - self.created)


@dataclass(frozen=True, slots=True)
class _Code:
    app: str
    person: Person
    redirect_uri: str
    expires: float


class Tokens:
    """All apps, codes and tokens of this Procore."""

    def __init__(self, clock: PracticeClock) -> None:
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._by_access: dict[str, Grant] = {}
        self._by_refresh: dict[str, Grant] = {}
        self.apps: dict[str, App] = {}

    def register(self, app: App) -> None:
        """Make an app known."""
        self.apps[app.client_id] = app

    def app(self, client_id: str, secret: str) -> App:
        """Give the app that proves itself by its secret.

        Raises:
            GrantRefused: unknown, or the secret is wrong.
        """
        app = self.apps.get(client_id)
        if app is None or not hmac.compare_digest(app.secret.encode(), secret.encode()):
            raise GrantRefused(401, "invalid_client", "The client id or the secret is wrong.")
        return app

    def issue_code(self, app: App, person: Person, redirect_uri: str) -> str:
        """A code that the app may change into tokens once, within ten minutes."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(app.client_id, person, redirect_uri, self._now() + CODE_SECONDS)
        return code

    def redeem(self, app: App, code: str, redirect_uri: str) -> Grant:
        """Change a code into tokens.

        Raises:
            GrantRefused: the code is spent, expired, another app's or for another address.
        """
        known = self._codes.pop(code, None)
        if (
            known is None
            or known.app != app.client_id
            or known.redirect_uri != redirect_uri
            or known.expires <= self._now()
        ):
            raise GrantRefused(400, "invalid_grant", "The authorization code is invalid.")
        return self._issue(app.client_id, known.person, own_account=False, refreshable=True)

    def refresh(self, app: App, refresh: str) -> Grant:
        """Change a refresh token into a new pair.

        Raises:
            GrantRefused: it was used before, was revoked, or is another app's.
        """
        old = self._by_refresh.get(refresh)
        if old is None or old.app != app.client_id:
            raise GrantRefused(400, "invalid_grant", "The refresh token is invalid")
        del self._by_refresh[refresh]
        return self._issue(app.client_id, old.person, own_account=False, refreshable=True)

    def for_account(self, app: App) -> Grant:
        """A token of the app's own account; it has no refresh token."""
        return self._issue(app.client_id, app.account, own_account=True, refreshable=False)

    def for_person(self, person: Person) -> Grant:
        """A token of somebody at the web pages."""
        return self._issue(
            PEOPLE_CLIENT, person, own_account=False, refreshable=False, seconds=PERSON_SECONDS
        )

    def find(self, access: str) -> Grant | None:
        """Give what an access token allows; None when it is unknown, expired or revoked."""
        grant = self._by_access.get(access)
        if grant is not None and grant.expires <= self._now():
            del self._by_access[access]
            return None
        return grant

    def revoke(self, app: App, token: str) -> None:
        """Kill the access and the refresh token of a pair, whichever was named."""
        grant = self._by_access.get(token) or self._by_refresh.get(token)
        if grant is not None and grant.app == app.client_id:
            self._forget(grant)

    def revoke_all(self, client_id: str) -> None:
        """Kill all tokens of an app, as when somebody disconnects it."""
        grants = {*self._by_access.values(), *self._by_refresh.values()}
        for grant in grants:
            if grant.app == client_id:
                self._forget(grant)

    def expire_access(self, client_id: str) -> None:
        """Every access token of an app is too old from now on; refresh tokens stay."""
        for grant in [one for one in self._by_access.values() if one.app == client_id]:
            del self._by_access[grant.access]

    def use_up_refresh(self, client_id: str) -> None:
        """Every refresh token of an app was used before; access tokens stay."""
        for token, grant in list(self._by_refresh.items()):
            if grant.app == client_id:
                del self._by_refresh[token]

    def _issue(
        self,
        client_id: str,
        person: Person,
        *,
        own_account: bool,
        refreshable: bool,
        seconds: float = ACCESS_SECONDS,
    ) -> Grant:
        now = self._now()
        grant = Grant(
            access=secrets.token_urlsafe(40),
            refresh=secrets.token_urlsafe(40) if refreshable else None,
            app=client_id,
            person=person,
            own_account=own_account,
            created=int(now),
            expires=now + seconds,
        )
        self._by_access[grant.access] = grant
        if grant.refresh is not None:
            self._by_refresh[grant.refresh] = grant
        return grant

    def _forget(self, grant: Grant) -> None:
        self._by_access.pop(grant.access, None)
        if grant.refresh is not None:
            self._by_refresh.pop(grant.refresh, None)

    def _now(self) -> float:
        return self._clock.now().timestamp()
