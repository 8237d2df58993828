"""How long a plan takes at least under the limits of both services.

Procore lets an account make 25 calls in ten seconds and 3,600 an hour; Microsoft charges two
resource units a write, of which the smallest tenant's app has 1,250 a minute. Content is bound by
the line, of which we know nothing, so it is left out. The sources are the two fact sheets, of
limits that practice mode keeps too.
"""

import math
from datetime import timedelta

from turnbuckle.model.plans import CreateFile, Plan, Replace
from turnbuckle.model.side import Side

_PROCORE_BURST, _PROCORE_BURST_SECONDS = 25, 10
_PROCORE_HOURLY = 3600
_MICROSOFT_UNITS_A_MINUTE = 1250
_UNITS_A_WRITE = 2
_CALLS_AN_UPLOAD = 2  # to Procore: create the upload, attach it


def expected(plan: Plan) -> timedelta:
    """Say how long the writes of a plan take at least."""
    calls = sum(
        _CALLS_AN_UPLOAD if isinstance(step, CreateFile | Replace) else 1
        for step in plan.writes
        if _side(step) is Side.LEFT
    )
    units = _UNITS_A_WRITE * sum(_side(step) is Side.RIGHT for step in plan.writes)
    return timedelta(seconds=max(_procore_seconds(calls), _microsoft_seconds(units)))


def _side(step: object) -> Side | None:
    side = getattr(step, "side", None)
    return side if isinstance(side, Side) else None


def _procore_seconds(calls: int) -> float:
    """The first burst is free, every further one waits for its window."""
    bursts = max(0, math.ceil(calls / _PROCORE_BURST) - 1)
    hours = max(0, math.ceil(calls / _PROCORE_HOURLY) - 1)
    return max(bursts * _PROCORE_BURST_SECONDS, hours * 3600)


def _microsoft_seconds(units: int) -> float:
    return 60.0 * max(0, math.ceil(units / _MICROSOFT_UNITS_A_MINUTE) - 1)
