"""What was seen of a day: lags by kind, sweeps, bulk work by project, the queue."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from figures.day.population import Change, SimLink

from turnbuckle.store.timings import Timing


@dataclass(slots=True)
class Seen:
    """Grows while the day passes."""

    runs: Counter[str] = field(default_factory=Counter)
    begun: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    arrival: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    late_polls: list[float] = field(default_factory=list)
    oldest_sweep: timedelta = timedelta()
    shares: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    halfway: dict[int, list[int]] = field(default_factory=dict)  # files done, by account
    bulk_ended: dict[int, datetime] = field(default_factory=dict)
    depths: list[int] = field(default_factory=list)

    def quiet(self, procore: int, graph: int) -> None:
        """Count a poll that found nothing, and its calls to either side."""
        self.runs["quiet polls"] += 1
        self.runs["their Procore calls"] += procore
        self.runs["their Graph calls"] += graph

    def ran(self, link: SimLink, began: Timing, *, swept: bool) -> None:
        """Count a run that is over."""
        kind = "swept" if swept else "nudged" if began.is_nudged else "polled"
        self.runs[kind] += 1
        if kind == "polled" and began.ended_at is not None and self.runs[kind] % 10 == 0:
            self.late_polls.append(began.late_seconds)
        if swept and began.started_at and began.swept_at:
            self.oldest_sweep = max(self.oldest_sweep, began.started_at - began.swept_at)

    def arrived(
        self, link: SimLink, change: Change, began: Timing, now: datetime, start: datetime
    ) -> None:
        """A change is on the other side."""
        kind = "told by a webhook" if change.told is not None else "found by a poll"
        if began.apart_seconds > 300 and change.told is None:
            kind = "found by a poll that was moved apart"
        if link.had_no_calls:
            kind = "of an account whose hour was used up"
        if began.started_at is not None:
            self.begun[kind].append((began.started_at - start).total_seconds() - change.at)
        self.arrival[kind].append((now - start).total_seconds() - change.at)

    def bulk(self, link: SimLink, files: int, now: datetime) -> None:
        """Files of a first sync went across."""
        account = link.account.number
        projects = [each for each in link.account.links if each.is_bulk]
        done = sum(each.done for each in projects)
        if account not in self.halfway and 2 * done >= sum(each.to_do for each in projects):
            self.halfway[account] = [each.done for each in projects]
        if all(each.done == each.to_do for each in projects):
            self.bulk_ended[account] = now

    def depth(self, second: float, waiting: int) -> None:
        """Look at the queue."""
        self.depths.append(waiting)


def percentiles(values: list[float]) -> tuple[float, float, float, float]:
    """Give the median, the 95th, the 99th and the largest; zeros of nothing."""
    if not values:
        return (0.0, 0.0, 0.0, 0.0)
    ordered = sorted(values)
    last = len(ordered) - 1
    half, most, nearly = (ordered[round(last * part)] for part in (0.5, 0.95, 0.99))
    return (half, most, nearly, ordered[-1])


def fairness(values: list[int]) -> float:
    """Give Jain's index: 1 when all have the same, 1/n when one has everything."""
    squares = sum(each * each for each in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0
