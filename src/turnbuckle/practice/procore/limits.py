"""Two limits at once on the calls of an account: by the hour, and for a burst of ten seconds.

A window opens with the first call and ends after its length; refused calls do not fill it. The
headers tell about whichever limit will be hit first.
"""

import math
from dataclasses import dataclass

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.procore.switches import ProcoreLimits


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands after a call."""

    limit: int
    remaining: int
    reset: int  # seconds since 1970
    wait: int  # seconds until then, at least 1
    refused: bool

    def headers(self, *, retry_after: bool) -> dict[str, str]:
        """What the answer carries."""
        headers = {
            "X-Rate-Limit-Limit": str(self.limit),
            "X-Rate-Limit-Remaining": str(self.remaining),
            "X-Rate-Limit-Reset": str(self.reset),
        }
        if self.refused and retry_after:
            headers["Retry-After"] = str(self.wait)
        return headers


class _Window:
    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._ends = 0.0
        self._used = 0

    def open_at(self, now: float) -> None:
        if now >= self._ends:
            self._ends = now + self._seconds
            self._used = 0

    @property
    def left(self) -> int:
        return self._limit - self._used

    def take(self) -> None:
        self._used += 1

    def standing(self, now: float, *, refused: bool) -> Standing:
        reset = math.ceil(self._ends)
        wait = max(1, math.ceil(self._ends - now))
        return Standing(self._limit, self.left, reset, wait, refused)


class Limiter:
    """Counts the calls of all accounts."""

    def __init__(self, limits: ProcoreLimits, clock: PracticeClock) -> None:
        self.limits = limits
        self._clock = clock
        self._windows: dict[str, list[_Window]] = {}

    def take(self, account: str) -> Standing | None:
        """Count one call, unless a limit is reached; None when no limit is switched on."""
        windows = self._windows.get(account)
        if windows is None:
            windows = self._windows[account] = self._new_windows()
        if not windows:
            return None
        now = self._clock.now().timestamp()
        for window in windows:
            window.open_at(now)
        full = [window for window in windows if window.left <= 0]
        if full:
            standings = [window.standing(now, refused=True) for window in full]
            return max(standings, key=lambda standing: standing.reset)
        for window in windows:
            window.take()
        return min(windows, key=lambda window: window.left).standing(now, refused=False)

    def _new_windows(self) -> list[_Window]:
        both = (
            (self.limits.spike, self.limits.spike_seconds),
            (self.limits.hourly, self.limits.hourly_seconds),
        )
        return [_Window(limit, seconds) for limit, seconds in both if limit is not None]
