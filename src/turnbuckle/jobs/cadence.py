"""How often links run, as the owner of an integration wants it.

Kept in `Integration.settings` under the names of the fields below; what is absent is as usual.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

_SHORTEST = timedelta(seconds=10)  # more often is more than any budget of calls bears
_LONGEST = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How often links run."""

    poll: timedelta = timedelta(minutes=5)  # both sides are asked what changed
    sweep: timedelta = timedelta(days=1)  # both sides are listed completely
    closest: timedelta = timedelta(minutes=1)  # polls where webhooks did not tell of a change
    rarest: timedelta = timedelta(minutes=5)  # polls where webhooks tell of everything

    @property
    def usual(self) -> timedelta:
        """How far polls lie apart where nothing is known of webhooks."""
        return self.poll

    @property
    def close(self) -> timedelta:
        """How far they lie apart where webhooks are not to be trusted."""
        return min(self.closest, self.poll)

    @property
    def rare(self) -> timedelta:
        """How far they lie apart where webhooks proved true."""
        return max(self.rarest, self.poll)


def cadence_of(settings: Mapping[str, Any]) -> Cadence:
    """Read the cadence that an integration's settings hold, in seconds, within sane bounds."""
    return Cadence(
        **{
            name: min(max(timedelta(seconds=float(settings[kept])), _SHORTEST), _LONGEST)
            for name in Cadence.__dataclass_fields__
            if isinstance(settings.get(kept := f"{name}_seconds"), int | float)
        }
    )
