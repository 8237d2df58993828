"""What is told to somebody's address goes to public hosts by https, and shows no secret."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.telling import BadAddress, NotTold, is_loopback, shown, tell


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/x",
        "https://10.0.0.7/x",
        "https://169.254.169.254/latest",
        "https://[fd00::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://metadata.google.internal/x",
        "https://intranet/x",
        "https://printer.local/x",
        "https://me:hush@hooks.example.com/x",
        "ftp://hooks.example.com/x",
        "hooks.example.com",
        "https://",
        "https://hooks.example.com/a b",
        "",
    ],
)
def test_an_address_that_is_not_for_this_is_refused(address: str) -> None:
    with pytest.raises(BadAddress) as refused:
        is_loopback(address)

    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("https://hooks.example.com/services/T0/hush?x=1", False),
        ("https://hooks.example.com:8443/x", False),
        ("http://127.0.0.1:9000/x", True),
        ("http://localhost:9000/x", True),
        ("http://[::1]:9000/x", True),
    ],
)
def test_an_address_is_on_the_internet_or_on_this_machine(address: str, is_here: bool) -> None:
    assert is_loopback(address) is is_here
    assert "hush" not in shown(address)


async def test_a_name_that_leads_nowhere_is_told_without_the_path() -> None:
    async with open_session() as session:
        with pytest.raises(NotTold) as away:
            await tell(session, "https://nobody.invalid/hush", {})

    assert "nobody.invalid could not be reached" in str(away.value)
    assert "hush" not in str(away.value)


async def test_what_is_told_is_posted_as_json_and_trouble_shows_no_more_than_the_host() -> None:
    seen: list[object] = []

    async def take(request: web.Request) -> web.Response:
        seen.append(await request.json())
        return web.Response(status=204 if len(seen) == 1 else 500, text="who are you, hush?")

    app = web.Application()
    app.router.add_post("/hush", take)
    async with TestServer(app) as server, open_session() as session:
        address = str(server.make_url("/hush?token=hush"))
        await tell(session, address, {"text": "one"})
        with pytest.raises(NotTold) as refused:
            await tell(session, address, {"text": "two"})
        closed = address
    async with open_session() as session:
        with pytest.raises(NotTold) as away:
            await tell(session, closed, {"text": "three"})

    assert seen == [{"text": "one"}, {"text": "two"}]
    assert str(refused.value) == "127.0.0.1 answered 500"
    assert "127.0.0.1 could not be reached" in str(away.value)
    assert "hush" not in str(away.value)
