"""How quickly the portal answers a burst of webhooks, and what comes of them.

    PYTHONPATH=tests python bench/webhooks.py [--a-second N] [--seconds N] [--links N]

Posts come from a process of their own, as Procore sends them, at their times whatever becomes of
them; a post's time counts from the moment at which it was due. Prints the times, how many commits
it took, and how many links are due afterwards; as JSON with `--json`. Ends with 1 where one post of
a hundred took longer than it may.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import django

_MOST_MS = 100.0  # for 99 of 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One burst."""

    posts: int
    a_second: int
    links: int
    taken: int
    half_ms: float
    p99_ms: float
    slowest_ms: float
    commits: int
    due: int  # links that are to run because of them

    def line(self) -> str:
        """Say it."""
        return (
            f"{self.posts} posts at {self.a_second} a second to {self.links} hooks: {self.taken}"
            f" taken; half answered in {self.half_ms:.1f} ms, 99 of 100 in {self.p99_ms:.1f} ms,"
            f" the slowest in {self.slowest_ms:.1f} ms; {self.commits} commits, {self.due} links"
            " due, each once"
        )


async def measure(a_second: int, seconds: float, links: int) -> Figure:
    """Send one burst to so many links."""
    from portal.burst import Burst, from_procore, sent
    from portal.crowd import Crowd

    from turnbuckle.portal.application import Portal
    from turnbuckle.portal.gathering import Gathering
    from turnbuckle.portal.listening import listening
    from turnbuckle.ports.clock import SystemClock

    crowd = await asyncio.to_thread(Crowd, links, datetime.now(UTC))
    async with (
        Gathering(SystemClock(), crowd.ring) as gathering,
        listening(Portal(gathering), host="127.0.0.1", port=0) as address,
    ):
        targets = [from_procore(path, secret) for path, secret in crowd.hooks]
        answered = await sent(
            Burst(address=address, targets=targets, a_second=a_second, seconds=seconds)
        )
    return Figure(
        posts=sum(answered.statuses.values()),
        a_second=a_second,
        links=links,
        taken=answered.statuses.get(202, 0),
        half_ms=answered.within(0.5),
        p99_ms=answered.within(0.99),
        slowest_ms=answered.within(1.0),
        commits=crowd.commits,
        due=await asyncio.to_thread(crowd.due),
    )


def main() -> int:
    """Measure in a data folder that goes away; give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--a-second", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--links", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TURNBUCKLE_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
        os.environ.pop("DATABASE_URL", None)
        django.setup()

        from turnbuckle.store.upkeep import migrate

        migrate(Path(folder))
        figure = asyncio.run(measure(asked.a_second, asked.seconds, asked.links))
    print(json.dumps(asdict(figure)) if asked.json else figure.line())
    if figure.p99_ms >= _MOST_MS:
        print(f"WRONG: more than {_MOST_MS:.0f} ms for one of a hundred", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
