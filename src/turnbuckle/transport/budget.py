"""One account's budget of calls, learnt from what its replies say.

Nothing is assumed about the limits: the first calls are sent, and every reply's headers tell how
many are left until when. Calls that are on their way are taken off what the last reply said, so
that many callers at once do not overshoot; when nothing is left, all wait for the reset.
"""

import asyncio
import bisect
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import MalformedReply

MOST_UNKNOWN = 8  # calls under way while no reply has told how many the window takes
_LONGEST_WINDOW = timedelta(hours=25)
_SAME_WINDOW = timedelta(seconds=2)  # resets are told in whole seconds, by two clocks


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read how long a remote asks us to wait before the next call.

    Args:
        headers: the reply's headers, names in lower case; `retry-after` is in seconds or a date.
        now: when the reply came in, with time zone.

    Returns:
        The wait, zero or longer; None when the remote does not say.

    Raises:
        MalformedReply: the header is neither whole seconds nor an HTTP date.

    Source: RFC 9110, section 10.2.3 (both forms are legal).
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value), 10**8))
    try:
        until = parsedate_to_datetime(value)
    except ValueError as error:
        raise MalformedReply(f"Retry-After is no time: {value[:60]!r}") from error
    return max(timedelta(), _aware(until) - now)


def served_at(headers: Mapping[str, str]) -> datetime | None:
    """Give the remote's own time from the Date header; None when it does not say."""
    try:
        return _aware(parsedate_to_datetime(headers.get("date", "")))
    except ValueError:
        return None


def remote_now(headers: Mapping[str, str], now: datetime) -> datetime:
    """Give the remote's own time, or `now` when it tells none or one that cannot be true."""
    theirs = served_at(headers)
    return theirs if theirs is not None and abs(theirs - now) < timedelta(days=1) else now


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Window:
    remaining: int
    reset: datetime


@dataclass(order=True, slots=True)
class _Waiter:
    rank: tuple[int, int]  # minus the priority, then the order of arrival
    woken: asyncio.Event = field(compare=False, default_factory=asyncio.Event)


class Budget:
    """The calls that one account may still make; one object for all who use the account.

    Attributes:
        calls: how many were let through.
        waited_seconds: how long callers were kept waiting because nothing was left, longest queue
            counted once.
    """

    def __init__(self, clock: Clock, *, most_unknown: int = MOST_UNKNOWN) -> None:
        self.calls = 0
        self.waited_seconds = 0.0
        self._clock = clock
        self._most_unknown = most_unknown
        self._window: _Window | None = None
        self._silent = False  # the remote answered and said nothing about limits
        self._closed_until: datetime | None = None
        self._under_way = 0
        self._queue: list[_Waiter] = []
        self._arrivals = itertools.count()

    async def acquire(self, priority: int = 0) -> None:
        """Wait until one more call may be sent; higher priorities first.

        Every call let through must be followed by `note`, or by `lost` when no reply came.
        """
        waiter = _Waiter((-priority, next(self._arrivals)))
        bisect.insort(self._queue, waiter)
        try:
            while self._queue[0] is not waiter or not await self._is_open(waiter):
                waiter.woken.clear()
                if self._queue[0] is not waiter or self._pause() is None:
                    await waiter.woken.wait()
            self._under_way += 1
            self.calls += 1
        finally:
            self._queue.remove(waiter)
            self._wake()

    def note(self, headers: Mapping[str, str], status: int, now: datetime) -> None:
        """Take in what a reply says about the limits; `headers` have names in lower case."""
        self._under_way = max(0, self._under_way - 1)
        try:
            wait = retry_after(headers, now)
        except MalformedReply:
            wait = None
        window = _window(headers, now)
        if status == 429 and wait is None:
            wait = window.reset - now if window else timedelta(seconds=10)
        if wait is not None and status >= 400:
            self._closed_until = max(self._closed_until or now, now + wait)
        self._learn(window, now)
        self._wake()

    def lost(self) -> None:
        """Take note that a call let through got no reply; the remote may have counted it."""
        self._under_way = max(0, self._under_way - 1)
        if self._window is not None:
            left = max(0, self._window.remaining - 1)
            self._window = _Window(left, self._window.reset)
        self._wake()

    def _learn(self, window: _Window | None, now: datetime) -> None:
        known = self._current(now)
        if window is None:
            self._silent = known is None
        elif window.reset <= now:
            return
        elif known is not None and abs(known.reset - window.reset) <= _SAME_WINDOW:
            left = min(known.remaining, window.remaining)
            self._window = _Window(left, max(known.reset, window.reset))
        elif known is None or known.remaining > 0 or window.reset > known.reset:
            self._window = window

    def _current(self, now: datetime) -> _Window | None:
        if self._window is not None and self._window.reset <= now:
            self._window = None
        return self._window

    def _pause(self) -> float | None:
        """Seconds to wait for the clock; 0: go; None: a reply must come first."""
        now = self._clock.now()
        if self._closed_until is not None:
            if self._closed_until > now:
                return (self._closed_until - now).total_seconds()
            self._closed_until = None
        window = self._current(now)
        if window is None:
            return 0 if self._silent or self._under_way < self._most_unknown else None
        if window.remaining > self._under_way:
            return 0
        if window.remaining > 0 and self._under_way:
            return None
        return (window.reset - now).total_seconds()

    async def _is_open(self, waiter: _Waiter) -> bool:
        pause = self._pause()
        if not pause:
            return pause is not None
        await self._clock.sleep(pause)
        self.waited_seconds += pause
        return self._queue[0] is waiter and self._pause() == 0

    def _wake(self) -> None:
        if self._queue:
            self._queue[0].woken.set()


def _window(headers: Mapping[str, str], now: datetime) -> _Window | None:
    """Read the limit that will be hit first, Procore's form or the RFC draft's form.

    A reset told as a moment is measured against the remote's own Date, so a clock that is wrong
    on either side does not make us wait too long or too short.
    """
    moment = _whole(headers, "x-rate-limit-reset")
    left = _whole(headers, "x-rate-limit-remaining")
    if moment is not None and left is not None:
        wait = timedelta(seconds=moment) - (now - datetime.fromtimestamp(0, UTC))
        ahead = remote_now(headers, now) - now
        if abs(ahead) > _SAME_WINDOW:
            wait -= ahead
        return _Window(left, now + wait) if wait < _LONGEST_WINDOW else None
    seconds = _whole(headers, "ratelimit-reset")
    left = _whole(headers, "ratelimit-remaining")
    if seconds is not None and left is not None and seconds < _LONGEST_WINDOW.total_seconds():
        return _Window(left, now + timedelta(seconds=seconds))
    return None


def _whole(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(name, "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None


def reset_in(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Give how long until the limit that these headers describe starts anew; None: not told."""
    window = _window(headers, now)
    return None if window is None else max(timedelta(), window.reset - now)
