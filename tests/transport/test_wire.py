"""Calls carry the bearer and are counted; content streams past both."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from transport.server import CountedTokens, served, wire

from turnbuckle.ports.connector import CHUNK_BYTES
from turnbuckle.ports.errors import (
    AccessDenied,
    Gone,
    MalformedReply,
    Overtaken,
    RateLimited,
    SignInNeeded,
    Unreachable,
)
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.clouds import practice_cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.reply import Reply

DATA = bytes(range(256)) * 20_000  # 5 MB


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def echo(request: web.Request) -> web.Response:
    return web.json_response(
        {"method": request.method, "query": request.query_string, "headers": dict(request.headers)}
    )


async def file(request: web.Request) -> web.Response:
    start = request.http_range.start or 0
    stop = request.http_range.stop
    part = DATA[start:stop]
    headers = {"Content-Range": f"bytes {start}-{start + len(part) - 1}/{len(DATA)}"}
    if "Range" not in request.headers:
        return web.Response(body=part)
    return web.Response(status=206, body=part, headers=headers)


async def test_a_call_carries_bearer_and_headers_and_is_counted_by_its_label() -> None:
    async with served(echo) as it:
        reply = await it.wire.call("GET", "/x", params={"filters[a]": "b...c"}, label="ask")

        told = reply.json(dict)
        assert told["headers"]["Authorization"] == "Bearer token-number-1"
        assert told["headers"]["X-Company"] == "77"
        assert told["query"] == "filters[a]=b...c"
        assert it.meter.calls == {("Test", "ask"): 1}


async def test_a_path_is_sent_exactly_as_it_is_written() -> None:
    async with served(echo) as it:
        await it.wire.call("GET", "/a%2Fb/100%25%20(x)?sig=a%2Bb", label="ask")

        assert it.seen[0].raw_path == "/a%2Fb/100%25%20(x)?sig=a%2Bb"


async def test_a_refused_token_is_replaced_once() -> None:
    async def picky(request: web.Request) -> web.Response:
        good = request.headers["Authorization"].endswith("-2")
        return web.json_response({}, status=200 if good else 401)

    async with served(picky) as it:
        assert (await it.wire.call("GET", "/x", label="ask")).status == 200

        assert it.tokens.refusals == ["token-number-1"]
        assert it.meter.calls["Test", "ask"] == 2


async def test_two_refused_tokens_in_a_row_need_a_sign_in() -> None:
    async def never(request: web.Request) -> web.Response:
        return web.json_response({}, status=401)

    async with served(never) as it:
        with pytest.raises(SignInNeeded):
            await it.wire.call("GET", "/x", label="ask")

        assert len(it.seen) == 2


async def test_statuses_become_errors_and_an_expected_redirect_is_not_followed() -> None:
    async def answer(request: web.Request) -> web.Response:
        status = int(request.path.strip("/"))
        wait = {"Retry-After": "9"} if status == 429 else {}
        return web.Response(status=status, headers={"Location": "/200", **wait})

    async with served(answer) as it:
        for status, error in ((403, AccessDenied), (404, Gone), (500, Unreachable)):
            with pytest.raises(error):
                await it.wire.call("GET", f"/{status}", label="ask")
        with pytest.raises(MalformedReply):
            await it.wire.call("GET", "/302", label="ask")
        reply = await it.wire.call("GET", "/302", label="ask", expect={302})

        assert reply.headers["location"] == "/200"
        with pytest.raises(RateLimited) as limited:
            await it.wire.call("GET", "/429", label="ask")
        assert limited.value.wait.total_seconds() == 9


async def test_a_reply_of_another_shape_is_malformed() -> None:
    async with served(echo) as it:
        reply = await it.wire.call("GET", "/x", label="ask")

        with pytest.raises(MalformedReply, match="ask"):
            reply.json(list[int])


async def test_a_server_that_is_away_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = practice_cloud("test", f"http://127.0.0.1:{taken.getsockname()[1]}")
    meter = Meter()

    async with open_session() as session:
        with pytest.raises(Unreachable, match="ask"):
            await wire(nobody, session, CountedTokens(), meter).call("GET", "/x", label="ask")

    assert meter.calls_to("Test") == 1


async def test_the_bearer_is_not_sent_to_an_address_on_another_host() -> None:
    async with served(echo) as it:
        with pytest.raises(MalformedReply, match="another host"):
            await it.wire.call("GET", f"{it.other}/x", label="ask")

        assert it.seen == []


async def test_content_is_followed_to_storage_and_the_bearer_stays_behind() -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/start":
            return web.Response(status=302, headers={"Location": f"{storage}/file?sig=a%2Bb"})
        return await file(request)

    async with served(answer) as it:
        storage = it.other
        taken = [chunk async for chunk in it.wire.stream("/start", bearer=True)]

        assert b"".join(taken) == DATA
        assert max(map(len, taken)) <= CHUNK_BYTES
        assert it.seen[0].headers["Authorization"] == "Bearer token-number-1"
        assert "Authorization" not in it.seen[1].headers
        assert it.seen[1].raw_path == "/file?sig=a%2Bb"
        assert it.meter.calls == {}
        assert it.meter.bytes_down["Test"] == len(DATA)


async def test_content_without_bearer_is_asked_for_without_it() -> None:
    async with served(file) as it:
        assert [chunk async for chunk in it.wire.stream(f"{it.address}/file")]

        assert "Authorization" not in it.seen[0].headers
        assert "X-Company" not in it.seen[0].headers


@pytest.mark.parametrize("ignores_ranges", [False, True])
async def test_content_goes_on_from_a_byte_and_stops_at_another(ignores_ranges: bool) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=DATA) if ignores_ranges else await file(request)

    async with served(answer) as it:
        part = b"".join([chunk async for chunk in it.wire.stream("/f", start=3_000, end=3_000)])
        rest = b"".join([chunk async for chunk in it.wire.stream("/f", start=1_000_001)])
        some = b"".join([c async for c in it.wire.stream("/f", start=70_000, end=2_000_000)])

        assert part == b""
        assert rest == DATA[1_000_001:]
        assert some == DATA[70_000:2_000_000]


async def test_another_part_than_was_asked_for_is_refused() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=206, body=b"x", headers={"Content-Range": "bytes 0-0/1"})

    async with served(answer) as it:
        with pytest.raises(MalformedReply, match="another part"):
            [chunk async for chunk in it.wire.stream("/f", start=5)]


async def test_content_that_ends_short_is_unreachable() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"ink")
        assert request.transport is not None
        request.transport.close()
        return response

    async with served(answer) as it:
        with pytest.raises(Unreachable):
            [chunk async for chunk in it.wire.stream("/f")]


async def test_redirects_end_after_five() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.path + "x"})

    async with served(answer) as it:
        with pytest.raises(MalformedReply, match="redirects"):
            [chunk async for chunk in it.wire.stream("/f")]

        assert len(it.seen) == 6


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/x",
        "http://169.254.169.254/latest/meta-data",
        "https://example.com/x",
        "file:///etc/passwd",
        "http://user:word@127.0.0.1:1/x",
        "//example.com/x",
    ],
)
async def test_a_redirect_to_where_we_must_not_go_is_refused(location: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": location})

    async with served(answer) as it:
        with pytest.raises(MalformedReply):
            [chunk async for chunk in it.wire.stream("/f", bearer=True)]

        assert len(it.seen) == 1


async def test_content_is_sent_with_its_length_and_without_a_bearer() -> None:
    sizes = []

    async def answer(request: web.Request) -> web.Response:
        sizes.append(sum([len(part) async for part in request.content.iter_any()]))
        return web.Response(status=201)

    async with served(answer) as it:
        parts = chunks(DATA[:1_000_000], DATA[1_000_000:])
        await it.wire.send("PUT", f"{it.other}/p", body=parts, length=len(DATA))
        await it.wire.send("PUT", f"{it.other}/p", body=b"", length=0)

        assert sizes == [len(DATA), 0]
        assert it.seen[0].headers["Content-Length"] == str(len(DATA))
        assert "Authorization" not in it.seen[0].headers
        assert it.meter.bytes_up["Test"] == len(DATA)
        assert it.meter.calls == {}


async def test_what_the_body_raises_is_raised_unchanged() -> None:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    async def withdrawn() -> AsyncIterator[bytes]:
        yield b"ink"
        raise Overtaken("the source has changed")

    async with served(answer) as it:
        with pytest.raises(Overtaken, match="the source has changed"):
            await it.wire.send("PUT", f"{it.other}/p", body=withdrawn(), length=100)


@pytest.mark.parametrize("length", [2, 4])
async def test_a_body_of_another_length_is_stopped(length: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    async with served(answer) as it:
        with pytest.raises(MalformedReply, match=f"not {length} bytes"):
            await it.wire.send("PUT", f"{it.other}/p", body=chunks(b"ink"), length=length)


async def test_an_early_yes_is_not_believed() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=201)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"ink"
        await asyncio.sleep(5)
        yield b"more"

    async with served(answer) as it:
        with pytest.raises(MalformedReply, match="before all was sent"):
            await it.wire.send("PUT", f"{it.other}/p", body=slowly(), length=7)


async def test_errors_hold_no_signature() -> None:
    async with served(echo) as it:
        with pytest.raises(MalformedReply) as refused:
            [chunk async for chunk in it.wire.stream("https://evil.example/x?sig=s3cret")]

        assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (rb'{"name": "a\ud800b"}', "a\ufffdb"),
        (rb'{"name": "a\udc00"}', "a\ufffd"),
        (rb'{"name": "\ud83d\ude00 \ud800"}', "\U0001f600 \ufffd"),
        (rb'{"name": "\\ud800 \ud800"}', "\\ud800 \ufffd"),
        (b'{"name": "a\xffb"}', "a\ufffdb"),
    ],
)
def test_a_name_that_is_no_text_fails_no_reply(body: bytes, name: str) -> None:
    assert Reply(200, {}, body).json(dict) == {"name": name}


@pytest.mark.parametrize("body", [b'{"name": "a', b'{"name": "\\ud8', b"\xff"])
def test_a_reply_that_is_cut_off_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedReply):
        Reply(200, {}, body, "listing").json(dict)
