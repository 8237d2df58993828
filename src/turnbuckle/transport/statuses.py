"""What a status means whichever remote sends it; connectors sort the rest themselves."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from turnbuckle.ports.errors import (
    AccessDenied,
    Gone,
    MalformedReply,
    RateLimited,
    RemoteError,
    ServerError,
    SignInNeeded,
    TooLarge,
    Unreachable,
)
from turnbuckle.transport.told import reset_in, retry_after

_UNTOLD_WAIT = timedelta(seconds=30)  # after a 429 that does not say how long


def rate_limited(remote: str, headers: Mapping[str, str], now: datetime) -> RateLimited:
    """Make the error of a 429; the wait comes from its headers (names in lower case)."""
    try:
        wait = retry_after(headers, now)
    except MalformedReply:
        wait = None
    return RateLimited(remote, wait if wait is not None else reset_in(headers, now) or _UNTOLD_WAIT)


def common_error(remote: str, status: int, detail: str = "") -> RemoteError:
    """Make the error of a status that means the same at every remote.

    Args:
        remote: the remote's name for people, such as "Procore".
        status: an HTTP status that the call did not expect; 429 is `rate_limited`'s.
        detail: what the remote said, redacted; may be empty.
    """
    said = f" ({detail})" if detail else ""
    if status == 401:
        return SignInNeeded(
            f"{remote} does not accept our sign-in any more{said}; connect {remote} again"
        )
    if status == 403:
        return AccessDenied(
            f"{remote} does not allow this to the connected account{said}; give it the right"
        )
    if status in {404, 410}:
        return Gone(f"{remote} does not have, or does not show, this item{said}")
    if status == 413:
        return TooLarge(f"{remote} takes no file of this size{said}")
    if status >= 500:
        return ServerError(f"{remote} answered {status}{said}; it is tried again")
    if status in {408, 425}:
        return Unreachable(f"{remote} answered {status}{said}; it is tried again")
    return MalformedReply(f"{remote} answered {status}, which was not expected{said}")
