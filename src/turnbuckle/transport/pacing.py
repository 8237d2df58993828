"""How far the polls of one account have to lie apart, so that they leave calls for everything else.

The calls that looks take are counted for a while and compared with what the account has. Where they
take more than their share, polls move apart in that proportion, since twice as far apart they take
half as many; where they take clearly less, polls come closer again. Between the two nothing is
changed: the times of all polls hang on the figure.

Nobody has to know how many links an account has, or what a poll of each costs.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

SHARE = 0.5  # of an account's calls, for looks; the rest is for what they find
SPAN = timedelta(minutes=15)  # so long is counted
_MOST, _LEAST = 0.6, 0.4  # of the calls, between which nothing is changed
_BEGINS_AT = timedelta(minutes=5)  # how far polls lie apart where nobody wants it otherwise
_SHORTEST = timedelta(minutes=1)
_LONGEST = timedelta(hours=6)
_FASTEST = 2  # so many times closer after one span: a quiet night says little
_HOUR = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class Pacing:
    """What looks take of one account, and what follows."""

    since: datetime | None = None
    looks: int = 0  # calls for looks since then
    apart_minutes: int = 0  # polls lie at least that far apart; 0: as their owner wants

    @property
    def apart(self) -> timedelta:
        """How far polls have to lie apart at least."""
        return timedelta(minutes=self.apart_minutes)

    def count(self, looks: int, limit: int, now: datetime) -> None:
        """Count calls for looks, and draw the conclusion when it is time.

        Args:
            looks: calls since the last time.
            limit: calls an hour that the account has; 0: not known, and nothing follows.
            now: the time.
        """
        self.since = self.since or now
        self.looks += looks
        passed = now - self.since
        if passed < SPAN:
            return
        if limit:
            self._judge(self.looks * (_HOUR / passed) / limit)
        self.since, self.looks = now, 0

    def set_back(self, now: datetime) -> None:
        """Count anew where the clock was set back to before the count began."""
        if self.since is not None and self.since > now:
            self.since, self.looks = None, 0

    def _judge(self, taken: float) -> None:
        """Move polls apart or closer, by the part of all calls that looks took."""
        if _LEAST <= taken <= _MOST or (taken < _LEAST and not self.apart_minutes):
            return
        apart = (self.apart or _BEGINS_AT) * max(taken / SHARE, 1 / _FASTEST)
        minutes = math.ceil(min(apart, _LONGEST) / timedelta(minutes=1))
        self.apart_minutes = minutes if apart >= _SHORTEST else 0
