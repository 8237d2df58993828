"""`turnbuckle status`: how all links stand."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from turnbuckle.actions import holds
from turnbuckle.cli.alert_words import alert_in_words
from turnbuckle.cli.amounts import amount, counted, duration
from turnbuckle.cli.calls_left import calls_left
from turnbuckle.cli.held import held_in_words
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.sides import NAMES
from turnbuckle.jobs.cadence import cadence_of
from turnbuckle.model.plans import WORDS
from turnbuckle.store import alerts, queries
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.queries import Overview
from turnbuckle.store.records import Link

_MOST_WAITING = 10
_ON_TIME_SECONDS = 60.0
_STATES = {
    "synced": "everything is in step",
    "held": "something waits for your decision",
    "blocked": "some things are not in step",
    "paused": "paused until somebody mends what is named below",
}


def status() -> None:
    """Say how every link stands: what is in step, what waits and why. Asks no remote."""
    scope = open_store()
    links = scope.links.list()
    between = {each.id: each for each in scope.integrations.list()}
    for link in links:
        integration = between[link.integration]
        usual = cadence_of(integration.settings).usual
        for line in _lines(queries.overview(link), link.paused or integration.paused, usual):
            console.print(line)
    if not links:
        console.print("There are no links yet: turnbuckle link add --help")


def _due(overview: Overview, now: datetime, usual: timedelta) -> Iterator[str]:
    """Say when a service runs the link next, and how late the last time was."""
    timing = overview.timing
    if overview.link.paused:
        return
    late = timing.late(now).total_seconds()
    is_late = late >= _ON_TIME_SECONDS
    if not is_late or timing.next_at > now:
        when = "now" if timing.next_at <= now else f"at {timing.next_at:%H:%M:%S} UTC"
        tried = f", after {counted(timing.failures, 'failure')}" if timing.failures else ""
        waits = f"; it has been due for {duration(late)}" if is_late else ""
        yield f"  next run: {when}{tried}{waits}"
    else:
        yield f"  next run: due for {duration(late)} (turnbuckle serve runs it)"
    if timing.late_seconds >= _ON_TIME_SECONDS:
        yield f"  the last run began {duration(timing.late_seconds)} late"
    if timing.apart_seconds > usual.total_seconds():
        yield (
            f"  polled every {duration(timing.apart_seconds)}:"
            " more would take the calls that its accounts need for what changes"
        )


def _held(link: Link) -> Iterator[str]:
    """Say what waits for a decision, a line for each batch."""
    for waiting in holds.waiting(link):
        batch = waiting.batch
        what = ", ".join(held_in_words(waiting.counts))
        if batch.decision is not None:
            yield f"  held: batch {batch.number}, {what}: {batch.decision.value}, at the next run"
        else:
            yield f"  held: batch {batch.number}, {what}: {WORDS[batch.reason]}"
            yield f'        see it: turnbuckle held list "{link.name}"'


def _lines(overview: Overview, paused: str, usual: timedelta) -> Iterator[str]:
    link, last = overview.link, overview.last_run
    yield link.name
    if paused:
        yield f"  paused: {paused}"
    for alert in alerts.of_link(link):
        yield f"  alert: {alert_in_words(alert)}"
    yield (
        f"  in step: {counted(overview.files, 'file')}, {counted(overview.folders, 'folder')},"
        f" {amount(overview.bytes)}"
    )
    if last is None:
        yield f'  never run: turnbuckle run "{link.name}"'
    else:
        ended = f"{last.ended_at:%Y-%m-%d %H:%M:%S} UTC" if last.ended_at else "under way"
        yield f"  last run: {last.state}, {ended}"
        if last.report.get("state"):
            yield f"  state: {_STATES.get(last.report['state'], last.report['state'])}"
        if last.report.get("stopped"):
            yield f"  stopped: {last.report['stopped']}"
    now = agreed_clock().now()
    yield from _due(overview, now, usual)
    yield from calls_left(link, now, is_running=last is not None and last.ended_at is None)
    yield from _held(link)
    if overview.undecided:
        yield f"  {counted(overview.undecided, 'change')} seen and not dealt with yet"
    yield from _blocked(overview)


def _blocked(overview: Overview) -> Iterator[str]:
    """Say what is not in step, as the last run found it, and name what failed."""
    last, failed = overview.last_run, overview.set_aside
    count = max(last.report.get("blocked", 0) if last is not None else 0, len(failed))
    if count:
        yield f"  blocked: {counted(count, 'item')} not in step (turnbuckle why PATH)"
    for one in failed[:_MOST_WAITING]:
        again = f"{one.next_try:%H:%M} UTC"
        yield f"    {NAMES[one.side]}: {one.path}: {one.reason} (again at {again})"
    if len(failed) > _MOST_WAITING:
        yield f"    ... and {len(failed) - _MOST_WAITING} more"
