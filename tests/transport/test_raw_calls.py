"""The probe's calls: every status is an answer, none is made beyond what was allowed."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from aiohttp import web
from transport.server import Served, served

from turnbuckle.ports.errors import MalformedReply, RateLimited, SignInNeeded
from turnbuckle.ports.probe import NotSettled
from turnbuckle.transport.raw_calls import RawCalls, Throttled, row, rows, shown

BUSY: Mapping[str, str] = {"Retry-After": "0"}


def calls(it: Served, most: int = 10) -> RawCalls:
    made = RawCalls(it.wire, lambda: {"X-Id": "7"})
    made.allow(most)
    return made


@pytest.mark.parametrize("status", [200, 204, 302, 400, 403, 404, 409, 500])
async def test_every_status_is_an_answer(status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status)

    async with served(answer) as it:
        reply = await calls(it).call("GET", "/x")

    assert reply.status == status
    assert it.seen[0].headers["X-Id"] == "7"


async def test_a_401_means_a_token_that_ended_unless_it_is_asked_for() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=401)

    async with served(answer) as it:
        told = await calls(it).call("GET", "/x", may_be_401=True)
        with pytest.raises(SignInNeeded):
            await calls(it).call("GET", "/x")

    assert told.status == 401


async def test_no_call_is_made_beyond_what_was_allowed() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    async with served(answer) as it:
        made = calls(it, most=2)
        await made.call("GET", "/x")
        await made.call("GET", "/x")
        with pytest.raises(NotSettled):
            await made.call("GET", "/x")

    assert len(it.seen) == 2


async def test_a_limited_call_is_repeated_and_how_it_was_limited_is_kept() -> None:
    async def answer(request: web.Request) -> web.Response:
        first = len(it.seen) == 1
        return web.Response(status=429, headers=BUSY) if first else web.Response()

    async with served(answer) as it:
        made = calls(it, most=1)
        reply = await made.call("GET", "/x")

    assert reply.status == 200
    assert made.throttled == [Throttled(429, says_how_long=True)]


async def test_a_wait_longer_than_a_probe_ends_it() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "3600"})

    async with served(answer) as it:
        with pytest.raises(RateLimited) as raised:
            await calls(it).call("GET", "/x")

    assert raised.value.wait == timedelta(hours=1)
    assert len(it.seen) == 1


async def test_a_hop_follows_no_redirect_and_takes_the_token_only_where_it_may() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with served(answer) as it:
        made = calls(it)
        for place, bearer in ((it.address, True), (it.address, False), (it.other, True)):
            assert (await made.hop(f"{place}/file", bearer=bearer)).status == 302

    sent = [request.headers.get("Authorization") for request in it.seen]
    assert sent == ["Bearer token-number-1", None, None]
    assert it.meter.calls == {}
    assert it.meter.transfers == {("Test", "probe"): 3}


async def test_a_hop_goes_nowhere_but_where_content_may_come_from() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    async with served(answer) as it:
        with pytest.raises(MalformedReply):
            await calls(it).hop("http://192.0.2.1/file", bearer=True)

    assert it.seen == []


@pytest.mark.parametrize("status", [200, 403])
async def test_an_address_is_followed_to_its_first_byte(status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/file":
            return web.Response(status=302, headers={"Location": f"{it.other}/bytes"})
        return web.Response(status=status, body=b"content")

    async with served(answer) as it:
        reached = await calls(it).reach(f"{it.address}/file", bearer=True)

    assert reached == status


async def test_a_refusal_is_shown_with_its_keys_and_without_secrets() -> None:
    async def answer(request: web.Request) -> web.Response:
        body = {"errors": {"url": ["see https://x.example/f?sig=SECRET"]}, "code": 7}
        return web.json_response(body, status=400)

    async with served(answer) as it:
        reply = await calls(it).call("GET", "/x")

    assert shown(reply) == '400 with errors.url "see https://x.example/f?[hidden]", code'
    with pytest.raises(NotSettled, match="400"):
        row(reply)


async def test_an_answer_of_another_kind_is_no_list() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({})

    async with served(answer) as it:
        reply = await calls(it).call("GET", "/x")

    with pytest.raises(MalformedReply):
        rows(reply)
