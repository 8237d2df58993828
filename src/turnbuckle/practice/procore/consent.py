"""The pages of sign-in: who are you, and may this app act for you?"""

from collections.abc import Mapping, Sequence
from html import escape

from aiohttp import web

from turnbuckle.practice.persons import Person

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_PASSED_ON = ("response_type", "client_id", "redirect_uri", "state")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'",
}
_STYLE = "body{font:16px/1.5 sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}"


def consent_page(
    wanted: Mapping[str, str], everybody: Sequence[Person], *, asks_token: bool, status: int = 200
) -> web.Response:
    """The page with the persons, and the buttons Allow and Deny."""
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(wanted.get(name, ""))}">'
        for name in _PASSED_ON
    )
    people = "".join(
        f'<p><label><input type="radio" name="person" value="{escape(one.key)}"'
        f"{' checked' if one is everybody[0] else ''}> {escape(one.name)}, "
        f"{escape(one.login)}</label></p>"
        for one in everybody
    )
    token = (
        '<p><label>Token of the start-up line: <input name="practice_token" type="password">'
        "</label></p>"
        if asks_token
        else ""
    )
    wrong = "<p><strong>The token of the start-up line is missing or wrong.</strong></p>"
    return _page(
        "Practice Procore: sign in",
        f"<p>The app <b>{escape(wanted.get('client_id', ''))}</b> wants to act for you. "
        f"Who are you?</p>{wrong if status == 403 else ''}"
        f'<form method="post" action="/oauth/authorize">{hidden}{people}{token}'
        '<button name="decision" value="allow">Allow</button> '
        '<button name="decision" value="deny">Deny</button></form>',
        status,
    )


def code_page(code: str) -> web.Response:
    """The code, for apps that have no address to send it to."""
    return _page("Practice Procore: your code", f"<p>Give this to the app:</p><pre>{code}</pre>")


def problem_page(problem: str) -> web.Response:
    """What is wrong with the request; nothing is sent to the app."""
    return _page("Practice Procore: this cannot go on", f"<p>{escape(problem)}</p>", 400)


def _page(title: str, content: str, status: int = 200) -> web.Response:
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>{content}</html>"
    )
    return web.Response(status=status, text=text, content_type="text/html", headers=_HEADERS)
