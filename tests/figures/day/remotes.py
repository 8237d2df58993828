"""What both remotes count, independent of what we count: who passes a limit is refused.

Procore's two windows are those of practice mode. Graph's are units in a minute and in a day, of an
app in a tenant; its headers speak up from 80 % of the minute. Sources: the fact sheets, Procore
section 3, Graph section 7.
"""

import math
from collections import Counter
from dataclasses import dataclass, field

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.procore.limits import Limiter, Standing
from turnbuckle.practice.procore.switches import ProcoreLimits

_UNITS_A_MINUTE, _UNITS_A_DAY = 1_250, 1_200_000  # of a tenant with up to 1,000 licences
_TELLS_FROM = 0.8
_HOUR_SECONDS = 3600.0


@dataclass(slots=True)
class Remotes:
    """Both services, for all accounts."""

    clock: PracticeClock
    calls: Counter[str] = field(default_factory=Counter)  # by account
    hours: Counter[str] = field(default_factory=Counter)  # the fullest window of each account
    refused: Counter[str] = field(default_factory=Counter)
    _limiter: Limiter = field(init=False)
    _hours: dict[str, tuple[float, int]] = field(default_factory=dict)  # when it ends, calls
    _minutes: dict[str, tuple[float, int]] = field(default_factory=dict)  # when it ends, units
    _days: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._limiter = Limiter(ProcoreLimits(), self.clock)

    def procore(self, account: str) -> tuple[int, dict[str, str]]:
        """Count a call; give status and headers."""
        standing = self.standing(account)
        return 429 if standing.refused else 200, standing.headers(retry_after=True)

    def standing(self, account: str) -> Standing:
        """Count a call; give where the account stands."""
        standing = self._limiter.take(account)
        assert standing is not None
        if standing.refused:
            self.refused[account] += 1
            return standing
        self.calls[account] += 1
        seconds = self.clock.now().timestamp()
        ends, used = self._hours.get(account, (0.0, 0))
        if seconds >= ends:
            ends, used = seconds + _HOUR_SECONDS, 0
        self._hours[account] = (ends, used + 1)
        if used >= self.hours[account]:
            self.hours[account] = used + 1
        return standing

    def graph(self, tenant: str, units: int) -> tuple[int, dict[str, str]]:
        """Count a call of so many units; give status and headers."""
        now = self.clock.now()
        ends, used = self._minutes.get(tenant, (0.0, 0))
        seconds = now.timestamp()
        if seconds >= ends:
            ends, used = seconds + 60, 0
        used += units  # refused calls count too
        self._minutes[tenant] = (ends, used)
        self._days[tenant] += units
        headers = {}
        if used >= _UNITS_A_MINUTE * _TELLS_FROM:
            headers = {
                "ratelimit-limit": str(_UNITS_A_MINUTE),
                "ratelimit-remaining": str(max(0, _UNITS_A_MINUTE - used)),
                "ratelimit-reset": str(math.ceil(ends - seconds)),
            }
        if used > _UNITS_A_MINUTE or self._days[tenant] > _UNITS_A_DAY:
            self.refused[tenant] += 1
            return 429, headers | {"retry-after": str(math.ceil(ends - seconds))}
        self.calls[tenant] += 1
        return 200, headers

    def most_units_a_day(self) -> int:
        """Give the units of the tenant that took most."""
        return max(self._days.values(), default=0)


def lowered(headers: dict[str, str]) -> dict[str, str]:
    """Give headers as our wire reads them."""
    return {name.lower(): text for name, text in headers.items()}
