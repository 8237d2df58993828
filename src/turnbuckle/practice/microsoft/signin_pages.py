"""The sign-in host: the consent page, the token endpoint, the discovery document."""

import html
import secrets
from base64 import b64decode
from collections import OrderedDict
from urllib.parse import unquote, urlencode, urlsplit
from uuid import uuid4

from aiohttp import web

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.forms import UNREADABLE, read_form
from turnbuckle.practice.microsoft.signin import App, SignIn, SignInError
from turnbuckle.practice.persons import PERSONS, person

_TICKETS_KEPT = 500
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Practice Microsoft: sign in</title><style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}}
button{{font:inherit;padding:.4rem 1.2rem;margin-right:.5rem}}select{{font:inherit}}
</style></head><body><h1>Practice Microsoft</h1>
<p><b>{app}</b> asks for these rights in {tenant}:</p><ul>{scopes}</ul>
<form method="post"><input type="hidden" name="ticket" value="{ticket}">
<p><label>Who are you? <select name="person">{people}</select></label></p>
<button name="answer" value="allow">Allow</button>
<button name="answer" value="cancel">Cancel</button></form></body></html>"""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # a browser would send `Origin: null` with the form, else
}


_CLOUDS = (
    ("login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"),
    ("login.chinacloudapi.cn", "login.partner.microsoftonline.cn"),
    ("login.microsoftonline.us", "login.usgovcloudapi.net"),
)
"""The sign-in hosts of each cloud, the one to call first."""


class SignInPages:
    """Routes below ``/{tenant}/``."""

    def __init__(self, signin: SignIn, clock: PracticeClock) -> None:
        self._signin = signin
        self._clock = clock
        self._tickets: OrderedDict[str, tuple[App, dict[str, str]]] = OrderedDict()

    def add_routes(self, app: web.Application) -> None:
        """Put the routes into the main host's application."""
        app.router.add_get("/{tenant}/oauth2/v2.0/authorize", self.authorize)
        app.router.add_post("/{tenant}/oauth2/v2.0/authorize", self.answer)
        app.router.add_route("*", "/{tenant}/oauth2/v2.0/token", self.token)
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self.discover)
        app.router.add_get("/{tenant}/discovery/v2.0/keys", self.keys)
        app.router.add_get("/{tenant}/discovery/instance", self.instances)

    async def authorize(self, request: web.Request) -> web.Response:
        """Show the consent page."""
        query = dict(request.query)
        try:
            app = self._signin.check_authorize(request.match_info["tenant"], query)
        except SignInError as error:
            text = f"AADSTS{error.number}: {error.sentence}\n"
            return web.Response(status=error.status, text=text, headers=_HEADERS)
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = (app, query)
        while len(self._tickets) > _TICKETS_KEPT:
            self._tickets.popitem(last=False)
        page = _PAGE.format(
            app=html.escape(app.name),
            tenant=html.escape(self._signin.tenant.name),
            scopes="".join(f"<li>{html.escape(one)}</li>" for one in query["scope"].split()),
            people="".join(f'<option value="{one.key}">{one.name}</option>' for one in PERSONS),
            ticket=ticket,
        )
        return web.Response(text=page, content_type="text/html", headers=_HEADERS)

    async def answer(self, request: web.Request) -> web.Response:
        """Take the person's answer and send the browser back to the app."""
        form = await read_form(request)
        kept = self._tickets.pop(str(form.get("ticket", "")), None)
        if kept is None:
            return web.Response(status=400, text="This page was answered before; begin again.\n")
        app, query = kept
        told = {"state": query["state"]} if "state" in query else {}
        if form.get("answer") == "allow":
            try:
                who = person(str(form.get("person", "")))
            except KeyError:
                return web.Response(status=400, text="Nobody is called that.\n")
            told = {"code": self._signin.allow(app, who, query), **told}
        else:
            sentence = "AADSTS65004: The person did not consent."
            told = {"error": "access_denied", "error_description": sentence, **told}
        joint = "&" if "?" in query["redirect_uri"] else "?"
        location = f"{query['redirect_uri']}{joint}{urlencode(told)}"
        return web.Response(status=302, headers={**_HEADERS, "Location": location})

    async def token(self, request: web.Request) -> web.Response:
        """Give tokens, or an AADSTS body."""
        try:
            form = await _form(request)
            body = self._signin.token(request.match_info["tenant"], form, _basic(request))
        except SignInError as error:
            return self._refuse(request, error)
        return web.json_response(body, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})

    def _refuse(self, request: web.Request, error: SignInError) -> web.Response:
        now = self._clock.now().strftime("%Y-%m-%d %H:%M:%SZ")
        trace = str(uuid4())
        correlation = request.headers.get("client-request-id", str(uuid4()))
        sentence = (
            f"AADSTS{error.number}: {error.sentence} Trace ID: {trace} "
            f"Correlation ID: {correlation} Timestamp: {now}"
        )
        body = {
            "error": error.error,
            "error_description": sentence,
            "error_codes": [error.number],
            "timestamp": now,
            "trace_id": trace,
            "correlation_id": correlation,
        }
        return web.json_response(body, status=error.status, headers={"Cache-Control": "no-store"})

    async def discover(self, request: web.Request) -> web.Response:
        """The discovery document that msal asks for once."""
        tenant = request.match_info["tenant"]
        here = f"{request.scheme}://{request.host}"
        base = f"{here}/{tenant}"
        body = {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_modes_supported": ["query"],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"{here}/{self._signin.tenant.id}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["HS256"],
        }
        return web.json_response(body)

    async def instances(self, request: web.Request) -> web.Response:
        """Which sign-in hosts there are; libraries ask before they trust one."""
        asked = request.query.get("authorization_endpoint", "")
        host = urlsplit(asked).hostname
        if not any(host in cloud for cloud in _CLOUDS):
            sentence = "The authorization_endpoint is of no known cloud."
            return self._refuse(request, SignInError(400, "invalid_instance", 50049, sentence))
        base = asked.removesuffix("/oauth2/v2.0/authorize").removesuffix("/v2.0")
        body = {
            "tenant_discovery_endpoint": f"{base}/v2.0/.well-known/openid-configuration",
            "api-version": request.query.get("api-version", "1.1"),
            "metadata": [
                {"preferred_network": cloud[0], "preferred_cache": cloud[0], "aliases": cloud}
                for cloud in _CLOUDS
            ],
        }
        return web.json_response(body)

    async def keys(self, _: web.Request) -> web.Response:
        """No public keys: tokens are opaque here."""
        return web.json_response({"keys": []})


async def _form(request: web.Request) -> dict[str, str]:
    if request.method != "POST":
        raise SignInError(400, "invalid_request", 900561, "Only POST requests are served here.")
    if request.content_type != "application/x-www-form-urlencoded":
        raise SignInError(400, "invalid_request", 900144, "The body must be a form.")
    try:
        return {key: str(value) for key, value in (await request.post()).items()}
    except (*UNREADABLE, web.HTTPRequestEntityTooLarge):
        raise SignInError(400, "invalid_request", 90023, "The body is no form.") from None


def _basic(request: web.Request) -> tuple[str, str] | None:
    scheme, _, packed = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, secret = b64decode(packed).decode().partition(":")
    except ValueError:
        return None
    return unquote(user), unquote(secret)
