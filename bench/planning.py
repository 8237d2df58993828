"""What it costs to plan 100 changes in a link of a million items at rest, beside two peers.

    PYTHONPATH=tests python bench/planning.py [ITEMS]

The store is real, on SQLite in a temporary folder, and filled as the product fills it, which takes
a few minutes for a million items. Beside it in the same run: the same changes in a link of 10,000
items, a plan of all items of that link, and a walk through both listings of the large one. Times
are those of the processor in this process, which other work on the machine stretches little.
"""

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from figures.at_rest import AtRest, Change, Cost

SMALL = 10_000
LOOKS = 7  # the middle one counts


def measure(items: int) -> None:
    """Fill two links, plan in both, and print what it took."""
    from figures.at_rest import BLOCK, EVERY_CHANGE, AtRest

    from turnbuckle.store import upkeep

    upkeep.migrate(Path(os.environ["TURNBUCKLE_DATA"]))
    begun = time.perf_counter()
    small, large = AtRest(), AtRest()
    small.fill(SMALL // BLOCK)
    large.fill(items // BLOCK)
    print(f"filled {SMALL:,} and {items:,} items in {time.perf_counter() - begun:.0f} s")

    small.mark_all()
    everything = small.look().cpu_seconds
    small.rest()
    print(f"peer, a plan of all {SMALL:,} items of both sides: {everything:.2f} s")
    walk = _walk(large)
    print(f"peer, a walk through both listings of {items:,} items: {walk:.2f} s\n")

    print(f"{'planned':<20} {SMALL:>10,} {items:>14,} items  rows a change  of the walk")
    for change in EVERY_CHANGE:
        few, many = _look(small, change), _look(large, change)
        print(
            f"{many.steps:>4} {change.name:<16} {few.cpu_seconds * 1000:>7.0f} ms"
            f" {many.cpu_seconds * 1000:>11.0f} ms {many.rows / many.steps:>18.1f}"
            f" {many.cpu_seconds / walk:>12.3f}"
        )
    quiet = sorted(large.run().cpu_seconds for _ in range(LOOKS))[LOOKS // 2]
    print(f"\na run of the large link that finds nothing new: {quiet * 1000:.0f} ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"the most memory in all of this: {peak} MiB")


def _look(link: "AtRest", change: "Change") -> "Cost":
    """Let people change a hundred items, and plan; of some looks give the middle one."""
    link.tell(change)
    looks = [link.look() for _ in range(LOOKS)]
    link.rest()
    return sorted(looks, key=lambda look: look.cpu_seconds)[LOOKS // 2]


def _walk(link: "AtRest") -> float:
    """Compare both listings row by row, as whoever keeps no base has to."""
    from turnbuckle.model.side import Side
    from turnbuckle.store import models

    begun = time.process_time()
    left, right = (
        models.Seen.objects.filter(feed_id=link.link.feed(side))
        .order_by("feed_id", "item_id")
        .values_list("name", "size")
        .iterator()
        for side in Side
    )
    differ = sum(one != other for one, other in zip(left, right, strict=True))
    assert not differ
    return time.process_time() - begun


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("items", nargs="?", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="turnbuckle-bench-") as folder:
        os.environ["TURNBUCKLE_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
        django.setup()
        measure(asked.items)


if __name__ == "__main__":
    main()
