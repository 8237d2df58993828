"""A run's outcome in some lines, for `run` and the demo."""

from collections.abc import Iterator

from turnbuckle.actions.runs import Ran
from turnbuckle.cli.amounts import amount, counted, duration
from turnbuckle.cli.sides import noticed, tallied
from turnbuckle.sync.report import State

_MOST_LINES = 20


def outcome(ran: Ran) -> Iterator[str]:
    """Say what a run did, what waits, and what it cost."""
    report = ran.report
    yield from tallied(report)
    if report.linked:
        yield f"{counted(report.linked, 'item')} found equal on both sides and linked"
    if report.recovered:
        yield f"{counted(report.recovered, 'write')} of a run that was cut off found made"
    if not report.writes and not report.stopped:
        in_step = report.state is State.SYNCED
        yield "Nothing to write" + (": both sides are in step." if in_step else " now.")
    yield from _some("To know", [noticed(one) for one in report.notices])
    yield from _some("Not in step", [noticed(one) for one in report.blocked])
    if report.holds:
        files = f"{counted(report.held, 'file')} to be deleted" if report.held else "some changes"
        yield f"Held until you decide: {files} (turnbuckle held list)"
    yield f"{amount(report.bytes_sent)} in {duration(ran.seconds)}; {calls(ran)}"


def calls(ran: Ran) -> str:
    """Say how many counted calls a run made."""
    procore, microsoft = (ran.meter.calls_to(remote) for remote in ("Procore", "Microsoft"))
    return f"{counted(procore, 'call')} to Procore, {microsoft:,} to Microsoft"


def _some(title: str, lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"{title}: {len(lines)}"
    for line in lines[:_MOST_LINES]:
        yield f"  {line}"
    if len(lines) > _MOST_LINES:
        yield f"  ... and {len(lines) - _MOST_LINES} more"
