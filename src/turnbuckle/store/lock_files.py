"""Files that keep the processes of one machine apart; the system lets go when a process ends."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE_SECONDS = 90.0  # longer than one call to a sign-in host may take
_POLL_SECONDS = 0.05

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alone(path: Path, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Hold a lock file, which is made where it is not there and stays; blocks its thread.

    Raises:
        TimeoutError: somebody else held it all the time.
    """
    until = time.monotonic() + patience_seconds
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while True:
            try:
                _take(handle)
                break
            except OSError as error:
                if time.monotonic() >= until:
                    raise TimeoutError(f"{path.name} is held by another process") from error
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(handle)  # lets go of it as well
