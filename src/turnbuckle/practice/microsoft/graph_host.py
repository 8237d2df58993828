"""The Graph host: from a request to the work and back, with ids, limits, faults and errors."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import uuid4

import msgspec
from aiohttp import web

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.counters import Counters
from turnbuckle.practice.microsoft.addresses import Address, read_address
from turnbuckle.practice.microsoft.asked import Asked
from turnbuckle.practice.microsoft.batches import Batch
from turnbuckle.practice.microsoft.call import Call, Desk, ItemCall, Reply
from turnbuckle.practice.microsoft.directory import find_route, is_address
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.faults import Event, Fault, Faults, Host
from turnbuckle.practice.microsoft.operations import find_operation, operation_name, units_of
from turnbuckle.practice.microsoft.principals import Principal
from turnbuckle.practice.microsoft.refusals import Refusal, bad_request, not_found
from turnbuckle.practice.microsoft.signin import SignIn
from turnbuckle.practice.microsoft.throttle import Throttle

_JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8"
_DIAGNOSTIC = json.dumps({"ServerInfo": {"DataCenter": "Practice", "Slice": "E", "Ring": "1"}})
_PAGE = "<html><body><h1>Service unavailable</h1></body></html>"
LOG_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One answered request."""

    at: datetime
    host: Host
    method: str
    path: str
    status: int
    who: str  # the person's login, the app's name, or nothing


@dataclass(slots=True, kw_only=True)
class Books:
    """What the service notes of all calls; both hosts write in it."""

    faults: Faults = field(default_factory=Faults)
    counters: Counters = field(default_factory=Counters)
    storage_counters: Counters = field(default_factory=Counters)
    log: deque[LogLine] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    hasty: int = 0  # calls to Graph before the wait of a 429 was over


class GraphHost:
    """Answers everything below ``/v1.0``."""

    def __init__(self, desk: Desk, signin: SignIn, books: Books, clock: PracticeClock) -> None:
        self._desk = desk
        self._signin = signin
        self._books = books
        self._clock = clock
        self._throttle = Throttle(desk.limits, desk.switches, clock)
        self._asked = self._until = datetime.min.replace(tzinfo=UTC)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        await self._desk.rewriter.run_due(self._clock.now())
        faults = self._books.faults
        fault = faults.next_for("graph", request, _called(request) if faults else "")
        if fault is not None and fault.delay_seconds:
            await self._clock.sleep(fault.delay_seconds)
        if fault is not None and fault.break_off:
            return await broken_off(request)
        principal: Principal | None = None
        headers = self._own_headers(request)
        await faults.strike(faults.before, Event("graph", request))
        self._note_haste(request)
        try:
            if fault is not None and fault.status is not None:
                response = failed(fault, headers, self._clock)
            else:
                principal = self._who(request)
                response = self._answer(await self._work(request, principal, headers), headers)
        except Refusal as refusal:
            response = self._refuse(refusal, headers)
        if principal is not None and principal.app_id and response.status == 429:
            self._books.counters.refused += 1
        self._note(request, response.status, principal)
        self._quiet(response)
        await faults.strike(faults.after, Event("graph", request, response.status))
        if fault is not None and fault.lose_answer:
            await drop(request)
        return response

    async def turn_away(self, request: web.Request) -> web.Response:
        """Answer what is below no version of the API, and no page of this host."""
        headers = self._own_headers(request)
        sentence = "No such version of the API is served here; v1.0 is."
        return self._refuse(Refusal(400, "BadRequest", sentence), headers)

    def _quiet(self, response: web.Response) -> None:
        """Remember until when a refused caller was asked to wait."""
        wait = response.headers.get("Retry-After", "")
        if response.status == 429 and wait.isdecimal():
            self._asked = self._clock.now()
            self._until = self._asked + timedelta(seconds=int(wait))

    def _note_haste(self, request: web.Request) -> None:
        """Count a call that comes before its time; what was on its way already is forgiven."""
        principal = self._holder(request)
        is_app = principal is not None and not principal.by_hand
        if is_app and self._asked < self._clock.now() < self._until:
            self._books.hasty += 1

    def _own_headers(self, request: Asked) -> dict[str, str]:
        number = str(uuid4())
        return {
            "request-id": number,
            "client-request-id": request.headers.get("client-request-id", number),
            "x-ms-ags-diagnostic": _DIAGNOSTIC,
            "Date": format_datetime(self._clock.now(), usegmt=True),
            "Cache-Control": "no-store, no-cache",
        }

    def _answer(self, reply: Reply, headers: dict[str, str]) -> web.Response:
        headers.update(reply.headers)
        if reply.body is None:
            return web.Response(status=reply.status, headers=headers)
        headers["Content-Type"] = _JSON_TYPE
        headers["OData-Version"] = "4.0"
        body = msgspec.json.encode(reply.body)
        return web.Response(status=reply.status, body=body, headers=headers)

    def _refuse(self, refusal: Refusal, headers: dict[str, str]) -> web.Response:
        body = refusal.body(
            now=self._clock.now(),
            request_id=headers["request-id"],
            client_request_id=headers["client-request-id"],
        )
        return self._answer(Reply(refusal.status, body, refusal.headers), headers)

    def _note(self, request: web.Request, status: int, principal: Principal | None) -> None:
        who = ""
        if principal is not None:
            author = principal.author
            who = author.person.login if author.person is not None else author.app_name
        path = request.rel_url.raw_path_qs
        self._books.log.append(
            LogLine(self._clock.now(), "graph", request.method, path, status, who)
        )

    def _holder(self, request: web.Request) -> Principal | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self._signin.principal(token.strip()) if scheme.lower() == "bearer" else None

    def _who(self, request: web.Request) -> Principal:
        principal = self._holder(request)
        if principal is None:
            wanted = {"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'}
            raise Refusal(401, "InvalidAuthenticationToken", headers=wanted)
        return principal

    async def _work(self, request: Asked, principal: Principal, headers: dict[str, str]) -> Reply:
        told = request.headers
        if request.method == "POST" and not {"Content-Length", "Transfer-Encoding"} & told.keys():
            raise Refusal(411, "invalidRequest", "A POST needs a Content-Length, even of 0.")
        version, rest = _divided(request.rel_url.raw_path)
        base = f"{request.scheme}://{request.host}/{version}"
        if request.method == "POST" and rest in {"$batch", "%24batch"}:
            call = Call(desk=self._desk, request=request, principal=principal, base=base)
            return await self._batch(call, version)
        address = read_address(f"/{rest}")
        if address is None:
            call = Call(desk=self._desk, request=request, principal=principal, base=base)
            return await self._directory(call, f"/{rest}", headers)
        return await self._item(request, principal, base, address, headers)

    async def _batch(self, call: Call, version: str) -> Reply:
        batch = Batch(await call.json())
        for row in batch.rows:
            headers = self._own_headers(call.request)
            try:
                part = batch.part(row, version=version, asked=call.request)
                response = self._answer(await self._work(part, call.principal, headers), headers)
            except Refusal as refusal:
                response = self._refuse(refusal, headers)
            batch.answered(row, response)
        return Reply(200, batch.answers)

    async def _directory(self, call: Call, path: str, headers: dict[str, str]) -> Reply:
        method = call.request.method
        found = find_route(method, path)
        if found is None:
            if is_address(path):
                raise Refusal(405, "methodNotAllowed", "This cannot be asked by this method.")
            raise bad_request("There is nothing under this address.")
        route, parts = found
        self._charge(call.principal, f"{method} {route.name}", route.units, headers)
        if route.right:
            call.principal.ensure(route.right)
        return await route.work(call, parts)

    async def _item(
        self,
        request: Asked,
        principal: Principal,
        base: str,
        address: Address,
        headers: dict[str, str],
    ) -> Reply:
        operation = find_operation(request.method, address)
        if operation is None:
            raise Refusal(405 if address.item else 400, "notSupported")
        name = operation_name(request.method, address)
        with_token = bool({"token", "$token"} & request.query.keys())
        units = units_of(operation, address, with_token=with_token)
        self._charge(principal, name, units, headers)
        drive = self._drive(address, principal)
        principal.ensure_drive(drive, write=operation.writes)
        call = ItemCall(
            desk=self._desk,
            request=request,
            principal=principal,
            base=base,
            drive=drive,
            address=address,
            writes=operation.writes,
        )
        reply = await operation.work(call)
        if operation.writes and principal.app_id:
            self._books.counters.written[name] += 1
        return reply

    def _charge(self, principal: Principal, name: str, units: int, headers: dict[str, str]) -> None:
        if principal.by_hand:
            return
        person = principal.person.graph_id if principal.person is not None else ""
        headers.update(self._throttle.charge(principal.app_id, person, units))
        self._books.counters[name] += 1

    def _drive(self, address: Address, principal: Principal) -> Drive:
        tenant = self._desk.tenant
        found: Drive | None = None
        if address.owner == "drive":
            found = tenant.drives.get(address.key)
        elif address.owner == "me":
            if principal.person is None:
                raise bad_request("The address /me is for people only.")
            found = tenant.personal[principal.person.graph_id]
        elif address.owner == "user":
            person = tenant.person(address.key)
            found = tenant.personal[person.graph_id] if person is not None else None
        elif address.owner == "group":
            team = tenant.teams.get(address.key.lower())
            found = team.site.drives[0] if team is not None else None
        else:
            site = tenant.site(address.key)
            found = site.drives[0] if site is not None else None
        if found is None:
            raise not_found()
        return found


def _divided(raw_path: str) -> tuple[str, str]:
    """The API's version and the path below it; clients put two slashes where one belongs."""
    version, _, rest = raw_path.lstrip("/").partition("/")
    return version, rest.lstrip("/")


def _called(request: web.Request) -> str:
    """The name under which this call is counted; empty where the address is none."""
    _, rest = _divided(request.rel_url.raw_path)
    try:
        address = read_address(f"/{rest}")
    except Refusal:
        return ""
    if address is not None:
        return operation_name(request.method, address)
    found = find_route(request.method, f"/{rest}")
    return "" if found is None else f"{request.method} {found[0].name}"


def is_known(method: str, path: str) -> bool:
    """Tell whether Graph can be asked this at all, whatever the path below the version names."""
    try:
        address = read_address(path)
    except Refusal:
        return False
    if address is None:
        return find_route(method, path) is not None
    return find_operation(method, address) is not None


def failed(fault: Fault, headers: dict[str, str], clock: PracticeClock) -> web.Response:
    """The error that a fault orders, as JSON or as a gateway's page."""
    assert fault.status is not None
    headers = dict(headers)
    if fault.retry_after_seconds is not None:
        headers["Retry-After"] = str(fault.retry_after_seconds)
    if fault.html:
        headers["Content-Type"] = "text/html"
        return web.Response(status=fault.status, text=_PAGE, headers=headers)
    refusal = Refusal(fault.status, fault.code)
    number = headers.get("request-id", "")
    body = refusal.body(now=clock.now(), request_id=number, client_request_id=number)
    headers["Content-Type"] = _JSON_TYPE
    return web.Response(status=fault.status, body=msgspec.json.encode(body), headers=headers)


async def broken_off(request: web.Request) -> web.Response:
    """Cut the connection before any work; the answer reaches nobody."""
    await drop(request)
    return web.Response(status=500)


async def drop(request: web.Request) -> None:
    """Cut the connection, so that no answer arrives."""
    if request.transport is not None:
        request.transport.abort()
    await asyncio.sleep(0)
