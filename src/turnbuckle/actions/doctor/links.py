"""Links: those that are paused, stopped, failing or late, what is not in step, what is held; and
whether those who want to know of that could be told."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

from turnbuckle.actions.doctor.finding import Finding, Grounds, note, trouble, well
from turnbuckle.store import holds, link_states, recipients, runs, timings
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.store.runs import PastRun

AREA, ALERTS = "links", "alerts"
_LOOKED_BACK = 3  # runs
_FAILED = frozenset({"failed", "broken off"})


async def examine(grounds: Grounds) -> list[Finding]:
    """Look at how every link stands after its last run; no remote is asked."""
    return await asyncio.to_thread(_examined, grounds)


def _examined(grounds: Grounds) -> list[Finding]:
    found: list[Finding] = []
    fine, now = 0, grounds.clock.now()
    for scope in grounds.scopes:
        late = link_states.late(scope.id, now)
        for link in scope.links.list():
            of_link = [*_of(scope, link), *_lateness(link, late.get(link.id))]
            found += of_link
            fine += not of_link
    if fine:
        found.insert(0, well(AREA, f"{'1 link' if fine == 1 else f'{fine:,} links'} in step"))
    if not found:
        return [note(AREA, "there are none yet", "turnbuckle link add --help")]
    return [*found, *(each for scope in grounds.scopes for each in _told(scope))]


def _lateness(link: Link, since: datetime | None) -> Iterator[Finding]:
    if since is not None:
        yield trouble(
            AREA,
            f"{link.name} is late: due since {since:%Y-%m-%d %H:%M} UTC, and no run began",
            "see whether `turnbuckle serve` runs (and its workers), and with enough --slots",
        )


def _told(scope: Scope) -> Iterator[Finding]:
    """Say who is told of alerts, and who could not be."""
    known = recipients.of(scope.connections)
    for each in recipients.untold(scope.connections):
        name, lost = each.recipient.name, each.given_up
        given_up = f"; {lost:,} given up" if lost else ""
        yield trouble(
            ALERTS,
            f"{name} was not told of all alerts: {each.trouble}{given_up}",
            f'see what is wrong there, or name another place: turnbuckle alerts forget "{name}"',
        )
    if not known:
        yield note(ALERTS, "nobody is told of them", "turnbuckle alerts tell NAME")


def _of(scope: Scope, link: Link) -> Iterator[Finding]:
    """Say what is the matter with one link; nothing: it is fine."""
    paused = link.paused or scope.integrations.of(link).paused
    if paused:
        yield trouble(AREA, f"{link.name} is paused: {paused}")
    of_runs = list(_of_runs(link, runs.last(link, _LOOKED_BACK)))
    yield from of_runs
    failures = timings.of(link).failures
    if failures >= link_states.FAILING_AFTER and not of_runs:
        yield trouble(
            AREA,
            f"{link.name}: {failures} runs in a row failed before they began",
            f'turnbuckle run "{link.name}" says why',
        )
    undecided = [batch for batch in holds.batches(link) if batch.decision is None]
    if undecided:
        numbers = ", ".join(str(batch.number) for batch in undecided)
        yield trouble(
            AREA,
            f"{link.name} holds what waits for a decision (batch {numbers})",
            f'turnbuckle held list "{link.name}"',
        )


def _of_runs(link: Link, newest_first: list[PastRun]) -> Iterator[Finding]:
    ended = [run for run in newest_first if run.ended_at is not None]
    if not newest_first:
        yield note(AREA, f"{link.name} never ran", f'turnbuckle run "{link.name}"')
    if not ended:
        return
    last = ended[0]
    if last.report.get("stopped"):
        yield trouble(
            AREA,
            f"{link.name} was stopped: {last.report['stopped']}",
            f'when that is mended: turnbuckle run "{link.name}"',
        )
    elif last.state in _FAILED:
        count = next((n for n, run in enumerate(ended) if run.state not in _FAILED), len(ended))
        yield trouble(
            AREA,
            f"{link.name}: the last {'run' if count == 1 else f'{count} runs'} did not get through",
            f'turnbuckle run "{link.name}" says why',
        )
    blocked = int(last.report.get("blocked", 0))
    if blocked:
        things = "1 item is" if blocked == 1 else f"{blocked:,} items are"
        yield trouble(
            AREA, f"{link.name}: {things} not in step", f'turnbuckle why "{link.name}" PATH'
        )
