"""A person's sign-in from the command line: a page in the browser, and the answer brought back.

With a redirect address on this machine we listen there for one answer; with any other one the
person pastes the address, or the code, that the browser ended up with.
"""

import asyncio
import ipaddress
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import typer
from aiohttp import web

from turnbuckle.actions.connections import Begun
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.opening import console

REDIRECT = "http://localhost:18417/"
"""Where the browser comes back to, unless the app is registered with another address."""

_LONGEST_WAIT_SECONDS = 600
_DONE = "<!doctype html><title>Turnbuckle</title><p>Thank you. Go back to the terminal."
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def answer_of(begun: Begun, *, paste: bool) -> Mapping[str, str]:
    """Send the person to the sign-in page, and give the query that they come back with.

    Raises:
        Mistake: nobody came back in ten minutes, or the port is busy.
    """
    if paste or not is_here(begun.redirect_uri):
        _tell_address(begun)
        pasted = str(typer.prompt("Then paste the address you end up at, or the code it shows"))
        return read(pasted, begun)
    return asyncio.run(_listen(begun))


def _tell_address(begun: Begun) -> None:
    console.print("Open this address in a browser, and sign in there:")
    console.print(f"  {begun.address}")


def is_here(address: str) -> bool:
    """Tell whether a redirect address is plain http on this machine, so that we can listen."""
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname is None:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


def read(pasted: str, begun: Begun) -> Mapping[str, str]:
    """Read what a person pasted: the whole address, or only the code.

    A code alone comes from a page that this person opened from our line, so its state is ours.
    """
    pasted = pasted.strip()
    if "://" in pasted or "code=" in pasted:
        return dict(parse_qsl(urlsplit(pasted).query or pasted.partition("?")[2] or pasted))
    return {"code": pasted, "state": begun.state}


async def _listen(begun: Begun) -> Mapping[str, str]:
    parts = urlsplit(begun.redirect_uri)
    came: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()

    async def take(request: web.Request) -> web.Response:
        if request.query.get("state") != begun.state:
            return web.Response(status=400, text="This is not the sign-in that was started.\n")
        if not came.done():
            came.set_result(dict(request.query))
        return web.Response(text=_DONE, content_type="text/html", headers=_HEADERS)

    application = web.Application()
    application.router.add_get(parts.path or "/", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", parts.port or 80).start()
        _tell_address(begun)  # not before somebody listens: a browser that is signed in is quick
        console.print("Waiting for the browser to come back (Ctrl-C ends this) ...")
        async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
            return await came
    except TimeoutError as error:
        raise Mistake("nobody signed in within ten minutes; connect again") from error
    except OSError as error:
        raise Mistake(
            f"port {parts.port or 80} is busy; end what uses it, or add --paste and bring the"
            " answer back by hand"
        ) from error
    finally:
        await runner.cleanup()
