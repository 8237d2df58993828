"""A day of 10,000 links in 500 accounts: lags, calls against budgets, shares, cost of an idle link.

    PYTHONPATH=tests python bench/day.py [--links N] [--accounts N] [--hours N]

Schedule, queue, seats and budgets are the product's own code on a clock that jumps; what a run
costs is a model (`tests/figures/day/costs.py`), and what the remotes count is counted apart. Ends
with 1 where a budget was passed, something came too late, or a whole day of all links took longer
than five minutes by the clock.
"""

import argparse
import os
import sys
import time

import django

_WHOLE_LINKS, _WHOLE_HOURS = 10_000, 24.0
_LONGEST_SECONDS = 300.0  # a whole day may take, by the clock


def main() -> int:
    """Let the day pass, print what came of it; give the exit code."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--links", type=int, default=_WHOLE_LINKS)
    asked.add_argument("--accounts", type=int, default=500)
    asked.add_argument("--hours", type=float, default=_WHOLE_HOURS)
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
    took = time.perf_counter() - began
    print(f"in {took:.0f} s, {time.process_time() - used:.0f} s of a core")
    wrong = day.wrong()
    is_whole = told.links >= _WHOLE_LINKS and told.hours >= _WHOLE_HOURS
    if is_whole and took > _LONGEST_SECONDS:
        wrong.append(f"the day took {took:.0f} s by the clock, not {_LONGEST_SECONDS:.0f} at most")
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
