"""A day of 10,000 links in 500 accounts: lags, calls against budgets, shares, cost of an idle link.

    PYTHONPATH=tests python bench/day.py [--links N] [--accounts N] [--hours N]

Schedule, queue, seats and budgets are the product's own code on a clock that jumps; what a run
costs is a model (`tests/figures/day/costs.py`), and what the remotes count is counted apart. Ends
with 1 where a budget was passed or something came too late.
"""

import argparse
import os
import sys
import time

import django


def main() -> int:
    """Let the day pass, print what came of it; give the exit code."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--links", type=int, default=10_000)
    asked.add_argument("--accounts", type=int, default=500)
    asked.add_argument("--hours", type=float, default=24.0)
    asked.add_argument("--workers", type=int, default=6)
    asked.add_argument("--slots", type=int, default=16)
    told = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "turnbuckle.store.settings")
    django.setup()
    from figures.day.population import Scale
    from figures.day.told import a_day

    scale = Scale(
        links=told.links,
        accounts=told.accounts,
        seconds=told.hours * 3600,
        workers=told.workers,
        slots=told.slots,
    )
    began, used = time.perf_counter(), time.process_time()
    day = a_day(scale)
    for line in day.lines():
        print(line)
    print(f"in {time.perf_counter() - began:.0f} s, {time.process_time() - used:.0f} s of a core")
    wrong = day.wrong()
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
