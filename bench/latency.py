"""How long a change takes to the other side: with webhooks, and beside that by polling alone.

    PYTHONPATH=tests python bench/latency.py [CHANGES] [--postgres] [--poll SECONDS]

Practice mode, within its limits, and the service are processes of their own. On each of several
links one person works in Procore and one in Teams; a change's time ends with the first listing of
the other person's that shows it. Then people do as much again while the service has no public
address and polls. Prints times by side and by what was done, and calls; as JSON with `--json`. Ends
with 1 where 200 changes or more took longer than they may.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from figures.neighbourhood import Neighbourhood, Pace, settled, share
from figures.neighbours import SIDES, Change, Deed
from figures.strangers import quick_place
from postgres.server import Server

_ENOUGH = 200  # changes, so that one of a hundred says something
_MOST_SECONDS = {"p95": 5.0, "p99": 10.0}  # with webhooks
_TO_CROSS_SECONDS = 15.0  # after the poll that finds a change, the slowest of them


@dataclass(frozen=True, slots=True)
class Figure:
    """Times of one sort of changes, in seconds."""

    what: str
    changes: int
    half: float
    p95: float
    p99: float
    slowest: float

    def line(self) -> str:
        """Say it."""
        return (
            f"  {self.what:30} {self.changes:4}: half in {self.half:6.2f} s, 95 of 100 in"
            f" {self.p95:6.2f} s, 99 of 100 in {self.p99:6.2f} s, slowest {self.slowest:6.2f} s"
        )


@dataclass(frozen=True, slots=True)
class Way:
    """What came of changes that were found in one way.

    Attributes:
        how: in words.
        all: the times of all.
        parts: the times by side and by what was done.
        calls: of the service, by system, for each change; polls are among them.
        refused: calls that a limit refused.
    """

    how: str
    all: Figure
    parts: list[Figure]
    calls: Mapping[str, float]
    refused: int
    changes: Sequence[Change] = field(repr=False)

    def text(self) -> str:
        """Say it."""
        calls = ", ".join(f"{count:.1f} at {system}" for system, count in self.calls.items())
        lines = [figure.line() for figure in (*self.parts, self.all)]
        return "\n".join([f"{self.how}: {calls} for each change, {self.refused} refused", *lines])

    def told(self) -> dict[str, object]:
        """Say it to a program."""
        return {
            "how": self.how,
            "all": asdict(self.all),
            "parts": [asdict(part) for part in self.parts],
            "calls": dict(self.calls),
            "refused": self.refused,
        }


def _figure(what: str, changes: Sequence[Change]) -> Figure:
    times = [change.seconds for change in changes]
    return Figure(
        what, len(times), share(times, 0.5), share(times, 0.95), share(times, 0.99), max(times)
    )


async def _one_way(place: Neighbourhood, pace: Pace, count: int, how: str) -> Way:
    """Let people make so many changes, and sum up how they arrived."""
    before = await place.stranger.counts()
    changes = await place.work(count, pace, random.Random(7))
    after = await place.stranger.counts()
    await place.assert_equal()
    sorts = [
        (f"{deed}, {'Procore to Teams' if side == SIDES[0] else 'Teams to Procore'}", some)
        for side in SIDES
        for deed in Deed
        if (some := [each for each in changes if (each.side, each.deed) == (side, deed)])
    ]
    bursts = [each for each in changes if each.is_burst]
    if bursts:
        sorts.append((f"{pace.burst} at once", bursts))
    return Way(
        how=how,
        all=_figure("all", changes),
        parts=[_figure(what, some) for what, some in sorts],
        calls={
            system: (after[system]["calls"] - before[system]["calls"]) / count for system in after
        },
        refused=sum(after[system]["refused"] - before[system]["refused"] for system in after),
        changes=changes,
    )


async def measure(folder: Path, asked: argparse.Namespace) -> list[Way]:
    """Measure with webhooks, then without."""
    pace = Pace(pause_seconds=asked.pause)
    limits = ("--no-limits",) if asked.no_limits else ()
    async with settled(folder, asked.links, *limits) as place:
        async with place.served(folder / "log", hooked=True):
            found = [await _one_way(place, pace, asked.count, "with webhooks")]
        if asked.poll:
            await place.poll_every(asked.poll)
            async with place.served(folder / "log", hooked=False):
                how = f"polled every {asked.poll} s"
                found.append(await _one_way(place, pace, asked.count, how))
    return found


def wrong(ways: Sequence[Way], poll: float) -> list[str]:
    """Say what took longer than it may; of too few changes nothing can be said."""
    told, *polled = [way.all for way in ways]
    if told.changes < _ENOUGH:
        return []
    found = [
        f"with webhooks, {name}: {getattr(told, name):.1f} s instead of {most:.0f}"
        for name, most in _MOST_SECONDS.items()
        if getattr(told, name) >= most
    ]
    most = poll + _TO_CROSS_SECONDS
    found += [f"polled: {each.slowest:.1f} s" for each in polled if each.slowest >= most]
    return found


def main() -> int:
    """Measure and print; give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("count", nargs="?", type=int, default=200, metavar="CHANGES")
    parser.add_argument("--links", type=int, default=4)
    parser.add_argument(
        "--pause", type=float, default=2.0, help="mean seconds between people's acts"
    )
    parser.add_argument("--poll", type=int, default=60, metavar="SECONDS", help="0: not at all")
    parser.add_argument("--postgres", action="store_true", help="and one worker")
    parser.add_argument("--no-limits", action="store_true", help="calls at will")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    asked = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    with (
        ExitStack() as stack,
        tempfile.TemporaryDirectory(prefix="turnbuckle-bench-", dir=quick_place()) as folder,
    ):
        if asked.postgres:
            server = Server()
            stack.callback(server.stop)
            os.environ["DATABASE_URL"] = server.url(server.fresh())
        ways = asyncio.run(measure(Path(folder), asked))
    if asked.json:
        print(json.dumps([way.told() for way in ways]))
    else:
        print("\n".join(way.text() for way in ways))
        if len(ways) > 1:
            ratio = ways[1].all.half / ways[0].all.half
            print(f"half of all changes: {ratio:.0f} times as quick with webhooks")
    too_slow = wrong(ways, asked.poll)
    for what in too_slow:
        print(f"WRONG: {what}", file=sys.stderr)
    return 1 if too_slow else 0


if __name__ == "__main__":
    sys.exit(main())
