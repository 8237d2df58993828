"""What Prometheus is told can be read by its own parser, and says what was counted."""

from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.side import Side
from turnbuckle.store import gauges
from turnbuckle.sync.counting import Outcome, RunCounts
from turnbuckle.sync.report import Report
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring import metrics

type Told = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(text: bytes) -> Told:
    """Give all samples by name and labels, as Prometheus reads them."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def at(told: Told, name: str, **labels: str) -> float:
    return told[f"turnbuckle_{name}", frozenset(labels.items())]


def counted() -> tuple[RunCounts, Meter]:
    counts, meter = RunCounts(), Meter()
    conflict = Notice(reason=Reason.CONFLICT, side=Side.LEFT, path="a", detail="")
    counts.ran(Outcome.SYNCED, Report(notices=[conflict]), 0.5)
    counts.ran(Outcome.FAILED, Report(), 7.0)
    counts.ran(Outcome.BUSY, Report(), 0.0)
    for seconds in (0.4, 3.0, 3.5, 1e6):
        counts.arrival_seconds.take(seconds)
    meter.calls["Procore", "list documents"] = 12
    meter.bytes_up["Microsoft"] = 5_000_000_000
    meter.errors["Procore", "RateLimited"] = 2
    return counts, meter


def test_what_a_process_counted_is_told() -> None:
    told = read(metrics.exposition(*counted(), None))

    assert at(told, "runs_total", outcome="synced") == 1
    assert at(told, "runs_total", outcome="cut_short") == 0
    assert at(told, "notices_total", reason="conflict") == 1
    assert at(told, "calls_total", remote="Procore", call="list documents") == 12
    assert at(told, "content_bytes_total", remote="Microsoft", direction="up") == 5e9
    assert at(told, "errors_total", remote="Procore", error="RateLimited") == 2
    assert ("process_resident_memory_bytes", frozenset()) in told
    assert not [name for name, _ in told if name.startswith("turnbuckle_links")]


def test_how_values_spread_is_told_by_buckets_that_grow() -> None:
    told = read(metrics.exposition(*counted(), None))

    assert at(told, "run_seconds_bucket", le="0.5") == 1
    assert at(told, "run_seconds_count") == 2
    assert at(told, "arrival_seconds_bucket", le="1") == 1
    assert at(told, "arrival_seconds_bucket", le="5") == 3
    assert at(told, "arrival_seconds_bucket", le="+Inf") == at(told, "arrival_seconds_count") == 4
    assert at(told, "arrival_seconds_sum") == 1e6 + 6.9


def test_what_the_database_tells_is_told_beside_it(db: None) -> None:
    now = datetime(2026, 5, 4, tzinfo=UTC)

    text = metrics.exposition(*counted(), gauges.read(now, practice=True))

    told = read(text + metrics.database_is(True))
    assert at(told, "links", organisation="default", state="late") == 0
    assert at(told, "lag_seconds", organisation="default", quantile="0.95") == 0
    assert at(told, "queue_depth", asked_by="webhook") == 0
    assert at(told, "running") == 0
    assert at(told, "database_up") == 1


def test_each_metric_says_what_it_is_and_counters_are_called_total() -> None:
    families = list(text_string_to_metric_families(metrics.exposition(*counted(), None).decode()))

    ours = [each for each in families if each.name.startswith("turnbuckle_")]
    assert len(ours) >= 8
    assert [each.name for each in ours if not each.documentation or each.type == "unknown"] == []
