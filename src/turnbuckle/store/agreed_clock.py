"""The time that all processes of one database agree on.

Leases, due times and the ends of tokens are compared by machines whose clocks may differ by an
hour: one that is ahead would take every lease for ended, and what one that is behind puts off
would be due at once. So on PostgreSQL the server's clock holds. It is asked once at the start, and
every minute where a process goes on; between that the machine's steady clock carries it on, which
nobody sets. On SQLite there is one machine, and its own clock holds.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from django.db import connection

from turnbuckle.ports.clock import Clock, SystemClock
from turnbuckle.store.units import tidy


class ServerClock:
    """Keeps `Clock`: the time of the database's server.

    Args:
        at: what time it was there.
        steady: what the machine's steady clock said then.
    """

    def __init__(self, at: datetime, steady: float) -> None:
        self._known = at, steady

    def set(self, at: datetime, steady: float) -> None:
        """Go by a newer question from now on."""
        self._known = at, steady

    def now(self) -> datetime:
        """The time now, in UTC, with time zone."""
        at, steady = self._known
        return at + timedelta(seconds=time.monotonic() - steady)

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await asyncio.sleep(seconds)


_of_this_process: list[ServerClock] = []


def agreed_clock() -> Clock:
    """Give the clock that holds in this process; before `agree`, the machine's own."""
    return _of_this_process[0] if _of_this_process else SystemClock()


@tidy
def agree() -> None:
    """Ask the server what time it is; on SQLite there is nobody to ask.

    Raises:
        StoreUnusable: it does not answer; then what is known is carried on.
    """
    if connection.vendor != "postgresql":
        return
    before = time.monotonic()
    with connection.cursor() as sql:
        sql.execute("SELECT clock_timestamp()")
        at = sql.fetchone()[0].astimezone(UTC)
    steady = (before + time.monotonic()) / 2
    if _of_this_process:
        _of_this_process[0].set(at, steady)
    else:
        _of_this_process.append(ServerClock(at, steady))
