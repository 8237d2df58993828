"""The demo that ends by itself: two syncs, a working day between them, and proof of the result."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console

from turnbuckle.actions.runs import Ran
from turnbuckle.cli.amounts import amount, counted, duration
from turnbuckle.cli.attended import AttendedPractice
from turnbuckle.cli.expecting import expected
from turnbuckle.cli.outcome import outcome
from turnbuckle.cli.syncing import sync
from turnbuckle.model.plans import Plan
from turnbuckle.model.side import Side
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link

if TYPE_CHECKING:  # practice mode is imported by those who play it
    from turnbuckle.practice.comparison import Comparison
    from turnbuckle.practice.working_day import WorkingDay

_MOST_PROCORE_CALLS, _MOST_MICROSOFT_CALLS = 3, 2  # of a run that finds no change
_MOST_SHOWN = 20
_REMOTES = ("Procore", "Microsoft")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run, with what both services counted meanwhile."""

    title: str
    ran: Ran
    counted: Mapping[str, Mapping[str, int]]

    def calls(self, remote: str) -> int:
        """Give how many calls a service was sent, those that it refused included."""
        return self.counted[remote]["calls"] + self.counted[remote]["refused"]


def play_once(
    scope: Scope, practice: AttendedPractice, link: Link, console: Console, *, limits: bool
) -> bool:
    """Play it through, print the report, and give whether all is as it must be."""

    def say_expected(plan: Plan) -> None:
        seconds = expected(plan).total_seconds()
        expecting = (
            f"expected to take {duration(seconds)} or more" if seconds else "no wait expected"
        )
        console.print(
            f"  {counted(len(plan.writes), 'write')} to make; {expecting} under the limits of both"
            f" services{'' if limits else ', which are switched off'}"
        )

    def measure(title: str, tell: Callable[[Plan], None]) -> Measured:
        console.print(f"\n{title}")
        before = practice.counts()
        ran = sync(scope, console, tell)
        for line in outcome(ran):
            console.print(f"  {line}")
        return Measured(title=title, ran=ran, counted=_since(before, practice.counts()))

    from turnbuckle.practice.comparison import compare

    startup = _at_link(practice.startup, link)
    runs = [measure("First sync", say_expected)]
    if runs[0].ran.report.stopped:
        return _verdict(console, [runs[0].ran.report.stopped])
    day = _work(startup, console)
    runs.append(measure("Second sync", lambda plan: None))
    runs.append(measure("Third run, which must write nothing", lambda plan: None))
    runs.append(measure("Fourth run, after no change at all", lambda plan: None))
    console.print("\nComparing both sides over plain HTTP, every file by its SHA-256")
    result = asyncio.run(compare(startup))
    for line in _report(runs, day, result):
        console.print(line)
    return _verdict(console, list(_faults(runs, result)))


def _at_link(startup: Mapping[str, Any], link: Link) -> dict[str, Any]:
    """Point the people and the comparison to the folder that the link keeps in step."""
    microsoft = {**startup["microsoft"], "folder_id": link.root(Side.RIGHT)}
    return {**startup, "microsoft": microsoft}


def _work(startup: Mapping[str, Any], console: Console) -> "WorkingDay":
    from turnbuckle.practice.working_day import play_working_day

    console.print("\nA working day on both sides")
    day = asyncio.run(play_working_day(startup))
    for event in day.events:
        console.print(f"  {event}")
    return day


def _since(
    before: Mapping[str, Mapping[str, int]], after: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int]]:
    return {
        remote: {what: count - before[remote][what] for what, count in counts.items()}
        for remote, counts in after.items()
    }


def _report(runs: list[Measured], day: "WorkingDay", result: "Comparison") -> Iterator[str]:
    first = runs[0]
    files = sum(tally.files_made for tally in first.ran.report.tallies.values()) or 1
    yield "\nReport"
    yield (
        f"  first sync: {counted(result.left_files, 'file')} in"
        f" {counted(result.left_folders, 'folder')} by now,"
        f" {amount(first.ran.report.bytes_sent)} in {duration(first.ran.seconds)}"
    )
    for run in runs:
        yield f"  {run.title}: calls that the services counted (our own count):"
        for remote in _REMOTES:
            refused = run.counted[remote]["refused"]
            told = f", {refused} of them answered 429" if refused else ""
            yield (
                f"    {remote}: {run.calls(remote):,} ({run.ran.meter.calls_to(remote):,}){told}"
                f" {_labels(run, remote)}"
            )
    for remote in _REMOTES:
        yield f"  calls a file of the first sync, to {remote}: {first.calls(remote) / files:.2f}"
    yield (
        f"  the working day: {counted(len(day.events), 'event')},"
        f" {counted(day.conflicts, 'conflict')},"
        f" {counted(day.edits_against_deletions, 'edit')} against a deletion"
    )
    yield f"  rewritten by Microsoft after the upload: {counted(len(result.rewritten), 'file')}"
    yield from (f"    {path}" for path in result.rewritten[:_MOST_SHOWN])
    if len(result.rewritten) > _MOST_SHOWN:
        yield f"    ... and {len(result.rewritten) - _MOST_SHOWN} more"
    yield "Comparison"
    yield from (f"  {line}" for line in result.lines())


def _labels(run: Measured, remote: str) -> str:
    """Say which calls they were, by our own names for them."""
    calls = Counter(
        {label: n for (name, label), n in run.ran.meter.calls.items() if name == remote}
    )
    return ", ".join(f"{label} {count:,}" for label, count in calls.most_common())


def _faults(runs: list[Measured], result: "Comparison") -> Iterator[str]:
    """Say what is not as it must be."""
    for run in runs:
        report = run.ran.report
        if report.stopped:
            yield f"{run.title} stopped: {report.stopped}"
        if report.set_aside:
            yield f"{run.title} set {counted(len(report.set_aside), 'item')} aside"
        for remote in _REMOTES:
            ours = run.ran.meter.calls_to(remote)
            if ours != run.calls(remote):
                yield f"{run.title}: {remote} counted {run.calls(remote)} calls, we {ours}"
    for run in runs[2:]:
        told = sum(run.counted[remote]["writes"] for remote in _REMOTES)
        if run.ran.report.writes or told:
            yield f"{run.title}: it made {counted(max(run.ran.report.writes, told), 'write')}"
    last = runs[-1]
    for remote, most in zip(_REMOTES, (_MOST_PROCORE_CALLS, _MOST_MICROSOFT_CALLS), strict=True):
        if last.calls(remote) > most:
            yield f"the last run made {last.calls(remote)} calls to {remote}, {most} at most"
    if not result.is_equal:
        yield f"the sides differ in {counted(len(result.differences), 'place')}"


def _verdict(console: Console, faults: list[str]) -> bool:
    for fault in faults:
        console.print(f"NOT AS IT MUST BE: {fault}")
    if not faults:
        console.print("All as it must be.")
    return not faults
