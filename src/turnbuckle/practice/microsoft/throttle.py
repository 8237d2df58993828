"""Resource units: what each call costs, and when an app, a person or the tenant had enough.

Windows begin with the first call in them and are of fixed length. Refused calls count too, as
SharePoint's page on throttling says. RateLimit headers come only for the app's minute, and only
from 80 per cent of it on.
"""

from dataclasses import dataclass
from datetime import datetime

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.switches import GraphSwitches

_MINUTE, _FIVE_MINUTES, _DAY = 60, 300, 86_400


@dataclass(slots=True)
class _Window:
    began: datetime
    used: int = 0


class Throttle:
    """Counts units, and says when there are none left."""

    def __init__(self, limits: GraphLimits, switches: GraphSwitches, clock: PracticeClock) -> None:
        self._limits = limits
        self._switches = switches
        self._clock = clock
        self._windows: dict[tuple[str, int], _Window] = {}

    def charge(self, app: str, person: str, units: int) -> dict[str, str]:
        """Take the units of one call; gives the headers that its answer carries.

        Args:
            app: the app's id.
            person: the person's id, empty for app-only calls.
            units: what the call costs.

        Raises:
            Refusal: 429 with Retry-After; 503 while the app is blocked.
        """
        if self._switches.app_blocked:
            raise Refusal(503, "serviceNotAvailable", headers={"Retry-After": str(_FIVE_MINUTES)})
        limits = self._limits
        waits = [
            self._take(f"app:{app}", _DAY, units, limits.app_units_a_day),
            self._take("tenant", _FIVE_MINUTES, units, limits.tenant_units_in_five_minutes),
        ]
        if person:
            allowed = limits.user_requests_in_five_minutes
            waits.append(self._take(f"user:{person}", _FIVE_MINUTES, 1, allowed))
        minute = self._take(f"app:{app}", _MINUTE, units, limits.app_units_a_minute)
        headers = self._headers(app)
        wait = max(minute, *waits)
        if wait > 0:
            told = dict(headers)
            if not self._switches.throttled_without_wait:
                told["Retry-After"] = str(wait)
            inner = "throttledRequest"
            raise Refusal(429, "activityLimitReached", inner=inner, headers=told)
        return headers

    def _take(self, who: str, seconds: int, units: int, allowed: int | None) -> int:
        """Seconds to wait, 0 when the call may go on."""
        if allowed is None:
            return 0
        now = self._clock.now()
        window = self._windows.get((who, seconds))
        if window is None or (now - window.began).total_seconds() >= seconds:
            window = self._windows[who, seconds] = _Window(now)
        window.used += units
        if window.used <= allowed:
            return 0
        return self._left(window, seconds)

    def _left(self, window: _Window, seconds: int) -> int:
        passed = (self._clock.now() - window.began).total_seconds()
        return max(1, round(seconds - passed + 0.499))

    def _headers(self, app: str) -> dict[str, str]:
        allowed = self._limits.app_units_a_minute
        window = self._windows.get((f"app:{app}", _MINUTE))
        if allowed is None or window is None:
            return {}
        if window.used < allowed * self._limits.headers_from_share:
            return {}
        return {
            "RateLimit-Limit": str(allowed),
            "RateLimit-Remaining": str(max(0, allowed - window.used)),
            "RateLimit-Reset": str(self._left(window, _MINUTE)),
        }
