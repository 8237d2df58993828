"""Repeat what may be repeated: transient errors only, with growing waits, on the given clock."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from turnbuckle.ports.budget import NoCallsLeft, lane
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RateLimited, Transient

TRIES = 5
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0
_LONG = timedelta(seconds=15)  # then somebody else may have the seat
MOST_RATE_LIMITS = 50  # in a row; a remote that goes on refusing is left for the next run


async def repeated[T](call: Callable[[], Awaitable[T]], clock: Clock, *, tries: int = TRIES) -> T:
    """Make a call until it succeeds or its error is not a transient one.

    A remote that asks for a wait gets it, and that counts as no try: nothing was done.

    Raises:
        RemoteError: the last error.
    """
    failures = refusals = 0
    while True:
        try:
            return await call()
        except RateLimited as error:
            refusals += 1
            if refusals >= MOST_RATE_LIMITS:
                raise
            await wait_as_asked(error, clock)
        except Transient:
            failures += 1
            if failures >= tries:
                raise
            await clock.sleep(wait_after(failures))


async def wait_as_asked(error: RateLimited, clock: Clock) -> None:
    """Wait for as long as a remote asks.

    Raises:
        NoCallsLeft: that is long, and the run is not patient.
    """
    if error.wait > _LONG and not lane().is_patient:
        raise NoCallsLeft(clock.now() + error.wait) from error
    await clock.sleep(max(error.wait.total_seconds(), 0.1))


def wait_after(failures: int) -> float:
    """Give the seconds to wait after that many failures in a row."""
    return min(_FIRST_WAIT_SECONDS * 2.0 ** (failures - 1), _LONGEST_WAIT_SECONDS)
