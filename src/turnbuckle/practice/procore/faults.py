"""Trouble on order: delays, errors, answers that get lost, transfers that break off.

A test or the fault panel asks for trouble at an operation, such as ``POST /files``, or at a call of
the storage host: ``POST storage``, ``PUT storage``, ``GET storage``; ``any`` is each of them.
Whatever is ordered happens to the next so many calls of that operation, then no more.
"""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import msgspec
from aiohttp import web

from turnbuckle.practice.clock import PracticeClock

ANY = "any"


@dataclass(frozen=True, slots=True)
class Event:
    """A call that is about to be answered, or was."""

    operation: str
    request: web.Request


Before = Callable[[Event], Awaitable[web.StreamResponse | None]]
"""Runs before the work; an answer of its own takes the work's place."""

After = Callable[[Event, web.StreamResponse], Awaitable[bool]]
"""Runs after the work; True drops the connection, so that the answer is lost."""


Refused = Callable[[Event, int, Mapping[str, object]], None]
"""Hears of each call that the service itself refused: with its status and its body."""


class Dropped(Exception):
    """The connection was cut on purpose; there is nobody to answer."""


def drop(request: web.Request) -> None:
    """Cut the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()


class Faults:
    """What goes wrong on purpose; empty lists mean that nothing does."""

    def __init__(self, clock: PracticeClock) -> None:
        self._clock = clock
        self._cuts: dict[str, deque[int]] = defaultdict(deque)
        self.corrupt_left = 0  # downloads that are still to arrive with a wrong byte
        self.before: list[Before] = []
        self.after: list[After] = []
        self.refused: list[Refused] = []

    def __reduce__(self) -> tuple[type["Faults"], tuple[PracticeClock]]:
        """Trouble on order ends with the process."""
        return Faults, (self._clock,)

    def fail(
        self,
        operation: str,
        status: int,
        *,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> None:
        """Answer with an error in place of the work."""

        async def failing() -> web.StreamResponse | None:
            content = msgspec.json.encode({"message": "out of order"} if body is None else body)
            return web.Response(
                status=status, body=content, headers=headers, content_type="application/json"
            )

        self._order(operation, times, failing)

    def answer_empty(self, operation: str, *, times: int = 1) -> None:
        """Answer a list as if nothing were in it: 200, no rows, a total of 0."""
        self.fail(operation, 200, times=times, headers={"Total": "0", "Per-Page": "100"}, body=[])

    def delay(self, operation: str, seconds: float, *, times: int = 1) -> None:
        """Let the answer wait, by this service's clock."""

        async def delaying() -> web.StreamResponse | None:
            await self.pause(seconds)
            return None

        self._order(operation, times, delaying)

    def break_off(self, operation: str, *, times: int = 1) -> None:
        """Cut the connection before the work is done."""

        async def breaking() -> web.StreamResponse | None:
            raise Dropped

        self._order(operation, times, breaking)

    def lose_answer(self, operation: str, *, times: int = 1) -> None:
        """Do the work, then cut the connection, so that nobody learns of it."""
        left = times

        async def losing(event: Event, response: web.StreamResponse) -> bool:
            nonlocal left
            if operation not in {ANY, event.operation} or left <= 0:
                return False
            left -= 1
            return True

        self.after.append(losing)

    def cut(self, operation: str, after_bytes: int, *, times: int = 1) -> None:
        """Break a transfer of the storage host off after so many bytes."""
        self._cuts[operation].extend([after_bytes] * times)

    def next_cut(self, operation: str) -> int | None:
        """After how many bytes this transfer is to break off; None: not at all."""
        waiting = self._cuts.get(operation)
        return waiting.popleft() if waiting else None

    def cuts_left(self, operation: str) -> int:
        """How many transfers of this kind are still to break off."""
        return len(self._cuts.get(operation, ()))

    def call_off_cuts(self, operation: str) -> None:
        """No transfer of this kind breaks off any more."""
        self._cuts.pop(operation, None)

    def corrupt(self, *, times: int = 1) -> None:
        """Let downloads arrive with the right length and one wrong byte."""
        self.corrupt_left += times

    def next_is_corrupt(self) -> bool:
        """Whether this download is to arrive with a wrong byte; counts it."""
        if self.corrupt_left <= 0:
            return False
        self.corrupt_left -= 1
        return True

    async def pause(self, seconds: float) -> None:
        """Let a call wait, by this service's clock."""
        await self._clock.sleep(seconds)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.before.clear()
        self.after.clear()
        self._cuts.clear()
        self.corrupt_left = 0

    async def strike_before(self, event: Event) -> web.StreamResponse | None:
        """Let everything happen that was ordered before the work.

        Raises:
            Dropped: the connection is to be cut.
        """
        for each in list(self.before):
            response = await each(event)
            if response is not None:
                return response
        return None

    async def strike_after(self, event: Event, response: web.StreamResponse) -> bool:
        """Let everything happen that was ordered after it; True: the answer is to be lost."""
        for each in list(self.after):
            if await each(event, response):
                return True
        return False

    def note_refused(self, event: Event, status: int, body: Mapping[str, object]) -> None:
        """Tell those who listen that a call was refused."""
        for each in self.refused:
            each(event, status, body)

    def _order(
        self,
        operation: str,
        times: int,
        trouble: Callable[[], Awaitable[web.StreamResponse | None]],
    ) -> None:
        left = times

        async def strike(event: Event) -> web.StreamResponse | None:
            nonlocal left
            if operation not in {ANY, event.operation} or left <= 0:
                return None
            left -= 1
            return await trouble()

        self.before.append(strike)
