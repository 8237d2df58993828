"""How long changes took to arrive: from their time at one remote until the other has them.

The time of a change is the remote's own word for a file, and the first webhook that told of it for
everything else. A file whose time is older than the last run was not put there then: somebody
copied it with its old time, or it waited for something. Nobody knows how long such a one took, so
it is not counted; nor is anything of a link's first run.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from turnbuckle.ports.clock import Clock
from turnbuckle.sync.watching import Nobody
from turnbuckle.sync.writes import MakeFile, ReplaceContent, Write

_OVERLAP = timedelta(minutes=15)  # what changed while the last run was at work came after its look
_CLOCKS_APART = timedelta(minutes=2)


class Arrivals(Nobody):
    """A watcher that times what arrives.

    Args:
        clock: the time.
        last_run: when the last run of the link ended; None: this is the first one.
        told_at: when the first webhook told that this run is for; None: none did.
        take: gets the seconds of each arrival.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        last_run: datetime | None,
        told_at: datetime | None,
        take: Callable[[float], None],
    ) -> None:
        self._clock = clock
        self._last_run = last_run
        self._told_at = told_at
        self._take = take

    def wrote(self, write: Write) -> None:
        """Time one write, where its change has a time."""
        now = self._clock.now()
        changed_at = self._changed_at(write, now)
        if changed_at is not None:
            self._take(max((now - changed_at).total_seconds(), 0.0))

    def _changed_at(self, write: Write, now: datetime) -> datetime | None:
        if self._last_run is None:
            return None
        if not isinstance(write, MakeFile | ReplaceContent):
            return self._told_at
        changed_at = write.source.modified
        if changed_at is None:
            return self._told_at
        recent = self._last_run - _OVERLAP <= changed_at <= now + _CLOCKS_APART
        return changed_at if recent else None
