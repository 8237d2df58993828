"""Who may see the people's pages: the token of the start-up line, then a cookie, then CSRF."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from turnbuckle.practice.guard import PEOPLE_COOKIE, is_people_token
from turnbuckle.practice.people.pages import HOME, door

PERSON_COOKIE = "practice_person"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Lets only those through who were given the start-up line."""

    def __init__(self, people_token: str) -> None:
        self._token = people_token
        self.csrf = hmac.new(people_token.encode(), b"people's forms", hashlib.sha256).hexdigest()

    def guarded(self, handler: Handler) -> Handler:
        """Wrap a page so that it asks for the cookie and sends the strict headers."""

        async def checked(request: web.Request) -> web.StreamResponse:
            if not is_people_token(request.cookies.get(PEOPLE_COOKIE, ""), self._token):
                return self._closed()
            answer = await handler(request)
            if not answer.prepared:
                answer.headers.update(HEADERS)
            return answer

        return checked

    async def enter(self, request: web.Request) -> web.Response | None:
        """Change the token of the address into a cookie; None where there is no such token."""
        offered = request.query.get("token")
        if offered is None:
            return None
        if not is_people_token(offered, self._token):
            return self._closed()
        answer = web.Response(status=303, headers={**HEADERS, "Location": HOME})
        set_cookie(request, answer, PEOPLE_COOKIE, self._token)
        return answer

    def require_csrf(self, offered: object) -> None:
        """Refuse a form that was not on one of our pages.

        Raises:
            web.HTTPForbidden: its hidden field is missing or wrong.
        """
        if not isinstance(offered, str) or not is_people_token(offered, self.csrf):
            raise web.HTTPForbidden(text="This form is out of date; go back and load it again.\n")

    @staticmethod
    def _closed() -> web.Response:
        problem = "Open the address that practice mode printed when it started; it holds a token."
        return web.Response(
            status=403, text=door(problem), content_type="text/html", headers=HEADERS
        )


def set_cookie(request: web.Request, answer: web.Response, name: str, value: str) -> None:
    """Set a cookie of the people's pages, which no script reads and no other site brings along."""
    secure = request.secure  # a browser takes such a one over https only
    answer.set_cookie(name, value, path=HOME, httponly=True, samesite="Strict", secure=secure)
