"""Links: those that are paused, stopped or failing, what is not in step, and what is held."""

import asyncio
from collections.abc import Iterator

from turnbuckle.actions.doctor.finding import Finding, Grounds, note, trouble, well
from turnbuckle.store import holds, runs
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.store.runs import PastRun

AREA = "links"
_LOOKED_BACK = 3  # runs
_FAILED = frozenset({"failed", "broken off"})


async def examine(grounds: Grounds) -> list[Finding]:
    """Look at how every link stands after its last run; no remote is asked."""
    return await asyncio.to_thread(_examined, grounds)


def _examined(grounds: Grounds) -> list[Finding]:
    found: list[Finding] = []
    fine = 0
    for scope in grounds.scopes:
        for link in scope.links.list():
            of_link = list(_of(scope, link))
            found += of_link
            fine += not of_link
    if fine:
        found.insert(0, well(AREA, f"{'1 link' if fine == 1 else f'{fine:,} links'} in step"))
    return found or [note(AREA, "there are none yet", "turnbuckle link add --help")]


def _of(scope: Scope, link: Link) -> Iterator[Finding]:
    """Say what is the matter with one link; nothing: it is fine."""
    paused = link.paused or scope.integrations.of(link).paused
    if paused:
        yield trouble(AREA, f"{link.name} is paused: {paused}")
    yield from _of_runs(link, runs.last(link, _LOOKED_BACK))
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
        yield trouble(AREA, f"{link.name} was stopped: {last.report['stopped']}")
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
