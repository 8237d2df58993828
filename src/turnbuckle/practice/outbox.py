"""What a service has to post, address by address, tried until it is taken or given up.

Each address has a lane of its own, so a receiver that hangs holds up nobody else, and never a call
to the service. When a post fails the whole lane pauses: it is tried again after a wait that
doubles, and after so many hours of failing all that waits in it is dropped. One success ends that.

Waits are by the clock of practice mode. Whoever moves a simulated clock calls `settle` afterwards;
beside that a task looks every quarter of a second while anything waits.
"""

import asyncio
import contextlib
import heapq
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.posting import Posted, Poster

_LOOK_SECONDS = 0.25


@dataclass(slots=True, kw_only=True)
class Pace:
    """How long a service waits for a receiver, and how often it tries."""

    answer_seconds: float  # a receiver that takes longer has failed; by the machine's clock
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 3600.0
    give_up_seconds: float  # after so much failing all that waits is dropped
    most_waiting: int = 10_000  # letters of one lane; the oldest goes when there are more


class Letter(Protocol):
    """Something to be posted."""

    @property
    def is_wanted(self) -> bool:
        """Whether it is still to be posted."""

    def content(self) -> tuple[bytes, Mapping[str, str]]:
        """Give the body and the headers as they are now."""

    def tried(self, posted: Posted) -> None:
        """It was posted once; unless it was taken it will be tried again, or dropped."""

    def dropped(self) -> None:
        """It will not be tried any more."""


@dataclass(slots=True)
class _Lane:
    """What waits for one address; a letter is due at a time, in seconds since 1970."""

    waiting: list[tuple[float, int, Letter]] = field(default_factory=list)
    open_from: float = 0.0  # nothing is posted before
    failing_since: float | None = None
    next_wait: float = 0.0
    task: asyncio.Task[None] | None = None

    @property
    def due(self) -> float:
        return max(self.open_from, self.waiting[0][0])


class Outbox:
    """All lanes of one service."""

    def __init__(
        self,
        poster: Poster,
        clock: PracticeClock,
        pace: Pace,
        prepare: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        """`prepare` is asked at each look: it may put in what has become due, and tells whether
        there will be more to look for."""
        self.pace = pace
        self._poster = poster
        self._clock = clock
        self._prepare = prepare
        self._lanes: dict[str, _Lane] = {}
        self._number = 0
        self._news = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    # -- putting in --------------------------------------------------------------------------------

    def put(self, address: str, letter: Letter, wait_seconds: float = 0.0) -> None:
        """Post this to that address, after a wait."""
        lane = self._lanes.setdefault(address, _Lane())
        self._number += 1
        heapq.heappush(lane.waiting, (self._now() + wait_seconds, self._number, letter))
        if len(lane.waiting) > self.pace.most_waiting:
            heapq.heappop(lane.waiting)[2].dropped()
        self._news.set()

    def move(self, old: str, new: str, meant: Callable[[Letter], bool]) -> None:
        """Post to another address what waits for this one, of those letters that are meant."""
        lane = self._lanes.get(old)
        if lane is None or old == new:
            return
        moved = [each for each in lane.waiting if meant(each[2])]
        lane.waiting = [each for each in lane.waiting if not meant(each[2])]
        heapq.heapify(lane.waiting)
        target = self._lanes.setdefault(new, _Lane())
        for each in moved:
            heapq.heappush(target.waiting, each)
        self._news.set()

    def wake(self) -> None:
        """Let the task look, since `prepare` may have something."""
        self._news.set()

    def waiting(self, address: str) -> int:
        """How many letters wait for an address."""
        lane = self._lanes.get(address)
        return 0 if lane is None else len(lane.waiting)

    # -- running -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Look for what is due from now on; needs a running loop."""
        if self._looking is None:
            self._news = asyncio.Event()  # of this loop, which may not be the last one's
            self._looking = asyncio.create_task(self._look(), name="practice-outbox")

    async def stop(self) -> None:
        """End all posts that are under way; what waits is kept for another start."""
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        if self._looking is not None:
            tasks.append(self._looking)
        self._looking = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._poster.close()

    async def settle(self) -> None:
        """Post what is due by now, and wait for all posts that are under way."""
        while True:
            if self._prepare is not None:
                await self._prepare()
            self._send_due()
            tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
            if not tasks:
                return
            await asyncio.wait(tasks)

    async def _look(self) -> None:
        while True:
            self._news.clear()
            more = self._prepare is not None and await self._prepare()
            self._send_due()
            more = more or any(lane.waiting for lane in self._lanes.values())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS if more else None):
                    await self._news.wait()

    def _send_due(self) -> None:
        now = self._now()
        for address, lane in list(self._lanes.items()):
            if lane.task is not None:
                continue
            if lane.waiting and lane.due <= now:
                lane.task = asyncio.create_task(self._send(address, lane), name="practice-post")
            elif not lane.waiting and lane.open_from <= now:
                del self._lanes[address]

    async def _send(self, address: str, lane: _Lane) -> None:
        try:
            while lane.waiting and lane.due <= self._now():
                entry = heapq.heappop(lane.waiting)
                letter = entry[2]
                if not letter.is_wanted:
                    letter.dropped()
                    continue
                try:
                    body, headers = letter.content()
                    posted = await self._poster.post(
                        address, body, headers, self.pace.answer_seconds
                    )
                except asyncio.CancelledError:
                    heapq.heappush(lane.waiting, entry)
                    raise
                letter.tried(posted)
                if posted.is_taken:
                    lane.failing_since = None
                else:
                    heapq.heappush(lane.waiting, entry)
                    self._pause(lane)
        finally:
            lane.task = None

    def _pause(self, lane: _Lane) -> None:
        now, pace = self._now(), self.pace
        if lane.failing_since is None:
            lane.failing_since, lane.next_wait = now, pace.first_wait_seconds
        end = lane.failing_since + pace.give_up_seconds
        if now >= end:
            gone, lane.waiting, lane.failing_since = lane.waiting, [], None
            for _, _, letter in sorted(gone, key=lambda each: each[:2]):
                letter.dropped()
            return
        lane.open_from = min(now + lane.next_wait, end)
        lane.next_wait = min(lane.next_wait * 2, pace.longest_wait_seconds)

    def _now(self) -> float:
        return self._clock.now().timestamp()
