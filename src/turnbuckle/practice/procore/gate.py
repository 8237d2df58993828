"""What every call passes before it is answered: token, limits, company header, ordered faults."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from aiohttp import web

from turnbuckle.practice.counters import Counters
from turnbuckle.practice.guard import Handler
from turnbuckle.practice.procore.body import drop_bytes
from turnbuckle.practice.procore.call import Call, CompanyHeader, Route, answer
from turnbuckle.practice.procore.company import Company
from turnbuckle.practice.procore.faults import Dropped, Event, drop
from turnbuckle.practice.procore.hook_events import Doing, doing
from turnbuckle.practice.procore.limits import Limiter
from turnbuckle.practice.procore.refusals import Refusal, plain, wrong_project
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.switches import ProcoreLimits
from turnbuckle.practice.procore.tokens import Grant

COMPANY_HEADER = "Procore-Company-Id"
REQUEST_ID = "x-request-id"
OPERATION_TOKEN = "Idempotency-Token"  # noqa: S105  (a header's name)
_LOGGED = 20_000
_DIGITS = 19
_LONGEST_TARGET = 7900  # bytes of path and query
_TOO_LONG = "<html><body><h1>414 Request-URI Too Large</h1></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One answered request."""

    at: datetime
    request_id: str
    method: str
    path: str  # with its query
    operation: str
    status: int
    who: str  # a login, an app's client id for its own account, or empty
    counted: bool


class Gate:
    """Lets calls in, and keeps count and log of them."""

    def __init__(self, state: State, limiter: Limiter) -> None:
        self._state = state
        self._limiter = limiter
        self.counters = Counters()
        self.log: deque[LogEntry] = deque(maxlen=_LOGGED)

    @property
    def limits(self) -> ProcoreLimits:
        """By which limits calls are counted."""
        return self._limiter.limits

    def set_limits(self, limits: ProcoreLimits) -> None:
        """Count by other limits from now on."""
        self._limiter = Limiter(limits, self._state.clock)

    def enter(self, route: Route) -> Handler:
        """Give the handler of a route as aiohttp wants it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            headers = {REQUEST_ID: str(uuid4())}
            grant = self._grant(request)
            counted = route.counted and grant is not None and not grant.is_people
            try:
                if route.bearer and grant is None:
                    raise plain(401, "The access token is invalid")
                if counted and grant is not None:
                    headers |= self._count(request, route, grant)
                response = await self._work(request, route, grant)
                if route.writes and response.status < 400 and counted:
                    self.counters.written[route.operation] += 1
            except Dropped:
                drop(request)
                response = web.Response(status=500)
            except Refusal as refusal:
                event = Event(route.operation, request)
                self._state.faults.note_refused(event, refusal.status, refusal.body)
                response = answer(refusal.body, refusal.status, refusal.headers)
            finally:
                drop_bytes(request, self._state.blobs)
            response.headers.update(headers)
            self._note(request, route.operation, response, grant, counted)
            return response

        return handle

    def _grant(self, request: web.Request) -> Grant | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return self._state.tokens.find(token.strip()) if kind.lower() == "bearer" else None

    def _count(self, request: web.Request, route: Route, grant: Grant) -> dict[str, str]:
        company = request.headers.get(COMPANY_HEADER, "") if grant.own_account else ""
        by_token = self._state.switches.limits_by_token
        whose = grant.access if by_token else f"{grant.app} {grant.person.id}"
        standing = self._limiter.take(f"{whose} {company}")
        if standing is None:
            self.counters[route.operation] += 1
            return {}
        headers = standing.headers(retry_after=self._state.switches.retry_after)
        if standing.refused:
            self.counters.refused += 1
            sentence = "Too many requests: wait until the limit resets."
            raise Refusal(429, {"errors": sentence}, headers)
        self.counters[route.operation] += 1
        return headers

    async def _work(
        self, request: web.Request, route: Route, grant: Grant | None
    ) -> web.StreamResponse:
        faults = self._state.faults
        event = Event(route.operation, request)
        response = await faults.strike_before(event)
        if response is None:
            call = Call(
                request=request,
                operation=route.operation,
                known_grant=grant,
                known_company=self._company(request, route, grant),
            )
            with doing(_deed(call), self._state.hooks.tell):
                response = await route.answering(call)
        if await faults.strike_after(event, response):
            raise Dropped
        return response

    def _company(self, request: web.Request, route: Route, grant: Grant | None) -> Company | None:
        if not route.bearer or grant is None:
            return None
        named = request.headers.get(COMPANY_HEADER)
        if named is None and route.lists and not self._state.switches.lists_need_company_header:
            named = request.query.get("company_id")
            if named is None:
                return None
        if named is None:
            if route.company_header is CompanyHeader.EVERYBODY or (
                route.company_header is CompanyHeader.OWN_ACCOUNTS and grant.own_account
            ):
                status = self._state.switches.missing_company_header
                raise plain(status, f"Missing {COMPANY_HEADER} header!")
            return None
        if not (named.isascii() and named.isdigit() and len(named) <= _DIGITS):
            raise plain(400, f"{COMPANY_HEADER} is not a number")
        company = self._state.companies.all.get(int(named))
        if company is None or grant.person.id not in company.people:
            raise wrong_project()
        if not grant.is_people and grant.app not in company.connected_apps:
            raise Refusal(403, {"message": "App is not connected to this company"})
        return company

    def _note(
        self,
        request: web.Request,
        operation: str,
        response: web.StreamResponse,
        grant: Grant | None,
        counted: bool,
    ) -> None:
        who = "" if grant is None else (grant.app if grant.own_account else grant.person.login)
        self.log.append(
            LogEntry(
                at=self._state.clock.now(),
                request_id=response.headers[REQUEST_ID],
                method=request.method,
                path=request.path_qs,
                operation=operation,
                status=response.status,
                who=who,
                counted=counted,
            )
        )


def _deed(call: Call) -> Doing:
    """What hooks are told of a call: who made it, and under which token of the caller's own."""
    grant = call.known_grant
    return Doing(
        user_id=0 if grant is None else grant.person.id,
        app=None if grant is None or grant.is_people else grant.app,
        operation_id=call.request.headers.get(OPERATION_TOKEN),
    )


@web.middleware
async def take_short_lines(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse too long a query, as what stands in front of the API does before it sees the call."""
    if len(request.raw_path) > _LONGEST_TARGET:
        return web.Response(status=414, text=_TOO_LONG, content_type="text/html")
    return await handler(request)


@web.middleware
async def speak_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer unknown paths and methods in JSON too, with a request id like all others."""
    try:
        return await handler(request)
    except web.HTTPException as refused:
        if refused.status not in (404, 405, 413):
            raise
        response = answer({"errors": refused.reason}, refused.status)
        response.headers[REQUEST_ID] = str(uuid4())
        return response
