"""Forget past runs, some at a time, so that neither a disk fills nor whoever writes has to wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from turnbuckle.store import past_runs

_EVERY = timedelta(hours=1)
_MOST_PORTIONS = 10  # at a time, each a transaction of its own


@dataclass(slots=True)
class Pruning:
    """Goes through all old runs, begins again an hour later, and so on.

    A process that starts anew begins with the oldest run again.
    """

    _after: int = 0
    _rests_until: datetime | None = None

    def go_on(self, now: datetime) -> None:
        """Look at the next runs, unless all were looked at within the last hour.

        Raises:
            DatabaseError, StoreUnusable: the database cannot be used; the same runs come next time.
        """
        # A clock that was set back ends the rest: it is never longer than an hour.
        if self._rests_until is not None and now < self._rests_until <= now + _EVERY:
            return
        self._rests_until = None
        for _ in range(_MOST_PORTIONS):
            last = past_runs.prune(now, after=self._after)
            self._after = last or 0
            if last is None:
                self._rests_until = now + _EVERY
                return
