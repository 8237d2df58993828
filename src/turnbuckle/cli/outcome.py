"""A run's outcome in some lines, for `run` and the demo."""

from collections.abc import Iterator

from turnbuckle.actions.runs import Ran
from turnbuckle.cli.amounts import amount, counted, duration
from turnbuckle.cli.sides import NAMES, noticed, tallied

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
        yield "Nothing to write: both sides are in step."
    yield from _some("Decided against somebody's change", [noticed(one) for one in report.notices])
    yield from _some("Waiting", [noticed(one) for one in report.waiting])
    yield from _some(
        "Set aside, to be tried again later",
        [f"{NAMES[side]}: {path}: {why}" for side, path, why in report.set_aside],
    )
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
