"""Calls of practice Procore that go wrong on order, so many times; people are spared."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec
from aiohttp import web

from turnbuckle.practice.guard import PEOPLE_HEADER
from turnbuckle.practice.panel.deeds import Ask, Deed, Facts, Lasting, Option
from turnbuckle.practice.panel.fault_asks import (
    BYTES,
    DELAY,
    PAGE,
    STATUS,
    TIMES,
    WAIT,
    waiting_headers,
)
from turnbuckle.practice.procore.faults import ANY, Dropped, Event, Faults

_DOWNLOAD = "GET storage"
_UPLOADS = ("POST storage", "PUT storage")

Strike = Callable[[], Awaitable[web.StreamResponse | None]]


@dataclass(slots=True)
class _Due:
    """A fault that meets the next so many calls of an operation."""

    operation: str
    times: int

    def meets(self, event: Event) -> bool:
        """Whether this call is meant; counts it. People at their pages are spared."""
        if self.times <= 0 or PEOPLE_HEADER in event.request.headers:
            return False
        if self.operation not in {ANY, event.operation}:
            return False
        self.times -= 1
        return True


class ProcoreFaults:
    """The deeds by which calls go wrong."""

    def __init__(self, faults: Faults, operations: Sequence[str]) -> None:
        self._faults = faults
        every = [*operations, *_UPLOADS, _DOWNLOAD]
        self._options = [Option(ANY, "any call"), *(Option(one, one) for one in every)]

    def deeds(self) -> list[Deed]:
        """All of them."""
        where = Ask(name="operation", label="Which calls", options=lambda: self._options)
        which = (where, TIMES)
        direction = Ask(
            name="operation",
            label="Which transfer",
            options=lambda: [Option(one, one) for one in (_DOWNLOAD, *_UPLOADS)],
        )
        return [
            Deed(
                key="delay",
                title="Slow answers",
                meaning="The calls wait before they are worked on",
                asks=(*which, DELAY),
                act=self._delay,
            ),
            Deed(
                key="too_many",
                title="Too many requests",
                meaning="429, as when a limit is reached",
                asks=(*which, WAIT),
                act=self._too_many,
            ),
            Deed(
                key="error",
                title="Server errors",
                meaning="An error takes the place of the work",
                asks=(*which, STATUS),
                act=self._error,
            ),
            Deed(
                key="page",
                title="A gateway's page",
                meaning="503 with HTML where JSON was due",
                asks=which,
                act=self._page,
            ),
            Deed(
                key="lost",
                title="Lost answers",
                meaning="The work is done, then the connection breaks",
                asks=which,
                act=self._lose,
            ),
            Deed(
                key="broken",
                title="Broken connections",
                meaning="The connection breaks before anything is done",
                asks=which,
                act=self._break,
            ),
            Deed(
                key="cut",
                title="Cut transfers",
                meaning="A transfer breaks off on its way, a person's too",
                asks=(direction, TIMES, BYTES),
                act=self._cut,
            ),
            Deed(
                key="corrupt",
                title="Corrupt downloads",
                meaning="A download has the right length and one wrong byte, a person's too",
                asks=(TIMES,),
                act=self._corrupt,
            ),
        ]

    def _delay(self, given: Facts) -> Lasting:
        async def strike() -> None:
            await self._faults.pause(given["seconds"])

        return self._before(given, strike)

    def _too_many(self, given: Facts) -> Lasting:
        headers = waiting_headers(given["wait_seconds"])
        body = {"errors": "Too many requests: wait until the limit resets."}
        return self._answering(given, 429, body, headers)

    def _error(self, given: Facts) -> Lasting:
        return self._answering(given, given["status"], {"message": "out of order"})

    def _answering(
        self, given: Facts, status: int, body: object, headers: dict[str, str] | None = None
    ) -> Lasting:
        async def strike() -> web.StreamResponse:
            content = msgspec.json.encode(body)
            return web.Response(
                status=status, body=content, headers=headers, content_type="application/json"
            )

        return self._before(given, strike)

    def _page(self, given: Facts) -> Lasting:
        async def strike() -> web.StreamResponse:
            return web.Response(status=503, text=PAGE, content_type="text/html")

        return self._before(given, strike)

    def _break(self, given: Facts) -> Lasting:
        async def strike() -> None:
            raise Dropped

        return self._before(given, strike)

    def _before(self, given: Facts, strike: Strike) -> Lasting:
        due = _Due(given["operation"], given["times"])

        async def hook(event: Event) -> web.StreamResponse | None:
            return await strike() if due.meets(event) else None

        self._faults.before.append(hook)
        return Lasting(lambda: _without(self._faults.before, hook), lambda: due.times)

    def _lose(self, given: Facts) -> Lasting:
        due = _Due(given["operation"], given["times"])

        async def hook(event: Event, response: web.StreamResponse) -> bool:
            return due.meets(event)

        self._faults.after.append(hook)
        return Lasting(lambda: _without(self._faults.after, hook), lambda: due.times)

    def _cut(self, given: Facts) -> Lasting:
        operation = given["operation"]
        self._faults.cut(operation, given["after_bytes"], times=given["times"])
        return Lasting(
            lambda: self._faults.call_off_cuts(operation), lambda: self._faults.cuts_left(operation)
        )

    def _corrupt(self, given: Facts) -> Lasting:
        self._faults.corrupt(times=given["times"])

        def end() -> None:
            self._faults.corrupt_left = 0

        return Lasting(end, lambda: self._faults.corrupt_left)


def _without[Hook](hooks: list[Hook], hook: Hook) -> None:
    if hook in hooks:
        hooks.remove(hook)
