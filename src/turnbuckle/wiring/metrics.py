"""What Prometheus reads: the counts of this process, and what the database tells of all of them.

No series is of one link or one file: remotes, organisations, states and reasons are few. Numbers of
the database come from whoever serves alone, so that a sum over processes counts nothing twice.

Source: Prometheus's text format 0.0.4, and its page on naming.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from turnbuckle.store.gauges import Calls, Gauges
from turnbuckle.sync.counting import Outcome, RunCounts, Spread
from turnbuckle.transport.meter import Meter

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "turnbuckle"

type _Values = Mapping[Any, float]


def exposition(counts: RunCounts, meter: Meter, gauges: Gauges | None) -> bytes:
    """Give all metrics in the text format.

    Args:
        counts: of this process's runs.
        meter: what this process's wires counted.
        gauges: of the database; None: this process does not tell them, or they cannot be had.
    """
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Told([*_of_runs(counts), *_of_calls(meter)]))
    if gauges is not None:
        registry.register(_Told(_of_database(gauges)))
    return generate_latest(registry)


def database_is(up: bool) -> bytes:
    """Give the one metric that says whether the numbers of the database could be had."""
    registry = CollectorRegistry()
    registry.register(
        _Told([_gauge("database_up", "Whether the database answers.", (), {(): int(up)})])
    )
    return generate_latest(registry)


class _Told(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _of_runs(counts: RunCounts) -> Iterator[Metric]:
    outcomes = dict.fromkeys(Outcome, 0) | dict(counts.outcomes)
    yield _counter("runs", "Runs by how they ended.", ("outcome",), outcomes)
    notices = dict(counts.notices)
    yield _counter("notices", "What runs told people, such as a conflict.", ("reason",), notices)
    yield _counter("writes", "Writes made at both remotes.", (), {(): counts.writes})
    yield _histogram("run_seconds", "How long runs took.", counts.run_seconds)
    yield _histogram(
        "arrival_seconds",
        "From a change at one remote to its arrival at the other, where its time is known.",
        counts.arrival_seconds,
    )


def _of_calls(meter: Meter) -> Iterator[Metric]:
    by_call = ("remote", "call")
    yield _counter("calls", "Calls that count against budgets.", by_call, dict(meter.calls))
    transfers = dict(meter.transfers)
    yield _counter("transfers", "Requests for content, not counted.", by_call, transfers)
    content = {(remote, "up"): count for remote, count in dict(meter.bytes_up).items()}
    content |= {(remote, "down"): count for remote, count in dict(meter.bytes_down).items()}
    where = ("remote", "direction")
    yield _counter("content_bytes", "Content sent to and read from remotes.", where, content)
    errors = dict(meter.errors)
    yield _counter("errors", "What went wrong at remotes, by class.", ("remote", "error"), errors)


def _of_database(gauges: Gauges) -> Iterator[Metric]:
    by_organisation = ("organisation",)
    yield _gauge("links", "Links by state.", ("organisation", "state"), gauges.links)
    yield _gauge(
        "lag_seconds",
        "For how long links wait that are due, by quantile; 1 is the longest.",
        ("organisation", "quantile"),
        gauges.lag_seconds,
    )
    yield _gauge("queue_depth", "Links that wait for their turn.", ("asked_by",), gauges.queue)
    yield _gauge("running", "Links that are being run.", (), {(): gauges.running})
    held, aside = gauges.held, gauges.aside
    yield _gauge("held_batches", "Batches that wait for a decision.", by_organisation, held)
    yield _gauge("items_set_aside", "Items that failed, tried again.", by_organisation, aside)
    yield _gauge("hooks", "Webhooks by state.", ("state",), gauges.hooks)
    opened, untold = gauges.alerts, gauges.alerts_untold
    yield _gauge("alerts", "Open alerts.", ("organisation", "kind"), opened)
    yield _gauge("alerts_untold", "Alerts that recipients were not told.", ("state",), untold)
    yield from _of_budgets(gauges.calls)


def _of_budgets(calls: Mapping[str, Calls]) -> Iterator[Metric]:
    for name, words, value in _BUDGETS:
        told = {remote: float(getattr(each, value)) for remote, each in calls.items()}
        yield _gauge(f"budget_{name}", words, ("remote",), told)


_BUDGETS = (
    ("accounts", "Accounts whose limit is known.", "accounts"),
    ("calls_limit", "Calls that all accounts may make in their longest windows.", "limit"),
    ("calls_left", "Calls that are left of these.", "left"),
    ("least_left_ratio", "The smallest share that an account has left.", "least"),
    ("accounts_closed", "Accounts that were asked to wait.", "closed"),
)
"""The metric, its help, and the attribute of `Calls` that it tells."""


def _counter(name: str, words: str, labels: tuple[str, ...], values: _Values) -> Metric:
    return _filled(CounterMetricFamily(f"{_PREFIX}_{name}", words, labels=labels), values)


def _gauge(name: str, words: str, labels: tuple[str, ...], values: _Values) -> Metric:
    return _filled(GaugeMetricFamily(f"{_PREFIX}_{name}", words, labels=labels), values)


def _filled(family: CounterMetricFamily | GaugeMetricFamily, values: _Values) -> Metric:
    """Put the values in; a text is the only label of its series, several labels are a tuple."""
    for key, value in values.items():
        family.add_metric(
            [str(each) for each in (key if isinstance(key, tuple) else (key,))], value
        )
    return family


def _histogram(name: str, words: str, spread: Spread) -> Metric:
    bounds = [f"{bound:g}" for bound in spread.bounds] + ["+Inf"]
    buckets = [
        (bound, float(count))
        for bound, count in zip(bounds, accumulate(spread.counts), strict=True)
    ]
    family = HistogramMetricFamily(f"{_PREFIX}_{name}", words)
    family.add_metric([], buckets=buckets, sum_value=spread.total)
    return family
