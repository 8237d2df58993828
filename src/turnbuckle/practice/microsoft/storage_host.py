"""The SharePoint host: fragments come in, files go out, by addresses that open by themselves.

An Authorization header is passed over, or refused (401) where the switch says so: the real host
did the one to clients in use for years, and may do the other.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import msgspec
from aiohttp import web

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.microsoft.call import Desk
from turnbuckle.practice.microsoft.content_calls import session_json
from turnbuckle.practice.microsoft.faults import Event, Fault
from turnbuckle.practice.microsoft.graph_host import Books, LogLine, broken_off, drop, failed
from turnbuckle.practice.microsoft.items import Bytes
from turnbuckle.practice.microsoft.refusals import Refusal, bad_request, not_found
from turnbuckle.practice.microsoft.uploads import Session, read_range
from turnbuckle.practice.microsoft.wire import Json, item_json, mime_type

_READ_BYTES = 1 << 18


class StorageHost:
    """Answers upload, download and monitor addresses."""

    def __init__(self, desk: Desk, blobs: Blobs, books: Books, clock: PracticeClock) -> None:
        self._desk = desk
        self._blobs = blobs
        self._books = books
        self._clock = clock

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        await self._desk.rewriter.run_due(self._clock.now())
        fault = self._books.faults.next_for("storage", request)
        if fault is not None and fault.delay_seconds:
            await self._clock.sleep(fault.delay_seconds)
        if fault is not None and fault.break_off:
            return await broken_off(request)
        name, work = self._route(request)
        self._books.storage_counters[name] += 1
        faults = self._books.faults
        await faults.strike(faults.before, Event("storage", request))
        try:
            if fault is not None and fault.status is not None:
                response: web.StreamResponse = failed(fault, {}, self._clock)
            else:
                self._refuse_tokens(request)
                response = await work(request, fault)
        except Refusal as refusal:
            response = self._refuse(refusal)
        except (ConnectionError, web.RequestPayloadError):  # the sender broke off; nobody listens
            response = web.Response(status=400)
        await faults.strike(faults.after, Event("storage", request, response.status))
        path = request.rel_url.raw_path
        line = LogLine(self._clock.now(), "storage", request.method, path, response.status, "")
        self._books.log.append(line)
        if fault is not None and fault.lose_answer:
            await drop(request)
        return response

    def _refuse_tokens(self, request: web.Request) -> None:
        if self._desk.switches.storage_refuses_tokens and "Authorization" in request.headers:
            raise Refusal(401, "unauthenticated", "This address opens without a token.")

    def _refuse(self, refusal: Refusal) -> web.Response:
        number = str(uuid4())
        body = refusal.body(now=self._clock.now(), request_id=number, client_request_id=number)
        error = body["error"]
        assert isinstance(error, dict)
        error["innererror"] = error.pop("innerError")  # this host spells it so
        return _json(refusal.status, body, refusal.headers)

    def _route(
        self, request: web.Request
    ) -> tuple[str, Callable[[web.Request, Fault | None], Awaitable[web.StreamResponse]]]:
        path = request.path
        if path.endswith("/uploadSession"):
            name = "PUT fragment" if request.method == "PUT" else f"{request.method} session"
            return name, self._upload
        if path.endswith("/_layouts/15/download.aspx"):
            return "GET download", self._download
        return "GET monitor", self._monitor

    # -- uploads ---------------------------------------------------------------------------------

    async def _upload(self, request: web.Request, fault: Fault | None) -> web.StreamResponse:
        query = request.query
        session = self._desk.uploads.find(query.get("guid", ""), query.get("tempauth", ""))
        async with session.busy:
            if request.method == "GET":
                return _json(200, session_json(session))
            if request.method == "DELETE":
                self._desk.uploads.cancel(session)
                return web.Response(status=204)
            if request.method == "POST":
                return await self._commit(session)
            if request.method == "PUT":
                return await self._fragment(request, session, fault)
        raise Refusal(405, "notSupported")

    async def _fragment(
        self, request: web.Request, session: Session, fault: Fault | None
    ) -> web.StreamResponse:
        fragment = read_range(request.headers.get("Content-Range", ""))
        if request.content_length not in {None, fragment.length}:
            sentence = "Content-Length and Content-Range differ."
            raise bad_request(sentence, "fragmentLengthMismatch")
        cut = fault.cut_after_bytes if fault is not None else None
        complete = await self._desk.uploads.take(session, fragment, _body(request, cut))
        if complete and not session.deferred:
            return await self._commit(session)
        return _json(202, session_json(session))

    async def _commit(self, session: Session) -> web.Response:
        entry, created = self._desk.uploads.commit(session)
        await self._desk.rewriter.uploaded(session.drive, entry)
        made = item_json(session.drive, entry)
        return _json(201 if created else 200, made)

    # -- downloads -------------------------------------------------------------------------------

    async def _download(self, request: web.Request, fault: Fault | None) -> web.StreamResponse:
        if request.method not in {"GET", "HEAD"}:
            raise Refusal(405, "notSupported")
        _, entry, content = self._desk.downloads.read(request.query.get("tempauth", ""))
        headers = {"Content-Type": mime_type(entry.name), "Accept-Ranges": "bytes"}
        if fault is not None and fault.corrupt:
            data = self._blobs.read(content.blob)
            wrong = bytes([data[0] ^ 0xFF]) + data[1:] if data else data
            return web.Response(body=wrong, headers=headers)
        if fault is not None and fault.cut_after_bytes is not None:
            return await self._cut_short(request, content, fault.cut_after_bytes, headers)
        path = self._blobs.path(content.blob)
        return web.FileResponse(path, chunk_size=_READ_BYTES, headers=headers)

    async def _cut_short(
        self, request: web.Request, content: Bytes, cut: int, headers: dict[str, str]
    ) -> web.StreamResponse:
        start = request.http_range.start or 0
        response = web.StreamResponse(status=206 if start else 200, headers=headers)
        response.content_length = content.size - start
        if start:
            last = content.size - 1
            response.headers["Content-Range"] = f"bytes {start}-{last}/{content.size}"
        await response.prepare(request)
        async for chunk in self._blobs.open(content.blob, start, start + cut):
            await response.write(chunk)
        await asyncio.sleep(0.01)  # what was written leaves before the connection breaks
        await drop(request)
        return response

    async def _monitor(self, request: web.Request, _: Fault | None) -> web.StreamResponse:
        if not request.path.startswith("/_monitor/"):
            raise not_found()
        status = self._desk.copies.status(request.path.removeprefix("/_monitor/"))
        return _json(202 if status["status"] == "inProgress" else 200, status)


async def _body(request: web.Request, cut: int | None) -> AsyncIterator[bytes]:
    """The body in pieces; with `cut` the connection breaks when so many bytes have come."""
    came = 0
    async for chunk in request.content.iter_any():
        yield chunk
        came += len(chunk)
        if cut is not None and came >= cut:
            await drop(request)
            raise ConnectionResetError("a fault was ordered here")


def _json(status: int, body: Json, headers: dict[str, str] | None = None) -> web.Response:
    told = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return web.Response(status=status, body=msgspec.json.encode(body), headers=told)
