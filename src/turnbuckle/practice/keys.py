"""Ready tokens: what a stranger needs to call both services at once, without signing in first.

They come from the services' own token endpoints, so they live as long, allow as much and can be
refreshed like all others.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from turnbuckle.practice.microsoft.principals import PEOPLE_SCOPES, RIGHTS, WRITE_ALL
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.tokens import Grant

REDIRECT = "http://localhost"
"""A redirect address that both services know from the start."""

_GRAPH = "https://graph.microsoft.com/"


def every_role() -> frozenset[str]:
    """Name all that an administrator can consent to for an app by itself."""
    return frozenset().union(WRITE_ALL, *RIGHTS.values()) - {
        "User.Read",
        "User.ReadWrite",
    }  # these are a person's


def procore_keys(procore: PracticeProcore, person: Person) -> dict[str, Any]:
    """Give a token of the app's own account, and one of a person with its refresh token."""
    return {
        "token": _procore_token(procore.grant_to_app()),
        "person_token": {
            "person": person.login,
            **_procore_token(procore.grant_to_person(person, REDIRECT)),
        },
    }


def _procore_token(grant: Grant) -> dict[str, Any]:
    made: dict[str, Any] = {
        "access_token": grant.access,
        "token_type": "Bearer",
        "expires_in": grant.life_seconds,
        "created_at": grant.created,
        "expires_at": _told(datetime.fromtimestamp(grant.expires, UTC)),
    }
    return made if grant.refresh is None else {**made, "refresh_token": grant.refresh}


def microsoft_keys(microsoft: PracticeMicrosoft, person: Person) -> dict[str, Any]:
    """Give an app-only token, and a delegated one of a person with its refresh token."""
    app = {"client_id": microsoft.client_id, "client_secret": microsoft.client_secret}
    alone = {"grant_type": "client_credentials", "scope": f"{_GRAPH}.default", **app}
    scopes = ("offline_access", *(_GRAPH + one for one in sorted(PEOPLE_SCOPES)))
    asked = {"redirect_uri": REDIRECT, "scope": " ".join(scopes)}
    code = microsoft.signin.allow(microsoft.app, person, asked)
    redeemed = {"grant_type": "authorization_code", "code": code, **asked, **app}
    return {
        "token": _microsoft_token(microsoft, alone),
        "person_token": {"person": person.login, **_microsoft_token(microsoft, redeemed)},
    }


def _microsoft_token(microsoft: PracticeMicrosoft, form: dict[str, str]) -> dict[str, Any]:
    given = microsoft.signin.token(microsoft.tenant_id, form)
    life = timedelta(seconds=microsoft.limits.access_token_seconds)
    return {**given, "expires_at": _told(microsoft.clock.now() + life)}


def _told(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
