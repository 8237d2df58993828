"""What faults of both services ask for."""

from turnbuckle.practice.panel.deeds import Ask
from turnbuckle.practice.panel.values import MOST, Kind, whole

MOST_TIMES = 1_000_000
PAGE = "<html><body><h1>Service unavailable</h1></body></html>"
_LONGEST_DELAY = 600.0

TIMES = Ask(name="times", label="How often", kind=whole(1, MOST_TIMES), default=1)
DELAY = Ask(
    name="seconds",
    label="Seconds",
    kind=Kind(name="number", most=_LONGEST_DELAY),
    default=5.0,
)
WAIT = Ask(
    name="wait_seconds",
    label="Retry-After, empty: without",
    kind=Kind(name="integer", most=86_400, optional=True),
    default=5,
)
STATUS = Ask(
    name="status",
    label="Status",
    kind=Kind(name="choice", choices=(503, 500, 502, 504)),
    default=503,
)
BYTES = Ask(name="after_bytes", label="After so many bytes", kind=whole(0, MOST), default=1000)


def waiting_headers(wait_seconds: int | None) -> dict[str, str]:
    """The headers of an answer that asks to wait."""
    return {} if wait_seconds is None else {"Retry-After": str(wait_seconds)}
