"""What the headers of a reply say about limits and waits, measured by our own clock."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from turnbuckle.ports.budget import Told
from turnbuckle.ports.errors import MalformedReply

SAME_MOMENT = timedelta(seconds=2)  # resets are told in whole seconds, by two clocks
LONGEST_WAIT = timedelta(hours=1)
"""So long one reply is believed. No vendor's page speaks of a longer wait than Procore's hour; who
wants one says it again when it is over, and a header that is wrong closes nothing for years."""
_LONGEST_WINDOW = timedelta(hours=25)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read how long a remote asks us to wait before the next call.

    Args:
        headers: the reply's headers, names in lower case; `retry-after` is in seconds or a date.
        now: when the reply came in, with time zone.

    Returns:
        The wait, from zero to `LONGEST_WAIT`; None when the remote does not say.

    Raises:
        MalformedReply: the header is neither whole seconds nor an HTTP date.

    Source: RFC 9110, section 10.2.3 (both forms are legal).
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return timedelta(
            seconds=min(int((value.lstrip("0") or "0")[:12]), LONGEST_WAIT.total_seconds())
        )
    try:
        until = parsedate_to_datetime(value)
    except ValueError as error:
        raise MalformedReply(f"Retry-After is no time: {value[:60]!r}") from error
    return min(max(timedelta(), _aware(until) - now), LONGEST_WAIT)


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


def limit_told(
    headers: Mapping[str, str], now: datetime, *, units_per_call: int = 1
) -> Told | None:
    """Read the limit that will be hit first, Procore's form or the RFC draft's form.

    A reset told as a moment is measured against the remote's own Date, so a clock that is wrong
    on either side does not make us wait too long or too short.

    Args:
        headers: names in lower case.
        now: when the reply came in.
        units_per_call: what a call is counted as in the draft's form; Procore counts calls.
    """
    moment = _whole(headers, "x-rate-limit-reset")
    left = _whole(headers, "x-rate-limit-remaining")
    if moment is not None and left is not None:
        wait = timedelta(seconds=moment) - (now - datetime.fromtimestamp(0, UTC))
        ahead = remote_now(headers, now) - now
        if abs(ahead) > SAME_MOMENT:
            wait -= ahead
        if wait >= _LONGEST_WINDOW:
            return None
        limit = _whole(headers, "x-rate-limit-limit")
        return Told(limit or left, left, now + wait, always=True)
    seconds = _whole(headers, "ratelimit-reset")
    left = _whole(headers, "ratelimit-remaining")
    if seconds is None or left is None or seconds >= _LONGEST_WINDOW.total_seconds():
        return None
    limit = _whole(headers, "ratelimit-limit") or left
    reset = now + timedelta(seconds=seconds)
    return Told(limit // units_per_call, left // units_per_call, reset)


def reset_in(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Give how long until the limit that these headers describe starts anew; None: not told."""
    told = limit_told(headers, now)
    return None if told is None else max(timedelta(), told.reset - now)


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _whole(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(name, "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None
