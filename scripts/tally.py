"""Sum up test reports: ``tally.py REPORT.xml...`` prints ``N passed, N failed`` as its last line.

A report that is missing counts as one failure. So does a skipped test, unless its reason says why
this machine has no need of it, beginning with `NOT_NEEDED`: a test that quietly stays away proves
nothing. Without a single test that passed the sum fails, too.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

NOT_NEEDED = "not needed here: "


@dataclass(frozen=True, slots=True)
class Tally:
    """What one report says; `failures` holds a line for each."""

    passed: int
    failures: tuple[str, ...]
    skipped: tuple[str, ...]


def read(report: Path) -> Tally:
    """Count one JUnit file as pytest writes it."""
    if not report.is_file():
        return Tally(0, (f"{report.name} is missing: the run did not get as far as its tests",), ())
    passed = 0
    failures: list[str] = []
    skipped: list[str] = []
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failures.append(f"failed: {name}")
        elif skip is None:
            passed += 1
        elif (reason := skip.get("message") or "").startswith(NOT_NEEDED):
            skipped.append(f"skipped: {name}: {reason}")
        else:
            failures.append(f"skipped, but needed: {name}: {reason}")
    return Tally(passed, tuple(failures), tuple(skipped))


def main(reports: list[str]) -> int:
    """Print the failures, the skips and the sum; 1 when anything failed."""
    tallies = [read(Path(report)) for report in reports]
    for tally in tallies:
        for line in (*tally.skipped, *tally.failures):
            print(line)
    passed = sum(tally.passed for tally in tallies)
    failed = sum(len(tally.failures) for tally in tallies)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
