"""A plan without an end fails its case, and not the whole run."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

MOST_SECONDS = 10


@contextmanager
def in_time(seconds: int = MOST_SECONDS) -> Iterator[None]:
    """Raise TimeoutError in the main thread of a process when the block takes longer."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"no end after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
