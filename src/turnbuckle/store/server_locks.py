"""Locks of PostgreSQL that keep processes on all machines apart.

Each is held on a connection of its own, outside the pool, so the server lets go of it when the
process ends, and within about half a minute when its machine vanishes from the network. A process
that is frozen answers the network still; where it is known how long somebody who is at work holds
a lock at most, the server takes it away after that.

Source: PostgreSQL's documentation, "Advisory Locks", "lock_timeout" and "idle_session_timeout".
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

_PATIENCE_SECONDS = 90.0  # longer than one call to a sign-in host may take
_SET = "SELECT set_config(%s, %s, false)"
_NOT_IN_TIME = "55P03"  # lock_not_available


@contextmanager
def alone(
    name: str,
    patience_seconds: float = _PATIENCE_SECONDS,
    *,
    frozen_after_seconds: float | None = None,
) -> Iterator[None]:
    """Hold the lock of that name in this database; blocks its thread.

    Args:
        name: of the lock.
        patience_seconds: how long to wait for it.
        frozen_after_seconds: whoever holds it that long is taken for frozen, and holds it no more;
            None: it is held as long as the process lives.

    Raises:
        TimeoutError: somebody else held it all the time.
    """
    own = connection.copy()
    own.settings_dict["OPTIONS"].pop("pool", None)
    own.inc_thread_sharing()  # it may be given back by another thread than the one that took it
    try:
        with own.cursor() as sql:
            # A holder whose machine is gone answers no longer; these tell the server's end so.
            sql.execute("SET tcp_keepalives_idle = 10")
            sql.execute("SET tcp_keepalives_interval = 5")
            sql.execute("SET tcp_keepalives_count = 3")
            sql.execute(_SET, ["lock_timeout", _ms(patience_seconds)])
            if frozen_after_seconds is not None:
                sql.execute(_SET, ["idle_session_timeout", _ms(frozen_after_seconds)])
            try:
                sql.execute("SELECT pg_advisory_lock(%s)", [_number(name)])
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") != _NOT_IN_TIME:
                    raise
                raise TimeoutError(f"{name} is held by another process") from error
        yield
    finally:
        own.close()


def _ms(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))}ms"  # 0 would mean to wait for ever


def _number(name: str) -> int:
    """Give the number that PostgreSQL knows a lock by: 64 bits with a sign."""
    digest = hashlib.sha256(f"turnbuckle {name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
