"""What it costs to plan 100 changes in a link of a million items at rest, beside three peers.

    PYTHONPATH=tests python bench/planning.py [ITEMS]

The store is real, on SQLite in a temporary folder, and filled as the product fills it, which takes
a few minutes for a million items. Beside it in the same run: the same changes in a link of 10,000
items, a plan of all items of that link, and a walk through both listings of the large one.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from figures.at_rest import AtRest

SMALL = 10_000
LOOKS = 5  # the median of them counts


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
    everything = small.look()
    small.rest()
    print(f"peer, a plan of all {SMALL:,} items of both sides: {everything.seconds:.2f} s")
    walk = _walk(large)
    print(f"peer, a walk through both listings of {items:,} items: {walk:.2f} s\n")

    print(f"{'planned':>16} | {SMALL:,} items | {items:,} items | rows a change | of the walk")
    slowest = 0.0
    for change in EVERY_CHANGE:
        costs = []
        for link in (small, large):
            link.tell(change)
            looks = [link.look() for _ in range(LOOKS)]
            link.rest()
            costs.append((statistics.median(look.seconds for look in looks), looks[0]))
        (few, _), (many, look) = costs
        slowest = max(slowest, many)
        print(
            f"{look.steps:>4} {change.name:<16} {few * 1000:>6.0f} ms {many * 1000:>11.0f} ms"
            f" {look.rows / look.steps:>14.1f} {many / walk:>14.3f}"
        )
    quiet = statistics.median(large.run().seconds for _ in range(LOOKS))
    print(f"\na run of the large link that finds nothing new: {quiet * 1000:.0f} ms")
    print(f"the slowest plan: {slowest / everything.seconds:.3f} of the first peer")


def _walk(link: "AtRest") -> float:
    """Compare both listings row by row, as whoever keeps no base has to."""
    from turnbuckle.model.side import Side
    from turnbuckle.store import models

    begun = time.perf_counter()
    left, right = (
        models.Seen.objects.filter(feed_id=link.link.feed(side))
        .order_by("feed_id", "item_id")
        .values_list("name", "size")
        .iterator()
        for side in Side
    )
    differ = sum(one != other for one, other in zip(left, right, strict=True))
    assert not differ
    return time.perf_counter() - begun


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
