"""`turnbuckle status`: how all links stand."""

from collections.abc import Iterator

from turnbuckle.cli.amounts import amount, counted
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.sides import NAMES
from turnbuckle.store import queries
from turnbuckle.store.queries import Overview

_MOST_WAITING = 10


def status() -> None:
    """Say how every link stands: what is in step, what waits and why. Asks no remote."""
    links = open_store().links.list()
    for link in links:
        for line in _lines(queries.overview(link)):
            console.print(line)
    if not links:
        console.print("There are no links yet: turnbuckle link add --help")


def _lines(overview: Overview) -> Iterator[str]:
    link, last = overview.link, overview.last_run
    yield link.name
    if link.paused:
        yield f"  paused: {link.paused}"
    yield (
        f"  in step: {counted(overview.files, 'file')}, {counted(overview.folders, 'folder')},"
        f" {amount(overview.bytes)}"
    )
    if last is None:
        yield f'  never run: turnbuckle run "{link.name}"'
    else:
        ended = f"{last.ended_at:%Y-%m-%d %H:%M:%S} UTC" if last.ended_at else "under way"
        yield f"  last run: {last.state}, {ended}"
        if last.report.get("stopped"):
            yield f"  stopped: {last.report['stopped']}"
    if overview.undecided:
        yield f"  {counted(overview.undecided, 'change')} seen and not dealt with yet"
    for waiting in overview.set_aside[:_MOST_WAITING]:
        again = f"{waiting.next_try:%H:%M} UTC"
        yield f"  waits: {NAMES[waiting.side]}: {waiting.path}: {waiting.reason} (again at {again})"
    if len(overview.set_aside) > _MOST_WAITING:
        yield f"  ... and {len(overview.set_aside) - _MOST_WAITING} more wait"
