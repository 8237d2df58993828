"""Sign-in: the consent page, codes, tokens, and the calls around them.

The page asks which person you are and wants the token of the start-up line, since nobody has a
password here; everything else goes as with the real service.
"""

from base64 import b64decode
from urllib.parse import unquote, urlsplit

import msgspec
from aiohttp import web
from yarl import URL

from turnbuckle.practice.forms import UNREADABLE, read_form
from turnbuckle.practice.guard import (
    PEOPLE_COOKIE,
    carries_people_token,
    is_people_token,
    require_people_token,
)
from turnbuckle.practice.procore.call import answer
from turnbuckle.practice.procore.consent import OUT_OF_BAND, code_page, consent_page, problem_page
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.tokens import App, Grant, GrantRefused, Tokens

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class SignIn:
    """What the login host answers."""

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def _tokens(self) -> Tokens:
        return self._state.tokens

    def routes(self) -> list[web.RouteDef]:
        """All requests that it takes."""
        return [
            web.get("/oauth/authorize", self.ask_consent),
            web.post("/oauth/authorize", self.take_consent),
            web.post("/oauth/token", self.token),
            web.get("/oauth/token/info", self.info),
            web.post("/oauth/revoke", self.revoke),
            web.post("/practice/token", self.token_of_person),
        ]

    async def ask_consent(self, request: web.Request) -> web.Response:
        """The page on which a person allows an app to act for them."""
        wanted = dict(request.query)
        problem = self._problem(wanted)
        if problem is not None:
            return problem_page(problem)
        known = carries_people_token(request, self._state.people_token)
        people = self._state.directory.all
        return consent_page(wanted, people, asks_token=not known)

    async def take_consent(self, request: web.Request) -> web.Response:
        """The button of that page."""
        form = {name: str(value) for name, value in (await read_form(request)).items()}
        problem = self._problem(form)
        if problem is not None:
            return problem_page(problem)
        offered = form.get("practice_token", "")
        people_token = self._state.people_token
        if not (
            carries_people_token(request, people_token) or is_people_token(offered, people_token)
        ):
            return consent_page(form, self._state.directory.all, asks_token=True, status=403)
        response = self._decided(form)
        if offered:
            response.set_cookie(
                PEOPLE_COOKIE, offered, httponly=True, samesite="Strict", secure=request.secure
            )
        return response

    async def token(self, request: web.Request) -> web.Response:
        """Codes, refresh tokens and client secrets into access tokens."""
        try:
            fields = await _fields(request)
            grant = self._granted(fields | _basic(request))
        except GrantRefused as refused:
            return _refused(refused)
        body: dict[str, object] = {
            "access_token": grant.access,
            "token_type": "Bearer",
            "expires_in": grant.life_seconds,
            "created_at": grant.created,
        }
        if grant.refresh is not None:
            body["refresh_token"] = grant.refresh
        return answer(body, headers=_NO_STORE)

    async def info(self, request: web.Request) -> web.Response:
        """What the token of the call is."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        grant = self._tokens.find(token.strip()) if kind.lower() == "bearer" else None
        if grant is None:
            description = "The access token is invalid"
            return _refused(GrantRefused(401, "invalid_token", description))
        body = {
            "resource_owner_id": grant.person.id,
            "scopes": [],
            "expires_in_seconds": int(grant.expires - self._state.now()),
            "application": {"uid": grant.app},
            "created_at": grant.created,
        }
        return answer(body)

    async def revoke(self, request: web.Request) -> web.Response:
        """Kill a pair of tokens; 200 for an unknown one too."""
        try:
            fields = await _fields(request)
            app = self._app(fields | _basic(request))
        except GrantRefused as refused:
            return _refused(refused)
        self._tokens.revoke(app, fields.get("token", ""))
        return answer({})

    async def token_of_person(self, request: web.Request) -> web.Response:
        """A token with which a test or a page acts as a person; asks for the people's token."""
        require_people_token(request, self._state.people_token)
        try:
            wanted = self._state.directory.find((await _fields(request)).get("as", ""))
        except (KeyError, GrantRefused):
            return answer({"errors": {"as": ["is nobody who has an account"]}}, 400)
        grant = self._tokens.for_person(wanted)
        told = {"access_token": grant.access, "expires_in": grant.life_seconds}
        return answer({**told, "token_type": "Bearer"})

    def _problem(self, wanted: dict[str, str]) -> str | None:
        app = self._tokens.apps.get(wanted.get("client_id", ""))
        if app is None:
            return "No app has this client id."
        redirect_uri = wanted.get("redirect_uri", "")
        if redirect_uri not in app.redirect_uris or not is_safe_redirect(redirect_uri):
            return "The app did not register this redirect address."
        if wanted.get("response_type") != "code":
            return "Only the response type code is offered here."
        return None

    def _decided(self, form: dict[str, str]) -> web.Response:
        app = self._tokens.apps[form["client_id"]]
        redirect_uri = form["redirect_uri"]
        given: dict[str, str] = {"state": form["state"]} if form.get("state") else {}
        if form.get("decision") != "allow":
            given |= {"error": "access_denied", "error_description": "The person said no."}
        else:
            try:
                who = self._state.directory.find(form.get("person", ""))
            except KeyError:
                return problem_page("Nobody who has an account was chosen.")
            code = self._tokens.issue_code(app, who, redirect_uri)
            if redirect_uri == OUT_OF_BAND:
                return code_page(code)
            given = {"code": code, **given}
        if redirect_uri == OUT_OF_BAND:
            return problem_page("You said no; the app gets nothing.")
        location = str(URL(redirect_uri).update_query(given))
        return web.Response(status=302, headers={"Location": location})

    def _app(self, fields: dict[str, str]) -> App:
        return self._tokens.app(fields.get("client_id", ""), fields.get("client_secret", ""))

    def _granted(self, fields: dict[str, str]) -> Grant:
        app = self._app(fields)
        match fields.get("grant_type"):
            case "authorization_code":
                return self._tokens.redeem(
                    app, fields.get("code", ""), fields.get("redirect_uri", "")
                )
            case "refresh_token":
                return self._tokens.refresh(app, fields.get("refresh_token", ""))
            case "client_credentials":
                return self._tokens.for_account(app)
            case _:
                raise GrantRefused(400, "unsupported_grant_type", "The grant type is unknown.")


def is_safe_redirect(address: str) -> bool:
    """Whether Procore would let an app register it: https, http on this machine, or out of band."""
    if address == OUT_OF_BAND:
        return True
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}
    )


async def _fields(request: web.Request) -> dict[str, str]:
    """The fields of a JSON body or a form, as texts.

    Raises:
        GrantRefused: the body is neither.
    """
    if request.content_type != "application/json":
        try:
            return {name: str(value) for name, value in (await request.post()).items()}
        except UNREADABLE:
            raise GrantRefused(400, "invalid_request", "The body is not a form.") from None
    try:
        return msgspec.json.decode(await request.read(), type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise GrantRefused(400, "invalid_request", "The body is not JSON of texts.") from None


def _basic(request: web.Request) -> dict[str, str]:
    """The client id and secret of an Authorization header, as RFC 6749 allows them there."""
    kind, _, packed = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        name, _, secret = b64decode(packed).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": unquote(name), "client_secret": unquote(secret)}


def _refused(refused: GrantRefused) -> web.Response:
    body = {"error": refused.error, "error_description": refused.description}
    return answer(body, refused.status, headers=_NO_STORE)
